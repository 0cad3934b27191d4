"""The helpers of the client that are written by hand over some operations: each leaves with its operation.

As long as its operation is there, a helper needs its parameters; an edit that removes one is refused. What it
needs of schemas is in `refusals.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from clumio_conformance.contract.nodes import operation_nodes
from clumio_conformance.contract.specification import Specification

from . import calls

_UNIT: Final = ("header", "x-clumio-organizationalunit-context")


@dataclass(frozen=True, kw_only=True)
class Helper:
    """A helper: its operation, and what it needs.

    Attributes:
        operation: The operation that it calls.
        parameters: The parameters that it gives, by place and name.
        more: The modules that it alone uses.
    """

    operation: str
    parameters: tuple[tuple[str, str], ...]
    more: tuple[str, ...] = ()


HELPERS: Final = {
    "pagination": Helper(
        operation="list-aws-connection-groups",
        parameters=(("query", "limit"), ("query", "filter"), ("query", "embed"), _UNIT),
    ),
    "waiting": Helper(
        operation="read-aws-connection-group",
        parameters=(("path", "connection_group_id"), _UNIT),
        more=("outcomes",),
    ),
}


def modules(names: Iterable[str]) -> set[str]:
    """Return the files of some helpers."""
    return {f"{module}.py" for name in names for module in (name, *HELPERS[name].more)}


def remaining(specification: Specification) -> dict[str, tuple[str, str]]:
    """Return the helpers whose operation is there, with the folder and the name of its module.

    Raises:
        ContractError: A helper lacks something else that it needs.
    """
    found = {}
    by_id = {
        operation.keywords["operationId"]: (item, operation)
        for _, _, item, operation in operation_nodes(specification)
    }
    for name, helper in HELPERS.items():
        if helper.operation in by_id:
            item, operation = by_id[helper.operation]
            for pointer, cause in _lacks(specification, helper, item, operation):
                raise specification.broken(
                    pointer,
                    f"{cause}, so the helper `{name}` of the client can't call it; undo that, or edit "
                    f"openapi/generator/package/{name}.py and scripts/contract_tools/helpers.py too",
                )
            found[name] = calls.module_of(dict(operation.keywords))
    return found


def _lacks(
    specification: Specification, helper: Helper, item: Any, operation: Any
) -> Iterator[tuple[str, str]]:
    content = specification.content
    parameters = calls.parameters_of(content, dict(item.keywords), dict(operation.keywords))
    given = [(one["in"], one["name"]) for one in parameters]
    for where, name in helper.parameters:
        if (where, name) not in given:
            yield operation.pointer, f"lacks the parameter {name!r} in the {where}"
    for one in parameters:
        if one.get("required") and (one["in"], one["name"]) not in helper.parameters:
            yield (
                operation.pointer,
                f"requires the parameter {one['name']!r}, without a call that leaves it out",
            )
