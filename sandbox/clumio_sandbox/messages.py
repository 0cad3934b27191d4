"""A request and a response as they are on the wire, and how JSON is read and written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Never
from urllib.parse import parse_qsl

from clumio_sandbox.errors import ApiError

GROUP_MEDIA_TYPE = "application/api.clumio.aws-connection-groups=v1+json"
"""The media type of every success [doc]; its `=` is not legal in one, so it is only ever compared as a string."""

ERROR_MEDIA_TYPE = "application/json"
"""The media type of every error [doc]."""


class Delivery(Enum):
    """How a response reaches the client; anything but `WHOLE` is a fault."""

    WHOLE = "whole"
    CUT = "cut"
    DROPPED = "dropped"
    LATE = "late"


@dataclass(frozen=True)
class Request:
    """One request.

    `path` is still percent-encoded; header names are lower case, of repeated ones the last counts; `base_url` is where
    the client reached the sandbox, without a slash at its end.
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
    """One response; `Content-Length` is added when it is sent."""

    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str]
    delivery: Delivery = Delivery.WHOLE


def success(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The vendor's answer to anything that went well."""
    return Response(200, GROUP_MEDIA_TYPE, encode(document), headers or {})


def failure(error: ApiError) -> Response:
    """The vendor's answer to anything that did not."""
    document = {"errors": [{"error_code": error.code, "error_message": error.message}]}
    return Response(error.status, ERROR_MEDIA_TYPE, encode(document), error.headers)


def encode(document: Any) -> bytes:
    """JSON in ASCII only, so that a lone surrogate that came in as an escape goes out as one."""
    return _ENCODER.encode(document).encode("ascii")


def decode(body: bytes) -> Any:
    """Read strict JSON in UTF-8.

    Raises `ValueError` for anything else: broken syntax or UTF-8, NaN and Infinity, and nesting or numbers beyond
    what the interpreter reads.
    """
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except RecursionError as error:
        msg = "nested too deeply"
        raise ValueError(msg) from error


def _refuse_constant(name: str) -> Never:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


_ENCODER = json.JSONEncoder(separators=(",", ":"))
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
