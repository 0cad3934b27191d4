"""The exchanges of recordings, without secrets."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from clumio_conformance.exchange import TOKEN_PLACEHOLDER, Exchange, Headers, Placement, Request, header
from clumio_conformance.transport.redaction import HIDDEN, Redaction

# Names of headers and parameters with secrets; a browser records everything that its user's session sends.
_SECRET: Final = re.compile(r"token|secret|api[-_]?key|session|password|credential|signature", re.IGNORECASE)
_PARAMETER: Final = re.compile(r"(?<=[?&])([^=&#]*)=([^&#]+)")
# A shorter token is hidden in its header only; hiding it everywhere would damage other values.
_SHORTEST_TOKEN: Final = 8


Place = Callable[[str, str], Placement | None]
"""Returns the place of a method and a URL in the contract; None for a request outside of it."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A recorded exchange; `request_lost` and `response_lost`: the body is missing or incomplete."""

    exchange: Exchange
    request_lost: bool = False
    response_lost: bool = False

    def placed(self, placement: Placement) -> "Entry":
        """Return the entry with the place of its exchange in the contract."""
        return replace(self, exchange=replace(self.exchange, placement=placement))


def redacted(entries: Sequence[Entry], redaction: Redaction) -> list[Entry]:
    """Take the secrets of all entries out of each entry: a secret may also occur under another name."""
    for entry in entries:
        _learn(entry.exchange, redaction)
    return [replace(entry, exchange=_exchange(entry.exchange, redaction)) for entry in entries]


def _learn(exchange: Exchange, redaction: Redaction) -> None:
    scheme, _, credentials = (header(exchange.request.headers, "authorization") or "").strip().rpartition(" ")
    if len(credentials) >= _SHORTEST_TOKEN:
        redaction.hide(credentials, TOKEN_PLACEHOLDER if scheme.lower() == "bearer" else HIDDEN)
    for body in _bodies(exchange):
        redaction.body(body)


def _bodies(exchange: Exchange) -> Iterator[bytes]:
    if exchange.request.body:
        yield exchange.request.body
    if exchange.response:
        yield exchange.response.body


def _exchange(exchange: Exchange, redaction: Redaction) -> Exchange:
    request, response, place = exchange.request, exchange.response, exchange.placement
    return replace(
        exchange,
        request=Request(
            method=request.method,
            url=redaction.text(_url(request.url)),
            headers=_headers(request.headers, redaction),
            body=None if request.body is None else redaction.body(request.body),
        ),
        response=response
        and replace(
            response, headers=_headers(response.headers, redaction), body=redaction.body(response.body)
        ),
        failure=exchange.failure and redaction.text(exchange.failure),
        placement=place and replace(place, parameters=tuple(map(redaction.text, place.parameters))),
    )


def _headers(headers: Headers, redaction: Redaction) -> Headers:
    return tuple(
        (name, HIDDEN if _SECRET.search(name) else value) for name, value in redaction.headers(headers)
    )


def _url(url: str) -> str:
    """The URL without a user name and a password, and without the values of secret parameters."""
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return _PARAMETER.sub(
        lambda found: f"{found[1]}={HIDDEN if _SECRET.search(found[1]) else found[2]}", bare
    )
