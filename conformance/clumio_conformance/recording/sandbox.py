"""The list of exchanges from the sandbox's control API."""

from collections.abc import Iterator
from typing import Final

from clumio_conformance.exchange import (
    TOKEN_PLACEHOLDER,
    Exchange,
    Headers,
    NotJson,
    Request,
    Response,
    header,
    parse_json,
)
from clumio_conformance.recording.json_file import Node
from clumio_conformance.recording.traffic import Entry, Place

_HIDDEN: Final = "***"


def entries(root: Node, place: Place) -> Iterator[Entry | None]:
    """Yield each exchange, the oldest first; None for one outside of the contract.

    Raises:
        RecordingError: the document is not from the sandbox.
    """
    for node in reversed(list(root["exchanges"])):
        headers = _headers(node["request_headers"])
        url = f"http://{header(headers, 'host') or 'sandbox'}{node['target'].a(str)}"
        method = node["method"].a(str)
        placement = place(method, url)
        yield _entry(node, method, url, headers).placed(placement) if placement else None


def _entry(node: Node, method: str, url: str, headers: Headers) -> Entry:
    sent = node["request_body"].a(str).encode()
    received = node["response_body"].a(str).encode()
    answered = _headers(node["response_headers"])
    media_type = node.field("media_type", str)
    if media_type and header(answered, "content-type") is None:
        answered = (*answered, ("content-type", media_type))
    return Entry(
        exchange=Exchange(
            request=Request(method=method, url=url, headers=headers, body=sent or None),
            response=Response(status=node["status"].a(int), headers=answered, body=received),
        ),
        request_lost=_cut(sent, headers),
        response_lost=_cut(received, answered),
    )


def _headers(node: Node) -> Headers:
    return tuple(
        (
            name,
            f"Bearer {TOKEN_PLACEHOLDER}"
            if name == "authorization" and value == _HIDDEN
            else node[name].a(str),
        )
        for name, value in node.a(dict).items()
    )


def _cut(body: bytes, headers: Headers) -> bool:
    """Whether the sandbox kept only the beginning of a body; a redacted body is shorter, too."""
    length = header(headers, "content-length") or ""
    return length.isdecimal() and int(length) > len(body) and isinstance(parse_json(body), NotJson)
