"""Middleware for applications that stand in for the vendor: judges what they answer.

    app = JudgingASGI(app, observer(on_finding=to_logging()))

Requests and answers pass unchanged. An error of the judge is counted (`Observer.errors`), never raised.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from typing import Any
from urllib.parse import quote

from clumio_conformance.connection_groups.recorded import observer
from clumio_conformance.watching.capture import Kept, Passed, RawHeaders, raw
from clumio_conformance.watching.observer import Observer
from clumio_conformance.watching.sinks import to_logging, to_span

__all__ = ["JudgingASGI", "JudgingWSGI", "Observer", "observer", "to_logging", "to_span"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Message, Receive, Send], Awaitable[None]]
WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class JudgingASGI:
    """Judges the answers of an ASGI application."""

    def __init__(self, app: ASGIApp, observer: Observer) -> None:
        self.app, self.observer = app, observer

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle a connection."""
        if scope["type"] != "http" or not self.observer.wants(_asgi_url(scope)):
            await self.app(scope, receive, send)
            return
        sent, received = Kept(), Kept()
        started: list[Message] = []

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                sent.keep(message.get("body", b""))
                sent.whole = not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
            elif message["type"] == "http.response.body":
                received.keep(bytes(message.get("body", b"")))
                received.whole = not message.get("more_body", False)
            await send(message)

        await self.app(scope, receiving, sending)
        try:
            if started:
                self.observer.enter(
                    Passed(
                        scope["method"],
                        _asgi_url(scope),
                        [(bytes(name), bytes(value)) for name, value in scope["headers"]],
                        sent.known(),
                        started[0]["status"],
                        [(bytes(name), bytes(value)) for name, value in started[0].get("headers", ())],
                        received.known(),
                    )
                )
        except Exception as why:  # noqa: BLE001 - see the module
            self.observer.failed(why)


class JudgingWSGI:
    """Judges the answers of a WSGI application. The application must read the body of a request."""

    def __init__(self, app: WSGIApp, observer: Observer) -> None:
        self.app, self.observer = app, observer

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Handle a request."""
        url = _wsgi_url(environ)
        if not self.observer.wants(url):
            return self.app(environ, start_response)
        reading = _Input(environ["wsgi.input"])
        environ = {**environ, "wsgi.input": reading}
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def starting(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            started[:] = [(status, headers)]
            return start_response(status, headers, *rest)

        return self._passing(self.app(environ, starting), environ, url, reading, started)

    def _passing(
        self,
        blocks: Iterable[bytes],
        environ: dict[str, Any],
        url: str,
        reading: "_Input",
        started: list[tuple[str, list[tuple[str, str]]]],
    ) -> Iterator[bytes]:
        received = Kept()
        try:
            for block in blocks:
                received.keep(block)
                yield block
            received.whole = True
        finally:
            close = getattr(blocks, "close", None)
            if close is not None:
                close()
            try:
                status, headers = started[0]
                length = environ.get("CONTENT_LENGTH") or "0"
                sent = reading.body.known() if len(reading) == int(length) else None
                self.observer.enter(
                    Passed(
                        environ["REQUEST_METHOD"],
                        url,
                        _wsgi_headers(environ),
                        sent,
                        int(status.split(" ")[0]),
                        raw(headers),
                        received.known(),
                    )
                )
            except Exception as why:  # noqa: BLE001 - see the module
                self.observer.failed(why)


class _Input:
    """The body of a WSGI request; keeps what the application reads."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._size = 0
        self.body = Kept()
        self.body.whole = True

    def __len__(self) -> int:
        return self._size

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def read(self, size: int = -1) -> bytes:
        return self._kept(self._stream.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._kept(self._stream.readline(size))

    def readlines(self, hint: int = -1) -> list[bytes]:
        return [self._kept(line) for line in self._stream.readlines(hint)]

    def _kept(self, block: bytes) -> bytes:
        self._size += len(block)
        self.body.keep(block)
        return block


def _asgi_url(scope: Message) -> str:
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "unknown")
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    target = path.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
    return f"{scope.get('scheme', 'http')}://{host}{target}"


def _wsgi_url(environ: dict[str, Any]) -> str:
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "unknown")
    path = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if path is None:
        path = quote(f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}", encoding="latin-1")
        path += f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    return f"{environ.get('wsgi.url_scheme', 'http')}://{host}{path}"


def _wsgi_headers(environ: dict[str, Any]) -> RawHeaders:
    named = {
        name.removeprefix("HTTP_").replace("_", "-").title(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value)
    }
    return raw(named.items())
