"""The central data type: a request and its response as they were on the wire, without secrets."""

import json
import re
import shlex
import string
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Final

Headers = tuple[tuple[str, str], ...]

TOKEN_PLACEHOLDER: Final = "$CLUMIO_API_TOKEN"  # noqa: S105 - the name of a variable
CUT_TOKEN: Final = "${CLUMIO_API_TOKEN%?}"  # noqa: S105 - a shell expands it: the token less its last character
OTHER_CASE_TOKEN: Final = '$(printf %s "$CLUMIO_API_TOKEN" | tr a-zA-Z A-Za-z)'  # noqa: S105 - a shell expands it
SECOND_TOKEN: Final = "$CLUMIO_API_TOKEN_OF_ANOTHER_ORGANIZATION"  # noqa: S105 - the name of a variable
LONGER_TOKEN: Final = f"{TOKEN_PLACEHOLDER}x"


class NotJson:
    """Replaces the value of a body that is not JSON; `why` is the reason."""

    def __init__(self, why: str) -> None:
        self.why = why

    def __repr__(self) -> str:
        return f"<not JSON: {self.why}>"


def header(headers: Headers, name: str) -> str | None:
    """Return the first value of a header; the case of its name does not matter. None when it is absent."""
    return next((value for key, value in headers if key.lower() == name.lower()), None)


def http_date(text: str | None) -> datetime | None:
    """Parse a date as HTTP writes it (RFC 9110, 5.6.7), in UTC; None when it is none."""
    try:
        date = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)


def parse_json(body: bytes) -> Any:
    """Parse a body strictly (RFC 8259: no NaN, UTF-8 only); a `NotJson` says why it can't be parsed.

    A validator fails on half a surrogate pair and on values nested more than 200 deep. Both are refused
    here, so that a hostile answer can't stop the judge.
    """

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    try:
        value = json.loads(body.decode("utf-8"), parse_constant=refuse)
        if b"\\ud" in body.lower():
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return NotJson("a string holds half a surrogate pair")
    except RecursionError:
        return NotJson("nested too deeply")
    except ValueError as why:
        return NotJson(str(why) if body else "the body is empty")
    return NotJson("nested too deeply") if _deeper(value, _DEEPEST) else value


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request: `url` is absolute, `headers` are in wire order, `body` is None when it has none.

    `path` is set when the base URL has a path of its own: the path and query below it.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None
    path: str | None = None

    @property
    def contract_path(self) -> str:
        """The URL to look up in the contract: without the path of the base URL."""
        return self.url if self.path is None else self.path

    @cached_property
    def json(self) -> Any:
        """The parsed body, or a `NotJson`."""
        return parse_json(self.body or b"")

    def curl(self) -> str:
        """Return the shell command that sends this request again; it reads the token from the environment."""
        before, data = _data(self.body)
        parts = ["curl", "-i", "-X", self.method]
        for name, value in self.headers:
            if name.lower() not in HOP_HEADERS:
                # curl drops a header without a value unless a semicolon follows its name.
                parts += ["-H", f"{name}: {value}" if value else f"{name};"]
        return before + " ".join(_quoted(part) for part in [*parts, *data, self.url])


@dataclass(frozen=True, kw_only=True)
class Response:
    """A response: `status` is the number on the wire, `headers` are in order, `body` is decoded."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    @cached_property
    def json(self) -> Any:
        """The parsed body, or a `NotJson`."""
        return parse_json(self.body)

    @property
    def media_type(self) -> str | None:
        """The Content-Type header as it was sent; several are joined by commas. None when it is absent."""
        values = [value for name, value in self.headers if name.lower() == "content-type"]
        return ", ".join(values) if values else None


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The operation of an exchange: its id in the contract, and the decoded values in the path."""

    operation: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its response. Without an answer `response` is None and `failure` says why.

    The contract sets `placement` once; None means outside the contract, or not looked up yet. `sent` is when
    it was sent, by our clock; None if that is not known.
    """

    request: Request
    response: Response | None = None
    failure: str | None = None
    seconds: float = field(default=0.0, compare=False)
    placement: Placement | None = field(default=None, compare=False)
    sent: datetime | None = field(default=None, compare=False)

    @property
    def time(self) -> datetime | None:
        """When it happened: the answer's Date, which is in the target's logs, else by our clock."""
        return http_date(header(self.response.headers, "date") if self.response else None) or self.sent

    @property
    def request_id(self) -> str | None:
        """The header of the answer that names it in the target's logs, with its value; None without one."""
        named = (
            {name.lower(): (name, value) for name, value in self.response.headers} if self.response else {}
        )
        found = next((named[name] for name in _REQUEST_IDS if name in named), None)
        return f"{found[0]}: {found[1]}" if found else None

    @property
    def succeeded(self) -> bool:
        """Whether the answer has a 2xx status."""
        return self.response is not None and 200 <= self.response.status < 300

    @property
    def resource(self) -> dict[str, Any]:
        """The JSON object of a successful answer; empty when there is none."""
        if self.response is None or not self.succeeded or not isinstance(self.response.json, dict):
            return {}
        return self.response.json


_REQUEST_IDS: Final = (
    "x-request-id", "request-id", "x-amzn-requestid", "x-amz-request-id", "x-amz-apigw-id",
    "x-correlation-id", "x-amzn-trace-id", "traceparent", "cf-ray",
)  # fmt: skip
"""Headers that name a request in the logs of a server or gateway, the most usual first."""
_DEEPEST: Final = 200
_PLAIN: Final = frozenset(string.ascii_letters + string.digits + ' {}[]:,"._/')
HOP_HEADERS: Final = frozenset({"host", "content-length", "connection", "accept-encoding", "user-agent"})
"""Headers of the connection, which say nothing about a request."""


def _deeper(value: Any, levels: int) -> bool:
    """Whether arrays and objects are nested more than this many levels deep."""
    inside = [value]
    for _ in range(levels + 1):
        if not inside:
            return False
        containers = [one for one in inside if isinstance(one, dict | list)]
        inside = [child for one in containers for child in (one.values() if isinstance(one, dict) else one)]
    return True


def _data(body: bytes | None) -> tuple[str, list[str]]:
    """Return the pipe and the curl arguments for a body; a pipe is needed when no argument can hold it."""
    if body is None:
        return "", []
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text:
        return "", ["--data-raw", text]
    octal = "".join(chr(byte) if chr(byte) in _PLAIN else f"\\{byte:03o}" for byte in body)
    return f"printf '{octal}' | ", ["--data-binary", "@-"]


def _quoted(part: str) -> str:
    """Quote for a POSIX shell, but let it expand the variables of tokens."""
    expanded = (SECOND_TOKEN, OTHER_CASE_TOKEN, TOKEN_PLACEHOLDER, CUT_TOKEN)
    pieces = re.split(f"({'|'.join(map(re.escape, expanded))})", part)
    quoted = [
        f'"{piece}"' if number % 2 else shlex.quote(piece) if piece else ""
        for number, piece in enumerate(pieces)
    ]
    return "".join(quoted) or "''"
