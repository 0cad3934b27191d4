"""Update a connection group, and wait until it is known what became of the update.

export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
python update_and_wait.py GROUP_ID

The answer to an update is only a plan: it has the URL of a CloudFormation template, and the update takes
effect when the group's stack is updated from it. The exit code is 0 only if what was asked for is connected.
"""

import os
import sys

from clumio_connection_groups import AuthenticatedClient, wait_for_update
from clumio_connection_groups.api.aws_connection_groups import update_aws_connection_group
from clumio_connection_groups.errors import raise_for_error
from clumio_connection_groups.models import AssetType, UpdateConnectionGroupRequest
from clumio_connection_groups.waiting import Progress

PATIENCE = 30 * 60
"""The longest wait for the stack, in seconds."""
PAUSE = float(os.environ.get("PAUSE", "15"))
"""The seconds between two reads."""


def report(progress: Progress) -> None:
    """Print one line for each read."""
    state = progress.group.status if progress.group else type(progress.problem).__name__
    print(f"{progress.seconds:.0f} s: {state}", file=sys.stderr)


def main(group_id: str) -> None:
    """Request two asset types in one region, and wait for them."""
    wanted = UpdateConnectionGroupRequest(
        asset_types=[AssetType.EC2EBS, AssetType.RDS],
        aws_regions=["us-east-1"],
        description="Accounts of the data platform",
    )
    with AuthenticatedClient.from_env() as client:
        planned = raise_for_error(
            update_aws_connection_group.sync_detailed(group_id, client=client, body=wanted)
        )
        # Update the stack planned.stack_name from planned.deployment_template_url here. The URL may be
        # signed: give it to CloudFormation, and do not log it.
        print(f"waiting for the stack of {planned.id}", flush=True)
        result = wait_for_update(
            planned, client=client, asked=wanted, patience=PATIENCE, pause=PAUSE, progress=report
        )
    if not result.is_complete:
        sys.exit(f"the update did not take effect: {result}")
    print(result)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
