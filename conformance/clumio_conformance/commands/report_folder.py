"""The options that several commands have: the folder of reports, what is printed, and patience."""

import argparse
from pathlib import Path

from clumio_conformance.commands.numbers import not_negative
from clumio_conformance.options import RunOptions


def add_restore_seconds(parser: argparse._ActionsContainer) -> None:
    """Add --restore-seconds."""
    parser.add_argument(
        "--restore-seconds",
        type=not_negative,
        default=RunOptions.restore_seconds,
        metavar="N",
        help="how long to try to restore while the target does not answer; 0: once (default %(default)g)",
    )


def add_report_dir(parser: argparse.ArgumentParser, explained: str = "where the reports go") -> None:
    """Add --report-dir."""
    parser.add_argument(
        "--report-dir",
        type=Path,
        default=RunOptions.report_dir,
        metavar="DIR",
        help=f"{explained} (default %(default)s)",
    )


def add_detail(parser: argparse.ArgumentParser) -> None:
    """Add --verbose and --quiet."""
    detail = parser.add_mutually_exclusive_group()
    detail.add_argument(
        "-v",
        "--verbose",
        dest="detail",
        action="store_const",
        const="everything",
        default="causes",
        help="print each finding with its exchange, the counts, what was not checked, and the coverage",
    )
    detail.add_argument(
        "-q",
        "--quiet",
        dest="detail",
        action="store_const",
        const="verdict",
        help="print the verdict alone",
    )
