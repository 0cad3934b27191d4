"""Read several connection groups at the same time.

export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
python asynchronous.py GROUP_ID ...
"""

import asyncio
import os
import sys

from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import read_aws_connection_group
from clumio_connection_groups.errors import raise_for_error


async def main(group_ids: list[str]) -> None:
    """Read the groups, and print them in the order of the ids."""
    async with AuthenticatedClient(
        base_url=os.environ["CLUMIO_API_BASE_URL"], token=os.environ["CLUMIO_API_TOKEN"]
    ) as client:
        answers = await asyncio.gather(
            *(read_aws_connection_group.asyncio_detailed(one, client=client) for one in group_ids)
        )
    for answer in answers:
        group = raise_for_error(answer)
        print(f"{group.id}: {group.status}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
