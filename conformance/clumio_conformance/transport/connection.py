"""The connections of the wire: exact paths, through the proxy of the environment, with a deadline."""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from clumio_conformance.transport.base_url import is_loopback
from clumio_conformance.transport.surroundings import proxy_for, trusted


class Connection(httpx.BaseTransport):
    """Sends requests with the path of the extension `target`; ends each answer after `longest` seconds.

    Nothing to loopback passes a proxy: it could read plain requests.

    Raises:
        UsageError: the environment of the user can't be used.
    """

    def __init__(self, base_url: str, *, longest: float) -> None:
        self._context = trusted()
        self._backend = _Backend(longest)
        self._pools: dict[str, tuple[httpcore.ConnectionPool, str]] = {}
        self._pool(httpx.URL(base_url))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of the answer can be read until the deadline."""
        url = request.url
        pool, way = self._pool(url)
        self._backend.start()
        target = request.extensions.get("target", url.raw_path)
        sent = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target),
            headers=request.headers.raw,
            content=request.stream,
            extensions={name: one for name, one in request.extensions.items() if name != "target"},
        )
        with _translated(way):
            answer = pool.handle_request(sent)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close the connections."""
        for pool, _ in self._pools.values():
            pool.close()

    def _pool(self, url: httpx.URL) -> tuple[httpcore.ConnectionPool, str]:
        """The connections to a host, and the name of the way there: direct, or through a proxy."""
        if url.host not in self._pools:
            proxy = None if is_loopback(str(url)) else proxy_for(url.host)
            way = "" if proxy is None else f" (through the proxy {proxy.url.host.decode()}:{proxy.url.port})"
            pool = httpcore.ConnectionPool(
                ssl_context=self._context, network_backend=self._backend, proxy=proxy
            )
            self._pools[url.host] = pool, way
        return self._pools[url.host]


class _Backend(httpcore.NetworkBackend):
    """Opens streams that all end at one deadline, which is set for each request."""

    def __init__(self, longest: float) -> None:
        self._inner = httpcore.SyncBackend()
        self._longest = longest
        self._end = 0.0

    def start(self) -> None:
        self._end = time.monotonic() + self._longest

    def left(self, timeout: float | None, late: type[Exception]) -> float:
        """Seconds until the deadline, or until the time-out if that is sooner."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise late(f"the answer did not end within {self._longest:g} s")
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, left, local_address, socket_options), self)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, backend: _Backend) -> None:
        self._inner, self._backend = inner, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._inner.read(max_bytes, self._backend.left(timeout, httpcore.ReadTimeout))
        except httpcore.ReadTimeout:
            self._backend.left(timeout, httpcore.ReadTimeout)
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._backend.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._backend.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Body(httpx.SyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._inner

    def close(self) -> None:
        self._inner.close()


@contextmanager
def _translated(way: str = "") -> Iterator[None]:
    """Raise the errors of httpcore as those of httpx, which have the same names."""
    try:
        yield
    except tuple(_ERRORS) as why:
        raise _ERRORS[type(why)](f"{why}{way}") from why


_ERRORS: dict[type[Exception], Callable[[str], Exception]] = {
    getattr(httpcore, name): getattr(httpx, name)
    for name in (
        "ConnectError", "ConnectTimeout", "LocalProtocolError", "PoolTimeout", "ProxyError", "ReadError",
        "ReadTimeout", "RemoteProtocolError", "UnsupportedProtocol", "WriteError", "WriteTimeout",
    )
}  # fmt: skip
