"""Retry a request when the API is busy, after the pause that the API asks for.

    python -m pip install 'clumio-connection-groups[retries]'
    export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
    python retries.py GROUP_ID

The client repeats a read or an update after a 429, a 503, or when no connection could be made. It never
repeats a creation, which could create a second group.
"""

import logging
import sys

from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import read_aws_connection_group
from clumio_connection_groups.errors import raise_for_error


def main(group_id: str) -> None:
    """Read a group three times in a row, with any rate limit."""
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("clumio_connection_groups").setLevel(logging.INFO)  # a line for each call, to stderr
    with AuthenticatedClient.from_env(retries=5) as client:
        for _ in range(3):
            group = raise_for_error(read_aws_connection_group.sync_detailed(group_id, client=client))
            print(f"read: {group.status}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
