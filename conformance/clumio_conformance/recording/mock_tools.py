"""Exchanges that tools for mocks keep: WireMock, Hoverfly, nock, saved examples of Postman, our sandbox."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from clumio_conformance.exchange import TOKEN_PLACEHOLDER, Headers
from clumio_conformance.recording.cassettes import headers, status
from clumio_conformance.recording.files import Source
from clumio_conformance.recording.recorded import (
    Answered,
    Asked,
    Content,
    Place,
    Recorded,
    Unread,
    fields,
    where,
)

Items = Iterator[Recorded | Unread]
_HIDDEN: Final = "***"
"""What the sandbox writes for a token."""


def wiremock(value: Mapping[str, Any], source: Source) -> Items:
    """Read the journal of WireMock (GET /__admin/requests, or `serveEvents`)."""
    for name in ("requests", "serveEvents"):
        for place, one in _listed(value.get(name), f"{source.name}: request"):
            request, response = _mapping(one, "request"), _mapping(one, "response", "responseDefinition")
            url = request.get("absoluteUrl") or request.get("url")
            yield _read(
                place,
                method=request.get("method"),
                url=url,
                headers=headers(request.get("headers")),
                sent=_either(request, "body", "bodyAsBase64"),
                status=status(response),
                answered=headers(response.get("headers")),
                received=_either(response, "body", "bodyAsBase64"),
                started=request.get("loggedDateString") or request.get("loggedDate"),
            )


def hoverfly(value: Mapping[str, Any], source: Source) -> Items:
    """Read the pairs of a simulation of Hoverfly."""
    for place, one in _listed(_mapping(value, "data").get("pairs"), f"{source.name}: pair"):
        request, response = _mapping(one, "request"), _mapping(one, "response")
        parts = {
            name: _matched(request.get(name)) for name in ("scheme", "destination", "path", "method", "body")
        }
        query = request.get("query")
        texts = {key: _matched(values) for key, values in query.items()} if isinstance(query, Mapping) else {}
        asked = (
            f"?{urlencode(texts)}"
            if texts
            else f"?{_matched(query)}"
            if isinstance(query, list) and query
            else ""
        )
        yield _read(
            place,
            method=parts["method"],
            url=f"{parts['scheme'] or 'https'}://{parts['destination']}{parts['path']}{asked.rstrip('?')}",
            headers=headers({key: _matched(values) for key, values in _mapping(request, "headers").items()}),
            sent=Content(text=parts["body"] or None),
            status=status(response),
            answered=headers(response.get("headers")),
            received=Content(
                text=response.get("body"), encoding="base64" if response.get("encodedBody") is True else None
            ),
        )


def nock(value: list[Any], source: Source) -> Items:
    """Read the array of definitions that the recorder of nock writes."""
    for place, one in _listed(value, f"{source.name}: definition"):
        raw = one.get("rawHeaders", one.get("headers"))
        if isinstance(raw, list) and all(isinstance(item, str) for item in raw):
            raw = [[raw[at], raw[at + 1]] for at in range(0, len(raw) - 1, 2)]
        sent, received = one.get("body"), one.get("response")
        chunks = (
            isinstance(received, list) and bool(received) and all(isinstance(part, str) for part in received)
        )
        yield _read(
            place,
            method=one.get("method"),
            url=f"{one.get('scope', '')}{one.get('path', '')}",
            headers=headers(one.get("reqheaders")),
            sent=Content(text=sent or None),
            status=status(one),
            answered=headers(raw),
            received=Content(text=json.dumps(received), encoding="base64")
            if chunks
            else Content(text=received),
        )


def postman(value: Mapping[str, Any], source: Source) -> Items:
    """Read the saved examples of a Postman collection."""
    variables = {
        str(one.get("key")): str(one.get("value")) for _, one in _listed(value.get("variable"), source.name)
    }

    def filled(text: Any) -> Any:
        for name, known in variables.items() if isinstance(text, str) else ():
            text = text.replace("{{" + name + "}}", known)
        return text

    for place, one in _examples(value, source.name):
        request = _mapping(one, "originalRequest", "request")
        url, body = request.get("url"), _mapping(request, "body")
        yield _read(
            place,
            method=request.get("method"),
            url=filled(url.get("raw") if isinstance(url, Mapping) else url),
            headers=headers(request.get("header")),
            sent=Content(text=filled(body.get("raw")) or None),
            status=status({"status": one.get("code", one.get("status"))}),
            answered=headers(one.get("header")),
            received=Content(text=one.get("body")),
        )


def sandbox(value: Mapping[str, Any], source: Source) -> Items:
    """Read the exchanges of the sandbox's control API, the oldest first."""
    listed = list(_listed(value.get("exchanges"), f"{source.name}: exchange"))
    for place, one in reversed(listed):
        asked, answered = (
            headers(one.get("request_headers")) or (),
            headers(one.get("response_headers")) or (),
        )
        names = {name.lower(): text for name, text in asked}
        yield _read(
            place,
            method=one.get("method"),
            url=f"http://{names.get('host', 'sandbox')}{one.get('target', '')}",
            headers=tuple(
                (name, f"Bearer {TOKEN_PLACEHOLDER}" if text == _HIDDEN else text) for name, text in asked
            ),
            sent=Content(text=one.get("request_body") or None),
            status=status(one),
            answered=answered,
            received=Content(text=one.get("response_body"), media_type=one.get("media_type")),
        )


def _read(
    place: Place,
    *,
    method: Any,
    url: Any,
    headers: Headers | None,
    sent: Content,
    status: int,
    answered: Headers | None,
    received: Content,
    started: Any = None,
) -> Recorded | Unread:
    if not isinstance(method, str) or not isinstance(url, str):
        return Unread(where(place), "has no method or no URL")
    return Recorded(
        Asked(method.upper(), url, fields(headers), sent),
        Answered(status, fields(answered), received),
        started=started,
        place=place,
    )


def _examples(item: Mapping[str, Any], name: str) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for _, one in _listed(item.get("item"), name):
        yield from _examples(one, name)
        yield from _listed(one.get("response"), f"{name}: {one.get('name')}: example")


def _listed(value: Any, name: str) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for number, one in enumerate(value if isinstance(value, list) else ()):
        yield (name, number), one if isinstance(one, Mapping) else {}


def _mapping(value: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    found: Any = next((value[name] for name in names if isinstance(value.get(name), Mapping)), {})
    return found if isinstance(found, Mapping) else {}


def _either(side: Mapping[str, Any], plain: str, encoded: str) -> Content:
    """A body as text, or else in base64."""
    if side.get(plain):
        return Content(text=side[plain])
    if side.get("jsonBody") is not None:
        return Content(text=side["jsonBody"])
    return Content(text=side.get(encoded), encoding="base64")


def _matched(value: Any) -> str:
    """The value that a matcher of Hoverfly stands for: of a list of matchers, the first one's."""
    if isinstance(value, list):
        return _matched(value[0]) if value else ""
    if isinstance(value, Mapping):
        return _matched(value.get("value", value.get("exactMatch")))
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
