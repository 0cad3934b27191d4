"""A recording as JSON, read with errors that name the file, the place in it and the fix."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

LARGEST: Final = 128 * 1024 * 1024
"""Bytes of a recording that are read at most."""

T = TypeVar("T")
_NAMES: Final = {str: "a string", int: "a whole number", list: "an array", dict: "an object"}


class RecordingError(Exception):
    """A recording can't be used; the message names the file, the place in it and the fix."""


@dataclass(frozen=True)
class Node:
    """A JSON value, with its file and its path in it."""

    value: Any
    file: Path
    path: str = ""

    def __getitem__(self, name: str) -> "Node":
        fields = self.a(dict)
        if name not in fields:
            raise self.broken(f"lacks `{name}`")
        return Node(fields[name], self.file, f"{self.path}.{name}" if self.path else name)

    def __iter__(self) -> "Iterator[Node]":
        for index, item in enumerate(self.a(list)):
            yield Node(item, self.file, f"{self.path}[{index}]")

    def a(self, kind: type[T]) -> T:
        """Return the value; any other kind is an error."""
        if not isinstance(self.value, kind) or isinstance(self.value, bool):
            raise self.broken(f"is not {_NAMES[kind]}")
        return self.value

    def get(self, name: str) -> "Node | None":
        """Return a field; None when it is absent or null."""
        return self[name] if self.a(dict).get(name) is not None else None

    def field(self, name: str, kind: type[T]) -> T | None:
        """Return the value of a field, which must be of this kind; None when it is absent."""
        found = self.get(name)
        return None if found is None else found.a(kind)

    def number(self, name: str) -> int | None:
        """Return a number, without its fraction: some tools write sizes and statuses as floats."""
        found = self.get(name)
        if found is not None and isinstance(found.value, float) and found.value.is_integer():
            return int(found.value)
        return None if found is None else found.a(int)

    def broken(self, what: str) -> RecordingError:
        """Make the error for this place."""
        return RecordingError(
            f"{self.file}: {self.path or 'the top'} {what}; export the recording again, as HAR 1.2"
        )


def read(file: Path) -> Node:
    """Read a JSON file.

    Raises:
        RecordingError: it can't be read, is too large, or is not JSON.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as why:
        raise RecordingError(f"{file}: can't be read: {why.strerror}; name a HAR file") from why
    if len(content) > LARGEST:
        raise RecordingError(
            f"{file}: is larger than {LARGEST} bytes; record only the requests to the API, or split the file"
        )
    try:
        return Node(json.loads(content.decode("utf-8-sig")), file)
    except UnicodeDecodeError as why:
        raise RecordingError(
            f"{file}: byte {why.start} is not UTF-8, which a HAR file is; save it as UTF-8"
        ) from why
    except json.JSONDecodeError as why:
        raise RecordingError(
            f"{file}:{why.lineno}:{why.colno}: {_broken(why)}; export the recording again"
        ) from why
    except RecursionError as why:
        raise RecordingError(f"{file}: is nested too deeply for a recording; export it again") from why
    except ValueError as why:
        raise RecordingError(
            f"{file}: holds a number that can't be read: {why}; export the recording again"
        ) from why


def _broken(why: json.JSONDecodeError) -> str:
    if not why.doc.strip():
        return "is empty"
    ends = why.pos >= len(why.doc.rstrip()) or why.msg.startswith("Unterminated string")
    return f"is JSON that was cut off ({why.msg})" if ends else f"is not JSON ({why.msg})"
