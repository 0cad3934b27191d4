"""Cassettes: vcrpy, betamax, VCR of Ruby, and the reports of schemathesis, as YAML, JSON or lines of JSON."""

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from clumio_conformance.exchange import Headers
from clumio_conformance.recording.files import Source, whole
from clumio_conformance.recording.json_stream import LARGEST_ELEMENT
from clumio_conformance.recording.recorded import (
    Answered,
    Asked,
    Content,
    Place,
    Recorded,
    RecordingError,
    Unread,
    fields,
    where,
)

Items = Iterator[Recorded | Unread]
NAMES: Final = ("interactions", "http_interactions")
"""The lists that a cassette consists of."""
_BINARY: Final = ("!binary", "tag:yaml.org,2002:binary")


def in_yaml(source: Source) -> Items:
    """Read a cassette in YAML."""
    text = whole(source, LARGEST_ELEMENT)
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = _Constructor
    try:
        value = reader.load(BytesIO(text))
    except YAMLError as why:
        mark = getattr(why, "problem_mark", None)
        at = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = getattr(why, "problem", None) or "can't be read"
        raise RecordingError(
            f"{source.name}{at}: is not YAML ({problem}); record the cassette again"
        ) from why
    except (ValueError, RecursionError) as why:
        raise RecordingError(f"{source.name}: is not YAML that can be read ({why}); record it again") from why
    if not isinstance(value, Mapping) or not any(isinstance(value.get(name), list) for name in NAMES):
        raise RecordingError(
            f"{source.name}: is YAML, but no cassette: it lacks a list {' or '.join(NAMES)}; name a recording"
        )
    yield from document(value, source)


def document(value: Mapping[str, Any], source: Source) -> Items:
    """Read a cassette that is parsed already."""
    for name in NAMES:
        interactions = value.get(name)
        for number, one in enumerate(interactions if isinstance(interactions, list) else ()):
            yield interaction(one, (f"{source.name}: interaction", number))


def interaction(one: Any, place: Place) -> Recorded | Unread:
    """Read an interaction of a cassette."""
    if not isinstance(one, Mapping):
        return Unread(where(place), "is not an object")
    request, response = one.get("request"), one.get("response")
    if not isinstance(request, Mapping):
        return Unread(where(place), "lacks `request`")
    url, method = request.get("uri") or request.get("url"), request.get("method")
    if not isinstance(url, str) or not isinstance(method, str):
        return Unread(where(place), "lacks the text `request.uri` or `request.method`")
    response = response if isinstance(response, Mapping) else {}
    started = one.get("recorded_at")
    return Recorded(
        Asked(method.upper(), url, fields(headers(request.get("headers"))), body(request.get("body"))),
        Answered(
            status(response),
            fields(headers(response.get("headers"))),
            body(response.get("body", response.get("content"))),
            reason="" if response else "no answer",
        ),
        started=started.isoformat() if isinstance(started, date) else started,
        place=place,
    )


def schemathesis_events(source: Source) -> Items:
    """Read the NDJSON report of schemathesis; its events of scenarios hold exchanges."""
    text = whole(source, LARGEST_ELEMENT)
    for number, line in enumerate(text.splitlines(), 1):
        place = f"{source.name}:{number}"
        try:
            event = json.loads(line) if line.strip() else {}
        except (ValueError, RecursionError) as why:
            yield Unread(place, f"is not JSON ({why})", cut=number > text.count(b"\n"))
            continue
        recorder = event.get("ScenarioFinished", {}).get("recorder", {}) if isinstance(event, dict) else {}
        for name, one in recorder.get("interactions", {}).items():
            read = interaction(one, (f"{source.name}: {name} in line", number))
            if isinstance(read, Recorded):
                response = one.get("response")
                if read.response.content and isinstance(response, Mapping) and "content_size" in response:
                    read.response.content.comment = (
                        f"truncated: {response['content_size']} bytes were received"
                    )
                read.started = one.get("timestamp")
            yield read


def status(response: Mapping[str, Any]) -> int:
    """The status of an answer; 0 if there is none."""
    given = response.get("status", response.get("status_code"))
    code = given.get("code") if isinstance(given, Mapping) else given
    try:
        return int(code) if code is not None else 0
    except (TypeError, ValueError):
        return 0


def headers(given: Any) -> Headers | None:
    """Headers from a mapping of names to a text or a list, or from a list of pairs."""
    if isinstance(given, Mapping):
        pairs = [
            (name, one)
            for name, value in given.items()
            for one in (value if isinstance(value, list) else [value])
        ]
    elif isinstance(given, list):
        pairs = [_pair(one) for one in given]
    else:
        return None
    found = tuple(
        (_text(name), _text(value)) for name, value in pairs if name is not None and value is not None
    )
    return tuple(pair for pair in found if not pair[0].startswith(":")) or None


def _pair(one: Any) -> tuple[Any, Any]:
    if isinstance(one, Mapping):
        return one.get("name", one.get("key")), one.get("value")
    return (one[0], one[1]) if isinstance(one, list) and len(one) > 1 else (None, None)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def body(given: Any) -> Content:
    """A body: text, bytes, or an object with `string`, `base64_string`, or `$base64` (schemathesis)."""
    if isinstance(given, Mapping):
        for name in ("base64_string", "$base64"):
            if given.get(name):
                return Content(text=given[name], encoding="base64")
        if "string" in given:
            return body(given["string"])
        if "encoding" in given:
            return Content(size=0)
    return Content(text=given, size=0) if given in ("", b"", None) else Content(text=given)


class _Constructor(SafeConstructor):
    """Also the tags of other languages: what they mark is taken for the plain value."""


def _binary(constructor: SafeConstructor, node: ScalarNode) -> bytes:
    text = str(constructor.construct_scalar(node))
    try:
        return base64.b64decode("".join(text.split()))
    except ValueError:
        return text.encode()


def _plain(constructor: SafeConstructor, _tag: str, node: Node) -> Any:
    if isinstance(node, MappingNode):
        return constructor.construct_mapping(node, deep=True)
    if isinstance(node, SequenceNode):
        return constructor.construct_sequence(node, deep=True)
    return constructor.construct_scalar(node)


for _tag in _BINARY:
    _Constructor.add_constructor(_tag, _binary)
_Constructor.add_multi_constructor("", _plain)
