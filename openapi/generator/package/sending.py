"""One call: its hooks, its retries, its line in the log, and what becomes of redirects."""

import logging
import time
from collections.abc import Callable
from functools import cache
from importlib import metadata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx

from .answers import request_id, request_line
from .errors import seconds_of

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
    try:
        version = metadata.version("clumio-connection-groups")
    except metadata.PackageNotFoundError:  # a copy of the package's folder alone
        version = "0"
    return f"clumio-connection-groups/{version} python-httpx/{httpx.__version__}"


def secrets_stay(base_url: httpx.URL) -> Callable[[httpx.Request], None]:
    """Make a hook that takes what can be a secret from a request to another host, as after a redirect."""

    def strip(request: httpx.Request) -> None:
        if not _is_at_home(request.url, base_url):
            for name in [name for name in request.headers if name.lower() not in _FOR_ANY_HOST]:
                del request.headers[name]

    return strip


def send(client: "Client", http: httpx.Client, **arguments: Any) -> httpx.Response:
    """Send a request, and return its answer, with the retries and hooks of the client.

    Raises:
        httpx.HTTPError: There is no answer.
    """
    call = _Call(client, http.build_request(**arguments))
    try:
        if client.retries:
            return call.answered(_retrying(client.retries, _Through(http)).handle_request(call.request))
        return call.answered(http.send(call.request))
    except httpx.HTTPError as error:
        call.failed(error)
        raise


async def send_async(client: "Client", http: httpx.AsyncClient, **arguments: Any) -> httpx.Response:
    """Send a request, and return its answer, with the retries and hooks of the client.

    Raises:
        httpx.HTTPError: There is no answer.
    """
    call = _Call(client, http.build_request(**arguments))
    try:
        if client.retries:
            transport = _retrying(client.retries, _ThroughAsync(http))
            return call.answered(await transport.handle_async_request(call.request))
        return call.answered(await http.send(call.request))
    except httpx.HTTPError as error:
        call.failed(error)
        raise


class _Call:
    def __init__(self, client: "Client", request: httpx.Request) -> None:
        self.request = request
        self._client = client
        self._begun = time.perf_counter()
        if client.on_request is not None:
            client.on_request(request)

    def answered(self, response: httpx.Response) -> httpx.Response:
        response = _unless_led_away(response)
        if LOGGER.isEnabledFor(logging.INFO):
            named = request_id(response)
            self._log(f"{response.status_code}", f", request id {named}" if named else "")
        if self._client.on_response is not None:
            self._client.on_response(response)
        return response

    def failed(self, error: httpx.HTTPError) -> None:
        if LOGGER.isEnabledFor(logging.INFO):
            self._log(type(error).__name__, "")

    def _log(self, result: str, more: str) -> None:
        seconds = time.perf_counter() - self._begun
        LOGGER.info("%s -> %s in %.3f s%s", request_line(self.request), result, seconds, more)


def _unless_led_away(response: httpx.Response) -> httpx.Response:
    """Return an answer, or the redirect that led away: to a read in place of an update, or elsewhere."""
    for redirect, following in pairwise([*response.history, response]):
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
