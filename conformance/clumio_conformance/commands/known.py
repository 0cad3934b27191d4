"""`clumio-conformance known`: write and check files of known deviations."""

import argparse
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from clumio_conformance.baseline import read_report
from clumio_conformance.contract import contract
from clumio_conformance.known import KnownError, load, normalized

FILE: Final = Path("known-deviations.toml")
LIFETIME: Final = timedelta(days=90)
"""How long an entry holds unless --expires says otherwise."""


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "known",
        help="write and check files of known deviations",
        description="A known deviation has a reason, an owner and an end, and must still happen: see docs/known-deviations.md.",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser("add", help="write an entry for a finding of a report")
    add.add_argument("report", type=Path, metavar="REPORT", help="a report.json")
    add.add_argument("fingerprint", metavar="FINGERPRINT", help="of the finding, as the report has it")
    add.add_argument("--why", required=True, metavar="TEXT", help="why the deviation is accepted")
    add.add_argument("--owner", required=True, metavar="NAME", help="who answers for it")
    add.add_argument(
        "--expires", type=date.fromisoformat, metavar="DATE", help=f"default: in {LIFETIME.days} days"
    )
    add.add_argument("--link", metavar="URL", help="where it is discussed")
    add.add_argument(
        "--file", type=Path, default=FILE, metavar="FILE", help="to write to (default %(default)s)"
    )
    add.set_defaults(main=_add)
    check = verbs.add_parser("check", help="tell whether files can be used")
    check.add_argument("files", nargs="+", metavar="FILE", help="files of known deviations, or sdk-drift")
    check.set_defaults(main=_check)


def _add(arguments: argparse.Namespace) -> int:
    report = read_report(arguments.report)
    finding = next((row for row in report["findings"] if row["fingerprint"] == arguments.fingerprint), None)
    if finding is None:
        raise KnownError(
            f"{arguments.report}: has no finding {arguments.fingerprint}; it lists {_prints(report)}"
        )
    today = datetime.now(UTC).date()
    text = _entry(finding, arguments, today)
    before = arguments.file.read_text(encoding="utf-8") if arguments.file.exists() else ""
    draft = arguments.file.with_name(f".{arguments.file.name}.part")
    draft.write_text(before + ("\n" if before else "") + text, encoding="utf-8")
    try:
        load([str(draft)], contract(), today=today)
    except KnownError as why:
        raise KnownError(str(why).replace(str(draft), str(arguments.file))) from why
    else:
        draft.replace(arguments.file)
    finally:
        draft.unlink(missing_ok=True)
    print(f"{arguments.file}: {finding['requirement']} at {finding['location']} is known from now on")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    known = load(arguments.files, contract(), today=datetime.now(UTC).date())
    print(f"{len(known.entries)} known deviations, none of them expired")
    return 0


def _entry(finding: dict[str, Any], arguments: argparse.Namespace, today: date) -> str:
    texts = {
        "requirement": finding["requirement"],
        "operation": finding["operation"],
        "location": normalized(finding["location"]),
        "observed": finding["observed"],
        "why": arguments.why,
        "owner": arguments.owner,
        "link": arguments.link,
    }
    lines = [f"{name} = {_quoted(text)}" for name, text in texts.items() if text is not None]
    dates = [f"since = {today}", f"expires = {arguments.expires or today + LIFETIME}"]
    return "\n".join(["[[known]]", *lines, *dates]) + "\n"


def _prints(report: dict[str, Any]) -> str:
    return ", ".join(row["fingerprint"] for row in report["findings"]) or "none"


def _quoted(text: str) -> str:
    """Write a TOML string: JSON's, but for what TOML escapes otherwise."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
