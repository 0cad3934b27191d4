"""Update a connection group and its CloudFormation stack: from the template URL to complete.

    python -m pip install clumio-connection-groups boto3
    export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
    python cloudformation.py GROUP_ID ASSET_TYPE...

Needs credentials of the group's master account, in the usual places of boto3. The stack is made when there is
none yet. An update of the stack that fails leaves the group as it was, and the exit code is not 0.
"""

import os
import sys

import boto3
import httpx
from botocore.exceptions import BotoCoreError, ClientError

from clumio_connection_groups import AuthenticatedClient, wait_for_update
from clumio_connection_groups.api.aws_connection_groups import (
    read_aws_connection_group,
    update_aws_connection_group,
)
from clumio_connection_groups.errors import raise_for_error
from clumio_connection_groups.models import AssetType, ConnectionGroup, UpdateConnectionGroupRequest

PAUSE = float(os.environ.get("PAUSE", "15"))


def template(url: str) -> dict[str, str]:
    """Name a template for CloudFormation, which reads from S3 alone; any other, as a sandbox's, as text."""
    if httpx.URL(url).host.endswith(".amazonaws.com"):
        return {"TemplateURL": url}
    return {"TemplateBody": httpx.get(url).raise_for_status().text}


def deploy(group: ConnectionGroup) -> None:
    """Make or update the stack of a group from the template of its update, and wait for it."""
    aws = boto3.client("cloudformation", region_name=str(group.master_region))
    stack = {
        "StackName": str(group.stack_arn or f"clumio-{group.id}"),
        **template(str(group.deployment_template_url)),  # may be signed: not for logs
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Parameters": [
            {"ParameterKey": "ClumioToken", "ParameterValue": str(group.id)},
            {"ParameterKey": "RoleExternalId", "ParameterValue": str(group.external_id)},
            {"ParameterKey": "PermissionModel", "ParameterValue": "SELF_MANAGED"},
            {"ParameterKey": "PermissionsBoundaryARN", "ParameterValue": ""},
        ],
    }
    action = "update" if group.stack_arn else "create"
    getattr(aws, f"{action}_stack")(**stack)
    aws.get_waiter(f"stack_{action}_complete").wait(
        StackName=stack["StackName"], WaiterConfig={"Delay": max(1, int(PAUSE))}
    )


def main(group_id: str, asset_types: list[str]) -> None:
    """Let a group have these asset types, in its regions."""
    with AuthenticatedClient.from_env(retries=5) as client:
        before = raise_for_error(read_aws_connection_group.sync_detailed(group_id, client=client))
        wanted = UpdateConnectionGroupRequest(
            asset_types=[AssetType(name) for name in asset_types],
            aws_regions=list(before.intended_aws_regions or []),
        )
        planned = raise_for_error(
            update_aws_connection_group.sync_detailed(group_id, client=client, body=wanted)
        )
        try:
            deploy(planned)
        except (BotoCoreError, ClientError) as error:
            sys.exit(f"the stack was not updated: {type(error).__name__}")
        result = wait_for_update(planned, client=client, asked=wanted, before=before, pause=PAUSE)
    if not result.is_complete:
        sys.exit(f"the update did not take effect: {result}")
    print(result)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
