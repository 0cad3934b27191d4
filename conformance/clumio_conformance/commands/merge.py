"""`clumio-conformance merge`: the report of parts that were judged apart."""

import argparse
from pathlib import Path
from typing import Any

from clumio_conformance.commands.overlays import add_overlay, overlays
from clumio_conformance.commands.report_folder import add_detail, add_report_dir
from clumio_conformance.connection_groups.run import join_reports


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "merge",
        help="join the reports of recordings that were judged apart",
        description="Join reports of `judge`: the result is that of judging all recordings at once, in any "
        "order of the reports, so that many machines can share the work. Only rules over several exchanges "
        "see no further than one part.",
    )
    parser.add_argument("reports", nargs="+", type=Path, metavar="REPORT", help="report.json of a judgement")
    add_overlay(parser)
    add_report_dir(parser)
    add_detail(parser)
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Join the reports and return the exit code of the whole.

    Raises:
        BaselineError: a report can't be used.
        ReportError: the reports can't be written.
    """
    with overlays(arguments):
        return join_reports(arguments.reports, arguments.report_dir, arguments.detail)
