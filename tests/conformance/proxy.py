"""A reverse proxy that changes answers on their way, or gives its own: a target broken by hand."""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from clumio_conformance.exchange import Request, Response

Change = Callable[[Request, Response], Response | None]
"""Gives what is answered instead of the target's answer, or None to let it pass."""

_OWN_HEADERS = frozenset(
    {"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"}
)
_NOWHERE = Response(status=599)


@contextmanager
def proxy(change: Change, target: str | None = None, *, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve until the block ends, with TLS if asked; yield the base URL.

    Without a target each request is answered by `change` alone, which gets an empty response. Requests come
    in several threads at once.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(change, target))
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(change: Change, target: str | None) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def log_message(self, *_: Any) -> None:
            pass

        def answer(self) -> None:
            length = self.headers.get("Content-Length")
            request = Request(
                method=self.command,
                url=self.path,
                headers=tuple(self.headers.items()),
                body=self.rfile.read(int(length)) if length else None,
            )
            response, missing = _forwarded(request, target) if target else (_NOWHERE, 0)
            self.give(change(request, response) or response, missing)

        def give(self, response: Response, missing: int) -> None:
            self.send_response(response.status)
            for name, value in response.headers:
                if name.lower() not in _OWN_HEADERS:
                    self.send_header(name, value)
            if response.status not in {204, 304}:
                self.send_header("Content-Length", str(len(response.body) + missing))
            self.end_headers()
            if response.status not in {204, 304}:
                self.wfile.write(response.body)
            # What was cut off on the way to the proxy ends here as well.
            self.close_connection = self.close_connection or missing > 0

        do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - http.server looks for these names

    return Handler


def _forwarded(request: Request, target: str) -> tuple[Response, int]:
    """Return the answer of the target, and how many bytes of its body are missing."""
    connection = http.client.HTTPConnection(urlsplit(target).netloc, timeout=30)
    try:
        connection.putrequest(request.method, request.url, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            if name.lower() != "connection":
                connection.putheader(name, value)
        connection.endheaders(request.body)
        answer = connection.getresponse()
        try:
            body, missing = answer.read(), 0
        except http.client.IncompleteRead as cut:
            body, missing = cut.partial, cut.expected or 1
        return Response(status=answer.status, headers=tuple(answer.getheaders()), body=body), missing
    finally:
        connection.close()
