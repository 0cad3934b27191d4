"""One run: pytest with the suite of a contract, and its result."""
