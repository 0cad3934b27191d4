"""Faults that refuse what the page allows."""

from typing import Any

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.checks import ASSET_TYPES
from clumio_sandbox.errors import invalid, unknown_group, wrong_media_type
from clumio_sandbox.faults.answers import of_one_group
from clumio_sandbox.faults.bodies import BodyHook, Condition, refuse
from clumio_sandbox.group import Group, Status
from clumio_sandbox.messages import Request

LONG = 200
"""Characters beyond which a description counts as long."""


def _items(body: dict[str, Any], field: str) -> list[Any]:
    value = body.get(field)
    return value if isinstance(value, list) else []


def _text(body: dict[str, Any]) -> str:
    value = body.get("description")
    return value if isinstance(value, str) else ""


def _holds(field: str, kind: str) -> Condition:
    return lambda body: kind in _items(body, field)


def _repeats(body: dict[str, Any]) -> bool:
    regions = _items(body, "aws_regions")
    return any(regions.count(region) > 1 for region in regions)


def _has_null(body: dict[str, Any]) -> bool:
    return any(field in body and body[field] is None for field in ("asset_types_enabled", "description"))


def _has_unknown_field(body: dict[str, Any]) -> bool:
    return not body.keys() <= {"asset_types", "asset_types_enabled", "aws_regions", "description"}


def _unless_well(body: Any, group: Group) -> Any:
    if group.status in {Status.DEPLOYMENT_FAILED, Status.PARTIALLY_CONNECTED}:
        raise invalid("body", "the last deployment was no success")
    return body


_KIND_REQUIREMENTS = {"EBS": "UCG-DEPR-01", "EC2MSSQL": "UCG-BODY-04"}

_KINDS: tuple[tuple[str, str, str, BodyHook], ...] = tuple(
    (
        f"{kind.lower().replace('/', '-')}-refused",
        _KIND_REQUIREMENTS.get(kind, "UCG-ENUM-01"),
        f"asset_types may not hold {kind}",
        refuse("asset_types", _holds("asset_types", kind)),
    )
    for kind in ASSET_TYPES
)

_DEPRECATED_KINDS: tuple[tuple[str, str, str, BodyHook], ...] = tuple(
    (
        f"deprecated-{kind.lower().replace('/', '-')}-refused",
        "UCG-BODY-07" if kind == "EC2MSSQL" else "UCG-ENUM-03",
        f"asset_types_enabled may not hold {kind}",
        refuse("asset_types_enabled", _holds("asset_types_enabled", kind)),
    )
    for kind in ASSET_TYPES
)

_BODIES: tuple[tuple[str, str, str, BodyHook], ...] = (
    (
        "deprecated-field-refused",
        "UCG-DEPR-02",
        "asset_types_enabled may not be sent",
        refuse("asset_types_enabled", lambda body: body.get("asset_types_enabled") is not None),
    ),
    (
        "null-refused",
        "UCG-BODY-12",
        "optional fields may not be null",
        refuse("description", _has_null),
    ),
    (
        "extra-field-refused",
        "UCG-BODY-13",
        "fields that the page does not know may not be sent",
        refuse("template_permission_set", _has_unknown_field),
    ),
    (
        "missing-description-refused",
        "UCG-BODY-11",
        "description is required",
        refuse("description", lambda body: "description" not in body),
    ),
    (
        "empty-description-refused",
        "UCG-BODY-11",
        "description may not be empty",
        refuse("description", lambda body: body.get("description") == ""),
    ),
    (
        "unicode-description-refused",
        "UCG-BODY-11",
        "description may hold ASCII only",
        refuse("description", lambda body: not _text(body).isascii()),
    ),
    (
        "long-description-refused",
        "UCG-BODY-11",
        f"description may have {LONG} characters at most",
        refuse("description", lambda body: len(_text(body)) > LONG),
    ),
    (
        "several-regions-refused",
        "UCG-BODY-08",
        "aws_regions may hold one region only",
        refuse("aws_regions", lambda body: len(set(map(str, _items(body, "aws_regions")))) > 1),
    ),
    (
        "several-asset-types-refused",
        "UCG-BODY-02",
        "asset_types may hold one value only",
        refuse("asset_types", lambda body: len(set(map(str, _items(body, "asset_types")))) > 1),
    ),
    (
        "repeated-region-refused",
        "UCG-BODY-16",
        "aws_regions may not hold a region twice",
        refuse("aws_regions", _repeats),
    ),
    (
        "empty-list-refused",
        "UCG-BODY-15",
        "aws_regions may not be empty",
        refuse("aws_regions", lambda body: body.get("aws_regions") == []),
    ),
    (
        "updates-refused",
        "UCG-OP-01",
        "no update is accepted",
        refuse("body", lambda _body: True),
    ),
    (
        "unless-well-deployed-refused",
        "UCG-FLOW-14",
        "a group whose last deployment failed, or reached some accounts only, may not be updated",
        _unless_well,
    ),
)


def _json_with_charset(request: Request) -> Request:
    content_type = request.headers.get("content-type", "")
    if request.media_type == "application/json" and ";" in content_type:
        raise wrong_media_type(content_type)
    return request


def _plain_text(request: Request) -> Request:
    if request.method == "PUT" and request.media_type == "text/plain":
        raise wrong_media_type(request.media_type)
    return request


def _encoded_id(request: Request) -> Request:
    if of_one_group(request) and "%" in request.path:
        raise unknown_group(request.path.rpartition("/")[2])
    return request


def _empty_unit(request: Request) -> Request:
    if request.headers.get("x-clumio-organizationalunit-context") == "":
        raise invalid("x-clumio-organizationalunit-context", "not an id")
    return request


_REQUESTS = (
    ("json-charset-refused", "UCG-CTYPE-01", "application/json may have no charset", _json_with_charset),
    ("text-plain-refused", "UCG-CTYPE-04", "a body labelled text/plain is not read", _plain_text),
    ("encoded-id-refused", "UCG-PATH-04", "a percent-encoded id is not decoded", _encoded_id),
    ("empty-unit-refused", "UCG-OU-01", "an empty organizational-unit header is refused", _empty_unit),
)

FAULTS: tuple[Fault, ...] = (
    *(
        Fault(
            name=name,
            requirement=requirement,
            family=Family.REJECTS_VALID,
            description=description,
            body=hook,
        )
        for name, requirement, description, hook in (*_KINDS, *_DEPRECATED_KINDS, *_BODIES)
    ),
    *(
        Fault(
            name=name,
            requirement=requirement,
            family=Family.REJECTS_VALID,
            description=description,
            request=hook,
        )
        for name, requirement, description, hook in _REQUESTS
    ),
)
