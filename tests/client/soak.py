"""A day's worth of calls: many over loopback, in every way; then nothing of them is left.

python tests/client/soak.py [CALLS]

Prints calls, seconds and what is left: sockets, threads, and the growth of memory since a tenth of the calls.
"""

import asyncio
import gc
import json
import resource
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from clumio_connection_groups import AuthenticatedClient, iterate_groups, wait_for_update
from clumio_connection_groups.api.aws_connection_groups import read_aws_connection_group as read
from clumio_connection_groups.errors import raise_for_error
from clumio_connection_groups.models import ConnectionGroup

STATE = {
    "id": "4f1c",
    "status": "fully_connected",
    "ongoing_stack_operation": "no_active_operation",
    "asset_types_enabled": ["RDS"],
    "aws_regions": ["us-east-1"],
    "intended_asset_types": ["RDS"],
    "intended_aws_regions": ["us-east-1"],
    "_embedded": {"items": [{"id": "4f1c"}]},
}
# A server that is faster than the client: it answers each head with the same bytes.
SERVER = """
import asyncio, sys

body = sys.argv[1].encode()
head = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n"
answer = head % len(body) + body

class Protocol(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(answer * data.count(b"\\r\\n\\r\\n"))

async def main():
    server = await asyncio.get_running_loop().create_server(Protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""
CYCLE = 1000


def cycle(client: AuthenticatedClient) -> None:
    """A thousand calls: of threads, of derived clients, asynchronous ones in a new event loop, and waits."""
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: read.sync("4f1c", client=client), range(400)))
    for number in range(40):
        derived = client.with_headers({"X-Number": str(number)})
        for _ in range(5):
            read.sync("4f1c", client=derived)
    with AuthenticatedClient(base_url=client.get_httpx_client().base_url, token="t") as other:
        for _ in range(50):
            list(iterate_groups(other))
    for _ in range(50):
        wait_for_update(ConnectionGroup.from_dict(STATE), client=client)
    asyncio.run(asynchronously(client))


async def asynchronously(client: AuthenticatedClient) -> None:
    async with client:
        for _ in range(10):
            answers = await asyncio.gather(*(read.asyncio_detailed("4f1c", client=client) for _ in range(30)))
            assert all(raise_for_error(answer).id == "4f1c" for answer in answers)


def open_sockets() -> int:
    links = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            links.append(str(descriptor.readlink()))
    return sum(link.startswith("socket:") for link in links)


def memory() -> int:
    """The resident memory now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def soak(calls: int) -> dict[str, Any]:
    """Make the calls; return what is left of them."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, json.dumps(STATE)], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout
            base_url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
            gc.collect()
            sockets, threads, begun, early = open_sockets(), threading.active_count(), time.monotonic(), 0
            with AuthenticatedClient(base_url=base_url, token="t") as client:
                for done in range(0, calls, CYCLE):
                    if early == 0 and done >= calls / 10:
                        gc.collect()
                        early = memory()
                    cycle(client)
            seconds = time.monotonic() - begun
            gc.collect()
            return {
                "calls": calls,
                "seconds": round(seconds, 1),
                "sockets_left": open_sockets() - sockets,
                "threads_left": threading.active_count() - threads,
                "growth": memory() - early,
            }
        finally:
            server.kill()


if __name__ == "__main__":
    print(json.dumps(soak(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)))
