"""The one place where secrets are taken out: the token, external ids, and the signatures of template URLs."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from clumio_conformance.exchange import TOKEN_PLACEHOLDER, Headers

HIDDEN: Final = "REDACTED"

_EXTERNAL_ID: Final = re.compile(rb'("external_id"\s*:\s*")((?:[^"\\]|\\.)+)(")')
# What authorizes in a presigned URL (AWS Signature Version 4 and 2), up to the end of the parameter.
_SIGNATURE: Final = re.compile(
    rb"((?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|Signature|AWSAccessKeyId)=)([^&\"'\s\\<>]+)",
    re.IGNORECASE,
)
_URL: Final = re.compile(rb"https?://[^\s\"'<>\\]+")
_CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
# A shorter external id is no secret, and taking it out everywhere would tear other values apart.
_SHORTEST_SECRET: Final = 12


class Redaction:
    """Take secrets out of what is kept, and remember signed URLs, so that they can still be fetched in this run."""

    def __init__(self, *tokens: str) -> None:
        self._secrets: dict[bytes, bytes] = {}
        self._urls: dict[str, str] = {}
        for token in tokens:
            self.hide(token, TOKEN_PLACEHOLDER)

    def hide(self, secret: str, placeholder: str = HIDDEN) -> None:
        """Take this text out from now on, plain and percent-encoded."""
        if secret:
            for form in (secret, quote(secret, safe="")):
                self._secrets[form.encode()] = placeholder.encode()

    def body(self, body: bytes) -> bytes:
        """Give the body without secrets; everything else stays byte for byte."""
        for found in _EXTERNAL_ID.finditer(body):
            if len(found[2]) >= _SHORTEST_SECRET:
                self._secrets.setdefault(found[2], HIDDEN.encode())
        for url in _URL.findall(body):
            self._urls[self._hidden(url).decode("utf-8", "replace")] = url.decode("utf-8", "replace")
        return _EXTERNAL_ID.sub(rb"\g<1>" + HIDDEN.encode() + rb"\g<3>", self._hidden(body))

    def text(self, text: str) -> str:
        """Give the text without secrets."""
        return self.body(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def headers(self, headers: Iterable[tuple[str, str]]) -> Headers:
        """Give the headers without credentials; the scheme of Authorization stays."""
        return tuple((name, self._header(name, value)) for name, value in headers)

    def url(self, hidden: str) -> str:
        """Give the URL that a redacted one stands for; any other text as it is."""
        return self._urls.get(hidden, hidden)

    def _hidden(self, body: bytes) -> bytes:
        for secret, placeholder in self._secrets.items():
            body = body.replace(secret, placeholder)
        return _SIGNATURE.sub(rb"\g<1>" + HIDDEN.encode(), body)

    def _header(self, name: str, value: str) -> str:
        hidden = self.text(value)
        if name.lower() not in _CREDENTIALS or TOKEN_PLACEHOLDER in hidden:
            return hidden
        scheme, _, credentials = value.partition(" ")
        return f"{scheme} {HIDDEN}" if credentials else HIDDEN
