"""What a stream can show: colours, a width, and the characters of its encoding."""

import os
from typing import TextIO


def is_coloured(stream: TextIO) -> bool:
    """Whether colours are for this stream: as NO_COLOR and FORCE_COLOR say, else if it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def columns(stream: TextIO, number: int | None = None) -> int | None:
    """The width of a terminal, which COLUMNS overrides; None for a file or a pipe: nothing is cut in them.

    `number` is its file descriptor, if the stream itself is redirected for now.
    """
    if number is None and not stream.isatty():
        return None
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(stream.fileno() if number is None else number).columns or None
    except OSError:
        return None


def fitted(line: str, width: int | None) -> str:
    """Cut a line that is longer than the width, and end it with an ellipsis."""
    return line if width is None or len(line) <= width else f"{line[: max(width - 3, 0)]}..."


def put(text: str, stream: TextIO) -> None:
    """Write a text in the stream's encoding; what it lacks is escaped."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
