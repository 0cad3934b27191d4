"""The one currency of this package: a request and its response, as they were on the wire, secrets already gone."""

import json
import re
import shlex
import string
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

Headers = tuple[tuple[str, str], ...]

TOKEN_PLACEHOLDER: Final = "$CLUMIO_API_TOKEN"  # noqa: S105 - the name of a variable
CUT_TOKEN: Final = "${CLUMIO_API_TOKEN%?}"  # noqa: S105 - what a shell makes the token without its last character
LONGER_TOKEN: Final = f"{TOKEN_PLACEHOLDER}x"


class NotJson:
    """Why a body is not JSON; stands where its value would stand."""

    def __init__(self, why: str) -> None:
        self.why = why

    def __repr__(self) -> str:
        return f"<not JSON: {self.why}>"


def header(headers: Headers, name: str) -> str | None:
    """Give the first value of a header, whatever the case of its name; None when it is absent."""
    return next((value for key, value in headers if key.lower() == name.lower()), None)


def parse_json(body: bytes) -> Any:
    """Parse a body strictly (RFC 8259: no NaN, UTF-8 only); a `NotJson` tells why it can't be.

    What no validator takes is refused here, so that a hostile answer can't stop the judge: half a surrogate pair, and
    values nested more than 200 deep.
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
    """A request: `url` is absolute, `headers` in the order of the wire, `body` None when there was none.

    `path` is the path and query below the base URL, where that has a path of its own.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None
    path: str | None = None

    @property
    def place(self) -> str:
        """Where in the contract it belongs: its URL without the base URL's own path."""
        return self.url if self.path is None else self.path

    @cached_property
    def json(self) -> Any:
        """The parsed body, or a `NotJson`."""
        return parse_json(self.body or b"")

    def curl(self) -> str:
        """Give the shell command that sends this request again; the token is left to the environment."""
        before, data = _data(self.body)
        parts = ["curl", "-i", "-X", self.method]
        for name, value in self.headers:
            if name.lower() not in _HOP_HEADERS:
                # curl drops a header without a value unless it is written with a semicolon
                parts += ["-H", f"{name}: {value}" if value else f"{name};"]
        return before + " ".join(_quoted(part) for part in [*parts, *data, self.url])


@dataclass(frozen=True, kw_only=True)
class Response:
    """A response: `status` as the number on the wire, `headers` in order, `body` after content decoding."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    @cached_property
    def json(self) -> Any:
        """The parsed body, or a `NotJson`."""
        return parse_json(self.body)

    @property
    def media_type(self) -> str | None:
        """The Content-Type header as it was sent, all of them where there are several; None when it is absent."""
        values = [value for name, value in self.headers if name.lower() == "content-type"]
        return ", ".join(values) if values else None


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where an exchange belongs in the contract: the id of its operation, and the values in its path, decoded."""

    operation: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its response; `response` is None and `failure` says why when there was none.

    `placement` is set once, by the contract; None means outside of the contract, or not looked up yet.
    """

    request: Request
    response: Response | None = None
    failure: str | None = None
    seconds: float = field(default=0.0, compare=False)
    placement: Placement | None = field(default=None, compare=False)

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


_DEEPEST: Final = 200
_PLAIN: Final = frozenset(string.ascii_letters + string.digits + ' {}[]:,"._/')
_HOP_HEADERS: Final = frozenset({"host", "content-length", "connection", "accept-encoding", "user-agent"})


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
    """How a shell hands a body to curl: as an argument, or through a pipe when no argument can hold it."""
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
    """Quote for a POSIX shell, but let it expand the token's variable."""
    pieces = re.split(f"({re.escape(TOKEN_PLACEHOLDER)}|{re.escape(CUT_TOKEN)})", part)
    quoted = [
        f'"{piece}"' if number % 2 else shlex.quote(piece) if piece else ""
        for number, piece in enumerate(pieces)
    ]
    return "".join(quoted) or "''"
