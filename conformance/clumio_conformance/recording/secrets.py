"""The secrets of recordings: learned from where they are expected, and taken out of all other places."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from clumio_conformance.exchange import TOKEN_PLACEHOLDER, Exchange, Headers, Request
from clumio_conformance.transport.redaction import HIDDEN, Redaction

# Names of headers and parameters with secrets; a browser records everything that its user's session sends.
_SECRET: Final = re.compile(
    r"auth(?!ority)|token|secret|api[-_]?key|session|passw|credential|signature|cookie|csrf|xsrf|jwt|bearer|assertion",
    re.IGNORECASE,
)
_PARAMETER: Final = re.compile(r"(?<=[?&;])([^=&#;]*)=([^&#;]+)")
# A shorter value is hidden in its place only; hiding it everywhere would damage other values.
_SHORTEST: Final = 8
_MOST: Final = 2000
"""How many different secrets are remembered."""


class Secrets:
    """Remembers the secrets of recorded exchanges."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._found: dict[str, str] = {}

    def is_secret(self, name: str) -> bool:
        """Whether a header of this name holds a secret."""
        return _SECRET.search(name) is not None

    def header(self, name: str, value: str) -> None:
        """Remember the secrets of a header."""
        if value not in self._seen:
            self._keep(value, _of_header(name.lower(), value))

    def values(self, cookies: Any) -> None:
        """Remember the values of cookies."""
        listed = cookies if isinstance(cookies, list) else ()
        for one in listed:
            value = one.get("value") if isinstance(one, dict) else None
            if isinstance(value, str) and value not in self._seen:
                self._keep(value, [(value, HIDDEN)])

    def url(self, url: str) -> None:
        """Remember the secrets of a URL: user, password, and parameters."""
        self._keep(url, _of_url(url))

    def _keep(self, value: str, secrets: Iterable[tuple[str, str]]) -> None:
        if len(self._seen) > 10 * _MOST:
            self._seen.clear()
        self._seen.add(value)
        for secret, placeholder in secrets:
            if len(secret) >= _SHORTEST and len(self._found) < _MOST:
                self._found.setdefault(secret, placeholder)

    def tell(self, redaction: Redaction) -> None:
        """Let a redaction hide everything that was learned."""
        redaction.hide_all(self._found)


def redacted(exchange: Exchange, redaction: Redaction) -> Exchange:
    """Return an exchange without secrets."""
    request, response, place = exchange.request, exchange.response, exchange.placement
    for body in (request.body, response.body if response else None):
        if body:
            redaction.body(body)
    return replace(
        exchange,
        request=Request(
            method=request.method,
            url=redaction.text(_url(request.url)),
            headers=_headers(request.headers, redaction),
            body=None if request.body is None else redaction.body(request.body),
            path=None if request.path is None else redaction.text(_url(request.path)),
        ),
        response=response
        and replace(
            response, headers=_headers(response.headers, redaction), body=redaction.body(response.body)
        ),
        failure=exchange.failure and redaction.text(exchange.failure),
        placement=place and replace(place, parameters=tuple(map(redaction.text, place.parameters))),
    )


def _headers(headers: Headers, redaction: Redaction) -> Headers:
    secret = {name for name, _ in headers if _SECRET.search(name) and "authorization" not in name.lower()}
    return tuple((name, HIDDEN if name in secret else value) for name, value in redaction.headers(headers))


def _of_header(name: str, value: str) -> Iterator[tuple[str, str]]:
    if "cookie" in name:
        for pair in value.split(";")[: 1 if name == "set-cookie" else None]:
            yield pair.partition("=")[2].strip().strip('"'), HIDDEN
        return
    if name.endswith("-authenticate"):
        return  # a challenge, which is no secret
    scheme, _, credentials = value.strip().rpartition(" ")
    is_bearer = name == "authorization" and scheme.lower() == "bearer"
    yield credentials, TOKEN_PLACEHOLDER if is_bearer else HIDDEN
    yield from ((part, HIDDEN) for part in re.split(r"[\s,;=\"]+", value) if part != credentials and scheme)
    if scheme.lower() == "basic":
        try:
            yield base64.b64decode(credentials).decode().partition(":")[2], HIDDEN
        except (binascii.Error, ValueError):
            return


def _of_url(url: str) -> Iterator[tuple[str, str]]:
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query)
    except ValueError:
        return
    yield from ((unquote(text), HIDDEN) for text in parts.netloc.rpartition("@")[0].split(":"))
    yield from ((value, HIDDEN) for name, value in query if _SECRET.search(name))


def _url(url: str) -> str:
    """The URL without a user name and a password, and without the values of secret parameters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return _PARAMETER.sub(
        lambda found: f"{found[1]}={HIDDEN if _SECRET.search(found[1]) else found[2]}", bare
    )
