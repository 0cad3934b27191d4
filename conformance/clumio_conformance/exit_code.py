"""The exit code of a command: the right one also after an error of ours, a signal, or lost output.

Only the standard library, and modules that need nothing else, are imported here: this must work in a
half-installed package, too.
"""

import argparse
import io
import os
import platform
import re
import select
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from types import FrameType
from typing import Any, Final, NoReturn, TextIO

from clumio_conformance.near_misses import did_you_mean
from clumio_conformance.options import TOKEN_VARIABLE
from clumio_conformance.reporting.text import cut, one_line
from clumio_conformance.signals import STOPS, insist, interrupt, is_within
from clumio_conformance.transport.redaction import Redaction

OUR_ERROR, WRONG_USAGE, INTERRUPTED, OUTPUT_CLOSED = 3, 4, 130, 141
TRACEBACK_VARIABLE: Final = "CLUMIO_TRACEBACK"
# The codes of results that are printed: a result that nobody could read needs another code.
_PRINTED: Final = frozenset({0, 1, 5})
# The codes that an interrupted command can't have.
_COMPLETE: Final = frozenset({0, 1, OUR_ERROR})
_LONGEST: Final = 500
_CHOICE: Final = re.compile(r"invalid choice: '(.*)' \(choose from (.*)\)$", re.DOTALL)


class Stop(SystemExit):
    """The end of a command by its parser: after --help, or after wrong usage."""


class _Version(argparse.Action):
    """Prints the version of the distribution and that of Python."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> NoReturn:
        found = version("clumio-connection-groups")
        print(f"{parser.prog} {found} (Python {platform.python_version()})")
        parser.exit()


class Parser(argparse.ArgumentParser):
    """Exits with our code for wrong usage; argparse's own code means an interrupted run."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if " " not in self.prog:  # not the parser of a single command
            self.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse; an option that does not exist is wrong usage of the command that it was given to."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            options = (name for action in self._actions for name in action.option_strings)
            what = "no such option" if rest[0].startswith("-") else "not expected here"
            self.error("; ".join(filter(None, [f"{rest[0]}: {what}", did_you_mean(rest[0], options)])))
        return found, rest

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Print the message, and end the command."""
        if message:
            print(message, end="", file=sys.stderr)
        raise Stop(status)

    def error(self, message: str) -> NoReturn:
        """Print the error, and end the command."""
        if found := _CHOICE.search(message):
            near = did_you_mean(found[1], re.split(r", ", found[2].replace("'", "")))
            message += f"; {near}" if near else ""
        self.exit(WRONG_USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def finish(name: str, command: Callable[[], int], *, interrupted: int = INTERRUPTED) -> NoReturn:
    """Run the command of this process, and exit with its code.

    A lost output does not end the command; it changes the code at the end. `interrupted` is the code after a
    signal.
    """
    if sys.stdin is None:  # closed before the start: another file could get its number
        os.open(os.devnull, os.O_RDONLY)
    sys.stdout, output = _standard_stream(1, sys.stdout)
    sys.stderr, _ = _standard_stream(2, sys.stderr)
    signals, noted = os.pipe()
    for end in (signals, noted):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(noted, warn_on_full_buffer=False)
    insist()
    for number in STOPS:
        signal.signal(number, _stop)
    code = code_of(name, command, interrupted=interrupted, came=partial(_came, signals))
    # Python restores the defaults at its end, and a signal would end it with another code.
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
    sys.stdout.flush()
    if output.failure is not None and code in _PRINTED:
        code = OUTPUT_CLOSED
        if not isinstance(output.failure, BrokenPipeError):
            print(f"{name}: the output is lost: {output.failure.strerror}", file=sys.stderr)
            code = OUR_ERROR
    sys.exit(code)


def code_of(
    name: str,
    command: Callable[[], int],
    *,
    interrupted: int = INTERRUPTED,
    came: Callable[[], bool] = lambda: False,
) -> int:
    """Run a command and return its code: that of an error of ours after any exception.

    `came` says whether a signal came. Python or a library may swallow the interruption, or turn it into
    another error; it is one all the same.
    """
    try:
        code = _commanded(command)
    except Stop as stop:
        return int(stop.code or 0)
    except BaseException as why:  # noqa: BLE001 - a plug-in may raise anything
        if isinstance(why, KeyboardInterrupt) or came():
            print(f"{name}: interrupted", file=sys.stderr)
            return interrupted
        _explain(name, why)
        return OUR_ERROR
    return interrupted if code in _COMPLETE and came() else code


def _commanded(command: Callable[[], int]) -> int:
    return command()


def _stop(_number: int, frame: FrameType | None) -> None:
    """Interrupt the command; when it is at its end already, nothing is left to interrupt."""
    if is_within(_commanded, frame):
        interrupt()


def _came(signals: int) -> bool:
    """Whether one of the signals is among those that Python has noted."""
    try:
        return not set(STOPS).isdisjoint(os.read(signals, 4096))
    except BlockingIOError:
        return False


def _explain(name: str, why: BaseException) -> None:
    """Print an error of ours without secrets: a line, and if asked the traceback, without variables."""
    redaction = Redaction(os.environ.get(TOKEN_VARIABLE, "").strip())
    text = redaction.text(f"{type(why).__name__}: {why}")
    shown = bool(os.environ.get(TRACEBACK_VARIABLE))
    hint = "" if shown else f" ({TRACEBACK_VARIABLE}=1 shows the traceback)"
    line = one_line(cut(text, _LONGEST))
    print(f"{name}: our own error, not the target's: {line}{hint}", file=sys.stderr)
    if shown:
        print(redaction.text("".join(traceback.format_exception(why))), file=sys.stderr)


class _StandardFile(io.FileIO):
    """The file of a standard stream. What is written after its first failure is lost."""

    failure: OSError | None = None

    def write(self, data: Any, /) -> int:
        """Write, or remember why this is not possible."""
        if self.failure is None:
            try:
                while (written := super().write(data)) is None:  # it does not block, and is full
                    select.select((), (self,), ())
            except OSError as why:
                self.failure = why
            else:
                return written
        return memoryview(data).nbytes


def _standard_stream(number: int, stream: TextIO | None) -> tuple[TextIO, _StandardFile]:
    """Open a standard stream again: the new one never fails, and prints each line at once."""
    if stream is None:  # closed, too
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    else:
        stream.flush()
    file = _StandardFile(number, "w", closefd=False)
    encoding = stream.encoding if stream else "utf-8"
    text = io.TextIOWrapper(io.BufferedWriter(file), encoding, "backslashreplace", line_buffering=True)
    return text, file
