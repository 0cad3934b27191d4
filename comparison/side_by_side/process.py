"""Runs other programs for a limited time, and ends them when the comparison is interrupted."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STOPPED: Final = threading.Event()
"""Set when the comparison is interrupted: no program starts any more, and the running ones are ended."""
_POLL_SECONDS: Final = 0.2


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a program ended: by itself or at its time limit, and after how many seconds."""

    by_itself: bool
    seconds: float


class StoppedError(Exception):
    """The comparison is interrupted."""


class UnusableToolError(Exception):
    """A tool is missing or does not work; the message says what to do."""


def run(
    command: Sequence[str], folder: Path, *, seconds: float, environment: Mapping[str, str] | None = None
) -> Ended:
    """Run a program in a folder, with its output in `output.txt` there, and end it at its time limit.

    Raises:
        StoppedError: the comparison is interrupted.
    """
    begun = time.monotonic()
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the tool that the user asked for
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            by_itself = _ends(process, begun + seconds)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return Ended(by_itself=by_itself, seconds=time.monotonic() - begun)


def output(folder: Path) -> str:
    """The end of what a program printed."""
    return (folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-2000:]


def _ends(process: "subprocess.Popen[bytes]", deadline: float) -> bool:
    """Wait for a program; return whether it ended before the deadline."""
    while time.monotonic() < deadline:
        if STOPPED.is_set():
            raise StoppedError
        try:
            process.wait(timeout=_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return True
    return False
