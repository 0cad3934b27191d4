"""Checks of what a caller gives, before anything is sent. No message shows a value that may be a secret."""

import math
import re
from base64 import b64encode
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote, unquote

import httpx

from .errors import InvalidInput
from .texts import printable
from .types import Unset

_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HOST = re.compile(r"[^\s\[\]/?#@%]+")
_EXAMPLE = "for example https://us-west-2.api.clumio.com"


def segment(value: object, name: str) -> str:
    """Percent-encode the value of a path parameter, which is one segment of the path.

    Raises:
        InvalidInput: There is no value, or it would lead to another path.
    """
    if value is None or isinstance(value, Unset):
        raise InvalidInput(f"{name}: expected an id, got none")
    text = str(value)
    if text in ("", ".", ".."):
        raise InvalidInput(f"{name}: expected an id, got {text!r}, which would lead to another path")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise InvalidInput(f"{name}: not a Unicode text, so it can't be part of a URL") from None


def token(value: str) -> str:
    """Return a token without the blanks and line ends around it.

    Raises:
        InvalidInput: It is missing, or it can't be sent in a header.
    """
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput("token: missing; pass a token, or set CLUMIO_API_TOKEN and use from_env()")
    return header("token", value.strip())


def header(name: str, value: object) -> str:
    """Return the value of a header, named in the message when it can't be sent.

    Raises:
        InvalidInput: It is no text, or has a line end, NUL, byte order mark or a character beyond Latin-1.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"{name}: expected a text, got {type(value).__name__}")
    if value.isascii() and value.isprintable():
        return value
    for index, character in enumerate(value):
        if ord(character) > 255 or not character.isprintable():
            raise InvalidInput(
                f"{name}: character {index + 1} of {len(value)} (U+{ord(character):04X}) can't be sent in a "
                "header; was it copied with a line end, a byte order mark, or from a formatted page?"
            )
    return value


def headers(values: Mapping[str, str] | None) -> dict[str, str]:
    """Return a copy of headers.

    Raises:
        InvalidInput: A name or a value can't be sent.
    """
    copied = dict(values or {})
    for name, value in copied.items():
        header(f"headers: {header_name(name, 'headers')}", value)
    return copied


def header_name(name: str, what: str = "auth_header_name") -> str:
    """Return the name of a header, or of a cookie; `what` it is of is in the message.

    Raises:
        InvalidInput: It can't be a name.
    """
    if not isinstance(name, str) or not _FIELD_NAME.fullmatch(name):
        raise InvalidInput(f"{what}: {printable(str(name), 80)!r} is not a name")
    return name


def prefix(value: str) -> str:
    """Return what stands before the token.

    Raises:
        InvalidInput: It can't be sent in a header.
    """
    return header("prefix", value)


def merged(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return the old headers and the new ones, which replace those of the same name in any case."""
    names = {str(name).lower() for name in new}
    return {name: value for name, value in old.items() if name.lower() not in names} | dict(new)


def encoded(values: Mapping[str, str]) -> httpx.Headers:
    """Return headers in Latin-1, as HTTP sends them.

    Raises:
        InvalidInput: A name or a value can't be sent.
    """
    return httpx.Headers(
        [(name.encode(), value.encode("latin-1")) for name, value in headers(values).items()]
    )


def cookies(values: Mapping[str, str] | None) -> dict[str, str]:
    """Return a copy of cookies.

    Raises:
        InvalidInput: A value can't be sent.
    """
    copied = dict(values or {})
    for name, value in copied.items():
        header(f"cookies: {header_name(name, 'cookies')}", value)
    return copied


def arguments(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a copy of more arguments for httpx.

    Raises:
        InvalidInput: One is also an argument of the client.
    """
    copied = dict(values or {})
    for name in copied.keys() & {"base_url", "cookies", "headers", "timeout", "verify", "follow_redirects"}:
        raise InvalidInput(f"httpx_args: {name} is an argument of the client itself")
    return copied


def time_limit(value: httpx.Timeout | float | None) -> httpx.Timeout | None:
    """Return a time limit; a number is in seconds, None is no limit.

    Raises:
        InvalidInput: It is not a number greater than 0.
    """
    if value is None or isinstance(value, httpx.Timeout):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
        raise InvalidInput(f"timeout: expected a number of seconds greater than 0, or None, got {value!r}")
    return httpx.Timeout(value)


def retries(value: int) -> int:
    """Return how often a request is repeated.

    Raises:
        InvalidInput: It is not an integer from 0, or the library for retries is missing.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidInput(f"retries: expected an integer from 0, got {value!r}")
    if value and find_spec("httpx_retries") is None:
        raise InvalidInput(
            "retries: httpx-retries is not installed; pip install 'clumio-connection-groups[retries]'"
        )
    return value


def base_url(value: str | httpx.URL) -> str:
    """Return the base URL as it was given.

    Raises:
        InvalidInput: It is not an absolute http or https URL, or has a query or a fragment.
    """
    text = str(value or "").strip()
    if not text:
        raise InvalidInput(f"base_url: missing; pass one, or set CLUMIO_API_BASE_URL, {_EXAMPLE}")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError):
        raise InvalidInput(f"base_url: not a URL, {_EXAMPLE}") from None
    if url.scheme not in ("http", "https") or not _HOST.fullmatch(url.host) or (url.port or 0) > 65535:
        shown = without_credentials(text)
        raise InvalidInput(f"base_url: expected http:// or https:// and a host, {_EXAMPLE}, got {shown!r}")
    if url.query or url.fragment:
        raise InvalidInput("base_url: it has a query or a fragment, which no request can keep")
    return text


def without_credentials(text: str) -> str:
    """The text of a URL for people: without user name, password, query and fragment."""
    scheme, mark, rest = re.split(r"[?#]", text, maxsplit=1)[0].rpartition("//")
    return printable(f"{scheme}{mark}{rest.rpartition('@')[2]}")


def credentials(text: str) -> tuple[httpx.URL, str | None]:
    """Split a base URL: the URL to use, and the value of an Authorization header for its user and password.

    httpx would put user name and password into each log line of its own, and in the place of the token.
    """
    url = httpx.URL(text)
    if not url.userinfo:
        return url, None
    pair = f"{unquote(url.username)}:{unquote(url.password)}".encode()
    return url.copy_with(username=None, password=None), f"Basic {b64encode(pair).decode()}"
