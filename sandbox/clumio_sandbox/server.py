"""The HTTP server."""

import signal
import socket
import sys

import uvicorn
from starlette.types import ASGIApp

from clumio_sandbox.protocol import SandboxProtocol

SHUTDOWN_PATIENCE = 2
"""Seconds to wait for open requests on shutdown."""

HEAD_LIMIT = 64 * 1024
"""The maximum size of a request's head in bytes."""


KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: longer than clients keep theirs (httpx: 5). A request that is
sent while the server closes the connection gets no answer."""


class ListenError(Exception):
    """The address cannot be used."""


class Server(uvicorn.Server):
    """Serves one application, and prints its base URL as soon as it accepts connections."""

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
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=SHUTDOWN_PATIENCE,
                h11_max_incomplete_event_size=HEAD_LIMIT,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then print the base URL."""
        try:
            await super().startup(sockets)
        except SystemExit as error:  # uvicorn has logged the reason
            raise ListenError(f"cannot listen there ({error.__context__})") from error
        print(self.base_url, flush=True)

    @property
    def base_url(self) -> str:
        """The URL of the server, after its start."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: ASGIApp, *, host: str, port: int) -> int:
    """Serve until a signal; the exit code is 0 after SIGTERM and 130 after Ctrl-C."""
    # uvicorn raises the signal again after its shutdown; SIGTERM must then end the process with exit code 0.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # A shell starts background processes with SIGINT ignored; here it must still stop the server.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        Server(app, host=host, port=port).run()
    except KeyboardInterrupt:
        return 130
    return 0
