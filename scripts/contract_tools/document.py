"""A specification to generate from, or to compare: read, and checked to be a valid OpenAPI document."""

from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from clumio_conformance.contract.nodes import Node
from clumio_conformance.contract.operations import operations
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Location, Specification, nodes, references


def read(path: Path) -> Specification:
    """Read a specification and check that it is a valid OpenAPI document.

    Raises:
        ContractError: It is not.
    """
    specification = Specification(path)
    for location, _ in references(specification.content):
        Node.enter(specification, pointer_of(location[:-1]))
    if not list(operations(specification)):
        raise specification.broken("", "`paths` has no operation; correct it, see OpenAPI 3.1")
    try:
        error = next(iter(OpenAPIV31SpecValidator(specification.content).iter_errors()), None)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as why:
        cause = f"the validator of OpenAPI fails at {why!r}; correct it, see OpenAPI 3.1"
        raise specification.broken("", cause) from why
    if error is not None:
        location = tuple(error.absolute_path) or _location_of(specification.content, error.instance)
        cause = f"{error.message.splitlines()[0]}; correct it, see OpenAPI 3.1"
        raise specification.broken(pointer_of(location), cause)
    return specification


def _location_of(content: Any, value: Any) -> Location:
    """Find the location of a value that the validator refuses without a location."""
    return next((location for location, found in nodes(content) if found == value), ())
