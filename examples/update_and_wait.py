"""Update a connection group and wait until the update is complete.

    export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
    python update_and_wait.py GROUP_ID

The answer to an update is only a plan: it has the URL of a CloudFormation template, and the update takes
effect when the group's stack is updated from it.
"""

import os
import sys
import time

from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import (
    read_aws_connection_group,
    update_aws_connection_group,
)
from clumio_connection_groups.errors import raise_for_error
from clumio_connection_groups.models import (
    AssetType,
    ConnectionGroup,
    StackOperation,
    UpdateConnectionGroupRequest,
)
from clumio_connection_groups.types import Unset

TIME_LIMIT = 30 * 60
"""The longest wait for the stack, in seconds."""
PAUSE = float(os.environ.get("PAUSE", "15"))
"""The seconds between two reads."""


def is_complete(group: ConnectionGroup) -> bool:
    """Whether the intended asset types are enabled and the stack is at rest; False if a field is absent."""
    if isinstance(group.intended_asset_types, Unset) or isinstance(group.asset_types_enabled, Unset):
        return False
    at_rest = group.ongoing_stack_operation == StackOperation.NO_ACTIVE_OPERATION
    return at_rest and set(group.intended_asset_types) == set(group.asset_types_enabled)


def main(group_id: str) -> None:
    """Request two asset types in one region, and wait for them."""
    wanted = UpdateConnectionGroupRequest(
        asset_types=[AssetType.EC2EBS, AssetType.RDS],
        aws_regions=["us-east-1"],
        description="Accounts of the data platform",
    )
    with AuthenticatedClient(
        base_url=os.environ["CLUMIO_API_BASE_URL"], token=os.environ["CLUMIO_API_TOKEN"]
    ) as client:
        planned = raise_for_error(
            update_aws_connection_group.sync_detailed(group_id, client=client, body=wanted)
        )
        # Update the stack planned.stack_name from planned.deployment_template_url here. The URL may be
        # signed: give it to CloudFormation, and do not log it.
        print(f"waiting for the stack of {planned.id}", flush=True)

        deadline = time.monotonic() + TIME_LIMIT
        while time.monotonic() < deadline:
            group = raise_for_error(read_aws_connection_group.sync_detailed(group_id, client=client))
            if is_complete(group):
                print(f"complete: {group.status}")
                return
            time.sleep(PAUSE)
    sys.exit("the stack was not updated in time; the update is discarded")


if __name__ == "__main__":
    main(sys.argv[1])
