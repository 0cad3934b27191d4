"""The embedded sandbox, started as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Thread
from typing import Final

from clumio_conformance.options import TOKEN_VARIABLE, UsageError
from clumio_conformance.session.control import Control

START_SECONDS: Final = 20.0


@contextmanager
def sandbox() -> Iterator[tuple[str, Control]]:
    """Start the embedded sandbox on a free port; yield its base URL and its control API.

    Raises:
        UsageError: it does not start.
    """
    environment = {name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE}
    process = subprocess.Popen(
        [sys.executable, "-m", "clumio_sandbox", "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        base_url = _first_line(process)
        control = Control(base_url)
        try:
            yield base_url, control
        finally:
            control.close()
    finally:
        process.terminate()
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _first_line(process: "subprocess.Popen[str]") -> str:
    lines: Queue[str] = Queue()
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    Thread(target=lambda out: lines.put(out.readline()), args=(process.stdout,), daemon=True).start()
    try:
        line = lines.get(timeout=START_SECONDS).strip()
    except Empty:
        line = ""
    if not line.startswith("http"):
        process.kill()
        _, output = process.communicate()
        reason = output.strip() or "no output"
        raise UsageError(
            f"the embedded sandbox did not start within {START_SECONDS:.0f} s: {reason}; "
            "try `clumio-sandbox serve` by itself"
        )
    return line
