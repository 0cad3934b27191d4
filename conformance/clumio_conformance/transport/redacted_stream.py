"""Redaction of everything that is printed: the last protection of secrets."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

from clumio_conformance.transport.redaction import Redaction


class RedactedStream(io.TextIOBase):
    """A stream that prints text without secrets to another stream."""

    def __init__(self, stream: TextIO, redaction: Redaction) -> None:
        self._stream, self._redaction = stream, redaction

    def write(self, text: str) -> int:
        """Print a text without secrets."""
        self._stream.write(self._redaction.text(text))
        return len(text)

    def flush(self) -> None:
        """Write out what is buffered."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The file descriptor of the stream."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has an attribute here
        """The encoding of the stream."""
        return self._stream.encoding


@contextmanager
def redacted_output(redaction: Redaction) -> Iterator[None]:
    """Redact stdout and stderr."""
    with (
        redirect_stdout(RedactedStream(sys.stdout, redaction)),
        redirect_stderr(RedactedStream(sys.stderr, redaction)),
    ):
        yield
