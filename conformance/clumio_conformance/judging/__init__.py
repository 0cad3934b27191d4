"""What was seen, held against the contract: verdicts, findings, and what excuses them."""
