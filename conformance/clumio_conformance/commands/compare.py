"""`clumio-conformance compare`: the changes between two reports."""

import argparse
import json
from pathlib import Path
from typing import Any

from clumio_conformance.connection_groups.run import NAMING
from clumio_conformance.reporting.baseline import changes, incomparable, read_report


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "compare",
        help="show the changes between two reports",
        description="Compare the findings of two report.json, and the answers to each named request. "
        "Exit code 0: no change; 1: a change; 4: a file can't be used.",
    )
    parser.add_argument(
        "old", type=Path, metavar="OLD", help="a report.json of the earlier run, its folder, or -"
    )
    parser.add_argument(
        "new", type=Path, metavar="NEW", help="a report.json of the later run, its folder, or -"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Compare, print the changes, and return the exit code."""
    old, new = read_report(arguments.old), read_report(arguments.new)
    found = changes(old, new, NAMING)
    unlike = incomparable(old, new)
    if arguments.json:
        print(
            json.dumps(
                {"changes": [change.json() for change in found], "note": unlike}, indent=2, ensure_ascii=False
            )
        )
    else:
        if unlike:
            print(f"note: {unlike}")
        print("\n".join(map(str, found)) or "nothing changed")
    return 1 if found else 0
