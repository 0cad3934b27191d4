"""The command line: `clumio-conformance run | judge | power | ...`."""

import sys
from collections.abc import Sequence
from functools import partial

from clumio_conformance.exit_code import INTERRUPTED, WRONG_USAGE, code_of, finish

NAME = "clumio-conformance"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code; without an argument, run that of the process and exit."""
    words = sys.argv[1:] if argv is None else list(argv)
    # A run has its own code, since it reports what it saw before it was interrupted.
    interrupted = 2 if words[:1] == ["run"] else INTERRUPTED
    command = partial(_command, words)
    if argv is None:
        finish(NAME, command, interrupted=interrupted)
    return code_of(NAME, command, interrupted=interrupted)


def _command(words: list[str]) -> int:
    try:
        # Imported late: it takes a second, and needs the packages of the extra `conformance`.
        from clumio_conformance.commands.command_line import command  # noqa: PLC0415 - see above
    except ModuleNotFoundError as why:
        if (why.name or "").startswith("clumio_"):
            raise
        print(f"{NAME}: needs {why.name}: install clumio-connection-groups[conformance]", file=sys.stderr)
        return WRONG_USAGE
    return command(NAME, words)
