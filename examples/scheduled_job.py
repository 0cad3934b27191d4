"""A job for Airflow, Celery or cron: the connection groups of an account have the wanted asset types.

    python -m pip install 'clumio-connection-groups[retries]'
    export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
    python scheduled_job.py ACCOUNT_ID

It can be run again at any time: a group that has what is wanted, or intends it already, is not updated. It
logs one line for each step, and ends with an exception, which a scheduler shows and repeats, when an update
did not take effect.
"""

import logging
import os
import sys

from clumio_connection_groups import AuthenticatedClient, iterate_groups, wait_for_update
from clumio_connection_groups.api.aws_connection_groups import update_aws_connection_group
from clumio_connection_groups.errors import raise_for_error
from clumio_connection_groups.models import AssetType, ConnectionGroup, UpdateConnectionGroupRequest

WANTED = {AssetType.EC2EBS, AssetType.RDS}
PATIENCE = float(os.environ.get("PATIENCE", "1800"))
PAUSE = float(os.environ.get("PAUSE", "15"))

log = logging.getLogger("scheduled_job")


def ensure(client: AuthenticatedClient, group: ConnectionGroup) -> str:
    """Let a group have the wanted asset types beside its own; return what was done."""
    intended = {AssetType(name) for name in group.intended_asset_types or []}
    connected = set(group.asset_types_enabled or [])
    body = UpdateConnectionGroupRequest(
        asset_types=sorted(intended | WANTED), aws_regions=list(group.intended_aws_regions or [])
    )
    if connected >= WANTED:
        return "nothing to do"
    planned = group
    if not intended >= WANTED:
        answer = update_aws_connection_group.sync_detailed(str(group.id), client=client, body=body)
        planned = raise_for_error(answer)
        # Here the stack is updated from planned.deployment_template_url, as cloudformation.py does.
    result = wait_for_update(planned, client=client, asked=body, patience=PATIENCE, pause=PAUSE)
    if not result.is_complete:
        raise RuntimeError(f"group {group.id}: {result}")
    return str(result)


def main(account: str) -> None:
    """Go through the groups of an account."""
    with AuthenticatedClient.from_env(retries=5) as client:
        for group in iterate_groups(client, filter_={"account_native_id": {"$in": [account]}}):
            log.info("group %s: %s", group.id, ensure(client, group))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the client has a line for each call of its own
    main(sys.argv[1])
