"""Retry a request when the API is busy, after the pause that the API asks for.

    python -m pip install httpx-retries
    export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
    python retries.py GROUP_ID

The client itself never retries. The transport below does, for 429, 502, 503, 504 and broken connections. It
waits as long as `Retry-After` says, and repeats only what is safe to repeat: an update, but not a creation.
"""

import os
import sys

from httpx_retries import Retry, RetryTransport

from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import read_aws_connection_group
from clumio_connection_groups.errors import raise_for_error


def main(group_id: str) -> None:
    """Read a group three times in a row, with any rate limit."""
    retry = Retry(total=5, backoff_factor=0.5, max_backoff_wait=30, total_timeout=60)
    with AuthenticatedClient(
        base_url=os.environ["CLUMIO_API_BASE_URL"],
        token=os.environ["CLUMIO_API_TOKEN"],
        httpx_args={"transport": RetryTransport(retry=retry)},
    ) as client:
        for _ in range(3):
            group = raise_for_error(read_aws_connection_group.sync_detailed(group_id, client=client))
            print(f"read: {group.status}")


if __name__ == "__main__":
    main(sys.argv[1])
