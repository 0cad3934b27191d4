"""The last exchanges, without their secrets, for the console and the control API."""

import re
import shlex
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from clumio_sandbox.messages import Request, Response

KEPT_EXCHANGES = 100
"""The number of exchanges that are kept."""

KEPT_BYTES = 8192
"""The maximum size of a kept body, in bytes."""

_SECRETS = re.compile(rb"(?<=ExternalID_)[^\"\s&]+|(?<=X-Amz-Signature=)[^\"\s&]+")
_CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})
_HIDDEN = b"***"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as text."""

    method: str
    target: str
    request_headers: dict[str, str]
    request_body: str
    status: int
    media_type: str
    response_headers: dict[str, str]
    response_body: str

    @property
    def curl(self) -> str:
        """A shell command that repeats the request, with the variables `BASE_URL` and `CLUMIO_API_TOKEN`."""
        words = ["curl", "-sS", "-X", shlex.quote(self.method), f'"$BASE_URL"{shlex.quote(self.target)}']
        for name, value in self.request_headers.items():
            if name in _CREDENTIAL_HEADERS:
                words += ["-H", '"Authorization: Bearer $CLUMIO_API_TOKEN"']
            elif name not in {"host", "content-length", "connection", "accept-encoding"}:
                words += ["-H", shlex.quote(f"{name}: {value}")]
        if self.request_body:
            words += ["--data-binary", shlex.quote(self.request_body)]
        return " ".join(words)


class Recorder:
    """Keeps the last exchanges, and removes the secrets when they are read."""

    def __init__(self) -> None:
        self._last: deque[tuple[Request, Response]] = deque(maxlen=KEPT_EXCHANGES)

    def record(self, request: Request, response: Response) -> None:
        """Keep an exchange."""
        kept_request = replace(request, body=request.body[:KEPT_BYTES])
        self._last.append((kept_request, replace(response, body=response.body[:KEPT_BYTES])))

    def exchanges(self) -> list[Exchange]:
        """The kept exchanges, the newest first."""
        return [_exchange(request, response) for request, response in reversed(self._last)]


def _exchange(request: Request, response: Response) -> Exchange:
    token = request.headers.get("authorization", "").rpartition(" ")[2].encode("latin-1")
    target = f"{request.path}?{request.query}" if request.query else request.path
    return Exchange(
        method=request.method,
        target=_clean(target.encode("latin-1"), token),
        request_headers=_clean_headers(request.headers, token),
        request_body=_clean(request.body, token),
        status=response.status,
        media_type=response.media_type,
        response_headers=_clean_headers(response.headers, token),
        response_body=_clean(response.body, token),
    )


def _clean_headers(headers: Mapping[str, str], token: bytes) -> dict[str, str]:
    return {
        name: "***" if name in _CREDENTIAL_HEADERS else _clean(value.encode("latin-1"), token)
        for name, value in headers.items()
    }


def _clean(text: bytes, token: bytes) -> str:
    without_token = text.replace(token, _HIDDEN) if token else text
    return _SECRETS.sub(_HIDDEN, without_token).decode("utf-8", "replace")
