"""The command line: `clumio-conformance run | judge | power | ...`."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Never

from clumio_conformance.commands import compare, judge, known, power, restore, run
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.judging.known import KnownError
from clumio_conformance.options import UsageError
from clumio_conformance.recording.json_file import RecordingError
from clumio_conformance.reporting.baseline import BaselineError
from clumio_conformance.reporting.files import ReportError
from clumio_conformance.session.control import ControlError

OUR_ERROR, USAGE, INTERRUPTED, OUTPUT_CLOSED = 3, 4, 130, 141


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Never:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    rest: list[str] = []
    if "--" in words:
        at = words.index("--")
        words, rest = words[:at], words[at + 1 :]
    parser = _Parser(
        prog="clumio-conformance",
        description="Check whether a Clumio API does what its documentation says of Update Connection Group.",
        epilog="Exit codes: 0 nothing new, 1 a new deviation or a stale entry, 2 an interrupted run, "
        "3 our own error, 4 wrong usage, 5 inconclusive.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in (run, judge, restore, known, compare, power):
        command.add_parser(commands)
    arguments = parser.parse_args(words)
    arguments.rest = tuple(rest)
    try:
        return int(arguments.main(arguments))
    except (UsageError, KnownError, BaselineError, RecordingError, ReportError) as why:
        print(f"clumio-conformance: {why}", file=sys.stderr)
        return USAGE
    except (ContractError, ControlError) as why:
        print(f"clumio-conformance: {why}", file=sys.stderr)
        return OUR_ERROR
    except BrokenPipeError:
        # The reader closed our output; the rest of the output must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OUTPUT_CLOSED
    except KeyboardInterrupt:
        print("clumio-conformance: interrupted", file=sys.stderr)
        return INTERRUPTED
