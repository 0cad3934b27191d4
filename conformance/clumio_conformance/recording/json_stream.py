"""The elements of a JSON array, read in windows: a recording may be larger than the memory."""

import re
from collections.abc import Callable, Iterator
from typing import Final, Protocol, TypeVar

from clumio_conformance.recording.recorded import RecordingError

WINDOW: Final = 2 * 1024 * 1024
"""Bytes of a recording that are read at a time."""
LARGEST_ELEMENT: Final = 128 * 1024 * 1024
"""Bytes of one element at most."""
_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:"]', re.DOTALL)
_BLANK: Final = b" \t\r\n"


T = TypeVar("T")


class Reader(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, `size` at most; none at the end."""


class CutError(Exception):
    """A JSON document ends before it is complete."""


def keys(text: bytes) -> tuple[list[bytes], int | None]:
    """Return the names of the fields of the object that a text begins with, and where the object ends.

    The text may be only its beginning: then the end is None.
    """
    names: list[bytes] = []
    depth, before = 0, b""
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token == b'"':
            break
        if token in b"[{":
            depth += 1
        elif token in b"]}":
            depth -= 1
            if depth <= 0:
                return names, found.end()
        elif token == b":" and depth == 1:
            names.append(before[1:-1])
        before = token
    return names, None


def to_array(stream: Reader, head: bytes, path: tuple[bytes, ...]) -> bytes | None:
    """Read up to the elements of the array at a path of names; return what was read beyond its bracket.

    None: there is none.

    Raises:
        CutError: the document ends before.
    """
    buffer = head
    stack: list[bytes] = []
    name = b""
    while True:
        last = 0
        for found in _TOKEN.finditer(buffer):
            token = found[0]
            if token == b'"':
                break  # a text that is not complete
            last = found.end()
            if token in b"[{":
                if token == b"[" and stack and (*stack[1:], name) == path:
                    return buffer[last:]
                stack.append(name)
            elif token in b"]}":
                if len(stack) <= 1:
                    return None
                stack.pop()
            elif token == b":":
                continue
            name = token[1:-1]  # of a bracket or a comma nothing is left
        more = stream.read(WINDOW)
        if not more:
            raise CutError
        buffer = buffer[last:] + more


def windows(
    stream: Reader, rest: bytes, decode: Callable[[bytes], list[T] | None]
) -> Iterator[tuple[list[T], list[bytes]]]:
    """Yield the elements of an array, many at a time, from what was read beyond its bracket on.

    They are decoded, or they are texts where `decode` can't decode the array that holds them. Where a window
    is to end is guessed from how the first element begins; a wrong guess costs time only.

    Raises:
        CutError: the document ends within the array.
        RecordingError: an element is too large.
    """
    buffer, size = rest.lstrip(_BLANK), WINDOW
    more = True
    while more and len(buffer) < WINDOW:
        block = stream.read(WINDOW)
        buffer, more = (buffer + block).lstrip(_BLANK), bool(block)
    opening = _opening(buffer)
    while True:
        at = buffer.rfind(opening) if opening else 0
        inside = buffer[: max(at, 0)].rstrip(_BLANK)
        decoded = decode(b"[%b]" % inside[:-1]) if inside.endswith(b",") else None
        if decoded is not None:
            yield decoded, []
            buffer = buffer[at:]
        elif len(buffer) >= size or not more:
            found, last, is_end = elements(buffer)
            yield [], found
            buffer = buffer[last:]
            if is_end:
                return
            if not more:
                raise CutError
            size = WINDOW if found else 2 * size
            if size > LARGEST_ELEMENT:
                raise RecordingError(
                    f"an entry is larger than {LARGEST_ELEMENT} bytes; record only the requests to the API"
                )
        block = stream.read(WINDOW)
        buffer, more = buffer + block, bool(block)


def elements(text: bytes) -> tuple[list[bytes], int, bool]:
    """Split the inside of an array: its whole elements, where the rest begins, and whether it ends there."""
    found: list[bytes] = []
    depth, start = 0, 0
    for token in _TOKEN.finditer(text):
        character = token[0]
        if character == b'"':
            break  # a text that is not complete
        if character in b"[{":
            depth += 1
        elif character in b"]}" and depth:
            depth -= 1
        elif character in b"],}" and depth == 0:
            if element := text[start : token.start()].strip(_BLANK):
                found.append(element)
            start = token.end()
            if character != b",":
                return found, start, True
    return found, start, False


def _opening(text: bytes) -> bytes:
    """How the first element begins: its brace, and the name of its first field."""
    found = re.match(rb'\{\s*"(?:[^"\\]|\\.)*"\s*:', text)
    return found[0] if found else b""
