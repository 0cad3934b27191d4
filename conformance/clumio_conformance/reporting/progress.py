"""What a command does now: one line on a terminal that is replaced, elsewhere a line now and then."""

import io
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Self, TextIO

from clumio_conformance.reporting.streams import columns, fitted
from clumio_conformance.reporting.text import one_line

OFTEN: Final = 0.1
"""Seconds after which the line on a terminal is replaced."""
SELDOM: Final = 15.0
"""Seconds between two lines in a log."""
_ERASE: Final = "\r\x1b[K"


class Progress:
    """Writes to a stream, also while something else captures it; what can't be written is lost.

    `text` says what is done now; None says nothing. Without a stream nothing is written.
    """

    def __init__(self, stream: TextIO | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.text: Callable[[], str] | None = None
        self._stream, self._clock = stream or io.StringIO(), clock
        self._is_terminal = self._stream.isatty()
        self._file = _kept(self._stream)
        self._written, self._on_screen = clock(), False

    def tick(self) -> None:
        """Write what is done now, if it is time to."""
        now = self._clock()
        if self.text is not None and now - self._written >= (OFTEN if self._is_terminal else SELDOM):
            self._written = now
            self._write(self.text())

    def announce(self, text: str) -> None:
        """Write a line that stays; in a log, no more often than other lines."""
        if self._is_terminal:
            self.say(text)
        elif self._clock() - self._written >= SELDOM:
            self._written = self._clock()
            self.say(text)

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self.clear()
        self._put(f"clumio-conformance: {one_line(text)}\n")

    def clear(self) -> None:
        """Take the line off the terminal, before something else is written there."""
        if self._on_screen:
            self._put(_ERASE)
            self._on_screen = False

    def stop(self) -> None:
        """Clear the line, and say nothing more of itself."""
        self.text = None
        self.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if isinstance(self._file, int):
            os.close(self._file)

    def _write(self, text: str) -> None:
        if not self._is_terminal:
            self.say(text)
            return
        width = columns(self._stream, self._file if isinstance(self._file, int) else None)
        self._put(_ERASE + fitted(one_line(text), width and width - 1))
        self._on_screen = True

    def _put(self, text: str) -> None:
        with suppress(OSError, ValueError):
            if isinstance(self._file, int):
                os.write(self._file, text.encode("ascii", "backslashreplace"))
            else:
                self._file.write(text)
                self._file.flush()


def _kept(stream: TextIO) -> int | TextIO:
    """A file descriptor of our own: that of the stream may be redirected later; else the stream itself."""
    try:
        return os.dup(stream.fileno())
    except (OSError, io.UnsupportedOperation):
        return stream
