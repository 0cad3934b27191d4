"""The way to a target and back: what may be sent, how fast, and what may be shown of it."""
