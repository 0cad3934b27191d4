"""A recorded exchange as its recorder wrote it: the common output of all readers.

Its form is that of an entry of HAR (http://www.softwareishard.com/blog/har-12-spec/), the format that most
tools write: an entry is decoded into it at once. Readers of other formats make it from what they find.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from clumio_conformance.exchange import Headers

Place = tuple[str, int]
"""Where an entry stands: the recording and a noun, and the number of the entry."""
Beside = Callable[[str], bytes | None]
"""Opens a file beside a recording by its name; None if there is none, or it may not be read."""


class RecordingError(Exception):
    """A recording can't be used; the message names the file, the place in it and the fix."""


class Header(msgspec.Struct, gc=False):
    """A header field."""

    name: str
    value: str


Fields = list[Header] | dict[str, str | list[str]] | None
"""The headers of one side; None or empty if the recorder left them out."""


class Content(msgspec.Struct, gc=False):
    """A body: `text` is text, bytes, or JSON values; `encoding` may be base64. Every field may be wrong.

    `media_type` is what the recorder keeps beside the headers. `size` is a length in bytes. `comment` may say
    that the text was cut. `file` is the name of a file beside the recording that holds the body instead.
    """

    text: Any = None
    encoding: Any = None
    media_type: Any = msgspec.field(default=None, name="mimeType")
    size: Any = None
    comment: Any = None
    file: Any = msgspec.field(default=None, name="_file")
    is_binary: Any = msgspec.field(default=None, name="_isBinary")
    parameters: Any = msgspec.field(default=None, name="params")


class Asked(msgspec.Struct, gc=False):
    """A request; `size` is the length of its body on the wire."""

    method: str
    url: str
    headers: Fields = None
    content: Content | None = msgspec.field(default=None, name="postData")
    size: Any = msgspec.field(default=None, name="bodySize")
    cookies: Any = None


class Answered(msgspec.Struct, gc=False):
    """An answer; a status below 100 is none, and `error`, `failure` or `reason` say why.

    `size` is the length of its body on the wire, `transferred` that of the whole answer.
    """

    status: int | float | str | None = None
    headers: Fields = None
    content: Content | None = None
    size: Any = msgspec.field(default=None, name="bodySize")
    transferred: Any = msgspec.field(default=None, name="_transferSize")
    cookies: Any = None
    error: Any = msgspec.field(default=None, name="_error")
    failure: Any = msgspec.field(default=None, name="_failureText")
    reason: Any = msgspec.field(default=None, name="statusText")
    comment: Any = None


class Recorded(msgspec.Struct, gc=False):
    """One recorded exchange; `started` is when the request was sent: a text, or seconds since 1970.

    `place` is where it stands in its recording, `beside` opens a file beside that. `unread` says why nothing
    but method and URL could be read, `text` is the entry as it was written, for a while. No recording can set
    these four.
    """

    request: Asked
    response: Answered
    started: Any = msgspec.field(default=None, name="startedDateTime")
    place: Any = msgspec.field(default=("", 0), name="-place")
    unread: Any = msgspec.field(default="", name="-unread")
    beside: Any = msgspec.field(default=None, name="-beside")
    text: Any = msgspec.field(default=None, name="-text")

    def at(self, place: Place, beside: Beside | None) -> "Recorded":
        """Return this exchange with its place; what the recording says about that is overwritten."""
        self.place, self.unread, self.beside, self.text = place, "", beside, None
        return self

    @property
    def status(self) -> int:
        """The status of the answer; 0 if there is none."""
        return status_of(self.response.status)


When = float | str | None
"""When an exchange was, in seconds since 1970. If no time is recorded, the recording in whose order it
stands; None if it is earlier than one before."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a recording that can't be read: where it is, and why. `cut`: the recording ends there."""

    place: str
    why: str
    cut: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.why}"


def where(place: Place) -> str:
    """Return a place in words."""
    return f"{place[0]} {place[1]}"


def status_of(written: Any) -> int:
    """Return a status that may be written as a float or a text; 0 if it is none."""
    status = number(written)
    return int(status) if 100 <= status < 1000 else 0


def number(value: Any, otherwise: float = 0) -> float:
    """Return a number that may be written as text; `otherwise` if it is none."""
    if value.__class__ is int or value.__class__ is float:
        return float(value)
    try:
        return float(value) if isinstance(value, str) else otherwise
    except ValueError:
        return otherwise


def pairs(fields: Fields) -> Headers | None:
    """Return headers as pairs, without the pseudo headers of HTTP/2; None if the recording has none."""
    if not fields:
        return None
    if isinstance(fields, dict):
        named = [(name, [value] if isinstance(value, str) else value) for name, value in fields.items()]
        found = [(name, value) for name, values in named for value in values]
    else:
        found = [(one.name, one.value) for one in fields]
    return tuple([pair for pair in found if pair[0][:1] != ":"]) or None


def fields(headers: Headers | None) -> list[Header] | None:
    """Return the headers of an entry."""
    return [Header(name, value) for name, value in headers] if headers else None
