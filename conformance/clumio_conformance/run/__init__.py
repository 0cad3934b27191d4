"""One run: pytest with the suite of a contract, and what comes of it."""
