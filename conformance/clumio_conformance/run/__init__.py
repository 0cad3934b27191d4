"""One run: its target, its groups, pytest, and what comes of it."""
