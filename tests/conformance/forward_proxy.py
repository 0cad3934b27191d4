"""A forward proxy of our own: it knows one name, opens tunnels to it, and may ask for credentials."""

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ForwardProxy:
    """Where it is, and the request lines that came."""

    port: int
    seen: list[str] = field(default_factory=list)


@contextmanager
def forward_proxy(
    hosts: dict[str, int], *, credentials: str | None = None, status: int | None = None
) -> Iterator[ForwardProxy]:
    """Serve until the block ends; `hosts` are the ports on this machine of the names that it knows.

    With `credentials` (USER:PASSWORD) others are refused with 407, with `status` all are refused.
    """
    expected = credentials and f"Basic {base64.b64encode(credentials.encode()).decode()}"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_CONNECT(self) -> None:
            opened.seen.append(self.requestline)
            if expected and self.headers.get("Proxy-Authorization") != expected:
                self.send_error(407)
            elif status or self.path.partition(":")[0] not in hosts:
                self.send_error(status or 502)
            else:
                self.send_response(200)
                self.end_headers()
                with socket.create_connection(("127.0.0.1", hosts[self.path.partition(":")[0]])) as there:
                    _joined(self.connection, there)
            self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    opened = ForwardProxy(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield opened
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _joined(here: socket.socket, there: socket.socket) -> None:
    """Carry what comes, both ways, until both sides have ended."""
    for side in (here, there):
        side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    back = threading.Thread(target=_carried, args=(there, here), daemon=True)
    back.start()
    _carried(here, there)
    back.join()


def _carried(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
