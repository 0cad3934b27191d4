"""Recordings as files: folders, archives, compressed files, standard input, and encodings beside UTF-8."""

import codecs
import gzip
import hashlib
import io
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from clumio_conformance.exchange import http_date
from clumio_conformance.recording.json_stream import WINDOW, Reader
from clumio_conformance.recording.recorded import Beside, Place, RecordingError

HEAD: Final = 256 * 1024
"""Bytes by which the format of a recording is recognised."""
STDIN: Final = "-"
_DAMAGE: Final = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
)
"""What reading a damaged, an encrypted or an oddly compressed file raises."""
_LARGEST_BODY: Final = 64 * 1024 * 1024
_ENCODINGS: Final = {
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_WITHOUT_MARK: Final = {b"{\0": "utf-16-le", b"[\0": "utf-16-le", b"\0{": "utf-16-be", b"\0[": "utf-16-be"}
_STARTED: Final = re.compile(
    rb"(?:startedDateTime|recorded_at|loggedDate\w*|started_at)[\"']?\s*[:=]\s*[\"']?([0-9T:.Z+ -]{10,35})"
)


@dataclass
class Source:
    """One recording: its name in messages, its bytes, and how to open the files beside it.

    `named` says that the user named this very file; the others were found in a folder or an archive. `alike`
    recognises entries that need not be decoded; None: each one is decoded.
    """

    name: str
    stream: Reader
    head: bytes
    beside: Beside
    named: bool = True
    alike: Callable[[str, Place, Beside], Any] | None = None

    @property
    def started(self) -> float:
        """When the recording began, as far as its beginning says; files are read in this order."""
        found = _STARTED.search(self.head)
        return seconds(found[1].decode().strip()) or 0.0 if found else 0.0


@dataclass
class Files:
    """The recordings in the named files, folders and archives.

    `twice` are the files that hold the same as another one. `size` is the size of all in bytes, of which
    `read` are read.
    """

    paths: Sequence[str | Path]
    twice: list[str] = field(default_factory=list)
    read: int = 0
    size: int = 0

    def sources(self) -> Iterator[Source]:
        """Open each recording, the earliest first; each is closed when the next one is asked for.

        Raises:
            RecordingError: a file can't be opened.
        """
        openers = [opener for path in self.paths for opener in self._openers(path)]
        known: set[tuple[int, bytes]] = set()
        first: list[tuple[float, int, Opener]] = []
        for number, opener in enumerate(openers):
            if len(openers) == 1 or opener.once:
                first.append((0.0, number, opener))
                continue
            with ExitStack() as stack:
                source = opener.open(stack)
                identity = opener.size, hashlib.sha256(source.head).digest()
                if identity in known:
                    self.twice.append(source.name)
                    continue
                known.add(identity)
                first.append((source.started, number, opener))
        self.size = sum(opener.size for _, _, opener in first)
        for _, _, opener in sorted(first, key=lambda one: one[:2]):
            with ExitStack() as stack:
                yield opener.open(stack, self._count)

    def _count(self, size: int) -> None:
        self.read += size

    def _openers(self, path: str | Path) -> Iterator["Opener"]:
        if str(path) == STDIN:
            yield Opener("standard input", lambda: sys.stdin.buffer, lambda _: None, once=True)
            return
        file = Path(path)
        if file.is_dir():
            found = listed(file)
            if not found:
                raise RecordingError(f"{file}: is an empty folder; name a folder with recordings")
            for one in found:
                yield from self._of_file(one, named=False)
        else:
            yield from self._of_file(file, named=True)

    def _of_file(self, file: Path, *, named: bool) -> Iterator["Opener"]:
        try:
            with file.open("rb") as stream:
                start = stream.read(4)
            size = file.stat().st_size
        except OSError as why:
            raise RecordingError(f"{file}: can't be read: {why.strerror}; name a recording") from why
        if start == b"PK\x03\x04":
            yield from self._of_archive(file)
            return
        folder = file.parent.resolve()

        def beside(name: str) -> bytes | None:
            try:
                inside = (folder / name).resolve()
                is_there = inside.is_relative_to(folder) and inside.is_file()
                if not is_there or inside.stat().st_size > _LARGEST_BODY:
                    return None
                return inside.read_bytes()
            except _DAMAGE:  # the name may be anything
                return None

        yield Opener(str(file), lambda: file.open("rb"), beside, size=size, named=named)

    def _of_archive(self, file: Path) -> Iterator["Opener"]:
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGE as why:
            raise RecordingError(
                f"{file}: is a damaged ZIP archive ({why}); export the recording again"
            ) from why
        members = (one for one in archive.infolist() if one.filename)
        names = {one.filename: one for one in members if not one.is_dir()}
        for name, member in names.items():
            folder = PurePosixPath(name).parent

            def beside(other: str, folder: PurePosixPath = folder) -> bytes | None:
                found = names.get(str(folder / other))
                if found is None or found.file_size > _LARGEST_BODY:
                    return None
                try:
                    return archive.read(found)
                except _DAMAGE:
                    return None

            def opened(member: zipfile.ZipInfo = member) -> Reader:
                try:
                    return archive.open(member)
                except _DAMAGE as why:
                    raise RecordingError(
                        f"{file}!{member.filename}: can't be unpacked ({why}); export the recording again"
                    ) from why

            yield Opener(f"{file}!{name}", opened, beside, size=member.file_size, named=len(names) == 1)


@dataclass
class Opener:
    """How to open one recording; `once`: only once, as for standard input."""

    name: str
    stream: Callable[[], Reader]
    beside: Beside
    size: int = 0
    named: bool = True
    once: bool = False

    def open(self, stack: ExitStack, count: Callable[[int], None] = lambda _: None) -> Source:
        """Open it until the stack is closed; `count` is called with the size of each block that is read."""
        raw = self.stream()
        if isinstance(raw, io.IOBase) and not self.once:
            stack.callback(raw.close)
        stream = _Ahead(_Counted(raw, count))
        if stream.peek(2) == b"\x1f\x8b":
            stream = _Ahead(_Unpacked(stream))
        start = stream.peek(4)
        encoding = next((name for mark, name in _ENCODINGS.items() if start.startswith(mark)), None)
        encoding = encoding or _WITHOUT_MARK.get(start[:2])
        if encoding:
            stream = _Ahead(_Recoded(stream, encoding))
        return Source(
            name=self.name, stream=stream, head=stream.peek(HEAD), beside=self.beside, named=self.named
        )


class _Ahead:
    """Bytes that can be looked at before they are read."""

    def __init__(self, stream: Reader) -> None:
        self._stream, self._kept = stream, b""

    def peek(self, size: int) -> bytes:
        while len(self._kept) < size and (more := self._stream.read(size - len(self._kept))):
            self._kept += more
        return self._kept[:size]

    def read(self, size: int, /) -> bytes:
        if self._kept:
            taken, self._kept = self._kept[:size], self._kept[size:]
            return taken
        return self._stream.read(size)


class _Counted:
    """A stream that says how much was read of it."""

    def __init__(self, stream: Reader, count: Callable[[int], None]) -> None:
        self._stream, self._count = stream, count

    def read(self, size: int, /) -> bytes:
        try:
            block = self._stream.read(size)
        except _DAMAGE:
            return b""  # the reader finds that the document is cut
        self._count(len(block))
        return block


class _Unpacked:
    """The content of gzip; if it is damaged, what comes before the damage."""

    def __init__(self, stream: Reader) -> None:
        self._stream = gzip.GzipFile(fileobj=stream, mode="rb")  # type: ignore[call-overload]  # it only reads
        self._is_over = False

    def read(self, size: int, /) -> bytes:
        if self._is_over:
            return b""
        try:
            return bytes(self._stream.read1(size))
        except _DAMAGE:
            self._is_over = True  # the reader finds that the document is cut
            return b""


class _Recoded:
    """Text of another encoding as UTF-8; a character that can't be decoded is replaced."""

    def __init__(self, stream: Reader, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")

    def read(self, size: int, /) -> bytes:
        while True:
            block = self._stream.read(size)
            text = self._decoder.decode(block, final=not block)
            if text or not block:
                return text.encode("utf-8", "surrogatepass")


def listed(folder: Path) -> list[Path]:
    """The files in a folder and below it, without hidden ones."""
    return [one for one in sorted(folder.rglob("*")) if one.is_file() and not one.name.startswith(".")]


def whole(source: Source, largest: int) -> bytes:
    """Read a whole recording.

    Raises:
        RecordingError: it is larger than `largest` bytes.
    """
    parts, size = [], 0
    while block := source.stream.read(WINDOW):
        parts.append(block)
        size += len(block)
        if size > largest:
            raise RecordingError(
                f"{source.name}: has more than {largest} bytes; record as HAR, or only requests to the API"
            )
    return b"".join(parts)


def seconds(started: object) -> float | None:
    """Return a time as seconds since 1970; None if it is none. Without an offset it is taken as UTC."""
    time = moment(started)
    try:
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() if time else None
    except (OverflowError, ValueError):
        return None


def moment(started: object) -> datetime | None:
    """Return a time as ISO 8601 or HTTP write it, or in seconds or milliseconds since 1970; else None."""
    if isinstance(started, str):
        try:
            return datetime.fromisoformat(started)
        except ValueError:
            return http_date(started)
    if isinstance(started, int | float) and not isinstance(started, bool) and 1e8 < started < 1e14:
        return datetime.fromtimestamp(started / 1000 if started > 1e11 else started, UTC)
    return started if isinstance(started, datetime) else None
