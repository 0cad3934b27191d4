"""Other programs, run for a limited time, and ended with all they started when the comparison is broken off."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STOPPED = threading.Event()
"""Set when the comparison is broken off: nothing is begun any more, and what runs is ended."""


TICK, GAP = 0.2, 1.0
"""How often a program is looked at, and what looks like a machine that slept: it is not counted as time."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a program ended: by itself or by its time, and after how long."""

    by_itself: bool
    seconds: float


class StoppedError(Exception):
    """The comparison is broken off."""


class UnusableToolError(Exception):
    """A tool is missing or does not do what it is there for; the message says what to do."""


def run(
    command: Sequence[str], folder: Path, *, seconds: float, environment: Mapping[str, str] | None = None
) -> Ended:
    """Run a program in a folder, its output in `output.txt` there, and end it when its time is over.

    Raises:
        StoppedError: the comparison is broken off.
    """
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return _ended(process, seconds)
        finally:
            _end(process)


def output(folder: Path) -> str:
    """The end of what a program printed."""
    return (folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-2000:]


def _ended(process: "subprocess.Popen[bytes]", most: float) -> Ended:
    spent, seen = 0.0, time.monotonic()
    while spent < most:
        if STOPPED.is_set():
            raise StoppedError
        over = _is_over(process)
        now = time.monotonic()
        spent, seen = spent + (now - seen if now - seen < GAP else TICK), now
        if over:
            return Ended(by_itself=True, seconds=spent)
    return Ended(by_itself=False, seconds=spent)


def _is_over(process: "subprocess.Popen[bytes]") -> bool:
    try:
        process.wait(timeout=TICK)
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the program and all of its session, whatever is left of it."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
