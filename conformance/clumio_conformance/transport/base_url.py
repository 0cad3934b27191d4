"""Where a token may be sent: what makes a base URL wrong, and what is this machine."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine: `localhost` or a loopback address, and no name that only looks like one."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_safe(url: str) -> bool:
    """Whether what is sent to a URL can be read by nobody on the way: https, or it does not leave this machine."""
    try:
        return urlsplit(url).scheme == "https" or is_loopback(url)
    except ValueError:
        return False


def problem(url: str) -> str | None:
    """Why a base URL can't be used, in words that repeat no secret; None when it can.

    What two parsers may read in two ways (a backslash, a blank, a character beyond ASCII) is refused outright.
    """
    if not url.isascii() or not url.isprintable() or any(c in url for c in " \\"):
        return "holds a blank, a backslash, or a character that is not printable ASCII"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as why:
        return f"is no URL: {why}"
    return _of(parts) or (
        None if is_safe(url) else f"{url} is neither https nor on loopback; a token is sent over https only"
    )


def _of(parts: SplitResult) -> str | None:
    if parts.username is not None or parts.password is not None:
        return "holds credentials; the token comes from the environment only"
    if parts.scheme not in {"https", "http"}:
        return "is no http(s) URL"
    if not parts.hostname:
        return "names no host"
    if parts.query or parts.fragment:
        return "has a query or a fragment; a base URL ends with its path"
    if any(segment in {".", ".."} for segment in parts.path.split("/")):
        return "has a path with a segment . or .., which may lead elsewhere"
    return None
