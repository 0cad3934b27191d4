"""`clumio-conformance restore`: finish what a run that was cut short could not."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from clumio_conformance.redaction import Redaction
from clumio_conformance.restoration import Journal, RestorationError, restore
from clumio_conformance.targets import UsageError, is_loopback, live_token
from clumio_conformance.wire import Policy, Wire


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "restore",
        help="give a designated group back as a run that was cut short had found it",
        description="Read the journal that a live run with --allow-writes keeps, restore the group, verify it, and take the "
        "journal away. The token comes from CLUMIO_API_TOKEN. Exit code 0: the group is as it was; 5: it is not.",
    )
    parser.add_argument(
        "--report-dir",
        type=Path,
        default=Path("conformance-report"),
        metavar="DIR",
        help="the run's (default %(default)s)",
    )
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Restore; gives the exit code."""
    journal = Journal(arguments.report_dir)
    try:
        original = journal.read()
    except RestorationError as why:
        raise UsageError(str(why)) from why
    if not (original.base_url.startswith("https://") or is_loopback(original.base_url)):
        raise UsageError(
            f"{journal.path}: {original.base_url} is neither https nor on loopback; a token is sent over https only"
        )
    token = live_token()
    unit = os.environ.get("CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT")
    wire = Wire(original.base_url, token, policy=Policy(allowed=set()), redaction=Redaction(token), unit=unit)
    try:
        left = restore(wire, original)
    finally:
        wire.close()
    if left:
        print(f"the group {original.group_id} is not as it was: {'; '.join(left)}", file=sys.stderr)
        return 5
    journal.done()
    print(f"the group {original.group_id} is as it was before the run")
    return 0
