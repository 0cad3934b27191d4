"""Writes the parameters of a request as OpenAPI describes them: by style, or as a JSON text."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from urllib.parse import quote

from .errors import InvalidInput
from .model import Model
from .types import Unset

_RESERVED = ":/?#[]@!$&'()*+,;="
_COOKIE = "!$'()*+-./:<=>?@[]^_`{|}~"
_SEPARATORS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}

Encode = Callable[[str], str]


def is_given(value: object) -> bool:
    """Whether there is anything to send; None counts as not given."""
    return value is not None and not isinstance(value, Unset)


def text(value: object, name: str) -> str:
    """Return the text of a single value, as `true`, `5` or `2026-01-31`.

    Raises:
        InvalidInput: It is a list or an object, or a time without its zone.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and value.tzinfo is None:
        raise InvalidInput(f"{name}: a time without a time zone; give one, as with datetime.now(UTC)")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Model, Mapping, list, tuple, bytes)):
        raise InvalidInput(f"{name}: expected a single value, got {type(value).__name__}")
    return "null" if value is None else str(value)


def json_value(value: Any) -> Any:
    """Return the JSON value of what a request has: models, enums, dates and lists of them."""
    if isinstance(value, Model):
        value = value.to_dict()
    if isinstance(value, Mapping):
        return {str(name): json_value(one) for name, one in value.items() if not isinstance(one, Unset)}
    if isinstance(value, (list, tuple)):
        return [json_value(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value if value is None or isinstance(value, (str, int, float)) else text(value, "the value")


def json_text(value: object, name: str) -> str:
    """Return a value as JSON.

    Raises:
        InvalidInput: It has what JSON has not.
    """
    try:
        return json.dumps(json_value(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{name}: it can't be written as JSON: {error}") from None


def query(*parameters: tuple[str, object, str, bool]) -> str:
    """Return the parameters as a query; each has a name, a value, a style and whether it explodes.

    The style `content` is a JSON text; one that ends with `+` keeps reserved characters as they are.

    Raises:
        InvalidInput: A value can't be sent.
    """
    return "&".join(
        pair
        for name, value, style, explode in parameters
        if is_given(value)
        for pair in _pairs(name, value, style.rstrip("+"), explode, _encoder(style.endswith("+")))
    )


def _encoder(keeps_reserved: bool) -> Encode:  # noqa: FBT001 - it has no other argument
    def encode(value: str) -> str:
        try:
            return quote(value, safe=_RESERVED if keeps_reserved else "")
        except UnicodeEncodeError:
            raise InvalidInput("a parameter: not a Unicode text, so it can't be part of a URL") from None

    return encode


_encode = _encoder(False)  # noqa: FBT003 - its only argument


def _pairs(name: str, value: object, style: str, explode: bool, encode: Encode) -> Iterator[str]:  # noqa: FBT001 - as in OpenAPI
    key = _encode(name)
    if style == "content":
        yield f"{key}={encode(json_text(value, name))}"
        return
    items = _items(value, name)
    if isinstance(items, dict):
        fields = {field: encode(one) for field, one in items.items()}
        if style == "deepObject":
            yield from (f"{key}%5B{_encode(field)}%5D={one}" for field, one in fields.items())
        elif explode:
            yield from (f"{_encode(field)}={one}" for field, one in fields.items())
        elif fields:
            flat = (part for field, one in fields.items() for part in (_encode(field), one))
            yield f"{key}={_SEPARATORS.get(style, ',').join(flat)}"
    elif isinstance(items, str):
        yield f"{key}={encode(items)}"
    elif explode:
        yield from (f"{key}={encode(one)}" for one in items)
    elif items:
        yield f"{key}={_SEPARATORS.get(style, ',').join(map(encode, items))}"


def _items(value: object, name: str) -> str | list[str] | dict[str, str]:
    """Return the texts of a value: of an object's fields, of a list's items, or its own."""
    if isinstance(value, (Model, Mapping)):
        fields: dict[str, Any] = json_value(value)
        return {field: text(one, f"{name}: {field}") for field, one in fields.items() if one is not None}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [text(one, name) for one in value if is_given(one)]
    return text(value, name)


def segment(name: str, value: object, style: str, *, explode: bool) -> str:
    """Percent-encode the value of a path parameter.

    Raises:
        InvalidInput: There is no value, or it would lead to another path.
    """
    if not is_given(value):
        raise InvalidInput(f"{name}: expected a value, got none")
    items: str | list[str] | dict[str, str]
    items = json_text(value, name) if style == "content" else _items(value, name)
    mark = {"label": ".", "matrix": ";"}.get(style, "")
    if isinstance(items, dict):
        equals = "=" if explode else ","
        parts = [f"{_encode(field)}{equals}{_encode(one)}" for field, one in items.items()]
    else:
        parts = [_encode(one) for one in ([items] if isinstance(items, str) else items)]
        if style == "matrix" and explode:
            parts = [f"{_encode(name)}={one}" for one in parts]
    joined = (mark if explode and mark else ",").join(parts)
    if style == "matrix" and not explode:
        joined = f"{_encode(name)}={joined}"
    if not parts or joined in ("", ".", ".."):
        raise InvalidInput(f"{name}: expected a value, got {joined!r}, which would lead to another path")
    return mark + joined


def header(name: str, value: object, style: str, *, explode: bool) -> str:
    """Return the value of a header.

    Raises:
        InvalidInput: It can't be sent.
    """
    if style == "content":
        return json_text(value, name)
    items = _items(value, name)
    if isinstance(items, dict):
        return ",".join(f"{field}{'=' if explode else ','}{one}" for field, one in items.items())
    return items if isinstance(items, str) else ",".join(items)


def cookie(name: str, value: object, style: str, *, explode: bool) -> str:
    """Return the value of a cookie; what no cookie can have is percent-encoded."""
    return ",".join(
        quote(one, safe=_COOKIE) for one in header(name, value, style, explode=explode).split(",")
    )
