"""Work in the context of an organizational unit.

export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT=... python organizational_unit.py
"""

import os

from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import list_aws_connection_groups
from clumio_connection_groups.errors import raise_for_error
from clumio_connection_groups.types import UNSET

HEADER = "x-clumio-organizationalunit-context"


def main() -> None:
    """List the groups of one unit: with the context in a call, and in all calls of a client."""
    unit = os.environ.get("CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT", "")
    client = AuthenticatedClient(
        base_url=os.environ["CLUMIO_API_BASE_URL"], token=os.environ["CLUMIO_API_TOKEN"]
    )
    with client:
        page = raise_for_error(
            list_aws_connection_groups.sync_detailed(
                client=client, x_clumio_organizationalunit_context=unit or UNSET
            )
        )
        print(f"with the call: {page.current_count}")

    with client.with_headers({HEADER: unit}) as of_the_unit:
        page = raise_for_error(list_aws_connection_groups.sync_detailed(client=of_the_unit))
        print(f"with the client: {page.current_count}")


if __name__ == "__main__":
    main()
