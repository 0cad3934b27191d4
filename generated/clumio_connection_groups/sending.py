"""One call: its hooks, its retries, its line in the log, and what becomes of redirects."""

import logging
import time
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import httpx

from .answers import request_id, request_line
from .checks import encoded
from .errors import InvalidInput, seconds_of

if TYPE_CHECKING:
    from httpx_retries import Retry, RetryTransport

    from .client import Client

LOGGER = logging.getLogger("clumio_connection_groups")
"""One line for each call: method, path, status, seconds and request id; never a query, header or body."""

_FOR_ANY_HOST = frozenset(
    [
        "accept",
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "user-agent",
    ]
)
"""The headers that can hold no secret."""

_PAUSE = 0.5
_LONGEST_PAUSE = 60.0
"""Seconds between two attempts: at first about this, at the most that."""


@cache
def user_agent() -> str:
    """Name this client, its version and that of httpx."""
    from importlib import metadata  # noqa: PLC0415 - slow to import, and needed once

    try:
        version = metadata.version("clumio-connection-groups")
    except metadata.PackageNotFoundError:  # a copy of the package's folder alone
        version = "0"
    return f"clumio-connection-groups/{version} python-httpx/{httpx.__version__}"


def secrets_stay(base_url: httpx.URL) -> Callable[[httpx.Request], None]:
    """Make a hook that takes what can be a secret from a request to another host, as after a redirect."""
    home = (base_url.scheme, base_url.netloc)

    def strip(request: httpx.Request) -> None:
        url = request.url
        if (url.scheme, url.netloc) != home and not _is_at_home(url, base_url):
            for name in [name for name in request.headers if name.lower() not in _FOR_ANY_HOST]:
                del request.headers[name]

    return strip


def send(client: "Client", http: httpx.Client, **arguments: Any) -> httpx.Response:
    """Send a request, and return its answer, with the retries and hooks of the client.

    Raises:
        InvalidInput: The request can't be sent.
        httpx.HTTPError: There is no answer.
    """
    with _Call(client, http, arguments) as call:
        if client.retries:
            response = _retrying(client.retries, _Through(http)).handle_request(call.request)
        else:
            response = http.send(call.request)
    return call.answered(response)


async def send_async(client: "Client", http: httpx.AsyncClient, **arguments: Any) -> httpx.Response:
    """Send a request, and return its answer, with the retries and hooks of the client.

    Raises:
        InvalidInput: The request can't be sent.
        httpx.HTTPError: There is no answer.
    """
    with _Call(client, http, arguments) as call:
        if client.retries:
            transport = _retrying(client.retries, _ThroughAsync(http))
            response = await transport.handle_async_request(call.request)
        else:
            response = await http.send(call.request)
    return call.answered(response)


class _Call:
    """One call: its request, and its line in the log, also when there is no answer."""

    def __init__(
        self, client: "Client", http: httpx.Client | httpx.AsyncClient, arguments: dict[str, Any]
    ) -> None:
        headers = arguments.get("headers") or {}
        if not all(
            isinstance(value, str) and value.isascii() and value.isprintable() for value in headers.values()
        ):
            arguments["headers"] = encoded(headers)
        query: str = arguments.pop("query", "")
        try:
            self.request = http.build_request(**arguments)
            if query:
                more = self.request.url.query + b"&" if self.request.url.query else b""
                self.request.url = self.request.url.copy_with(query=more + query.encode())
        except UnicodeError:
            raise InvalidInput("the request has a text that is not Unicode, so it can't be sent") from None
        self._client = client
        self._begun = time.perf_counter()
        if client.on_request is not None:
            client.on_request(self.request)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if kind is None:
            return
        self._log(kind.__name__, None)
        if isinstance(error, (httpx.InvalidURL, UnicodeError)):
            text = "the answer is a redirect to an address that is no URL"
            raise httpx.RemoteProtocolError(text, request=self.request) from None

    def answered(self, response: httpx.Response) -> httpx.Response:
        response = _unless_led_away(response)
        self._log(str(response.status_code), response)
        if self._client.on_response is not None:
            self._client.on_response(response)
        return response

    def _log(self, result: str, response: httpx.Response | None) -> None:
        if LOGGER.isEnabledFor(logging.INFO):
            seconds = time.perf_counter() - self._begun
            named = None if response is None else request_id(response)
            more = f", request id {named}" if named else ""
            LOGGER.info("%s -> %s in %.3f s%s", request_line(self.request), result, seconds, more)


def _unless_led_away(response: httpx.Response) -> httpx.Response:
    """Return an answer, or the redirect that led away: to a read in place of an update, or elsewhere."""
    for redirect, following in pairwise([*response.history, response] if response.history else ()):
        is_same = following.request.method == redirect.request.method
        if not is_same or not _is_at_home(following.request.url, redirect.request.url):
            return redirect
    return response


def _is_at_home(url: httpx.URL, home: httpx.URL) -> bool:
    """Whether a URL is of the same scheme, host and port; https in place of http is better, and counts."""
    if (url.scheme, url.host, url.port) == (home.scheme, home.host, home.port):
        return True
    return (url.scheme, home.scheme, url.host, url.port, home.port) == (
        "https",
        "http",
        home.host,
        None,
        None,
    )


class _Through(httpx.BaseTransport):
    """A whole httpx client as a transport, so that a retry keeps its proxies, redirects and hooks."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._http.send(request)


class _ThroughAsync(httpx.AsyncBaseTransport):
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._http.send(request)


@cache
def _retry(total: int) -> "Retry":
    """Return the rules: a create is never repeated, since it could create twice."""
    from httpx_retries import Retry  # noqa: PLC0415 - an extra, which few need

    class Pauses(Retry):
        """Pauses as long as Retry-After asks for, or longer each time; in any event loop."""

        def _pause(self, answer: httpx.Response | Exception) -> float:
            headers = answer.headers if isinstance(answer, httpx.Response) else {}
            asked = seconds_of(headers.get("Retry-After", ""))
            return self.backoff_strategy() if asked is None else min(asked, self.max_backoff_wait)

        def sleep(self, response: httpx.Response | Exception) -> None:
            time.sleep(self._pause(response))

        async def asleep(self, response: httpx.Response | Exception) -> None:
            from anyio import sleep  # noqa: PLC0415 - slow to import; an asynchronous call of httpx imports it

            await sleep(self._pause(response))

    return Pauses(
        total=total,
        allowed_methods=("GET", "PUT"),
        status_forcelist=(429, 503),
        retry_on_exceptions=(httpx.ConnectError, httpx.ConnectTimeout),  # nothing was sent yet
        backoff_factor=_PAUSE,
        max_backoff_wait=_LONGEST_PAUSE,
    )


def _retrying(total: int, inner: "_Through | _ThroughAsync") -> "RetryTransport":
    from httpx_retries import RetryTransport  # noqa: PLC0415 - an extra, which few need

    return RetryTransport(transport=inner, retry=_retry(total))
