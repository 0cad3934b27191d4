"""Checks of base URLs: where a token may be sent, and which URLs are on loopback."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS: Final = {"https": "443", "http": "80"}
_ENCODED: Final = re.compile(r"%([0-9A-Fa-f]{2})")
# Without the dot: an id that is only dots is sent encoded, so that it does not lead elsewhere.
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9_~-]")


def is_loopback(url: str) -> bool:
    """Whether the host of a URL is `localhost` or a loopback address; no other name counts."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_safe(url: str) -> bool:
    """Whether nobody on the way can read what is sent to a URL: it is https or on loopback."""
    try:
        return urlsplit(url).scheme == "https" or is_loopback(url)
    except ValueError:
        return False


def problem(url: str) -> str | None:
    """Say why a base URL can't be used, without repeating a secret; None when it can be used.

    Characters that parsers read differently are refused: a backslash, a blank, a character beyond ASCII.
    """
    if not url.isascii() or not url.isprintable() or any(c in url for c in " \\"):
        return "holds a blank, a backslash, or a character that is not printable ASCII"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as why:
        return f"is not a URL: {why}"
    return _of(parts) or (
        None if is_safe(url) else f"{url} is neither https nor on loopback; use https, as a token is sent"
    )


def _of(parts: SplitResult) -> str | None:
    if parts.username is not None or parts.password is not None:
        return "holds credentials; the token comes from the environment only"
    if parts.scheme not in {"https", "http"}:
        return "is not an http(s) URL"
    if not parts.hostname:
        return "names no host"
    if parts.query or parts.fragment:
        return "has a query or a fragment; a base URL ends with its path"
    if any(segment in {".", ".."} for segment in parts.path.split("/")):
        return "has a path with a segment . or .., which may lead elsewhere; write the path without it"
    return None


def normal_host(scheme: str, netloc: str) -> str:
    """Return the host of a URL in lower case, with its port unless it is the scheme's (RFC 3986, 6.2)."""
    host = netloc.rpartition("@")[2].lower()
    name, colon, port = host.rpartition(":")
    if not colon or not (port.isdecimal() or port == ""):
        name, port = host, ""
    name = name.rstrip(".")
    return name if port in {"", _DEFAULT_PORTS.get(scheme, "")} else f"{name}:{port}"


def normal_path(path: str) -> str:
    """Return a path without needless percent-encoding and without the segments . and .. (RFC 3986, 6.2)."""
    if "%" in path:
        path = _ENCODED.sub(_decoded, path)
    if "/." not in path:
        return path
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[max(len(segments) - 1, 1) :]
        elif segment != ".":
            segments.append(segment)
    return "/".join(segments) + ("/" if path.endswith(("/.", "/..")) else "")


def _decoded(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else f"%{found[1].upper()}"
