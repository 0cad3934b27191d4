"""From the words of a command line to the command, and from its known errors to their exit codes."""

import sys

from clumio_conformance.commands import (
    compare,
    demo,
    diff,
    doctor,
    explain,
    judge,
    known,
    merge,
    power,
    report,
    restore,
    run,
    ticket,
    trend,
    watch,
)
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exit_code import OUR_ERROR, TRACEBACK_VARIABLE, WRONG_USAGE, Parser
from clumio_conformance.judging.known import KnownError
from clumio_conformance.options import UsageError
from clumio_conformance.recording.recorded import RecordingError
from clumio_conformance.reporting.baseline import BaselineError
from clumio_conformance.reporting.files import ReportError
from clumio_conformance.reporting.tally import EXIT_CODES
from clumio_conformance.session.control import ControlError


def command(name: str, words: list[str]) -> int:
    """Run a command and return its exit code."""
    rest: list[str] = []
    if "--" in words:
        at = words.index("--")
        words, rest = words[:at], words[at + 1 :]
    parser = Parser(
        prog=name,
        description="Check whether a Clumio API does what its documentation says of Update Connection Group.",
        epilog=f"Exit codes: {'; '.join(f'{code} {words}' for code, words in EXIT_CODES.items())}; "
        "130 another command was interrupted; 141 the reader closed the output. "
        f"{TRACEBACK_VARIABLE}=1 shows the traceback of an error of ours.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (
        demo, run, judge, watch, merge, report, ticket, explain, known, compare, trend, doctor, restore, diff,
        power,
    ):  # fmt: skip
        module.add_parser(commands)
    arguments = parser.parse_args(words)
    arguments.rest = tuple(rest)
    try:
        return int(arguments.main(arguments))
    except (UsageError, KnownError, BaselineError, RecordingError, ReportError) as why:
        print(f"{name}: {why}", file=sys.stderr)
        return WRONG_USAGE
    except (ContractError, ControlError) as why:
        print(f"{name}: {why}", file=sys.stderr)
        return OUR_ERROR
