"""The group object in the vendor's answers.

It has exactly the page's fields [doc]. A field without a value is left out [guess], because only `config` is
documented as nullable. The form of a value is a guess where the page gives only a type.
"""

import hashlib
import uuid
from typing import Any
from urllib.parse import quote

from clumio_sandbox.clock import timestamp
from clumio_sandbox.group import Group, Plan, Reach

GROUPS_PATH = "/connections/aws/connection-groups"
"""The path of the vendor's collection of groups [wire]."""

TEMPLATES_PATH = "/_sandbox/templates"
"""The path under which the sandbox serves templates; it is none of the vendor's."""

_CONFIG_PARTS = {
    "DynamoDB": ("dynamodb",),
    "EC2/EBS": ("ebs", "ec2"),
    "EBS": ("ebs",),
    "EC2MSSQL": ("ec2_mssql",),
    "RDS": ("rds",),
    "S3": ("s3",),
}


def etag(group: Group) -> str:
    """The entity tag, which changes exactly when the group changes."""
    return f"{group.id[:8]}-{group.version}"


def group_document(group: Group, *, base_url: str) -> dict[str, Any]:
    """The group object; `base_url` is that of the client's request, see `Request`."""
    intended = group.intended
    reach = group.reach or Reach((), (), (), 0)
    document = {
        "_etag": etag(group),
        "_links": _links(group),
        "account_name": account_name(group),
        "account_native_ids": list(reach.account_native_ids),
        "asset_types_enabled": list(reach.asset_types),
        "aws_regions": list(reach.aws_regions),
        "config": _config(group.reach) if group.reach and not group.legacy else None,
        "created_timestamp": timestamp(group.created_at),
        "deployment_template_url": base_url + template_target(group, intended),
        "description": intended.description,
        "external_id": group.external_id,
        "id": group.id,
        "intended_account_native_ids": [group.account_native_id],
        "intended_asset_types": list(intended.asset_types),
        "intended_aws_regions": list(intended.aws_regions),
        "master_aws_account_id": group.master_aws_account_id,
        "master_region": group.master_region,
        "ongoing_stack_operation": group.operation.value,
        "organizational_unit_id": group.organizational_unit_id,
        "stack_arn": group.stack.arn if group.stack else None,
        "stack_name": group.stack.name if group.stack else None,
        "status": group.status.value,
    }
    shown = {name: value for name, value in document.items() if value is not None}
    return shown | {"config": None} if group.legacy else shown


def account_name(group: Group) -> str | None:
    """The alias of the group's account; it is known once the group is connected [guess]."""
    return f"aws-account-{group.account_native_id}" if group.reach else None


def unit_document(organizational_unit_id: str) -> dict[str, Any]:
    """An organizational unit, as a read embeds it on request [guess]."""
    return {"id": organizational_unit_id, "name": "Global Organizational Unit"}


def default_unit(organization: str) -> str:
    """The organizational unit that each organization has."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, organization))


def link(href: str, *, method: str = "get") -> dict[str, Any]:
    """A link; `type` is a lower-case method in the vendor's examples [doc]."""
    return {"href": href, "templated": False, "type": method}


def template_target(group: Group, plan: Plan) -> str:
    """The path and query of a plan's template."""
    path = f"{TEMPLATES_PATH}/{group.id}/{plan.revision}.template"
    return (
        f"{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature={template_signature(group, plan.revision)}"
    )


def template_signature(group: Group, revision: int) -> str:
    """The signature in a template's URL, which replaces the token."""
    message = f"{group.id}/{revision}".encode()
    return hashlib.blake2b(message, key=group.external_id.encode(), digest_size=32).hexdigest()


def _links(group: Group) -> dict[str, Any]:
    return {
        "_self": link(f"{GROUPS_PATH}/{group.id}"),
        "read-organizational-unit": link(
            f"/organizational-units/{quote(group.organizational_unit_id, safe='')}"
        ),
    }


def _config(reach: Reach) -> dict[str, Any]:
    version = {"installed_template_version": template_version(reach.revision)}
    config: dict[str, Any] = {"asset_types_enabled": list(reach.asset_types), **version}
    for asset_type in reach.asset_types:
        config.update((part, dict(version)) for part in _CONFIG_PARTS.get(asset_type, ()))
    if "DynamoDB" in reach.asset_types:
        config["warm_tier_protect"] = {"dynamodb": dict(version), **version}
    return config


def template_version(revision: int) -> str:
    """The version that a plan's template installs [guess]."""
    return f"1.{revision}"
