"""Recordings from files to a result."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.recording import formats
from clumio_conformance.recording.evidence import Knowledge
from clumio_conformance.recording.files import Files, listed
from clumio_conformance.recording.judgement import Judgement
from clumio_conformance.recording.order import Order
from clumio_conformance.recording.recorded import Beside, Place, Recorded, RecordingError, Unread, where
from clumio_conformance.recording.stencils import Alike
from clumio_conformance.result import Result

Item = Recorded | Alike | Unread
Recognise = Callable[[str, Place, Beside], Alike | None]
Progress = Callable[[int, int, int], object]
"""Is called now and then with how many entries and bytes were read, and with the bytes of all files; at the
end with zeros."""
_STEP: Final = 1000


def judged(
    paths: Sequence[str | Path],
    ledger: Ledger,
    knowledge: Knowledge,
    base_url: str | None = None,
    *,
    by_form: bool = True,
    progress: Progress | None = None,
) -> Result:
    """Judge each recorded exchange by itself, and together with the previous ones of the same resource.

    With a `base_url`, only requests to its host and below its path count. Without one, requests to the
    contract's hosts and to loopback count; if there are none, those to any host.

    Raises:
        RecordingError: a file is not a recording, or nothing of the files can be read.
    """
    files, order = Files(paths), Order()
    judgement = Judgement(ledger.contract, ledger, knowledge, base_url, by_form=by_form)
    names: list[str] = []
    alike = judgement.keys.stencils.find if by_form else None
    with few_collections():
        items = _shown(_items(files, names, alike), files, progress)
        judgement.enter(order.sorted(judgement.keys.keyed(items)))
    judgement.files = tuple(names)
    judgement.counts.of.update({"entries": order.again, "twice": order.again})
    result = judgement.result()
    return result.noted(*(f"read once: {name} holds the same as another file" for name in files.twice))


def shared(paths: Sequence[str], parts: int) -> list[list[str]]:
    """Share files, and the recordings in folders, among so many parts of about one size; none is empty.

    Raises:
        RecordingError: a file in a folder can't be opened.
    """
    sizes: dict[str, int] = {}
    for path in map(Path, paths):
        for file in filter(_is_recording, listed(path)) if path.is_dir() else [path]:
            sizes[str(file)] = file.stat().st_size if file.is_file() else 0
    shares: list[tuple[int, list[str]]] = [(0, []) for _ in range(parts)]
    for name in sorted(sizes, key=lambda one: -sizes[one]):
        size, names = min(shares, key=lambda share: share[0])
        shares.remove((size, names))
        shares.append((size + sizes[name], [*names, name]))
    return [sorted(names) for _, names in shares if names]


def _is_recording(file: Path) -> bool:
    """Whether a file is a recording, or an archive with one."""
    return any(map(formats.is_recording, Files([file]).sources()))


def _shown(items: Iterator[Item], files: Files, progress: Progress | None) -> Iterator[Item]:
    if progress is None:
        yield from items
        return
    for number, item in enumerate(items, 1):
        if number % _STEP == 0:
            progress(number, files.read, files.size)
        yield item
    progress(0, 0, 0)


@contextmanager
def few_collections() -> Iterator[None]:
    """Let Python look rarely for circles of objects: what is read has none; the search is slow."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 1000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _items(files: Files, names: list[str], alike: Recognise | None) -> Iterator[Item]:
    others = 0
    for source in files.sources():
        if not source.named and not formats.is_recording(source):
            others += 1
            continue
        names.append(source.name)
        source.alike = alike
        unread: list[Recorded | Unread] = []
        is_read = False
        for item in formats.read(source):
            if not is_read and (isinstance(item, Unread) or (isinstance(item, Recorded) and item.unread)):
                unread.append(item)  # if nothing else comes, the file can't be used
                continue
            is_read = True
            yield item
        if unread and not is_read and source.named:
            first = unread[0]
            why = first if isinstance(first, Unread) else f"{where(first.place)}: {first.unread}"
            raise RecordingError(f"{why}; export the recording again")
        yield from unread
    if others and not names:
        paths = ", ".join(map(str, files.paths))
        raise RecordingError(
            f"{paths}: none of its {others} files is a recording that is known ({formats.known_formats()})"
        )
