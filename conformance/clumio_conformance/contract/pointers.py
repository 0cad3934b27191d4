"""JSON Pointers (RFC 6901): write, split and follow them."""

from collections.abc import Iterable
from typing import Any


def escaped(token: str) -> str:
    """Write one reference token."""
    return token.replace("~", "~0").replace("/", "~1")


def pointer_of(path: Iterable[str | int]) -> str:
    """Write a path of keys and indices as a JSON Pointer."""
    return "".join("/" + escaped(str(token)) for token in path)


def tokens_of(pointer: str) -> list[str]:
    """Split a JSON Pointer, with or without the `#` of a fragment, into its unescaped tokens."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.removeprefix("#").split("/")[1:]]


def at(document: Any, pointer: str) -> Any:
    """Return the value that a JSON Pointer leads to.

    Raises:
        LookupError: it leads to nothing.
    """
    value = document
    for token in tokens_of(pointer):
        if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        elif isinstance(value, dict) and token in value:
            value = value[token]
        else:
            raise LookupError(f"{pointer} points to nothing: there is no {token!r}")
    return value
