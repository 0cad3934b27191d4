"""What is promised: the contract, and what follows from it for a request or an answer; nothing here sends or judges."""
