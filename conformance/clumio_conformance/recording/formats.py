"""The formats of recordings, each recognised by its content and read by one function."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from clumio_conformance.recording import cassettes, har, mock_tools
from clumio_conformance.recording.files import HEAD, Files, Source, whole
from clumio_conformance.recording.json_stream import LARGEST_ELEMENT, keys
from clumio_conformance.recording.recorded import Recorded, RecordingError, Unread
from clumio_conformance.recording.stencils import Alike

Items = Iterator[Recorded | Alike | Unread]
_YAML: Final = re.compile(
    rb"^(?:%b)\s*:" % b"|".join(name.encode() for name in cassettes.NAMES), re.MULTILINE
)


@dataclass(frozen=True)
class Shape:
    """What the beginning of a recording shows.

    `kind` is what it is in JSON: `object`, `array`, `lines` of objects; `yaml`, or `flows` of mitmproxy; else
    empty. `names` are the fields of the object, of the array's first element, or of the first line.
    """

    kind: str
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Format:
    """A format: its name, how it is recognised, and its reader."""

    name: str
    fits: Callable[[Shape], bool]
    read: Callable[[Source], Items]


def read(source: Source) -> Items:
    """Read a recording; of one that is damaged what can be read, and what can't.

    Raises:
        RecordingError: it is empty, or of no known format.
    """
    shape = shape_of(source.head)
    found = next((one for one in FORMATS if one.fits(shape)), None)
    if found is None:
        raise RecordingError(f"{source.name}: {_unknown(source.head, shape)}")
    return found.read(source)


def is_recording(source: Source) -> bool:
    """Whether a recording is of a known format."""
    shape = shape_of(source.head)
    return any(one.fits(shape) for one in FORMATS)


def shape_of(head: bytes) -> Shape:
    """Return what the beginning of a recording shows."""
    start = head.lstrip()
    if start.startswith(b"{"):
        names, end = keys(start)
        found = frozenset(name.decode("utf-8", "replace") for name in names)
        rest = start[end:].lstrip() if end else b""
        is_line = rest.startswith(b"{") or ({"request", "response"} <= found and "log" not in found)
        return Shape("lines" if is_line else "object", found)
    if start.startswith(b"["):
        first = start[1:].lstrip()
        names = keys(first)[0] if first.startswith(b"{") else []
        return Shape("array", frozenset(name.decode("utf-8", "replace") for name in names))
    if re.match(rb"\d+:\d+:[\w;]", start):
        return Shape("flows")
    return Shape("yaml" if _YAML.search(start) else "")


def _json(reader: Callable[[Any, Source], Items]) -> Callable[[Source], Items]:
    """Make a reader of a whole JSON document."""

    def read_all(source: Source) -> Items:
        text = whole(source, LARGEST_ELEMENT)
        try:
            value = json.loads(text)
        except UnicodeDecodeError as why:
            raise RecordingError(f"{source.name}: byte {why.start} is not UTF-8; save it as UTF-8") from why
        except json.JSONDecodeError as why:
            raise RecordingError(
                f"{source.name}:{why.lineno}:{why.colno}: {_broken(why)}; export the recording again"
            ) from why
        except (ValueError, RecursionError) as why:
            raise RecordingError(f"{source.name}: can't be read ({why}); export the recording again") from why
        yield from reader(value, source)

    return read_all


def _flows(source: Source) -> Items:
    """Read flows of mitmproxy, by its own program."""
    program = shutil.which("mitmdump")
    if program is None:
        raise RecordingError(
            f"{source.name}: holds flows of mitmproxy; install mitmproxy, with mitmdump on the PATH, or "
            "convert them: mitmdump -nr FLOWS --set hardump=FLOWS.har"
        )
    with tempfile.TemporaryDirectory() as folder:
        flows, out = Path(folder, "flows"), Path(folder, "flows.har")
        with flows.open("wb") as stream:
            while block := source.stream.read(1 << 20):
                stream.write(block)
        command = [program, "-q", "-nr", str(flows), "--set", f"hardump={out}", "--set", f"confdir={folder}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command
        if not out.is_file():
            why = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no output"]
            raise RecordingError(
                f"{source.name}: mitmdump can't read its flows ({why[0][:200]}); record again"
            )
        for converted in Files([out]).sources():
            converted.name = source.name
            yield from har.document(converted, (b"log", b"entries"))


def _names(kind: str, *names: str) -> Callable[[Shape], bool]:
    return lambda shape: shape.kind == kind and shape.names >= set(names)


FORMATS: Final = (
    Format("HAR", _names("object", "log"), lambda source: har.document(source, (b"log", b"entries"))),
    Format("entries of HAR", _names("object", "entries"), lambda source: har.document(source, (b"entries",))),
    Format("lines of HAR", _names("lines", "request", "response"), har.lines),
    Format("lines of HAR", _names("lines", "log"), har.documents),
    Format("entries of HAR", _names("array", "request", "response"), lambda source: har.document(source, ())),
    Format("cassette", lambda shape: shape.kind == "yaml", cassettes.in_yaml),
    Format("cassette", _names("object", "interactions"), _json(cassettes.document)),
    Format("cassette", _names("object", "http_interactions"), _json(cassettes.document)),
    Format("report of schemathesis", _names("lines", "Initialize"), cassettes.schemathesis_events),
    Format("flows of mitmproxy", lambda shape: shape.kind == "flows", _flows),
    Format("journal of WireMock", _names("object", "requests"), _json(mock_tools.wiremock)),
    Format("journal of WireMock", _names("object", "serveEvents"), _json(mock_tools.wiremock)),
    Format("simulation of Hoverfly", _names("object", "data", "meta"), _json(mock_tools.hoverfly)),
    Format("recording of nock", _names("array", "scope", "method"), _json(mock_tools.nock)),
    Format("collection of Postman", _names("object", "info", "item"), _json(mock_tools.postman)),
    Format("exchanges of the sandbox", _names("object", "exchanges"), _json(mock_tools.sandbox)),
)
"""What is recognised, and how it is read."""


def known_formats() -> str:
    """Name all formats."""
    return ", ".join(dict.fromkeys(one.name for one in FORMATS))


def _unknown(head: bytes, shape: Shape) -> str:
    way_out = f"name a recording ({known_formats()})"
    if not head.strip():
        return f"is empty; {way_out}"
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return "is compressed by zstd; unpack it first: zstd -d FILE"
    if shape.kind in {"object", "array"} and len(head) < HEAD:
        try:
            json.loads(head)
        except UnicodeDecodeError as why:
            return f"byte {why.start} is not UTF-8, which a recording in JSON is; save it as UTF-8"
        except json.JSONDecodeError as why:
            return f"line {why.lineno}, column {why.colno}: {_broken(why)}; export the recording again"
        except (ValueError, RecursionError):
            pass
    if shape.kind in {"object", "array"}:
        names = ", ".join(sorted(shape.names)[:6]) or "none"
        return f"is JSON, but no recording that is known (its fields: {names[:200]}); {way_out}"
    return f"is no recording that is known; {way_out}"


def _broken(why: json.JSONDecodeError) -> str:
    if not why.doc.strip():
        return "is empty"
    ends = why.pos >= len(why.doc.rstrip()) or why.msg.startswith("Unterminated string")
    return f"is JSON that was cut off ({why.msg})" if ends else f"is not JSON ({why.msg})"
