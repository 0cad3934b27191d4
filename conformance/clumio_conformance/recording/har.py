"""HAR (http://www.softwareishard.com/blog/har-12-spec/) as tools write it: any version, whole or in lines."""

import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from clumio_conformance.recording.files import Source, whole
from clumio_conformance.recording.json_stream import (
    LARGEST_ELEMENT,
    WINDOW,
    CutError,
    elements,
    to_array,
    windows,
)
from clumio_conformance.recording.recorded import (
    Answered,
    Asked,
    Beside,
    Place,
    Recorded,
    RecordingError,
    Unread,
    where,
)
from clumio_conformance.recording.stencils import Alike

Items = Iterator[Recorded | Alike | Unread]
_MOST_SHOWN: Final = 200
_ENTRY: Final = msgspec.json.Decoder(Recorded)
_ENTRIES: Final = msgspec.json.Decoder(list[msgspec.Raw])


def document(source: Source, path: tuple[bytes, ...]) -> Items:
    """Read the entries in the array at a path of names; () is the top of the document."""
    try:
        rest = _array(source, path)
        if rest is None:
            raise RecordingError(
                f"{source.name}: lacks the array {b'.'.join(path).decode()}; export the recording again"
            )
        name, at = f"{source.name}: entry", 0
        for entries, texts in windows(source.stream, rest, _entries):
            for one in entries or texts:
                yield _one(bytes(one), (name, at), source)
                at += 1
    except CutError:
        yield Unread(source.name, "is cut off: only its whole entries are read", cut=True)


def lines(source: Source) -> Items:
    """Read an entry from each line."""
    if not _is_json(source.head.partition(b"\n")[0], whole=b"\n" in source.head):
        yield from documents(source)
        return
    name, at = f"{source.name}: line", 1
    for block in _whole_lines(source):
        for one in block.split(b"\n"):
            if one and not one.isspace():
                yield _one(one, (name, at), source)
            at += 1


def documents(source: Source) -> Items:
    """Read JSON documents that follow each other, each an entry or a whole HAR, over any number of lines."""
    text = whole(source, LARGEST_ELEMENT).decode("utf-8", "replace").rstrip()
    decoder, at, number = json.JSONDecoder(), 0, 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, _start(text, at))
        except (ValueError, RecursionError) as why:
            yield Unread(f"{source.name}: document {number}", f"is not JSON ({why})", cut=number > 0)
            return
        log = value.get("log") if isinstance(value, dict) else None
        inside = log.get("entries") if isinstance(log, dict) else None
        for one in inside if isinstance(inside, list) else [value]:
            yield entry(json.dumps(one).encode(), (f"{source.name}: entry", number), source.beside)
            number += 1


def _start(text: str, at: int) -> int:
    """Where the next document begins."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _is_json(line: bytes, *, whole: bool) -> bool:
    """Whether a line is a document; one that is longer than what was looked at is taken for one."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return not whole
    return True


def _one(text: bytes, place: Place, source: Source) -> Recorded | Alike | Unread:
    """Read one entry; if it is alike to one that was read before, it is not decoded."""
    if source.alike is None:
        return entry(text, place, source.beside)
    try:
        written = text.decode()
    except UnicodeDecodeError:
        return entry(text, place, source.beside)
    alike: Alike | None = source.alike(written, place, source.beside)
    if alike is not None:
        return alike
    read = entry(text, place, source.beside)
    if isinstance(read, Recorded) and not read.unread:
        read.text = written
    return read


def opened(one: Recorded | Alike) -> Recorded:
    """Return an entry decoded."""
    if isinstance(one, Recorded):
        return one
    read = entry(one.text.encode(), one.place, one.beside)
    assert isinstance(read, Recorded)  # noqa: S101 - one with such a text was read; for the type checker
    return read


def _array(source: Source, path: tuple[bytes, ...]) -> bytes | None:
    if path:
        return to_array(source.stream, b"", path)
    return source.stream.read(WINDOW).lstrip()[1:]


def _whole_lines(source: Source) -> Iterator[bytes]:
    rest = b""
    while block := source.stream.read(WINDOW):
        whole, newline, tail = block.rpartition(b"\n")
        if newline:
            yield rest + whole
            rest = tail
        else:
            rest += block
    if rest:
        yield rest


def _entries(text: bytes) -> list[msgspec.Raw] | None:
    try:
        return _ENTRIES.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def entry(text: bytes, place: Place, beside: Beside | None = None) -> Recorded | Unread:
    """Read one entry, also one that is not what the specification says."""
    try:
        try:
            one = _ENTRY.decode(text)
        except (msgspec.DecodeError, ValueError):
            value = json.loads(text)
            try:
                one = msgspec.convert(value, Recorded)
            except msgspec.ValidationError as why:
                return _unread(value, place, str(why))
        return one.at(place, beside)
    except UnicodeDecodeError as why:
        cause = f"byte {why.start} of it is not UTF-8, which a HAR file is; save it as UTF-8"
        return Unread(where(place), cause)
    except (ValueError, RecursionError) as why:
        is_cut = elements(text + b"]")[0] == []
        cause = f"is JSON that was cut off ({why})" if is_cut else f"is not JSON ({why})"
        return Unread(where(place), cause, cut=is_cut)


def _unread(value: Any, place: Place, why: str) -> Recorded | Unread:
    """Say why an entry can't be read; its method and URL say whether that matters."""
    request = value.get("request") if isinstance(value, dict) else None
    if not isinstance(request, dict) or not isinstance(request.get("url"), str):
        return Unread(where(place), why[:_MOST_SHOWN])
    method = request.get("method")
    asked = Asked(method if isinstance(method, str) else "?", request["url"])
    return Recorded(asked, Answered(), place=place, unread=why[:_MOST_SHOWN])
