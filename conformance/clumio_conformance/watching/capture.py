"""An exchange in this process as a recorded one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from clumio_conformance.exchange import Exchange
from clumio_conformance.recording.recorded import Answered, Asked, Content, Header, Recorded

LARGEST: Final = 1024 * 1024
"""Bytes of a body that are kept; a longer one is not judged."""

RawHeaders = list[tuple[bytes, bytes]]


class Kept:
    """Keeps a body that passes, up to `LARGEST` bytes; `whole` is set at its end."""

    __slots__ = ("_blocks", "_size", "whole")

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._size = 0
        self.whole = False

    def keep(self, block: bytes) -> None:
        """Keep a block."""
        self._size += len(block)
        if self._size <= LARGEST:
            self._blocks.append(block)
        else:
            self._blocks.clear()

    def known(self) -> bytes | None:
        """Return the body; None if it is not whole, or too long."""
        return b"".join(self._blocks) if self.whole and self._size <= LARGEST else None


@dataclass(slots=True)
class Passed:
    """An exchange that has passed: headers are bytes, as on the wire; a body is None if it is not known."""

    method: str
    url: str
    headers: RawHeaders
    sent: bytes | None
    status: int
    answered: RawHeaders
    received: bytes | None

    @classmethod
    def of(cls, exchange: Exchange) -> "Passed":
        """Return an exchange that is whole."""
        request, response = exchange.request, exchange.response
        return cls(
            request.method,
            request.url,
            raw(request.headers),
            request.body or b"",
            response.status if response else 0,
            raw(response.headers if response else ()),
            response.body if response else None,
        )

    def form(self, counting: frozenset[bytes]) -> Recorded:
        """Return the exchange with those headers only on which its form depends."""
        headers, answered = (
            _fields([pair for pair in side if pair[0].lower() in counting])
            for side in (self.headers, self.answered)
        )
        return self._recorded(headers, answered)

    def recorded(self) -> Recorded:
        """Return the exchange."""
        return self._recorded(_fields(self.headers), _fields(self.answered))

    def _recorded(self, headers: list[Header], answered: list[Header]) -> Recorded:
        if self.sent == b"":  # known to be empty, also where HTTP/2 has no header that says so
            headers = [one for one in headers if one.name.lower() != "content-length"]
            headers.append(Header("content-length", "0"))
        return Recorded(
            Asked(self.method, self.url, headers, _content(self.sent)),
            Answered(self.status, answered, _content(self.received)),
        )


def raw(headers: Iterable[tuple[str, str]]) -> RawHeaders:
    """Return headers as bytes."""
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]


def _content(body: bytes | None) -> Content:
    if not body:
        return Content(size=0) if body == b"" else Content(size=1)
    try:
        return Content(body.decode())
    except UnicodeDecodeError:
        return Content(body)


def _fields(headers: RawHeaders) -> list[Header]:
    return [Header(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
