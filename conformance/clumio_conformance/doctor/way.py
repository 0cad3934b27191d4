"""The way to a target, step by step: its URL, the proxy, DNS, TCP and TLS."""

import os
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from clumio_conformance.doctor.checks import Check, skipped
from clumio_conformance.options import UsageError
from clumio_conformance.transport.base_url import is_loopback, problem
from clumio_conformance.transport.surroundings import AUTHORITIES, proxy_for, trusted

SECONDS: Final = 10.0
"""How long to wait for a connection."""
SOON: Final = 14
"""Days before its expiry from which a certificate is worth a warning."""
_STEPS: Final = ("proxy", "dns", "tcp", "tls")
_PORTS: Final = {"http": 80, "https": 443}
# The numbers of OpenSSL for what is wrong with a certificate.
_NOT_YET, _EXPIRED, _HOST, _ADDRESS = 9, 10, 62, 64


def way_to(base_url: str) -> Iterator[Check]:
    """Check each step until one fails; the others are skipped then."""
    wrong = problem(base_url)
    if wrong:
        way_out = "write https://HOST, as in the vendor's documentation"
        yield Check(name="url", state="fail", seen=wrong, way_out=way_out)
        yield from skipped(_STEPS, "the base URL can't be used")
        return
    yield Check(name="url", state="ok", seen=base_url)
    parts = urlsplit(base_url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        proxy = None if is_loopback(base_url) else proxy_for(host)
    except UsageError as why:
        yield Check(name="proxy", state="fail", seen=str(why), way_out="correct or unset the variable")
        yield from skipped(_STEPS[1:], "the proxy can't be used")
        return
    if proxy is None:
        yield Check(name="proxy", state="ok", seen="none on the way")
    else:
        host, port = proxy.url.host.decode(), proxy.url.port or 80
        seen = f"{host}:{port} is on the way; dns and tcp are about it"
        yield Check(name="proxy", state="ok", seen=seen)
    yield from _connected(host, port, is_tls=parts.scheme == "https", is_proxy=proxy is not None)


def _connected(host: str, port: int, *, is_tls: bool, is_proxy: bool) -> Iterator[Check]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as why:
        way_out = "check the host name; behind a corporate network set HTTPS_PROXY, or connect the VPN"
        yield Check(name="dns", state="fail", seen=f"{host}: {why.strerror or why}", way_out=way_out)
        yield from skipped(_STEPS[2:], "the host name has no address")
        return
    addresses = ", ".join(dict.fromkeys(str(one[4][0]) for one in found))
    yield Check(name="dns", state="ok", seen=f"{host} is {addresses}")
    try:
        opened = socket.create_connection((host, port), timeout=SECONDS)
    except OSError as why:
        way_out = "check host and port, that the server runs, and that a firewall lets you pass"
        seen = f"no connection to {host}:{port}: {why.strerror or why}"
        yield Check(name="tcp", state="fail", seen=seen, way_out=way_out)
        yield from skipped(_STEPS[3:], "there is no connection")
        return
    with opened:
        yield Check(name="tcp", state="ok", seen=f"connected to {host}:{port}")
        if not is_tls:
            yield from skipped(["tls"], "the base URL is http, on loopback")
        elif is_proxy:
            yield from skipped(["tls"], "through a proxy; the answer below shows whether it works")
        else:
            yield _tls(opened, host)


def _tls(opened: socket.socket, host: str) -> Check:
    """Whether the certificate is valid for the host, and signed by a trusted authority."""
    source = _authorities()
    try:
        with trusted().wrap_socket(opened, server_hostname=host) as wrapped:
            certificate = wrapped.getpeercert() or {}
            version = wrapped.version()
    except UsageError as why:
        return Check(
            name="tls", state="fail", seen=str(why), way_out="name a PEM file, or unset the variable"
        )
    except ssl.SSLCertVerificationError as why:
        return Check(
            name="tls", state="fail", seen=why.verify_message, way_out=_cure(why.verify_code, source)
        )
    except OSError as why:
        way_out = "check the port, and that nothing on the way, such as a proxy, speaks plain http"
        return Check(name="tls", state="fail", seen=f"no TLS: {why}", way_out=way_out)
    expiry = str(certificate.get("notAfter", ""))
    days = int((ssl.cert_time_to_seconds(expiry) - time.time()) / 86400) if expiry else SOON
    seen = (
        f"{version}, certificate of {_issuer(certificate)}, valid for {days} more days, trusted by {source}"
    )
    if days < SOON:
        return Check(name="tls", state="warn", seen=seen, way_out="tell who runs the server to renew it")
    return Check(name="tls", state="ok", seen=seen)


def _authorities() -> str:
    return next((name for name in AUTHORITIES if os.environ.get(name)), "certifi")


def _cure(code: int, source: str) -> str:
    if code == _EXPIRED:
        return "the certificate has expired, or this machine's clock is ahead: check the clock"
    if code == _NOT_YET:
        return "the certificate is not valid yet, or this machine's clock is behind: check the clock"
    if code in {_HOST, _ADDRESS}:
        return "the certificate is for another host: check the base URL, or what opens TLS on the way"
    return (
        f"its authority is not among those of {source}: if a corporate proxy opens TLS, ask for its "
        "authority's certificate and name the file in SSL_CERT_FILE"
    )


def _issuer(certificate: object) -> str:
    names = dict(
        pair
        for part in (certificate.get("issuer", ()) if isinstance(certificate, dict) else ())
        for pair in part
    )
    return str(names.get("organizationName") or names.get("commonName") or "an unnamed authority")
