"""A sandbox in a process of its own, for tests."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

PATIENCE = 10.0
"""Seconds that a sandbox gets to stop."""


@contextmanager
def running(arguments: Sequence[str] = (), *, stderr: IO[bytes] | None = None) -> Iterator[str]:
    """Run `clumio-sandbox serve` with these arguments, give its base URL, and stop it afterwards.

    Raises `RuntimeError` when it does not start; why stands on its standard error.
    """
    process = start(arguments, stderr=stderr)
    try:
        yield base_url(process)
    finally:
        stop(process)


def start(arguments: Sequence[str] = (), *, stderr: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start `clumio-sandbox serve`; it may not be ready yet."""
    command = [sys.executable, "-m", "clumio_sandbox", "serve", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr)  # noqa: S603 - our own command


def base_url(process: subprocess.Popen[bytes]) -> str:
    """Wait until a sandbox accepts connections; where, is its first line of output."""
    line = process.stdout.readline().decode().strip() if process.stdout else ""
    if not line:
        msg = f"the sandbox did not start, its exit code is {process.wait(PATIENCE)}"
        raise RuntimeError(msg)
    return line


def stop(process: subprocess.Popen[bytes]) -> int:
    """Stop a sandbox the kind way, and give its exit code."""
    process.terminate()
    try:
        return process.wait(PATIENCE)
    finally:
        process.kill()
        if process.stdout:
            process.stdout.close()
