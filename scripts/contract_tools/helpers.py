"""The helpers of the client that are written by hand over some operations: each leaves with its operation.

As long as its operation is there, a helper needs parts of the contract; an edit that removes one is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from clumio_conformance.contract.nodes import operation_nodes
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Specification

from . import calls

_UNIT: Final = ("header", "x-clumio-organizationalunit-context")


@dataclass(frozen=True, kw_only=True)
class Helper:
    """A helper: its operation, and what it needs.

    Attributes:
        operation: The operation that it calls.
        parameters: The parameters that it gives, by place and name.
        fields: The fields that it reads or writes, by schema.
        values: The enum values that it names, by schema.
        more: The modules that it alone uses.
    """

    operation: str
    parameters: tuple[tuple[str, str], ...]
    fields: dict[str, tuple[str, ...]]
    values: dict[str, tuple[str, ...]]
    more: tuple[str, ...] = ()


HELPERS: Final = {
    "pagination": Helper(
        operation="list-aws-connection-groups",
        parameters=(("query", "limit"), ("query", "filter"), ("query", "embed"), _UNIT),
        fields={
            "ConnectionGroup": ("id",),
            "ConnectionGroupList": ("_embedded", "_links"),
            "ConnectionGroupListLinks": ("_next",),
            "Link": ("href", "templated"),
        },
        values={},
    ),
    "waiting": Helper(
        operation="read-aws-connection-group",
        parameters=(("path", "connection_group_id"), _UNIT),
        fields={
            "ConnectionGroup": (
                *("id", "status", "description", "ongoing_stack_operation", "asset_types_enabled", "aws_regions"),
                *("intended_asset_types", "intended_aws_regions"),
            ),
            "UpdateConnectionGroupRequest": ("asset_types", "aws_regions"),
            "CreateConnectionGroupRequest": ("asset_types", "aws_regions"),
        },
        values={
            "AssetType": ("EC2/EBS", "EBS"),
            "ConnectionGroupStatus": (
                *("connecting", "deployment_failed", "fully_connected", "partially_connected", "unlinked"),
            ),
            "StackOperation": ("creating_stack", "updating_stack", "no_active_operation"),
        },
        more=("outcomes",),
    ),
}


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
                way = f"keep it, or edit openapi/generator/package/{name}.py and scripts/contract_tools/helpers.py too"
                raise specification.broken(pointer, f"{cause}, which the helper `{name}` of the client needs; {way}")
            found[name] = calls.module_of(dict(operation.keywords))
    return found


def _lacks(specification: Specification, helper: Helper, item: Any, operation: Any) -> Iterator[tuple[str, str]]:
    content = specification.content
    parameters = calls.parameters_of(content, dict(item.keywords), dict(operation.keywords))
    given = [(one["in"], one["name"]) for one in parameters]
    for where, name in helper.parameters:
        if (where, name) not in given:
            yield operation.pointer, f"lacks the parameter {name!r} in the {where}"
    for one in parameters:
        if one.get("required") and (one["in"], one["name"]) not in helper.parameters:
            yield operation.pointer, f"requires the parameter {one['name']!r}, without a call that leaves it out"
    schemas = content.get("components", {}).get("schemas", {})
    for schema in (*helper.fields, *helper.values):
        if schema not in schemas:
            yield "/components/schemas", f"lacks the schema {schema}"
            return
    for schema, fields in helper.fields.items():
        for field in fields:
            if field not in schemas[schema].get("properties", {}):
                yield pointer_of(["components", "schemas", schema]), f"lacks the field {field!r}"
    for schema, values in helper.values.items():
        for value in values:
            if value not in schemas[schema].get("enum", []):
                yield pointer_of(["components", "schemas", schema]), f"lacks the value {value!r}"
