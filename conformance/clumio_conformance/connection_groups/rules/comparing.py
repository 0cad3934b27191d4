"""Checks whether two answers can be compared."""

from clumio_conformance.exchange import Exchange


def comparable(before: Exchange, after: Exchange) -> bool:
    """Whether two answers can be compared: both are groups, and have at least one field in common."""
    return bool(before.resource.keys() & after.resource.keys())
