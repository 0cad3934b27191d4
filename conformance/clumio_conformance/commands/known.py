"""`clumio-conformance known`: write and check files of known deviations."""

import argparse
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from clumio_conformance.commands.chosen_findings import NAMES, REPORTS, the_only
from clumio_conformance.commands.overlays import add_overlay, overlays
from clumio_conformance.connection_groups.known_files import KNOWN
from clumio_conformance.contract.contract import contract
from clumio_conformance.judging.known import KnownError, load, parse, read
from clumio_conformance.judging.place import without_indices
from clumio_conformance.reporting.baseline import read_report
from clumio_conformance.reporting.files import write_whole

FILE: Final = Path("known-deviations.toml")
LIFETIME: Final = timedelta(days=90)
"""How long an entry is valid without --expires."""
_LEFT_OPEN: Final = ("why", "owner")


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "known",
        help="write and check files of known deviations",
        description="A known deviation has a reason, an owner and an expiry date, and must still happen; "
        "see docs/known-deviations.md.",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser("add", help="write an entry for a finding of a report")
    add.add_argument("report", type=Path, metavar="REPORT", help=REPORTS)
    add.add_argument("finding", metavar="FINDING", help=NAMES)
    add.add_argument(
        "--why", metavar="TEXT", help="why the deviation is accepted; default: empty, to be filled in"
    )
    add.add_argument("--owner", metavar="NAME", help="who is responsible; default: empty, to be filled in")
    add.add_argument(
        "--expires", type=date.fromisoformat, metavar="DATE", help=f"default: in {LIFETIME.days} days"
    )
    add.add_argument("--link", metavar="URL", help="where it is discussed")
    add.add_argument(
        "--file", type=Path, default=FILE, metavar="FILE", help="the file to write (default %(default)s)"
    )
    add_overlay(add)
    add.set_defaults(main=_add)
    check = verbs.add_parser("check", help="check whether files can be used")
    check.add_argument("files", nargs="+", metavar="FILE", help="files of known deviations, or sdk-drift")
    add_overlay(check)
    check.set_defaults(main=_check)


def _add(arguments: argparse.Namespace) -> int:
    report = read_report(arguments.report)
    finding = the_only(report, arguments.finding)
    today = datetime.now(UTC).date()
    entry = _entry(finding, arguments, today)
    before = read(arguments.file) if arguments.file.exists() else ""
    # Check the new file with placeholders: only the empty texts may be wrong in it.
    written = {name: entry[name] or _quoted("to be written") for name in _LEFT_OPEN}
    with overlays(arguments):
        parse(_joined(before, entry | written), arguments.file, contract(), today=today)
    try:
        write_whole(arguments.file, _joined(before, {name: value or '""' for name, value in entry.items()}))
    except OSError as why:
        raise KnownError(f"{arguments.file}: can't be written: {why.strerror}; name another --file") from why
    left = [name for name in _LEFT_OPEN if not entry[name]]
    state = (
        f"is known when you fill in {' and '.join(left)}"
        if left
        else f"is known in runs with --known {arguments.file}"
    )
    print(f"{arguments.file}: {finding['requirement']} at {finding['location']} {state}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    with overlays(arguments):
        known = load(arguments.files, contract(), today=datetime.now(UTC).date(), named=KNOWN)
    print(f"{len(known.entries)} known deviations, none of them expired")
    return 0


def _entry(finding: Mapping[str, Any], arguments: argparse.Namespace, today: date) -> dict[str, str]:
    """Return the keys of the entry and their values in TOML; a text that was not given is empty."""
    operations = finding.get("operations", [finding["operation"]])
    texts = {
        "requirement": finding["requirement"],
        # Without an operation an entry is about all.
        **({"operation": operations[0]} if len(operations) == 1 else {}),
        "location": _location(finding),
        "observed": finding["observed"],
        "why": arguments.why,
        "owner": arguments.owner,
    }
    link = {"link": _quoted(arguments.link)} if arguments.link else {}
    dates = {"since": str(today), "expires": str(arguments.expires or today + LIFETIME)}
    return {name: _quoted(text) if text else "" for name, text in texts.items()} | link | dates


def _location(finding: Mapping[str, Any]) -> str:
    """The only location of a finding, or the place that stands for several."""
    locations = finding.get("locations", [without_indices(finding["location"])])
    return str(locations[0] if len(locations) == 1 else finding["place"])


def _joined(before: str, entry: dict[str, str]) -> str:
    lines = [f"{name} = {value}" for name, value in entry.items()]
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    return before + gap + "\n".join(["[[known]]", *lines]) + "\n"


def _quoted(text: str) -> str:
    """Write a TOML string: a JSON string, except for one character that TOML escapes differently."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
