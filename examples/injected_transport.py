"""Give the client another transport: one that counts answers, or, for tests, one that needs no network.

export CLUMIO_API_BASE_URL=https://us-west-2.api.clumio.com CLUMIO_API_TOKEN=...
python injected_transport.py GROUP_ID
"""

import os
import sys

import httpx

from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import read_aws_connection_group
from clumio_connection_groups.errors import raise_for_error


class CountingTransport(httpx.BaseTransport):
    """Passes requests to another transport, and counts the answers by status."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.counts: dict[int, int] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request to the inner transport, and count its answer."""
        response = self.inner.handle_request(request)
        self.counts[response.status_code] = self.counts.get(response.status_code, 0) + 1
        return response

    def close(self) -> None:
        """Close the inner transport."""
        self.inner.close()


def read(group_id: str, transport: httpx.BaseTransport) -> str:
    """Return the status of a group."""
    with AuthenticatedClient(
        base_url=os.environ["CLUMIO_API_BASE_URL"],
        token=os.environ["CLUMIO_API_TOKEN"],
        httpx_args={"transport": transport},
    ) as client:
        return str(raise_for_error(read_aws_connection_group.sync_detailed(group_id, client=client)).status)


def main(group_id: str) -> None:
    """Read a group over the network, then from a transport without one."""
    counting = CountingTransport(httpx.HTTPTransport())
    print(f"from the network: {read(group_id, counting)}, {counting.counts}")
    canned = httpx.MockTransport(lambda _: httpx.Response(200, json={"status": "unlinked"}))
    print(f"canned: {read(group_id, canned)}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
