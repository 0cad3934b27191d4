"""A run's dealings with its target: which one it is, what may be sent there, and each exchange judged as it happens."""
