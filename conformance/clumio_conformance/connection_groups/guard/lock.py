"""One run at a time on a group: a lock on this machine that ends with its process, however that ends."""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from clumio_conformance.options import UsageError

_PORTS: Final = {"http": 80, "https": 443}


@contextmanager
def locked(base_url: str, group_id: str, report_dir: Path) -> Iterator[None]:
    """Hold the lock of a group.

    Raises:
        UsageError: another run or `restore` holds it, or the lock can't be made.
    """
    path = _folder() / f"{_key(base_url, group_id)}.lock"
    holder = path.with_suffix(".json")
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout as why:
        raise UsageError(
            f"another run on the group {group_id} is under way on this machine ({_named(holder)}); "
            "wait until it ends, or stop it with Ctrl-C: it restores the group"
        ) from why
    except OSError as why:
        raise UsageError(f"{path}: the lock of the group can't be made ({why.strerror})") from why
    try:
        with suppress(OSError):  # it only names this run to another one
            holder.write_text(json.dumps({"pid": os.getpid(), "report_dir": str(report_dir.absolute())}))
        yield
    finally:
        lock.release()


def _folder() -> Path:
    """The folder of the locks: the same for all runs of a user, with any TMPDIR and HOME."""
    if sys.platform == "win32":
        folder = Path(tempfile.gettempdir()) / "clumio-conformance"
    else:
        folder = Path(os.sep, "tmp", f"clumio-conformance-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as why:
        raise UsageError(f"{folder}: the folder of locks can't be made ({why.strerror})") from why
    if sys.platform != "win32" and (
        found.st_uid != os.getuid() or found.st_mode & 0o077 or folder.is_symlink()
    ):
        raise UsageError(f"{folder}: the folder of locks must be yours alone (mode 700); remove it")
    return folder


def _key(base_url: str, group_id: str) -> str:
    parts = urlsplit(base_url)
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
    place = f"{parts.scheme}://{host}:{parts.port or _PORTS.get(parts.scheme)}{parts.path.rstrip('/')}"
    return hashlib.sha256(f"{place}\n{group_id}".encode()).hexdigest()[:32]


def _named(holder: Path) -> str:
    try:
        other = json.loads(holder.read_text())
        return f"process {other['pid']}, reports in {other['report_dir']}"
    except (OSError, ValueError, LookupError, TypeError):
        return "its process has just started"
