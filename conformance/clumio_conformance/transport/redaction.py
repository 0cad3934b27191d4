"""The one place that takes secrets out: tokens, secret fields, and the signatures of signed URLs."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import quote

from clumio_conformance.exchange import CUT_TOKEN, LONGER_TOKEN, TOKEN_PLACEHOLDER, Headers

HIDDEN: Final = "REDACTED"
# Credentials that may stay in an Authorization header: placeholders of the token, whole, longer or cut.
_PLACEHOLDERS: Final = frozenset({TOKEN_PLACEHOLDER, LONGER_TOKEN, CUT_TOKEN})

_NUMBERED: Final = re.compile(rb"REDACTED(?:-\d+)?")
# The secret parameters of a signed AWS URL (Signature Version 4 and 2, CloudFront), with their values: plain,
# percent-encoded within another URL, or with JSON escapes, as Go writes & and PHP writes /.
_SIGNATURE: Final = re.compile(
    rb"((?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|AWSAccessKeyId|Key-Pair-Id"
    rb"|(?:[?&]|\\u0026)Policy)(?:=|%3D|\\u003D))"
    rb"((?:(?!%26)[^&\"'\s\\<>#]|\\u(?!00(?:2[267]|3[CE]))[0-9A-F]{4}|\\/)+)",
    re.IGNORECASE,
)
_URL: Final = re.compile(
    rb"https?:(?:\\?/){2}(?:[^\s\"'<>\\]|\\u(?!00(?:2[27]|3[CE]))[0-9A-F]{4}|\\/)+", re.IGNORECASE
)
# A JSON Web Token (RFC 7519): two or three parts in base64url, the first two of them JSON objects.
_JWT: Final = re.compile(rb"eyJ[\w-]{5,}\.eyJ[\w-]*(?:\.[\w-]*)?|eyJ[\w-]{5,}(?:\.[\w-]+){4}", re.ASCII)
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_COOKIES: Final = frozenset({"cookie", "set-cookie", "x-api-key", "x-amz-security-token"})
_CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization"})
# A shorter secret is hidden only as a whole word: within other words it would damage other values.
_SHORTEST_SECRET: Final = 12


@dataclass(frozen=True, kw_only=True)
class SecretNames:
    """The secrets in the bodies of an API: the JSON field `field`, and each text that matches `form`."""

    field: str = ""
    form: str = "(?!)"

    @cached_property
    def members(self) -> tuple["re.Pattern[bytes]", ...]:
        """The patterns of the field: as a member of a JSON object, and of one quoted in a JSON string.

        A JSON string may hold escapes, so the name may hold them too.
        """
        if not self.field:
            return ()
        name = b"".join(rb"(?:%c|\\u00%02x)" % (letter, letter) for letter in self.field.encode("ascii"))
        quoted = rb'(\\"' + name + rb'\\"(?:\s|\\[nrt])*:(?:\s|\\[nrt])*\\")((?:[^"\\]|\\[^"])+)(\\")'
        return (
            re.compile(rb'(?i)("' + name + rb'"\s*:\s*")((?:[^"\\]|\\.)+)(")'),
            re.compile(rb"(?i)" + quoted),
        )

    @cached_property
    def anywhere(self) -> "re.Pattern[bytes]":
        """The pattern of `form`."""
        return re.compile(self.form.encode("ascii"))


class Redaction:
    """Takes secrets out of exchanges, and remembers signed URLs, so that this run can still fetch them.

    The values of the secret field are numbered (REDACTED, REDACTED-2, ...), so that they can be compared.
    """

    def __init__(self, *tokens: str, names: SecretNames | None = None) -> None:
        self._names = names or SecretNames()
        self._secrets: dict[bytes, bytes] = {}
        self._known = re.compile(rb"(?!)")
        self._urls: dict[str, str] = {}
        self._values: dict[str, str] = {}
        for token in tokens:
            self.hide(token, TOKEN_PLACEHOLDER)

    def hide(self, secret: str, placeholder: str = HIDDEN) -> None:
        """Hide this text from now on: plain, percent-encoded, and as JSON writes it."""
        self.hide_all({secret: placeholder})

    def hide_all(self, secrets: Mapping[str, str]) -> None:
        """Hide these texts from now on, each by its placeholder."""
        before = len(self._secrets)
        for secret, placeholder in secrets.items():
            forms = _forms(secret) - self._secrets.keys() if secret else set()
            self._secrets |= dict.fromkeys(forms, placeholder.encode())
        if len(self._secrets) > before:
            longest_first = sorted(self._secrets, key=len, reverse=True)
            self._known = re.compile(b"|".join(map(_pattern, longest_first)))

    def body(self, body: bytes) -> bytes:
        """Return the body without secrets; everything else stays byte for byte."""
        for found in (found for pattern in self._names.members for found in pattern.finditer(body)):
            if len(found[2]) >= _SHORTEST_SECRET:
                value = _unescaped(found[2])
                placeholder = self._numbered(value)
                # A value that matches `form` needs no entry of its own: a target may send thousands.
                if not self._names.anywhere.fullmatch(_encoded(value)):
                    self.hide(value, placeholder)
        for found in _URL.finditer(body):
            url = _unescaped(found[0])
            self._urls[self._hidden(_encoded(url)).decode("utf-8", "replace")] = url
        hidden = self._hidden(body)
        for pattern in self._names.members:
            hidden = pattern.sub(self._whole_value_hidden, hidden)
        return hidden

    def text(self, text: str) -> str:
        """Return the text without secrets."""
        return self.body(_encoded(text)).decode("utf-8", "surrogatepass")

    def headers(self, headers: Iterable[tuple[str, str]]) -> Headers:
        """Return the headers without credentials; the scheme of Authorization stays."""
        return tuple((name, self._header(name, value)) for name, value in headers)

    def url(self, hidden: str) -> str:
        """Return the original of a redacted URL; any other text is returned unchanged."""
        return self._urls.get(hidden, hidden)

    def _numbered(self, value: str) -> str:
        number = len(self._values) + 1
        return self._values.setdefault(value, f"{HIDDEN}-{number}" if number > 1 else HIDDEN)

    @staticmethod
    def _whole_value_hidden(found: re.Match[bytes]) -> bytes:
        """Hide the whole value of a secret field, unless it is a numbered placeholder already."""
        return found[1] + (found[2] if _NUMBERED.fullmatch(found[2]) else HIDDEN.encode()) + found[3]

    def _hidden(self, body: bytes) -> bytes:
        body = self._known.sub(lambda found: self._secrets[found[0]], body)
        body = self._names.anywhere.sub(
            lambda found: self._values.get(found[0].decode(), HIDDEN).encode(), body
        )
        return _SIGNATURE.sub(rb"\g<1>" + HIDDEN.encode(), _JWT.sub(HIDDEN.encode(), body))

    def _header(self, name: str, value: str) -> str:
        if name.lower() in _COOKIES:
            return HIDDEN
        hidden = self.text(value)
        if name.lower() not in _CREDENTIALS:
            return hidden
        scheme, _, credentials = hidden.partition(" ")
        if not credentials:
            return hidden if hidden in _PLACEHOLDERS else HIDDEN
        return f"{scheme} {credentials if credentials in _PLACEHOLDERS else HIDDEN}"


def _forms(secret: str) -> set[bytes]:
    """Return the ways to write a text in a URL or in JSON."""
    encoded = quote(secret, safe="", errors="surrogatepass")
    lower = re.sub(r"%..", lambda found: found[0].lower(), encoded)
    in_json = json.dumps(secret)[1:-1]
    plain = json.dumps(secret, ensure_ascii=False)[1:-1]
    return {
        _encoded(form) for form in (secret, encoded, lower, in_json, plain, plain.replace("/", r"\/")) if form
    }


def _pattern(secret: bytes) -> bytes:
    alone = len(secret) < _SHORTEST_SECRET
    return rb"(?<![\w-])%b(?![\w-])" % re.escape(secret) if alone else re.escape(secret)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _unescaped(written: bytes) -> str:
    """Decode the inside of a JSON string, even if it is partly broken."""
    text = written.decode("utf-8", "replace")
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text.replace(r"\/", "/"))
