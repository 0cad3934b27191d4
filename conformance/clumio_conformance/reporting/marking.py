"""The exchange of a finding as text, with the wrong spot marked."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from clumio_conformance.contract.pointers import tokens_of

Piece = tuple[str, bool]
"""A text from the wire, and whether it is the wrong spot."""

LONGEST: Final = 100_000
"""Characters of a JSON text that is laid out; a longer one stays as it is."""
_LEXEME: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|\s+|[^\s{}\[\],:"]+', re.DOTALL)
_INDENT: Final = "  "


@dataclass(frozen=True, kw_only=True)
class Side:
    """The request or the response: its first line, a piece for each header, and the pieces of the body."""

    line: Piece
    headers: tuple[Piece, ...]
    body: tuple[Piece, ...]


def sides(finding: Mapping[str, Any]) -> tuple[Side, Side | None]:
    """Return both sides of a finding's exchange; there may be no response."""
    location, exchange = str(finding["location"]), finding["exchange"]
    request, response = exchange["request"], exchange["response"]
    of_request = location.removeprefix("request ") if location.startswith("request") else None
    line = f"{request['method']} {request['url']}"
    sent = _side(line, request, of_request, is_line=(of_request or "").startswith(("path ", "query ")))
    if response is None:
        return sent, None
    of_response = location if of_request is None else None
    return sent, _side(str(response["status"]), response, of_response, is_line=location.startswith("status"))


def _side(line: str, message: Mapping[str, Any], place: str | None, *, is_line: bool) -> Side:
    name = (place or "").removeprefix("header ").lower() if (place or "").startswith("header ") else None
    body = message["body"] or ""
    pointer = place if place is not None and place.startswith("/") else None
    return Side(
        line=(line, is_line),
        headers=tuple((f"{key}: {value}", key.lower() == name) for key, value in message["headers"]),
        body=((body, True),) if place == "body" and body else tuple(laid_out(body, pointer)),
    )


def laid_out(text: str, pointer: str | None) -> Iterator[Piece]:
    """Yield a JSON text, with a line for each value, literals as they were, and the value at pointer marked.

    A field that is missing is marked where it should be. A text that is cut off is laid out as far as it
    goes, and one that is no JSON object or array, or too long, stays as it is.
    """
    if len(text) > LONGEST or text.lstrip()[:1] not in {"{", "["}:
        yield text, False
        return
    layout = _Layout(target=tokens_of(pointer) if pointer else None)
    for lexeme in _LEXEME.findall(text):
        if not lexeme.isspace():
            layout.add(lexeme)
    yield from layout.pieces()


@dataclass
class _Frame:
    """An object or array that is open; `key` is the name or index of its present value."""

    is_object: bool
    key: str | None = None
    is_empty: bool = True


@dataclass
class _Layout:
    """Lays out tokens, and remembers where the marked part begins and ends."""

    target: list[str] | None
    text: list[str] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    begin: int | None = None
    end: int | None = None
    _is_value: bool = False

    def add(self, lexeme: str) -> None:
        """Add a lexeme that is no white space."""
        if lexeme in {"}", "]"}:
            self._close(lexeme)
        elif lexeme == ",":
            self.text.append(",")
            if self.frames and not self.frames[-1].is_object:
                self.frames[-1].key = str(int(self.frames[-1].key or 0) + 1)
            self._is_value = False
        elif lexeme == ":":
            self.text.append(": ")
        else:
            self._begin(lexeme)

    def pieces(self) -> Iterator[Piece]:
        """Yield the parts before, within and after the mark."""
        begin = len(self.text) if self.begin is None else self.begin
        end = len(self.text) if self.end is None else self.end
        for part, is_marked in (
            (self.text[:begin], False),
            (self.text[begin:end], True),
            (self.text[end:], False),
        ):
            if part:
                yield "".join(part), is_marked

    def _begin(self, lexeme: str) -> None:
        frame = self.frames[-1] if self.frames else None
        is_key = frame is not None and frame.is_object and not self._is_value
        if frame is not None and (is_key or not frame.is_object):
            self._new_line(frame)
        if frame is not None and is_key:
            frame.key = _name(lexeme)
            self._is_value = True
            self._mark()
            self.text.append(lexeme)
            return
        self._mark()
        self.text.append(lexeme)
        if lexeme in {"{", "["}:
            self.frames.append(_Frame(is_object=lexeme == "{", key=None if lexeme == "{" else "0"))
            self._is_value = False
        else:
            self._ended()

    def _new_line(self, frame: _Frame) -> None:
        frame.is_empty = False
        self.text.append("\n" + _INDENT * len(self.frames))

    def _close(self, lexeme: str) -> None:
        if not self.frames:
            self.text.append(lexeme)
            return
        frame = self.frames[-1]
        self._add_missing(frame)
        self.frames.pop()
        if not frame.is_empty:
            self.text.append("\n" + _INDENT * len(self.frames))
        self.text.append(lexeme)
        self._ended()

    def _add_missing(self, frame: _Frame) -> None:
        """Mark a field that this object lacks, at its end."""
        if (
            self.target
            and self.begin is None
            and frame.is_object
            and self._path(self.frames[:-1]) == self.target[:-1]
        ):
            self._new_line(frame)
            self.begin = len(self.text)
            self.text.append(f"{json.dumps(self.target[-1], ensure_ascii=False)} is missing")
            self.end = len(self.text)

    def _mark(self) -> None:
        if self.target and self.begin is None and self._path(self.frames) == self.target:
            self.begin = len(self.text)

    def _ended(self) -> None:
        """A value ends: that of the present key."""
        if self.begin is not None and self.end is None and self._path(self.frames) == self.target:
            self.end = len(self.text)
        self._is_value = False

    @staticmethod
    def _path(frames: list[_Frame]) -> list[str | None]:
        return [frame.key for frame in frames]


def _name(lexeme: str) -> str:
    with suppress(ValueError):
        return str(json.loads(lexeme))
    return lexeme
