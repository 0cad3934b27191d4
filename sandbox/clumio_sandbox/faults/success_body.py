"""Faults in the group object of successful updates and reads."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from clumio_sandbox.behaviour import Family, Fault
from clumio_sandbox.faults.hooks import on_success
from clumio_sandbox.messages import Response, encode

fault = partial(Fault, family=Family.SUCCESS_BODY)

Document = dict[str, Any]


def _replaced(name: str, requirement: str, path: str, value: Any) -> Fault:
    *parents, field = path.split(".")

    def change(document: Document) -> None:
        for parent in parents:
            # config may be null, and another fault may have replaced the parent
            if not isinstance(document.get(parent), dict):
                document[parent] = {}
            document = document[parent]
        document[field] = value

    description = f"{path} of the answer is {encode(value).decode()}"
    return fault(name, requirement, description, document=change)


def _left_out(name: str, requirement: str, field: str) -> Fault:
    def change(document: Document) -> None:
        document.pop(field, None)

    return fault(name, requirement, f"{field} is missing from the answer", document=change)


def _edit(field: str, change: Callable[[Any], Any]) -> Callable[[Document], None]:
    return lambda document: document.update({field: change(document[field])})


def _template_gone(url: str) -> str:
    address, _, query = url.partition("?")
    return f"{address}.gone?{query}"


def _other_etag(response: Response) -> Response:
    return replace(response, headers={**response.headers, "ETag": '"another"'})


FAULTS: tuple[Fault, ...] = (
    _replaced("status-undocumented", "UCG-ENUM-02", "status", "active"),
    _replaced("status-number", "UCG-RESP-22", "status", 1),
    _replaced("status-null", "UCG-RESP-22", "status", None),
    _replaced("operation-undocumented", "UCG-ENUM-04", "ongoing_stack_operation", "rolling_back_stack"),
    _replaced("operation-camel-case", "UCG-ENUM-04", "ongoing_stack_operation", "noActiveOperation"),
    _replaced("operation-number", "UCG-RESP-18", "ongoing_stack_operation", 0),
    _replaced("operation-null", "UCG-RESP-18", "ongoing_stack_operation", None),
    _replaced("asset-type-undocumented", "UCG-ENUM-05", "asset_types_enabled", ["EC2/EBS", "FSX"]),
    _replaced("asset-type-lower-case", "UCG-ENUM-05", "asset_types_enabled", ["ec2/ebs"]),
    _replaced("mssql-enabled-alone", "UCG-RESP-06", "asset_types_enabled", ["EC2MSSQL"]),
    _replaced("asset-types-enabled-string", "UCG-RESP-05", "asset_types_enabled", "EC2/EBS"),
    _replaced("asset-types-enabled-numbers", "UCG-RESP-05", "asset_types_enabled", [1]),
    _replaced("asset-types-enabled-null", "UCG-RESP-05", "asset_types_enabled", None),
    _replaced("intended-asset-type-undocumented", "UCG-ENUM-06", "intended_asset_types", ["Lambda"]),
    _replaced("intended-asset-types-string", "UCG-RESP-14", "intended_asset_types", "EC2/EBS"),
    _replaced("intended-asset-types-null", "UCG-RESP-14", "intended_asset_types", None),
    _replaced("config-string", "UCG-CONF-01", "config", "consolidated"),
    _replaced("config-array", "UCG-CONF-01", "config", []),
    _replaced("config-asset-types-string", "UCG-CONF-03", "config.asset_types_enabled", "EC2/EBS"),
    _replaced("config-asset-types-numbers", "UCG-CONF-03", "config.asset_types_enabled", [7]),
    _replaced("config-dynamodb-array", "UCG-CONF-04", "config.dynamodb", []),
    _replaced("config-warm-tier-dynamodb-string", "UCG-CONF-04", "config.warm_tier_protect.dynamodb", "1.1"),
    _replaced("config-ebs-string", "UCG-CONF-05", "config.ebs", "1.1"),
    _replaced("config-ec2-array", "UCG-CONF-06", "config.ec2", []),
    _replaced("config-mssql-number", "UCG-CONF-07", "config.ec2_mssql", 1),
    _replaced("config-rds-boolean", "UCG-CONF-08", "config.rds", True),  # noqa: FBT003 - the value in the answer
    _replaced("config-s3-string", "UCG-CONF-09", "config.s3", "1.1"),
    _replaced("config-warm-tier-array", "UCG-CONF-10", "config.warm_tier_protect", []),
    _replaced("template-version-number", "UCG-CONF-11", "config.installed_template_version", 1.1),
    _replaced("nested-template-version-number", "UCG-CONF-11", "config.ebs.installed_template_version", 1),
    _replaced("account-name-number", "UCG-RESP-03", "account_name", 7),
    _replaced("account-ids-string", "UCG-RESP-04", "account_native_ids", "123456789012"),
    _replaced("account-ids-numbers", "UCG-RESP-04", "account_native_ids", [123456789012]),
    _replaced("regions-string", "UCG-RESP-07", "aws_regions", "us-east-1"),
    _replaced("created-timestamp-number", "UCG-RESP-08", "created_timestamp", 1767225600),
    _replaced("template-url-number", "UCG-RESP-09", "deployment_template_url", 1),
    _replaced("template-url-relative", "UCG-FLOW-01", "deployment_template_url", "/template.json"),
    _replaced("template-url-empty", "UCG-FLOW-01", "deployment_template_url", ""),
    _replaced("description-number", "UCG-RESP-10", "description", 1),
    _replaced("external-id-number", "UCG-RESP-11", "external_id", 1),
    _replaced("id-number", "UCG-RESP-12", "id", 1),
    _replaced("id-of-another-group", "UCG-RESP-25", "id", "00000000-0000-4000-8000-000000000000"),
    _replaced("intended-account-ids-numbers", "UCG-RESP-13", "intended_account_native_ids", [123456789012]),
    _replaced("intended-regions-string", "UCG-RESP-15", "intended_aws_regions", "us-east-1"),
    _replaced("master-account-number", "UCG-RESP-16", "master_aws_account_id", 123456789012),
    _replaced("master-region-object", "UCG-RESP-17", "master_region", {"name": "us-east-1"}),
    _replaced("organizational-unit-number", "UCG-RESP-19", "organizational_unit_id", 1),
    _replaced("stack-arn-object", "UCG-RESP-20", "stack_arn", {"arn": "arn:aws:cloudformation"}),
    _replaced("stack-name-number", "UCG-RESP-21", "stack_name", 1),
    _replaced("etag-number", "UCG-ETAG-01", "_etag", 1),
    _replaced("links-array", "UCG-LINK-01", "_links", []),
    _replaced("self-link-string", "UCG-LINK-02", "_links._self", "/connections/aws/connection-groups"),
    _replaced("unit-link-string", "UCG-LINK-03", "_links.read-organizational-unit", "/organizational-units"),
    _replaced("link-href-number", "UCG-LINK-04", "_links._self.href", 1),
    _replaced("link-templated-string", "UCG-LINK-05", "_links._self.templated", "false"),
    _replaced("link-type-number", "UCG-LINK-06", "_links._self.type", 1),
    _replaced("link-to-another-group", "UCG-LINK-07", "_links._self.href",
              "/connections/aws/connection-groups/00000000-0000-4000-8000-000000000000"),
    _replaced("undocumented-field", "UCG-RESP-24", "internal_state", "ok"),
    _left_out("template-url-missing", "UCG-FLOW-01", "deployment_template_url"),
    _left_out("id-missing", "UCG-RESP-23", "id"),
    _left_out("status-missing", "UCG-RESP-23", "status"),
    _left_out("intended-regions-missing", "UCG-RESP-23", "intended_aws_regions"),
    fault("status-upper-case", "UCG-ENUM-02", "status of the answer is in upper case",
          document=_edit("status", str.upper)),
    fault("template-url-gone", "UCG-FLOW-02", "deployment_template_url leads to a path that does not exist",
          document=_edit("deployment_template_url", _template_gone)),
    fault("intended-regions-sorted", "UCG-SAVE-03", "intended_aws_regions are sorted",
          document=_edit("intended_aws_regions", sorted)),
    fault("intended-regions-unique", "UCG-SAVE-03", "intended_aws_regions has repeated values once only",
          document=_edit("intended_aws_regions", lambda regions: list(dict.fromkeys(regions)))),
    fault("intended-region-dropped", "UCG-SAVE-03", "intended_aws_regions lacks the last value",
          document=_edit("intended_aws_regions", lambda regions: regions[:-1])),
    fault("intended-asset-types-sorted", "UCG-SAVE-02", "intended_asset_types are sorted",
          document=_edit("intended_asset_types", sorted)),
    fault("intended-asset-type-dropped", "UCG-SAVE-02", "intended_asset_types lacks the last value",
          document=_edit("intended_asset_types", lambda kinds: kinds[:-1])),
    fault("etag-header-differs", "UCG-ETAG-02", "the ETag header is not the _etag of the answer",
          response=on_success(_other_etag)),
    fault("answer-in-array", "UCG-RESP-02", "the answer is an array that holds the group",
          response=on_success(lambda response: replace(response, body=b"[" + response.body + b"]"))),
)  # fmt: skip
