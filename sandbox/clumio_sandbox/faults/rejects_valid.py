"""Faults that refuse what the page allows."""

from functools import partial
from typing import Any

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.errors import invalid, unknown_group, wrong_media_type
from clumio_sandbox.faults.hooks import of_one_group, refuse
from clumio_sandbox.group import Group, Status
from clumio_sandbox.messages import Request

fault = partial(Fault, family=Family.REJECTS_VALID)

LONG = 200
"""The maximum length of a description under a fault, in characters."""


def _items(body: dict[str, Any], field: str) -> list[Any]:
    value = body.get(field)
    return value if isinstance(value, list) else []


def _text(body: dict[str, Any]) -> str:
    value = body.get("description")
    return value if isinstance(value, str) else ""


def _kind_refused(name: str, requirement: str, field: str, kind: str) -> Fault:
    hook = refuse(field, lambda body: kind in _items(body, field))
    return fault(name, requirement, f"{field} may not hold {kind}", body=hook)


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


FAULTS: tuple[Fault, ...] = (
    _kind_refused("ec2-ebs-refused", "UCG-ENUM-01", "asset_types", "EC2/EBS"),
    _kind_refused("rds-refused", "UCG-ENUM-01", "asset_types", "RDS"),
    _kind_refused("dynamodb-refused", "UCG-ENUM-01", "asset_types", "DynamoDB"),
    _kind_refused("ec2mssql-refused", "UCG-BODY-04", "asset_types", "EC2MSSQL"),
    _kind_refused("s3-refused", "UCG-ENUM-01", "asset_types", "S3"),
    _kind_refused("ebs-refused", "UCG-DEPR-01", "asset_types", "EBS"),
    _kind_refused("deprecated-ec2-ebs-refused", "UCG-ENUM-03", "asset_types_enabled", "EC2/EBS"),
    _kind_refused("deprecated-rds-refused", "UCG-ENUM-03", "asset_types_enabled", "RDS"),
    _kind_refused("deprecated-dynamodb-refused", "UCG-ENUM-03", "asset_types_enabled", "DynamoDB"),
    _kind_refused("deprecated-ec2mssql-refused", "UCG-BODY-07", "asset_types_enabled", "EC2MSSQL"),
    _kind_refused("deprecated-s3-refused", "UCG-ENUM-03", "asset_types_enabled", "S3"),
    _kind_refused("deprecated-ebs-refused", "UCG-ENUM-03", "asset_types_enabled", "EBS"),
    fault("deprecated-triples-refused", "UCG-ENUM-03", "asset_types_enabled may hold two values at most",
          body=refuse("asset_types_enabled", lambda body: len(_items(body, "asset_types_enabled")) > 2)),
    fault("many-regions-refused", "UCG-BODY-08", "aws_regions may hold four regions at most",
          body=refuse("aws_regions", lambda body: len(_items(body, "aws_regions")) > 4)),
    fault("deprecated-field-refused", "UCG-DEPR-02", "asset_types_enabled may not be sent",
          body=refuse("asset_types_enabled", lambda body: body.get("asset_types_enabled") is not None)),
    fault("null-refused", "UCG-BODY-12", "optional fields may not be null",
          body=refuse("description", _has_null)),
    fault("extra-field-refused", "UCG-BODY-13", "undocumented fields may not be sent",
          body=refuse("template_permission_set", _has_unknown_field)),
    fault("missing-description-refused", "UCG-BODY-11", "description is required",
          body=refuse("description", lambda body: "description" not in body)),
    fault("empty-description-refused", "UCG-BODY-11", "description may not be empty",
          body=refuse("description", lambda body: body.get("description") == "")),
    fault("unicode-description-refused", "UCG-BODY-11", "description may hold ASCII only",
          body=refuse("description", lambda body: not _text(body).isascii())),
    fault("long-description-refused", "UCG-BODY-11", f"description may have {LONG} characters at most",
          body=refuse("description", lambda body: len(_text(body)) > LONG)),
    fault("several-regions-refused", "UCG-BODY-08", "aws_regions may hold one region only",
          body=refuse("aws_regions", lambda body: len(set(map(str, _items(body, "aws_regions")))) > 1)),
    fault("several-asset-types-refused", "UCG-BODY-02", "asset_types may hold one value only",
          body=refuse("asset_types", lambda body: len(set(map(str, _items(body, "asset_types")))) > 1)),
    fault("repeated-region-refused", "UCG-BODY-16", "aws_regions may not hold a region twice",
          body=refuse("aws_regions", _repeats)),
    fault("empty-list-refused", "UCG-BODY-15", "aws_regions may not be empty",
          body=refuse("aws_regions", lambda body: body.get("aws_regions") == [])),
    fault("updates-refused", "UCG-OP-01", "no update is accepted", body=refuse("body", lambda _body: True)),
    fault("unless-well-deployed-refused", "UCG-FLOW-14",
          "a group whose last deployment failed or was partial may not be updated",
          body=_unless_well),
    fault("json-charset-refused", "UCG-CTYPE-01", "application/json may have no charset",
          request=_json_with_charset),
    fault("text-plain-refused", "UCG-CTYPE-04", "a text/plain body is refused", request=_plain_text),
    fault("encoded-id-refused", "UCG-PATH-04", "a percent-encoded id is not decoded", request=_encoded_id),
    fault("empty-unit-refused", "UCG-OU-01", "an empty organizational-unit header is refused",
          request=_empty_unit),
)  # fmt: skip
