"""`clumio-conformance ticket`: findings of a report, ready to send to the vendor's support."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from clumio_conformance.commands.chosen_findings import NAMES, REPORTS, chosen, listed
from clumio_conformance.commands.output import write_output
from clumio_conformance.connection_groups.operations import redaction
from clumio_conformance.judging.findings import UNDECIDED
from clumio_conformance.options import UsageError
from clumio_conformance.reporting.baseline import read_report
from clumio_conformance.reporting.headings import worst_first
from clumio_conformance.reporting.ticket import ticket

Row = Mapping[str, Any]
_VENDORS: Final = frozenset({"vendor", "page"})
_OTHERS: Final = {
    "spec": "our own contract, openapi/spec.yaml",
    "suite": "our own suite",
    "environment": "the environment: a proxy, gateway, network or token",
}
_SEPARATORS: Final = {"text": f"\n{'=' * 72}\n\n", "markdown": "\n---\n\n"}


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "ticket",
        help="write findings so that they can be sent to the vendor's support",
        description="Write a ticket for each finding: what the documentation says, what happened, when and "
        "how often, and a command that shows it again with the reader's own token. Secrets are taken out.",
    )
    parser.add_argument("report", type=Path, metavar="REPORT", help=REPORTS)
    parser.add_argument(
        "findings",
        nargs="*",
        metavar="FINDING",
        help=f"{NAMES}; default: every finding that is the vendor's and fails the run",
    )
    parser.add_argument("--format", choices=_SEPARATORS, default="text", help="default: %(default)s")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file; default: print")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Write the tickets and return the exit code.

    Raises:
        BaselineError, UsageError: the report, a name or the output can't be used.
    """
    report = read_report(arguments.report)
    rows = [row for name in arguments.findings for row in _named(report, name)]
    if not arguments.findings:
        rows = [row for row in worst_first(report["findings"]) if row["fails"] and row["blame"] in _VENDORS]
    if not rows:
        others = list(listed(worst_first(report["findings"])))
        rest = "name one of these:" if others else "the report has no other finding, so there is no ticket"
        print("\n".join([f"no finding is the vendor's and fails the run; {rest}", *others]), file=sys.stderr)
        return 0
    hide = redaction(os.environ.get("CLUMIO_API_TOKEN", ""))
    tickets = [ticket(report, row, hide) for row in {row["fingerprint"]: row for row in rows}.values()]
    texts = [one.text() if arguments.format == "text" else one.markdown() for one in tickets]
    write_output(_SEPARATORS[arguments.format].join(texts), arguments.output)
    return 0


def _named(report: Row, name: str) -> list[Row]:
    """Return the findings of this name that are the vendor's, or may be.

    Raises:
        UsageError: the name is unknown, or all its findings are somebody else's.
    """
    rows = chosen(report, name)
    vendors = [row for row in rows if row["blame"] in {*_VENDORS, UNDECIDED}]
    if not vendors:
        whose = _OTHERS[rows[0]["blame"]]
        raise UsageError(
            f"{name}: is not the vendor's, so there is no ticket for it: it is blamed on {whose}"
        )
    return vendors
