"""The signals that stop a command: each acts like Ctrl-C, and many at once like one."""

import _thread
import math
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

STOPS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)
)
"""What Ctrl-C, `kill`, a closed terminal and Ctrl-\\ send."""
TOGETHER: Final = 2.0
"""Seconds after an interruption in which further signals do nothing: they would interrupt its clean-up."""

_latest = [-math.inf]


def interrupt(_number: int = 0, _frame: FrameType | None = None) -> None:
    """Handle a signal.

    Raises:
        KeyboardInterrupt: the latest one was not just before.
    """
    now = time.monotonic()
    if now - _latest[0] >= TOGETHER:
        _latest[0] = now
        raise KeyboardInterrupt


def is_within(function: Any, frame: FrameType | None) -> bool:
    """Whether a frame is one of a function, or of what the function has called."""
    while frame is not None:
        if frame.f_code is function.__code__:
            return True
        frame = frame.f_back
    return False


def interrupted() -> bool:
    """Whether a signal has interrupted this process."""
    return _latest[0] > -math.inf


def insist() -> None:
    """Interrupt again when Python ignores an interruption, as in finalizers and in callbacks of the GC."""
    before = sys.unraisablehook

    def hook(unraisable: "sys.UnraisableHookArgs") -> None:
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            _latest[0] = -math.inf
            # Not at once: that would still be within the finalizer.
            threading.Timer(0.01, _thread.interrupt_main).start()
        else:
            before(unraisable)

    sys.unraisablehook = hook


@contextmanager
def handled_by(handler: Any) -> Iterator[None]:
    """Let a function handle the signals; only the main thread can do this, in others nothing changes."""
    try:
        before = {number: signal.signal(number, handler) for number in STOPS}
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        for number, handler_before in before.items():
            signal.signal(number, handler_before)


@contextmanager
def held() -> Iterator[None]:
    """Let the block end before a signal stops the command.

    Raises:
        KeyboardInterrupt: a signal came during the block.
    """
    came: list[int] = []
    with handled_by(lambda number, _frame: came.append(number)):
        yield
    if came:
        interrupt()


def keep_tracker() -> None:
    """Start the process that cleans up after multiprocessing; it ignores signals, to outlive this one."""
    from multiprocessing import resource_tracker  # noqa: PLC0415 - slow to import, and few commands need it

    with handled_by(signal.SIG_IGN):
        resource_tracker.ensure_running()
