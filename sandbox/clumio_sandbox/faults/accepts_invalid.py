"""Faults that let through what the page forbids."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.checks import ASSET_TYPES
from clumio_sandbox.document import GROUPS_PATH
from clumio_sandbox.faults.bodies import BodyHook, each, stand_in, stand_in_for_missing
from clumio_sandbox.group import Group
from clumio_sandbox.messages import Request, decode, encode
from clumio_sandbox.store import Store

_VALID = {"asset_types": ["EC2/EBS"], "aws_regions": ["us-east-1"]}
_ENOUGH_TO_CREATE = {
    "account_native_id": "123456789012",
    "master_aws_account_id": "123456789012",
    "master_region": "us-east-1",
}
_CANONICAL = {kind.lower(): kind for kind in ASSET_TYPES}


def _is_null(value: Any) -> bool:
    return value is None


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_number(value: Any) -> bool:
    return type(value) in {int, float}


def _is_array(value: Any) -> bool:
    return isinstance(value, list)


def _known(kind: Any) -> Any:
    """What is no asset type counts for none; what is no string remains what it is."""
    return kind if kind in ASSET_TYPES or not isinstance(kind, str) else None


def _any_case(kind: Any) -> Any:
    return _CANONICAL.get(kind.lower(), kind) if isinstance(kind, str) else kind


def _string(item: Any) -> Any:
    return item if isinstance(item, str) else None


def _without_mssql(field: str) -> BodyHook:
    def hook(body: Any, _group: Group) -> Any:
        kinds = body.get(field) if isinstance(body, dict) else None
        alone = isinstance(kinds, list) and "EC2MSSQL" in kinds and "EC2/EBS" not in kinds
        return {**body, field: [kind for kind in kinds or () if kind != "EC2MSSQL"]} if alone else body

    return hook


def _deprecated_instead(body: Any, _group: Group) -> Any:
    if not isinstance(body, dict) or "asset_types_enabled" not in body:
        return body
    return {"asset_types": body["asset_types_enabled"], **body}


def _any_body(body: Any, _group: Group) -> Any:
    return body if isinstance(body, dict) else _VALID


def _merged(body: Any, group: Group) -> Any:
    current = {
        "asset_types": list(group.intended.asset_types),
        "aws_regions": list(group.intended.aws_regions),
        "description": group.intended.description,
    }
    return {**current, **body} if isinstance(body, dict) else body


_BODIES: tuple[tuple[str, str, str, BodyHook], ...] = (
    (
        "missing-asset-types-accepted",
        "UCG-BODY-03",
        "asset_types may be missing",
        stand_in_for_missing("asset_types", []),
    ),
    (
        "deprecated-types-suffice",
        "UCG-BODY-03",
        "asset_types may be missing where asset_types_enabled is there",
        _deprecated_instead,
    ),
    (
        "null-asset-types-accepted",
        "UCG-BODY-02",
        "asset_types may be missing or null",
        stand_in("asset_types", _is_null, []),
    ),
    (
        "string-asset-types-accepted",
        "UCG-BODY-02",
        "asset_types may be a string",
        stand_in("asset_types", _is_string, ["EC2/EBS"]),
    ),
    (
        "object-asset-types-accepted",
        "UCG-BODY-02",
        "asset_types may be an object",
        stand_in("asset_types", _is_object, ["EC2/EBS"]),
    ),
    (
        "number-in-asset-types-accepted",
        "UCG-BODY-02",
        "asset_types may hold what is no string",
        each("asset_types", _string),
    ),
    (
        "missing-regions-accepted",
        "UCG-BODY-09",
        "aws_regions may be missing",
        stand_in_for_missing("aws_regions", []),
    ),
    (
        "null-regions-accepted",
        "UCG-BODY-08",
        "aws_regions may be missing or null",
        stand_in("aws_regions", _is_null, []),
    ),
    (
        "string-regions-accepted",
        "UCG-BODY-08",
        "aws_regions may be a string",
        stand_in("aws_regions", _is_string, ["us-east-1"]),
    ),
    (
        "number-in-regions-accepted",
        "UCG-BODY-08",
        "aws_regions may hold what is no string",
        each("aws_regions", _string),
    ),
    (
        "unknown-asset-type-accepted",
        "UCG-ENUM-01",
        "asset_types may hold values that are not documented",
        each("asset_types", _known),
    ),
    (
        "lower-case-asset-type-accepted",
        "UCG-ENUM-01",
        "asset_types may be in any case",
        each("asset_types", _any_case),
    ),
    (
        "unknown-deprecated-type-accepted",
        "UCG-ENUM-03",
        "asset_types_enabled may hold values that are not documented",
        each("asset_types_enabled", _known),
    ),
    (
        "string-deprecated-types-accepted",
        "UCG-BODY-06",
        "asset_types_enabled may be a string",
        stand_in("asset_types_enabled", _is_string, None),
    ),
    (
        "number-in-deprecated-types-accepted",
        "UCG-BODY-06",
        "asset_types_enabled may hold what is no string",
        each("asset_types_enabled", _string),
    ),
    (
        "mssql-alone-accepted",
        "UCG-BODY-04",
        "asset_types may hold EC2MSSQL without EC2/EBS",
        _without_mssql("asset_types"),
    ),
    (
        "deprecated-mssql-alone-accepted",
        "UCG-BODY-07",
        "asset_types_enabled may hold EC2MSSQL without EC2/EBS",
        _without_mssql("asset_types_enabled"),
    ),
    (
        "number-description-accepted",
        "UCG-BODY-10",
        "description may be a number",
        stand_in("description", _is_number, None),
    ),
    (
        "array-description-accepted",
        "UCG-BODY-10",
        "description may be an array",
        stand_in("description", _is_array, None),
    ),
    ("array-body-accepted", "UCG-BODY-14", "the body may be no object", _any_body),
    (
        "update-merges",
        "UCG-BODY-09",
        "fields that an update leaves out stay as they are, required ones too",
        _merged,
    ),
)


def _rewriting(method: str, change: Callable[[bytes], bytes]) -> Callable[[Request], Request]:
    def hook(request: Request) -> Request:
        hit = request.method == method and request.path.startswith(GROUPS_PATH)
        return replace(request, body=change(request.body)) if hit else request

    return hook


def _empty_to_valid(body: bytes) -> bytes:
    return body or encode(_VALID)


def _broken_to_valid(body: bytes) -> bytes:
    try:
        decode(body)
    except ValueError:
        return encode(_VALID) if body else body
    return body


def _completed(body: bytes) -> bytes:
    try:
        fields = decode(body)
    except ValueError:
        return body
    return encode({**_ENOUGH_TO_CREATE, **fields}) if isinstance(fields, dict) else body


_REQUESTS = (
    ("empty-body-accepted", "UCG-BODY-01", "an update needs no body", _rewriting("PUT", _empty_to_valid)),
    (
        "broken-json-accepted",
        "UCG-BODY-14",
        "an update may be broken JSON",
        _rewriting("PUT", _broken_to_valid),
    ),
    (
        "incomplete-create-accepted",
        "UCG-CREATE-02",
        "a create needs neither accounts nor a region",
        _rewriting("POST", _completed),
    ),
)


def _any_group(store: Store, _group_id: str) -> Group | None:
    return next((group for _, group in store.groups()), None)


def _beginning_alike(store: Store, group_id: str) -> Group | None:
    alike = (group for _, group in store.groups() if len(group_id) > 1 and group.id.startswith(group_id))
    return next(alike, None)


def _fault(name: str, requirement: str, description: str, **hooks: Any) -> Fault:
    return Fault(
        name=name,
        requirement=requirement,
        family=Family.ACCEPTS_INVALID,
        description=description,
        **hooks,
    )


FAULTS: tuple[Fault, ...] = (
    *(_fault(name, requirement, text, body=hook) for name, requirement, text, hook in _BODIES),
    *(_fault(name, requirement, text, request=hook) for name, requirement, text, hook in _REQUESTS),
    _fault(
        "unknown-group-accepted",
        "UCG-PATH-02",
        "an id that names no group gets another group, if there is one",
        missing=_any_group,
    ),
    _fault(
        "beginning-of-id-accepted",
        "UCG-PATH-02",
        "the beginning of an id is as good as the whole",
        missing=_beginning_alike,
    ),
)
