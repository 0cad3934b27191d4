"""Work in the context of an organizational unit.

export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT=... python organizational_unit.py

`from_env` reads the unit, too. To work in several units, derive a client for each.
"""

import sys

from clumio_connection_groups import AuthenticatedClient, iterate_groups
from clumio_connection_groups.api.aws_connection_groups import list_aws_connection_groups
from clumio_connection_groups.errors import raise_for_error

HEADER = "x-clumio-organizationalunit-context"


def main(units: list[str]) -> None:
    """Count the groups of the unit of the environment, of a call, and of a client for each unit."""
    with AuthenticatedClient.from_env() as client:
        print(f"with the environment: {sum(1 for _ in iterate_groups(client))}")
        answer = list_aws_connection_groups.sync_detailed(
            client=client, x_clumio_organizationalunit_context=units[0] if units else None
        )
        print(f"with the call: {raise_for_error(answer).current_count}")
        for unit in units:
            of_the_unit = client.with_headers({HEADER: unit})  # shares the connections of `client`
            print(f"with the client: {sum(1 for _ in iterate_groups(of_the_unit))}")


if __name__ == "__main__":
    if "--help" in sys.argv:
        sys.exit(__doc__)
    main(sys.argv[1:])
