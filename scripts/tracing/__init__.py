"""Requirement, spec node, rule and test: what belongs together, and where a link is missing."""
