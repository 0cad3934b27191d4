"""The suite: it tests the target, and is run by `clumio-conformance run`."""
