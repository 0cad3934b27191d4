"""The option that names the folder of the reports, the same for each command that has one."""

import argparse
from pathlib import Path

from clumio_conformance.options import RunOptions


def add_report_dir(parser: argparse.ArgumentParser, explained: str = "where the reports go") -> None:
    """Add --report-dir."""
    parser.add_argument(
        "--report-dir",
        type=Path,
        default=RunOptions.report_dir,
        metavar="DIR",
        help=f"{explained} (default %(default)s)",
    )
