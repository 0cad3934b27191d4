"""Recorded traffic: read, redacted, and judged like live traffic."""
