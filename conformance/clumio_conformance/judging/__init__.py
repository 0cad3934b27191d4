"""Exchanges compared with the contract: verdicts, findings and known deviations."""
