"""`clumio-conformance restore`: restore the group of an interrupted run."""

import argparse
import os
import sys
from typing import Any

from clumio_conformance.commands.report_folder import add_report_dir, add_restore_seconds
from clumio_conformance.connection_groups.guard.journal import Journal, RestorationError
from clumio_conformance.connection_groups.guard.lock import locked
from clumio_conformance.connection_groups.guard.restore import is_of_others, restore
from clumio_conformance.connection_groups.operations import headers, redaction
from clumio_conformance.options import UsageError
from clumio_conformance.reporting.progress import Progress
from clumio_conformance.session.targets import LIVE_RATE, live_token
from clumio_conformance.transport.base_url import is_loopback, problem
from clumio_conformance.transport.redacted_stream import redacted_output
from clumio_conformance.transport.wire import Policy, Wire


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "restore",
        help="restore a designated group to its state before an interrupted run",
        description="Read the journal of a live run with --allow-writes, restore the group, verify it, and "
        "remove the journal. The token comes from CLUMIO_API_TOKEN and is sent to the base URL of the "
        "journal. If --base-url or CLUMIO_API_BASE_URL names another one, nothing is sent. "
        "Exit code 0: the group is restored; 5: it is not.",
    )
    parser.add_argument(
        "--base-url", metavar="URL", help="the URL that the journal must name, or else nothing is sent"
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="restore it although somebody else has updated it since that run",
    )
    add_restore_seconds(parser)
    add_report_dir(parser, "the report folder of that run")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Restore the group and return the exit code."""
    journal = Journal(arguments.report_dir)
    try:
        original = journal.read()
    except RestorationError as why:
        raise UsageError(str(why)) from why
    _check_url(original.base_url, arguments.base_url, journal)
    token = live_token()
    unit = os.environ.get("CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT")
    wire = Wire(
        original.base_url,
        token,
        policy=Policy(allowed=set(), rate=None if is_loopback(original.base_url) else LIVE_RATE),
        redaction=redaction(token),
        headers=headers(unit),
        announce=Progress(sys.stderr).announce,
    )
    print(f"restoring the group {original.group_id} at {original.base_url}")
    try:
        with (
            locked(original.base_url, original.group_id, arguments.report_dir),
            redacted_output(wire.redaction),
        ):
            left = restore(
                wire,
                original,
                seconds=arguments.restore_seconds,
                not_ours=(lambda _read: []) if arguments.overwrite else original.not_ours,
                say=print,
            )
    finally:
        wire.close()
    if left:
        way = "; --overwrite restores it all the same" if is_of_others(left) else ""
        print(
            f"the group {original.group_id} is not in its original state: {'; '.join(left)}{way}",
            file=sys.stderr,
        )
        return 5
    journal.done()
    print(f"the group {original.group_id} is in its original state")
    return 0


def _check_url(url: str, asked: str | None, journal: Journal) -> None:
    """Refuse a base URL that is not safe, or that is not the one the user named."""
    wrong = problem(url)
    if wrong:
        raise UsageError(f"{journal.path}: base_url {wrong}")
    name, named = (
        ("--base-url", asked) if asked else ("CLUMIO_API_BASE_URL", os.environ.get("CLUMIO_API_BASE_URL"))
    )
    if named and (named if "://" in named else f"https://{named}").rstrip("/") != url:
        raise UsageError(f"{journal.path}: the group is at {url}, but {name} names another URL; correct it")
