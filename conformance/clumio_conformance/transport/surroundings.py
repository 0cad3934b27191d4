"""The user's surroundings: the proxy on the way to a target, and the certificates that are trusted."""

import os
import re
import ssl
from functools import cache
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import certifi
import httpcore

from clumio_conformance.options import UsageError

AUTHORITIES: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR")
"""The variables that name trusted certificate authorities; the first one that is set counts."""
_PORTS: Final = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_NAME: Final = re.compile(r"\*|(\*?\.)?[\w-]+(\.[\w-]+)*\.?(:\d+)?", re.ASCII)


def trusted() -> ssl.SSLContext:
    """Return the settings for TLS, with the authorities of the environment, or those of certifi.

    Raises:
        UsageError: a variable names something that holds no certificates.
    """
    name = next((one for one in AUTHORITIES if os.environ.get(one)), None)
    if name is None:
        return of_certifi()
    path = Path(os.environ[name])
    try:
        if path.is_dir():
            return ssl.create_default_context(capath=str(path))
        return ssl.create_default_context(cafile=str(path))
    except OSError as why:
        reason = "it is no PEM" if isinstance(why, ssl.SSLError) else why.strerror
        raise UsageError(
            f"{name}={path}: no authority can be read from it ({reason}); name a PEM file, or unset it"
        ) from why


@cache
def of_certifi() -> ssl.SSLContext:
    """Return the settings for TLS with the usual authorities; reading them takes long."""
    return ssl.create_default_context(cafile=certifi.where())


def proxy_for(host: str) -> httpcore.Proxy | None:
    """Return the proxy on the way to a host by https; None when the way is direct.

    Raises:
        UsageError: a variable of the environment can't be used.
    """
    _check_exceptions()
    found = getproxies_environment()
    scheme = next((one for one in ("https", "all") if found.get(one)), None)
    if scheme is None or proxy_bypass(host):
        return None
    return _proxy(_variable(f"{scheme}_proxy"), found[scheme])


def _proxy(name: str, value: str) -> httpcore.Proxy:
    whole = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(whole)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError as why:
        raise UsageError(f"{name}: its value is not the URL of a proxy ({why}); correct or unset it") from why
    shown = f"{parts.scheme}://{parts.hostname}:{port}"
    if parts.scheme not in _PORTS or not parts.hostname:
        known = ", ".join(_PORTS)
        raise UsageError(f"{name}={shown} is not the URL of a proxy: it has a host, and begins with {known}")
    if parts.scheme.startswith("socks") and find_spec("socksio") is None:
        raise UsageError(f"{name}={shown}: a socks proxy needs the package socksio; install it, or use http")
    return httpcore.Proxy(
        httpcore.URL(scheme=parts.scheme, host=parts.hostname, port=port, target=""),
        auth=_credentials(parts),
        ssl_context=trusted() if parts.scheme == "https" else None,
    )


def _credentials(parts: SplitResult) -> tuple[bytes, bytes] | None:
    if parts.username is None:
        return None
    return unquote(parts.username).encode(), unquote(parts.password or "").encode()


def _check_exceptions() -> None:
    """Check NO_PROXY, so that a slip of the pen does not send requests through a proxy.

    Raises:
        UsageError: an entry is neither a host nor an address.
    """
    name = _variable("no_proxy")
    for entry in filter(None, (one.strip() for one in os.environ.get(name, "").split(","))):
        if not _NAME.fullmatch(entry) and not _is_address(entry):
            raise UsageError(f"{name}: {entry!r} is neither a host name nor an address; correct or unset it")


def _is_address(entry: str) -> bool:
    bare = re.sub(r"^\[(.*)\](:\d+)?$", r"\1", entry)
    try:
        ip_network(bare, strict=False)
    except ValueError:
        return False
    return True


def _variable(name: str) -> str:
    """The name under which a variable is set; small letters count first, as in curl."""
    return name if name in os.environ else name.upper()
