"""Contains some shared types for properties"""

from collections.abc import Mapping, MutableMapping
from typing import IO, Any, BinaryIO, Generic, Literal, TypeVar

import httpx
from attrs import define, field


class Unset:
    """The value of a field that is absent."""

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"

    def __bool__(self) -> Literal[False]:
        return False


UNSET: Unset = Unset()

# The types that `httpx.Client(files=)` can accept, copied from that library.
FileContent = IO[bytes] | bytes | str
FileTypes = (
    # (filename, file (or bytes), content_type)
    tuple[str | None, FileContent, str | None]
    # (filename, file (or bytes), content_type, headers)
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """Contains information for file uploads"""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return a tuple representation that httpx will accept for multipart/form-data"""
        return self.file_name, self.payload, self.mime_type


T = TypeVar("T", covariant=True)


@define
class Response(Generic[T]):
    """A response from an endpoint"""

    status_code: int
    content: bytes = field(repr=False)
    headers: MutableMapping[str, str] = field(repr=False)
    parsed: T | None
    problem: str | None = None
    """Why `parsed` is None, or lacks items of a list: how the answer differs from the documented one."""
    request: str | None = None
    """The request line, without the query."""
    request_id: str | None = None
    """The id that the API gave the request."""
    raw: httpx.Response | None = field(default=None, repr=False, eq=False)
    """The answer of httpx, with the request."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (
            self.status_code,
            self.content,
            self.headers,
            self.parsed,
            self.problem,
            self.request,
            self.request_id,
        )


def _unpickled(*values: Any) -> Response[Any]:
    return Response(*values)


__all__ = ["UNSET", "File", "FileTypes", "RequestFiles", "Response", "Unset"]
