"""`clumio-conformance report`: a report in another format."""

import argparse
from pathlib import Path
from typing import Any

from clumio_conformance.commands.chosen_findings import REPORTS
from clumio_conformance.commands.output import write_output
from clumio_conformance.options import UsageError
from clumio_conformance.reporting.baseline import read_report
from clumio_conformance.reporting.files import FORMATS
from clumio_conformance.reporting.sarif import sarif


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "report",
        help="write a report in another format: a badge, a table, SARIF, JUnit, ...",
        description="Write a report in another format, without a run. See docs/reports.md.",
    )
    parser.add_argument("report", type=Path, metavar="REPORT", help=REPORTS)
    parser.add_argument("--format", choices=FORMATS, required=True)
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file; default: print")
    parser.add_argument(
        "--location",
        metavar="FILE",
        help="with sarif: the file of your repository that the findings are shown at; default: "
        "openapi/spec.yaml, or a file of known deviations where that is not there",
    )
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Write the report and return the exit code.

    Raises:
        BaselineError, UsageError: the report, an option or the output can't be used.
    """
    if arguments.location is not None and arguments.format != "sarif":
        raise UsageError("--location needs --format sarif")
    report = read_report(arguments.report)
    located = arguments.location is not None
    text = sarif(report, arguments.location) if located else FORMATS[arguments.format](report)
    write_output(text, arguments.output)
    return 0
