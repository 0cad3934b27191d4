"""Read connection groups at the same time, a few at once: those named, or all.

export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
python asynchronous.py [GROUP_ID ...]
"""

import asyncio
import sys

from clumio_connection_groups import AuthenticatedClient, iterate_groups_async
from clumio_connection_groups.api.aws_connection_groups import read_aws_connection_group
from clumio_connection_groups.errors import ApiError, raise_for_error

AT_ONCE = 8
"""The greatest number of requests at the same time; the API allows 100 a second for an organization."""


async def main(group_ids: list[str]) -> int:
    """Print each group in the order of the ids; return how many could not be read."""
    limit = asyncio.Semaphore(AT_ONCE)
    async with AuthenticatedClient.from_env(retries=3) as client:

        async def line(group_id: str) -> str:
            async with limit:
                answer = await read_aws_connection_group.asyncio_detailed(group_id, client=client)
            return f"{group_id}: {raise_for_error(answer).status}"

        ids = group_ids or [str(group.id) async for group in iterate_groups_async(client)]
        lines = await asyncio.gather(*map(line, ids), return_exceptions=True)
    failures = [one for one in lines if isinstance(one, BaseException)]
    for one in lines:
        print(one)
    for failure in failures:
        if not isinstance(failure, ApiError):
            raise failure
    return len(failures)


if __name__ == "__main__":
    if "--help" in sys.argv:
        sys.exit(__doc__)
    sys.exit(f"{failed} groups could not be read" if (failed := asyncio.run(main(sys.argv[1:]))) else 0)
