"""Faults that accept what the page forbids."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import NoneType
from typing import Any

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.checks import ASSET_TYPES
from clumio_sandbox.faults.hooks import BodyHook, RequestHook, default, each, substitute
from clumio_sandbox.group import Group
from clumio_sandbox.group_document import GROUPS_PATH
from clumio_sandbox.messages import Request, decode, encode
from clumio_sandbox.store import Store

fault = partial(Fault, family=Family.ACCEPTS_INVALID)

_VALID = {"asset_types": ["EC2/EBS"], "aws_regions": ["us-east-1"]}
_ENOUGH_TO_CREATE = {
    "account_native_id": "123456789012",
    "master_aws_account_id": "123456789012",
    "master_region": "us-east-1",
}
_CANONICAL = {kind.lower(): kind for kind in ASSET_TYPES}


def _known(kind: Any) -> Any:
    """None for a string that is not an asset type; other values stay, so they are refused."""
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


def _merged(body: Any, group: Group) -> Any:
    current = {
        "asset_types": list(group.intended.asset_types),
        "aws_regions": list(group.intended.aws_regions),
        "description": group.intended.description,
    }
    return {**current, **body} if isinstance(body, dict) else body


def _companion_elsewhere(field: str, other: str) -> BodyHook:
    def hook(body: Any, group: Group) -> Any:
        there = isinstance(body, dict) and isinstance(body.get(other), list) and "EC2/EBS" in body[other]
        return _without_mssql(field)(body, group) if there else body

    return hook


def _anything_beside_deprecated(body: Any, group: Group) -> Any:
    beside = isinstance(body, dict) and isinstance(body.get("asset_types_enabled"), list)
    return each("asset_types", _known)(body, group) if beside else body


def _rewriting(method: str, change: Callable[[bytes], bytes]) -> RequestHook:
    def hook(request: Request) -> Request:
        hit = request.method == method and request.path.startswith(GROUPS_PATH)
        return replace(request, body=change(request.body)) if hit else request

    return hook


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


def _beginning_alike(store: Store, organization: str, group_id: str) -> Group | None:
    alike = (
        group
        for _, group in store.groups(organization)
        if len(group_id) > 1 and group.id.startswith(group_id)
    )
    return next(alike, None)


FAULTS: tuple[Fault, ...] = (
    fault("missing-asset-types-accepted", "UCG-BODY-03", "asset_types may be missing",
          body=default("asset_types", [])),
    fault("deprecated-types-suffice", "UCG-BODY-03",
          "asset_types may be missing if asset_types_enabled is present",
          body=_deprecated_instead),
    fault("null-asset-types-accepted", "UCG-BODY-02", "asset_types may be missing or null",
          body=substitute("asset_types", [], NoneType)),
    fault("string-asset-types-accepted", "UCG-BODY-02", "asset_types may be a string",
          body=substitute("asset_types", ["EC2/EBS"], str)),
    fault("object-asset-types-accepted", "UCG-BODY-02", "asset_types may be an object",
          body=substitute("asset_types", ["EC2/EBS"], dict)),
    fault("number-in-asset-types-accepted", "UCG-BODY-02", "asset_types may hold values that are not strings",
          body=each("asset_types", _string)),
    fault("missing-regions-accepted", "UCG-BODY-09", "aws_regions may be missing",
          body=default("aws_regions", [])),
    fault("null-regions-accepted", "UCG-BODY-08", "aws_regions may be missing or null",
          body=substitute("aws_regions", [], NoneType)),
    fault("string-regions-accepted", "UCG-BODY-08", "aws_regions may be a string",
          body=substitute("aws_regions", ["us-east-1"], str)),
    fault("number-in-regions-accepted", "UCG-BODY-08", "aws_regions may hold values that are not strings",
          body=each("aws_regions", _string)),
    fault("unknown-asset-type-accepted", "UCG-ENUM-01", "asset_types may hold values that are not documented",
          body=each("asset_types", _known)),
    fault("lower-case-asset-type-accepted", "UCG-ENUM-01", "asset_types may be in any case",
          body=each("asset_types", _any_case)),
    fault("unknown-deprecated-type-accepted", "UCG-ENUM-03",
          "asset_types_enabled may hold values that are not documented",
          body=each("asset_types_enabled", _known)),
    fault("string-deprecated-types-accepted", "UCG-BODY-06", "asset_types_enabled may be a string",
          body=substitute("asset_types_enabled", None, str)),
    fault("number-in-deprecated-types-accepted", "UCG-BODY-06",
          "asset_types_enabled may hold values that are not strings",
          body=each("asset_types_enabled", _string)),
    fault("mssql-alone-accepted", "UCG-BODY-04", "asset_types may hold EC2MSSQL without EC2/EBS",
          body=_without_mssql("asset_types")),
    fault("deprecated-mssql-alone-accepted", "UCG-BODY-07",
          "asset_types_enabled may hold EC2MSSQL without EC2/EBS",
          body=_without_mssql("asset_types_enabled")),
    fault("mssql-with-deprecated-companion-accepted", "UCG-BODY-04",
          "EC2MSSQL in asset_types needs EC2/EBS in any of the two lists only",
          body=_companion_elsewhere("asset_types", "asset_types_enabled")),
    fault("deprecated-mssql-with-companion-accepted", "UCG-BODY-07",
          "EC2MSSQL in asset_types_enabled needs EC2/EBS in any of the two lists only",
          body=_companion_elsewhere("asset_types_enabled", "asset_types")),
    fault("foreign-beside-deprecated-accepted", "UCG-ENUM-01",
          "asset_types may hold values that are not documented if asset_types_enabled is present",
          body=_anything_beside_deprecated),
    fault("number-description-accepted", "UCG-BODY-10", "description may be a number",
          body=substitute("description", None, int, float)),
    fault("array-description-accepted", "UCG-BODY-10", "description may be an array",
          body=substitute("description", None, list)),
    fault("array-body-accepted", "UCG-BODY-14", "the body may be another type than an object",
          body=lambda body, _group: body if isinstance(body, dict) else _VALID),
    fault("update-merges", "UCG-BODY-09", "missing fields of an update keep their values, required ones too",
          body=_merged),
    fault("empty-body-accepted", "UCG-BODY-01", "an update needs no body",
          request=_rewriting("PUT", lambda body: body or encode(_VALID))),
    fault("broken-json-accepted", "UCG-BODY-14", "the body of an update may be invalid JSON",
          request=_rewriting("PUT", _broken_to_valid)),
    fault("incomplete-create-accepted", "UCG-CREATE-02", "a create needs neither accounts nor a region",
          request=_rewriting("POST", _completed)),
    fault("unknown-group-accepted", "UCG-PATH-02", "an unknown id leads to another group, if there is one",
          missing=lambda store, organization, _group_id: next(
              (group for _, group in store.groups(organization)), None)),
    fault("beginning-of-id-accepted", "UCG-PATH-02",
          "the beginning of an id is accepted in place of the whole",
          missing=_beginning_alike),
)  # fmt: skip
