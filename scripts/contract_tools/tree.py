"""Folders as values: read, compared, written, and swapped in one step."""

import ctypes
import difflib
import errno
import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file, folder or link: its kind, whether it is executable, and its content."""

    kind: str
    executable: bool
    content: bytes


Tree = dict[str, Entry]


@dataclass(frozen=True, kw_only=True)
class Change:
    """How an entry differs from the expected one: `changed`, `missing`, `extra` or `mode`."""

    kind: str
    path: str


def read(root: Path) -> Tree:
    """Return every entry below a folder, by its path from there; nothing when there is no such folder.

    Only Python's caches of existing modules are left out.
    """
    paths = sorted(root.rglob("*")) if root.is_dir() else []
    return {path.relative_to(root).as_posix(): _entry(path) for path in paths if not _is_cache(path)}


def _entry(path: Path) -> Entry:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return Entry(kind="link", executable=False, content=os.fsencode(path.readlink()))
    if stat.S_ISDIR(mode):
        return Entry(kind="folder", executable=False, content=b"")
    return Entry(kind="file", executable=bool(mode & 0o111), content=path.read_bytes())


def _is_cache(path: Path) -> bool:
    if path.name == "__pycache__":
        return path.is_dir() and all(_is_cache(entry) for entry in path.iterdir())
    module = path.parent.parent / f"{path.name.partition('.')[0]}.py"
    return path.parent.name == "__pycache__" and path.suffix == ".pyc" and module.is_file()


def compare(actual: Tree, expected: Tree) -> list[Change]:
    """Return the differences of a tree from the expected one, sorted by path."""
    changes = [Change(kind="missing", path=path) for path in expected.keys() - actual.keys()]
    changes += [Change(kind="extra", path=path) for path in actual.keys() - expected.keys()]
    for path in actual.keys() & expected.keys():
        mine, other = actual[path], expected[path]
        if (mine.kind, mine.content) != (other.kind, other.content):
            changes.append(Change(kind="changed", path=path))
        elif mine.executable != other.executable:
            changes.append(Change(kind="mode", path=path))
    return sorted(changes, key=lambda change: (change.path, change.kind))


def unified_diff(change: Change, actual: Tree, expected: Tree) -> str:
    """Return the unified diff of a change, from the actual to the expected content."""
    before, after = actual.get(change.path), expected.get(change.path)
    lines = difflib.unified_diff(
        _lines(before), _lines(after), f"actual/{change.path}", f"expected/{change.path}", lineterm=""
    )
    return "\n".join(lines)


def _lines(entry: Entry | None) -> list[str]:
    if entry is None or entry.kind == "folder":
        return []
    return [line.rstrip("\n") for line in entry.content.decode(errors="replace").splitlines(keepends=True)]


def normalise_modes(root: Path) -> None:
    """Return folders and files the modes of a fresh checkout, with any umask."""
    for path in [root, *root.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def swap_in(new: Path, target: Path) -> None:
    """Replace a folder by `new`, in one step if the system can."""
    if not target.exists():
        new.rename(target)
    elif _exchange(new, target):
        shutil.rmtree(new)
    else:
        _replace(new, target)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two folders atomically; False if the system can't."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.EINVAL, errno.ENOSYS}:
        return False
    raise OSError(code, os.strerror(code), str(second))


def _replace(new: Path, target: Path) -> None:
    """Rename twice, for systems without an exchange; after a failure the old folder is moved back."""
    old = new.with_name(f"{new.name}.old")
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old)
