"""The same broken sandboxes, put before our suite and before two well-known contract-testing tools."""
