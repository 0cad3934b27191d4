"""A specification to generate from: read, and checked to have what a client calls."""

from collections.abc import Sequence
from pathlib import Path

from clumio_conformance.contract.documents import read_document
from clumio_conformance.contract.operations import operations
from clumio_conformance.contract.specification import Specification


def read(path: Path, overlays: Sequence[Path] = ()) -> Specification:
    """Read a specification, apply overlays, and check that it has operations.

    Raises:
        ContractError: It is not valid, or has none.
    """
    specification = read_document(path, overlays=overlays)
    if not list(operations(specification)):
        what = "webhooks alone" if specification.content.get("webhooks") else "no operation"
        cause = f"`paths` has no operation: there is no client of {what}; correct it, see OpenAPI 3.1"
        raise specification.broken("", cause)
    return specification
