"""Transports for httpx that judge what passes through them.

    client = httpx.Client(transport=JudgingTransport(observer(on_finding=to_logging())))

They wrap any transport. Requests, answers and errors pass unchanged; a body is judged after the caller has
read it. An error of the judge is counted (`Observer.errors`), never raised.
"""

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Any, Self, cast

import httpx

from clumio_conformance.connection_groups.recorded import observer
from clumio_conformance.watching.capture import Kept, Passed
from clumio_conformance.watching.observer import Observer
from clumio_conformance.watching.sinks import to_logging, to_span

__all__ = ["AsyncJudgingTransport", "JudgingTransport", "Observer", "observer", "to_logging", "to_span"]


class JudgingTransport(httpx.BaseTransport):
    """Judges what passes through another transport.

    `observer` judges; the default one logs new findings as warnings of the logger `clumio_conformance`.
    `transport` is the other transport, by default httpx's own.
    """

    def __init__(
        self, observer: Observer | None = None, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.observer = observer or _default()
        self._transport = transport or httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Let the other transport handle the request."""
        response = self._transport.handle_request(request)
        _watch(self.observer, request, response, _SyncStream)
        return response

    def close(self) -> None:
        """Close the other transport; the observer may have other users, and stays open."""
        self._transport.close()

    def __enter__(self) -> Self:
        self._transport.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self._transport.__exit__(kind, error, trace)


class AsyncJudgingTransport(httpx.AsyncBaseTransport):
    """Judges what passes through another asynchronous transport; see `JudgingTransport`."""

    def __init__(
        self, observer: Observer | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.observer = observer or _default()
        self._transport = transport or httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Let the other transport handle the request."""
        response = await self._transport.handle_async_request(request)
        _watch(self.observer, request, response, _AsyncStream)
        return response

    async def aclose(self) -> None:
        """Close the other transport; the observer may have other users, and stays open."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self._transport.__aexit__(kind, error, trace)


class _Stream(Kept):
    """A stream that keeps the blocks which pass, and enters the exchange at the end."""

    __slots__ = ("_is_over", "_observer", "_request", "_response", "_stream")

    def __init__(self, observer: Observer, request: httpx.Request, response: httpx.Response) -> None:
        super().__init__()
        self._observer, self._request, self._response = observer, request, response
        self._stream: Any = response.stream
        self._is_over = False

    def end(self, *, whole: bool) -> None:
        if self._is_over:
            return
        self._is_over = True
        try:
            self.whole = whole
            body = self.known()
            request, response = self._request, self._response
            headers = response.headers.raw
            if body and "content-encoding" in response.headers:
                coding = {"content-encoding": response.headers["content-encoding"]}
                body = httpx.Response(200, headers=coding, content=body).content
                headers = [pair for pair in headers if pair[0].lower() != b"content-encoding"]
            try:
                sent: bytes | None = request.content
            except httpx.RequestNotRead:
                sent = None
            self._observer.enter(
                Passed(
                    request.method,
                    str(request.url),
                    request.headers.raw,
                    sent,
                    response.status_code,
                    headers,
                    body,
                )
            )
        except Exception as why:  # noqa: BLE001 - see the module
            self._observer.failed(why)


class _SyncStream(_Stream, httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        for block in self._stream:
            self.keep(block)
            yield block
        self.end(whole=True)

    def close(self) -> None:
        self._stream.close()
        self.end(whole=False)


class _AsyncStream(_Stream, httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for block in self._stream:
            self.keep(block)
            yield block
        self.end(whole=True)

    async def aclose(self) -> None:
        await self._stream.aclose()
        self.end(whole=False)


def _watch(observer: Observer, request: httpx.Request, response: httpx.Response, kind: type[_Stream]) -> None:
    try:
        if not observer.wants(str(request.url)):
            return
        stream = kind(observer, request, response)
        if response.is_closed:  # it was read already, as by mocks
            stream.keep(response.content)
            stream.end(whole=True)
        else:
            response.stream = cast("httpx.SyncByteStream", stream)
    except Exception as why:  # noqa: BLE001 - see the module
        observer.failed(why)


def _default() -> Observer:
    return observer(on_finding=to_logging())
