"""A sandbox in its own process, for tests."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

PATIENCE = 10.0
"""Seconds to wait until the sandbox stops."""


@contextmanager
def running(arguments: Sequence[str] = (), *, stderr: IO[bytes] | None = None) -> Iterator[str]:
    """Run `clumio-sandbox serve` with these arguments, yield its base URL, and stop it afterwards.

    Raises `RuntimeError` when it does not start; its standard error has the reason.
    """
    process = start(arguments, stderr=stderr)
    try:
        yield base_url(process)
    finally:
        stop(process)


def start(arguments: Sequence[str] = (), *, stderr: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start `clumio-sandbox serve`; do not wait until it is ready."""
    command = [sys.executable, "-m", "clumio_sandbox", "serve", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr)  # noqa: S603 - our own command


def base_url(process: subprocess.Popen[bytes]) -> str:
    """Wait until a sandbox accepts connections; return the base URL from its first line of output."""
    line = process.stdout.readline().decode().strip() if process.stdout else ""
    if not line:
        msg = f"the sandbox did not start: exit code {process.wait(PATIENCE)}; see its standard error"
        raise RuntimeError(msg)
    return line


def stop(process: subprocess.Popen[bytes]) -> int:
    """Stop a sandbox with SIGTERM; return its exit code."""
    process.terminate()
    try:
        return process.wait(PATIENCE)
    finally:
        process.kill()
        if process.stdout:
            process.stdout.close()
