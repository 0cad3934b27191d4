"""The page's rules for a body, read literally.

Where the page is silent, everything is accepted: any string is a region, arrays may be empty and may repeat a
value, unknown fields are ignored. `EBS` does not satisfy the need of `EC2MSSQL` for `EC2/EBS`: the page
leaves this open, and this is the literal reading.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from clumio_sandbox.errors import invalid, malformed
from clumio_sandbox.group import Plan

ASSET_TYPES = ("EC2/EBS", "RDS", "DynamoDB", "EC2MSSQL", "S3", "EBS")
"""The values of `asset_types` and of the deprecated `asset_types_enabled` [doc]."""

ACCOUNT_FIELDS = ("account_native_id", "master_aws_account_id", "master_region")
"""The fields that a create needs in addition to those of an update [doc]."""

Body = Mapping[str, Any]
Check = Callable[[Body], None]


def update_plan(body: Any) -> Plan:
    """The plan of an update; raises an `ApiError` for the first rule that the body breaks."""
    fields = _object(body)
    _run((_asset_types, _deprecated_asset_types, _regions, _description), fields)
    return _plan(fields, fields["asset_types"])


def create_plan(body: Any) -> Plan:
    """The plan of a create; the deprecated field replaces a missing `asset_types` [sdk]."""
    fields = _object(body)
    replaced = fields.get("asset_types") is None and fields.get("asset_types_enabled") is not None
    asset_types = _deprecated_asset_types if replaced else _asset_types
    _run((_accounts, asset_types, _deprecated_asset_types, _regions, _description, _unit), fields)
    return _plan(fields, fields["asset_types_enabled" if replaced else "asset_types"])


def _plan(fields: Body, asset_types: Iterable[str]) -> Plan:
    return Plan(tuple(asset_types), tuple(fields["aws_regions"]), fields.get("description"))


def _run(checks: Iterable[Check], fields: Body) -> None:
    for check in checks:
        check(fields)


def _object(body: Any) -> Body:
    if not isinstance(body, dict):
        raise malformed(f"the body is {_kind(body)}, not an object")
    return body


def _asset_types(fields: Body) -> None:
    _present(fields, "asset_types")
    _known_asset_types(fields, "asset_types")


def _deprecated_asset_types(fields: Body) -> None:
    if fields.get("asset_types_enabled") is not None:
        _known_asset_types(fields, "asset_types_enabled")


def _regions(fields: Body) -> None:
    _present(fields, "aws_regions")
    _strings(fields, "aws_regions")


def _description(fields: Body) -> None:
    _optional_string(fields, "description")


def _unit(fields: Body) -> None:
    _optional_string(fields, "organizational_unit_id")


def _accounts(fields: Body) -> None:
    for field in ACCOUNT_FIELDS:
        _present(fields, field)
        _optional_string(fields, field)


def _present(fields: Body, field: str) -> None:
    if field not in fields:
        raise invalid(field, "required, but missing")
    if fields[field] is None:
        raise invalid(field, "required, but null")


def _optional_string(fields: Body, field: str) -> None:
    value = fields.get(field)
    if value is not None and not isinstance(value, str):
        raise invalid(field, f"a string is needed, not {_kind(value)}")


def _strings(fields: Body, field: str) -> None:
    value = fields[field]
    if not isinstance(value, list):
        raise invalid(field, f"an array of strings is needed, not {_kind(value)}")
    for index, item in enumerate(value):
        if not isinstance(item, str):
            raise invalid(f"{field}[{index}]", f"a string is needed, not {_kind(item)}")


def _known_asset_types(fields: Body, field: str) -> None:
    _strings(fields, field)
    value = fields[field]
    for index, item in enumerate(value):
        if item not in ASSET_TYPES:
            raise invalid(
                f"{field}[{index}]", f"one of {', '.join(ASSET_TYPES)} is needed, not {item[:40]!a}"
            )
    if "EC2MSSQL" in value and "EC2/EBS" not in value:
        raise invalid(field, "EC2MSSQL needs EC2/EBS in the same list")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
