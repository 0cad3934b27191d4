"""What differs on the wire between two specifications."""

from clumio_conformance.contract.specification import Specification

from . import changes

Difference = changes.Difference


def differences(old: Specification, new: Specification) -> list[Difference]:
    """Return the differences of two specifications."""
    return changes.compare(old.content, new.content)
