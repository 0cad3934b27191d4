"""HAR 1.2, the format of browsers, proxies and test tools: http://www.softwareishard.com/blog/har-12-spec/."""

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from clumio_conformance.exchange import Exchange, Headers, NotJson, Request, Response, header, parse_json
from clumio_conformance.recording.json_file import Node
from clumio_conformance.recording.traffic import Entry, Place

VERSION: Final = "1.2"
_BODILESS: Final = frozenset({"GET", "HEAD"})


def entries(root: Node, place: Place) -> Iterator[Entry | None]:
    """Yield each entry; None for one outside of the contract, of which nothing else is read.

    Raises:
        RecordingError: the document is not HAR 1.2, or an entry of the contract is broken.
    """
    version = root["log"]["version"]
    if version.a(str) != VERSION:
        raise version.broken(f"is {version.value!r}, not {VERSION!r}")
    for node in root["log"]["entries"]:
        request = node["request"]
        placement = place(request["method"].a(str), request["url"].a(str))
        yield _entry(node).placed(placement) if placement else None


def _entry(node: Node) -> Entry:
    request = node["request"]
    method, headers = request["method"].a(str).upper(), _headers(request)
    sent, sent_lost = _request_body(request, method, headers)
    asked = Request(method=method, url=request["url"].a(str), headers=headers, body=sent)
    response = node["response"]
    status = response.number("status") or 0
    if status < 100:
        lost = Exchange(request=asked, failure=_failure(response), sent=_started(node))
        return Entry(exchange=lost, request_lost=sent_lost)
    received, received_lost = _response_body(response, status, method)
    answer = Response(status=status, headers=_headers(response), body=received)
    exchange = Exchange(request=asked, response=answer, sent=_started(node))
    return Entry(exchange=exchange, request_lost=sent_lost, response_lost=received_lost)


def _started(node: Node) -> datetime | None:
    """When the request was sent; None if the recording does not say it as ISO 8601 with an offset."""
    started = node.get("startedDateTime")
    try:
        time = datetime.fromisoformat(started.value) if started else None
    except (TypeError, ValueError):
        return None
    return time if time is not None and time.tzinfo is not None else None


def _headers(side: Node) -> Headers:
    """The headers, without the pseudo headers of HTTP/2."""
    pairs = ((node["name"].a(str), node["value"].a(str)) for node in side.get("headers") or ())
    return tuple((name, value) for name, value in pairs if not name.startswith(":"))


def _request_body(request: Node, method: str, headers: Headers) -> tuple[bytes | None, bool]:
    """The body that was sent, and whether it is missing in the recording."""
    data = request.get("postData")
    body = _decoded(data) if data else None
    parameters = data.get("params") if data and body is None else None
    if parameters is not None and parameters.a(list):
        return urlencode(
            [(one["name"].a(str), one.field("value", str) or "") for one in parameters]
        ).encode(), False
    if body or method in _BODILESS:
        return body, False
    length = header(headers, "content-length") or ""
    sizes = [
        size
        for size in (request.number("bodySize"), int(length) if length.isdecimal() else None)
        if size is not None
    ]
    return body, not sizes or max(sizes) != 0


def _response_body(response: Node, status: int, method: str) -> tuple[bytes, bool]:
    """The body that was received, and whether it is incomplete in the recording."""
    content = response.get("content")
    body = (_decoded(content) if content else None) or b""
    size = content.number("size") if content else None
    if size is None:
        size = response.number("bodySize")
    if body:
        return body, size is not None and size > len(body) and isinstance(parse_json(body), NotJson)
    return body, size != 0 and status not in {204, 304} and method != "HEAD"


def _decoded(content: Node) -> bytes | None:
    text = content.field("text", str)
    if text is None or content.field("encoding", str) != "base64":
        return None if text is None else text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as why:
        raise content["text"].broken(f"is not base64: {why}") from why


def _failure(response: Node) -> str:
    """The reason for a missing answer, from a field that browsers and test tools add."""
    reasons = (response.get(name) for name in ("_error", "_failureText", "statusText"))
    return next((str(node.value) for node in reasons if node and node.value), "no answer")
