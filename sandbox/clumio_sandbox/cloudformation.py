"""Real stacks, read through boto3 from any CloudFormation endpoint.

DescribeStacks is the only operation that is called. Credentials come from boto3's usual chain.
"""

import logging
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from clumio_sandbox.group import Group
from clumio_sandbox.stacks import StackView
from clumio_sandbox.template import REVISION_OUTPUT, TOKEN_PARAMETER

_log = logging.getLogger(__name__)


class CloudFormationStacks:
    """The stacks at one endpoint. The stack of a group is the one whose token parameter is the group's id."""

    simulated = False

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._clients: dict[str, Any] = {}

    def look(self, group: Group) -> StackView | None:
        """The present state of a group's stack; None when there is no stack, or the endpoint fails."""
        try:
            client = self.client(group.master_region)
            found = self._known(client, group.stack.arn) if group.stack else _find(client, group.id)
        except (BotoCoreError, ClientError) as error:
            _log.warning(
                "the stack of group %s cannot be read, so the group stays as it is: %s", group.id, error
            )
            return None
        return found and _view(found)

    def client(self, region: str) -> Any:
        """The client for a region; it is created once."""
        if region not in self._clients:
            self._clients[region] = boto3.client(
                "cloudformation", region_name=region, endpoint_url=self._endpoint
            )
        return self._clients[region]

    def _known(self, client: Any, arn: str) -> Any:
        try:
            return client.describe_stacks(StackName=arn)["Stacks"][0]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            # CloudFormation removes a deleted stack after some time.
            return {"StackId": arn, "StackName": arn.split("/")[1], "StackStatus": "DELETE_COMPLETE"}


def _find(client: Any, group_id: str) -> Any:
    for page in client.get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            if _pairs(stack, "Parameter").get(TOKEN_PARAMETER) == group_id:
                return stack
    return None


def _view(stack: Any) -> StackView:
    revision = _pairs(stack, "Output").get(REVISION_OUTPUT, "")
    moved_at = stack.get("LastUpdatedTime") or stack.get("CreationTime")
    return StackView(
        arn=stack["StackId"],
        name=stack["StackName"],
        status=stack["StackStatus"],
        revision=int(revision) if revision.isdigit() else None,
        moved_at=str(moved_at),
    )


def _pairs(stack: Any, kind: str) -> dict[str, str]:
    return {pair[f"{kind}Key"]: pair[f"{kind}Value"] for pair in stack.get(f"{kind}s", ())}
