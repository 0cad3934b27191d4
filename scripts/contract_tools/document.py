"""A specification to generate from: read whole, checked, and with something to call."""

from collections.abc import Sequence
from pathlib import Path

from clumio_conformance.contract.documents import read_document
from clumio_conformance.contract.operations import operations
from clumio_conformance.contract.specification import Specification


def read(path: Path, overlays: Sequence[Path] = ()) -> Specification:
    """Read a specification, apply overlays, and check that a client can be made of it.

    Raises:
        ContractError: It is not valid, or has no operation.
    """
    specification = read_document(path, overlays)
    if not list(operations(specification)):
        raise specification.broken("", "`paths` has no operation; correct it, see OpenAPI 3.1")
    return specification
