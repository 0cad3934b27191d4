"""Where a command writes its result: standard output, or a file."""

import sys
from pathlib import Path

from clumio_conformance.options import UsageError
from clumio_conformance.reporting.files import write_whole
from clumio_conformance.reporting.streams import put


def write_output(text: str, output: Path | None) -> None:
    """Print a text, or write it to the file of --output.

    Raises:
        UsageError: the file can't be written.
    """
    if output is None:
        put(text, sys.stdout)
        return
    if output.is_dir():
        raise UsageError(f"--output {output}: can't be written: it is a folder; name a file in it")
    try:
        write_whole(output, text)
    except OSError as why:
        raise UsageError(f"--output {output}: can't be written: {why.strerror}; name another file") from why
