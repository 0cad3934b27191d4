"""A sandbox on a socket."""

import signal
import socket
import sys
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from clumio_sandbox.protocol import SandboxProtocol

SHUTDOWN_PATIENCE = 2
"""Seconds that open requests get on shutdown."""

HEAD_LIMIT = 64 * 1024
"""Bytes of a request's head that are read."""


class Server(uvicorn.Server):
    """Serves one application, and says where on standard output as soon as it does."""

    def __init__(self, app: ASGIApp, *, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                http=SandboxProtocol,
                ws="none",
                lifespan="off",
                proxy_headers=False,
                log_level="error",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=SHUTDOWN_PATIENCE,
                h11_max_incomplete_event_size=HEAD_LIMIT,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        print(self.base_url, flush=True)

    @property
    def base_url(self) -> str:
        """Where the sandbox is, once it has started."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: ASGIApp, *, host: str, port: int) -> int:
    """Serve until told to stop; the exit code is 0 after SIGTERM and 130 after Ctrl-C."""
    # The server hands a signal on once it is down, and this one means success.
    signal.signal(signal.SIGTERM, _finished)
    # A shell starts what runs in the background with Ctrl-C ignored; whoever sends it all the same means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        Server(app, host=host, port=port).run()
    except KeyboardInterrupt:
        return 130
    return 0


def _finished(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
