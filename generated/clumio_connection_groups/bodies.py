"""Writes the bodies of requests that are not the JSON of a model."""

from collections.abc import Mapping
from typing import Any

from .errors import InvalidInput
from .model import Model
from .parameters import is_given, json_text, query, text
from .types import File, RequestFiles

Encoding = Mapping[str, tuple[str, bool]]
"""The style of each field of a form, and whether it explodes; `content` is a JSON text."""


def as_json(body: object) -> bytes:
    """Return a body as JSON; None is null.

    Raises:
        InvalidInput: It can't be written as JSON.
    """
    return json_text(body, "body").encode("utf-8", "surrogatepass")


def as_form(body: object, encoding: Encoding) -> bytes:
    """Return the fields of a body as a form.

    Raises:
        InvalidInput: A field can't be sent.
    """
    pairs: list[tuple[str, object, str, bool]] = []
    for name, value in _fields(body).items():
        default = ("content" if isinstance(value, (Model, Mapping)) else "form", True)
        pairs.append((name, value, *encoding.get(name, default)))
    return query(*pairs).replace("%20", "+").encode()


def as_parts(body: object, media_types: Mapping[str, str]) -> RequestFiles:
    """Return the fields of a body as the parts of a multipart body, each item of a list as one of its own.

    Raises:
        InvalidInput: A field can't be sent.
    """
    parts: RequestFiles = []
    for name, value in _fields(body).items():
        is_one = name in media_types and "json" in media_types[name]
        for one in [value] if is_one or not isinstance(value, (list, tuple)) else value:
            if is_given(one):
                parts.append((name, _part(one, name, media_types.get(name))))
    if not parts:
        raise InvalidInput("body: a multipart body needs a part; set a field")
    return parts


def _part(value: object, name: str, media_type: str | None) -> Any:
    if isinstance(value, File):
        # A file name makes it a file for the server; httpx takes the media type from it where there is none.
        return value.file_name or name, value.payload, value.mime_type or media_type
    if isinstance(value, (bytes, bytearray)):
        return name, bytes(value), media_type
    if isinstance(value, (Model, Mapping, list, tuple)) or (media_type and "json" in media_type):
        return None, json_text(value, name).encode(), media_type or "application/json"
    return None, text(value, name).encode(), media_type or "text/plain"


def as_bytes(body: File | bytes | str) -> bytes:
    """Return a body as it is sent: the content of a file, or a text.

    Raises:
        InvalidInput: It is none of these.
    """
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if isinstance(body, File):
        # Read at once: an asynchronous call can't read a file, and a repeated one would find its end.
        return body.payload.read()
    raise InvalidInput(f"body: expected a File or a text, got {type(body).__name__}")


def media_type_of(body: object, documented: str) -> str:
    """Return the media type of a body: that of the file, where the contract leaves it open."""
    named = body.mime_type if isinstance(body, File) else None
    if "*" not in documented:
        return documented
    return named or "application/octet-stream"


def _fields(body: object) -> dict[str, Any]:
    """Return the set fields of a body, by the names on the wire."""
    if isinstance(body, Mapping):
        return {str(name): value for name, value in body.items() if is_given(value)}
    if not isinstance(body, Model):
        raise InvalidInput(f"body: expected an object, got {type(body).__name__}")
    fields = {**body.additional_properties}
    fields |= {name: getattr(body, attribute) for name, attribute in body._names.items()}
    return {name: value for name, value in fields.items() if is_given(value)}
