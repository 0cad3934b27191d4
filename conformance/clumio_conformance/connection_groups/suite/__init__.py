"""The suite: it tests the target; `clumio-conformance run` runs it."""
