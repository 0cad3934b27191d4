"""Faults in the group object that updates and reads answer with."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.faults.answers import on_success
from clumio_sandbox.messages import Response, encode

Document = dict[str, Any]

_VALUES: tuple[tuple[str, str, str, Any], ...] = (
    # name, requirement, path of the field, what it is replaced by
    ("status-undocumented", "UCG-ENUM-02", "status", "active"),
    ("status-number", "UCG-RESP-22", "status", 1),
    ("status-null", "UCG-RESP-22", "status", None),
    ("operation-undocumented", "UCG-ENUM-04", "ongoing_stack_operation", "rolling_back_stack"),
    ("operation-camel-case", "UCG-ENUM-04", "ongoing_stack_operation", "noActiveOperation"),
    ("operation-number", "UCG-RESP-18", "ongoing_stack_operation", 0),
    ("operation-null", "UCG-RESP-18", "ongoing_stack_operation", None),
    ("asset-type-undocumented", "UCG-ENUM-05", "asset_types_enabled", ["EC2/EBS", "FSX"]),
    ("asset-type-lower-case", "UCG-ENUM-05", "asset_types_enabled", ["ec2/ebs"]),
    ("mssql-enabled-alone", "UCG-RESP-06", "asset_types_enabled", ["EC2MSSQL"]),
    ("asset-types-enabled-string", "UCG-RESP-05", "asset_types_enabled", "EC2/EBS"),
    ("asset-types-enabled-numbers", "UCG-RESP-05", "asset_types_enabled", [1]),
    ("asset-types-enabled-null", "UCG-RESP-05", "asset_types_enabled", None),
    ("intended-asset-type-undocumented", "UCG-ENUM-06", "intended_asset_types", ["Lambda"]),
    ("intended-asset-types-string", "UCG-RESP-14", "intended_asset_types", "EC2/EBS"),
    ("intended-asset-types-null", "UCG-RESP-14", "intended_asset_types", None),
    ("config-string", "UCG-CONF-01", "config", "consolidated"),
    ("config-array", "UCG-CONF-01", "config", []),
    ("config-asset-types-string", "UCG-CONF-03", "config.asset_types_enabled", "EC2/EBS"),
    ("config-asset-types-numbers", "UCG-CONF-03", "config.asset_types_enabled", [7]),
    ("config-dynamodb-array", "UCG-CONF-04", "config.dynamodb", []),
    ("config-warm-tier-dynamodb-string", "UCG-CONF-04", "config.warm_tier_protect.dynamodb", "1.1"),
    ("config-ebs-string", "UCG-CONF-05", "config.ebs", "1.1"),
    ("config-ec2-array", "UCG-CONF-06", "config.ec2", []),
    ("config-mssql-number", "UCG-CONF-07", "config.ec2_mssql", 1),
    ("config-rds-boolean", "UCG-CONF-08", "config.rds", True),
    ("config-s3-string", "UCG-CONF-09", "config.s3", "1.1"),
    ("config-warm-tier-array", "UCG-CONF-10", "config.warm_tier_protect", []),
    ("template-version-number", "UCG-CONF-11", "config.installed_template_version", 1.1),
    ("nested-template-version-number", "UCG-CONF-11", "config.ebs.installed_template_version", 1),
    ("account-name-number", "UCG-RESP-03", "account_name", 7),
    ("account-ids-string", "UCG-RESP-04", "account_native_ids", "123456789012"),
    ("account-ids-numbers", "UCG-RESP-04", "account_native_ids", [123456789012]),
    ("regions-string", "UCG-RESP-07", "aws_regions", "us-east-1"),
    ("created-timestamp-number", "UCG-RESP-08", "created_timestamp", 1767225600),
    ("template-url-number", "UCG-RESP-09", "deployment_template_url", 1),
    ("template-url-relative", "UCG-FLOW-01", "deployment_template_url", "/template.json"),
    ("template-url-empty", "UCG-FLOW-01", "deployment_template_url", ""),
    ("description-number", "UCG-RESP-10", "description", 1),
    ("external-id-number", "UCG-RESP-11", "external_id", 1),
    ("id-number", "UCG-RESP-12", "id", 1),
    ("id-of-another-group", "UCG-RESP-25", "id", "00000000-0000-4000-8000-000000000000"),
    ("intended-account-ids-numbers", "UCG-RESP-13", "intended_account_native_ids", [123456789012]),
    ("intended-regions-string", "UCG-RESP-15", "intended_aws_regions", "us-east-1"),
    ("master-account-number", "UCG-RESP-16", "master_aws_account_id", 123456789012),
    ("master-region-object", "UCG-RESP-17", "master_region", {"name": "us-east-1"}),
    ("organizational-unit-number", "UCG-RESP-19", "organizational_unit_id", 1),
    ("stack-arn-object", "UCG-RESP-20", "stack_arn", {"arn": "arn:aws:cloudformation"}),
    ("stack-name-number", "UCG-RESP-21", "stack_name", 1),
    ("etag-number", "UCG-ETAG-01", "_etag", 1),
    ("links-array", "UCG-LINK-01", "_links", []),
    ("self-link-string", "UCG-LINK-02", "_links._self", "/connections/aws/connection-groups"),
    ("unit-link-string", "UCG-LINK-03", "_links.read-organizational-unit", "/organizational-units"),
    ("link-href-number", "UCG-LINK-04", "_links._self.href", 1),
    ("link-templated-string", "UCG-LINK-05", "_links._self.templated", "false"),
    ("link-type-number", "UCG-LINK-06", "_links._self.type", 1),
    (
        "link-to-another-group",
        "UCG-LINK-07",
        "_links._self.href",
        "/connections/aws/connection-groups/00000000-0000-4000-8000-000000000000",
    ),
    ("undocumented-field", "UCG-RESP-24", "internal_state", "ok"),
)

_MISSING: tuple[tuple[str, str, str], ...] = (
    # name, requirement, the field that is left out
    ("template-url-missing", "UCG-FLOW-01", "deployment_template_url"),
    ("id-missing", "UCG-RESP-23", "id"),
    ("status-missing", "UCG-RESP-23", "status"),
    ("intended-regions-missing", "UCG-RESP-23", "intended_aws_regions"),
)


def _replace(path: str, value: Any) -> Callable[[Document], None]:
    *parents, field = path.split(".")

    def change(document: Document) -> None:
        for parent in parents:
            # config may be null, and another fault may have put something else there
            if not isinstance(document.get(parent), dict):
                document[parent] = {}
            document = document[parent]
        document[field] = value

    return change


def _remove(field: str) -> Callable[[Document], None]:
    return lambda document: document.pop(field, None)


def _edit(field: str, change: Callable[[Any], Any]) -> Callable[[Document], None]:
    return lambda document: document.update({field: change(document[field])})


def _template_gone(url: str) -> str:
    address, _, query = url.partition("?")
    return f"{address}.gone?{query}"


def _fault(name: str, requirement: str, description: str, document: Callable[[Document], None]) -> Fault:
    return Fault(
        name=name,
        requirement=requirement,
        family=Family.SUCCESS_BODY,
        description=description,
        document=document,
    )


def _other_etag(response: Response) -> Response:
    return replace(response, headers={**response.headers, "ETag": '"another"'})


def _as_array(response: Response) -> Response:
    return replace(response, body=b"[" + response.body + b"]")


FAULTS: tuple[Fault, ...] = (
    *(
        _fault(name, requirement, f"{path} of the answer is {encode(value).decode()}", _replace(path, value))
        for name, requirement, path, value in _VALUES
    ),
    *(
        _fault(name, requirement, f"{field} is missing from the answer", _remove(field))
        for name, requirement, field in _MISSING
    ),
    _fault(
        "status-upper-case",
        "UCG-ENUM-02",
        "status of the answer is in upper case",
        _edit("status", str.upper),
    ),
    _fault(
        "template-url-gone",
        "UCG-FLOW-02",
        "deployment_template_url leads to nothing",
        _edit("deployment_template_url", _template_gone),
    ),
    _fault(
        "intended-regions-sorted",
        "UCG-SAVE-03",
        "intended_aws_regions are sorted",
        _edit("intended_aws_regions", sorted),
    ),
    _fault(
        "intended-regions-unique",
        "UCG-SAVE-03",
        "intended_aws_regions lack what was sent twice",
        _edit("intended_aws_regions", lambda regions: list(dict.fromkeys(regions))),
    ),
    _fault(
        "intended-region-dropped",
        "UCG-SAVE-03",
        "intended_aws_regions lack the last one",
        _edit("intended_aws_regions", lambda regions: regions[:-1]),
    ),
    _fault(
        "intended-asset-types-sorted",
        "UCG-SAVE-02",
        "intended_asset_types are sorted",
        _edit("intended_asset_types", sorted),
    ),
    _fault(
        "intended-asset-type-dropped",
        "UCG-SAVE-02",
        "intended_asset_types lack the last one",
        _edit("intended_asset_types", lambda kinds: kinds[:-1]),
    ),
    Fault(
        name="etag-header-differs",
        requirement="UCG-ETAG-02",
        family=Family.SUCCESS_BODY,
        description="the ETag header is not the _etag of the answer",
        response=on_success(_other_etag),
    ),
    Fault(
        name="answer-in-array",
        requirement="UCG-RESP-02",
        family=Family.SUCCESS_BODY,
        description="the answer is an array that holds the group",
        response=on_success(_as_array),
    ),
)
