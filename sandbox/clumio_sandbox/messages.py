"""A request and a response on the wire, and the JSON encoding."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Never
from urllib.parse import parse_qsl

from clumio_sandbox.errors import ApiError

GROUP_MEDIA_TYPE = "application/api.clumio.aws-connection-groups=v1+json"
"""The media type of every success [doc]; its `=` is not legal there, so it is compared as a string."""

ERROR_MEDIA_TYPE = "application/json"
"""The media type of every error [doc]."""


class Delivery(Enum):
    """How the response is sent; all but `WHOLE` are faults."""

    WHOLE = "whole"
    CUT = "cut"
    DROPPED = "dropped"
    LATE = "late"


@dataclass(frozen=True)
class Request:
    """One request.

    `path` is percent-encoded; header names are lower case, and the last of repeated ones counts; `base_url`
    is the sandbox's URL in the client's request, without a slash at its end.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    base_url: str
    body: bytes = b""

    @property
    def parameters(self) -> dict[str, str]:
        """The query, decoded; of repeated names the last counts."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, lower case; empty when there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Response:
    """One response; `deliver` adds the `Content-Length`."""

    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str]
    delivery: Delivery = Delivery.WHOLE


def success(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The vendor's response to a successful request."""
    return Response(200, GROUP_MEDIA_TYPE, encode(document), headers or {})


def failure(error: ApiError) -> Response:
    """The vendor's response to a request with an error."""
    document = {"errors": [{"error_code": error.code, "error_message": error.message}]}
    return Response(error.status, ERROR_MEDIA_TYPE, encode(document), error.headers)


def encode(document: Any) -> bytes:
    """JSON in ASCII, so that a lone surrogate stays an escape sequence."""
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def decode(body: bytes) -> Any:
    """Read strict JSON in UTF-8.

    Raises `ValueError` for anything else: wrong syntax or UTF-8, NaN and Infinity, and nesting or numbers
    beyond the limits of Python's parser.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")
