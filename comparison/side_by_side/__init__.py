"""Runs our suite and two well-known contract-testing tools against the same broken sandboxes."""
