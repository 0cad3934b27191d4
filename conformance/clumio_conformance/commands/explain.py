"""`clumio-conformance explain`: what a requirement says, where it comes from, and how it is checked."""

import argparse
import contextlib
import inspect
import io
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from clumio_conformance.commands.overlays import add_overlay, overlays
from clumio_conformance.connection_groups.operations import NEEDS
from clumio_conformance.connection_groups.run import perform
from clumio_conformance.contract.contract import Contract, contract
from clumio_conformance.contract.requirements import Requirement
from clumio_conformance.judging.checked_by import places, rules_for
from clumio_conformance.judging.rules import Rule
from clumio_conformance.near_misses import did_you_mean
from clumio_conformance.options import RunOptions, UsageError
from clumio_conformance.reporting.baseline import read_report
from clumio_conformance.reporting.report import documentation, exchange_row, finding_row
from clumio_conformance.reporting.streams import put
from clumio_conformance.reporting.text import cut, one_line, visible
from clumio_conformance.result import Result
from clumio_conformance.run.power import faults
from clumio_conformance.session.targets import Sandbox

_LEVELS: Final = {
    "must": "the vendor's page says it, so a deviation fails a run",
    "inferred": "the page is silent, but any sane API does it; a deviation fails with --strict only",
    "open": "the sources are silent or contradict each other; nothing is asserted, the behaviour is recorded",
}
_GRADES: Final = {
    "doc": "the vendor's documentation",
    "sdk": "the code of the vendor's SDKs",
    "wire": "what the vendor's SDKs send and read",
    "third": "somebody else's documentation",
    "guess": "a guess",
}
_SIDES: Final = {
    "holds": "the answer conforms",
    "accepts": "what is allowed is accepted",
    "refuses": "what is forbidden is refused",
}
_LONGEST: Final = 1500


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "explain",
        help="explain a requirement: its source, its rule, a right and a wrong exchange",
        description="Explain a requirement. Its exchanges come from short runs against the embedded sandbox: "
        "with a fault that breaks the requirement, and without. Without an ID: list all requirements. "
        "Exit code 0; 4: there is no such requirement.",
    )
    parser.add_argument("id", nargs="?", metavar="ID", help="a requirement; with --report also a fingerprint")
    parser.add_argument("--report", type=Path, metavar="REPORT", help="the report.json of the fingerprint")
    parser.add_argument("--find", metavar="WORD", help="list only the requirements with this word")
    parser.add_argument("--no-exchanges", action="store_true", help="make no runs to show exchanges")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_overlay(parser)
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Print the explanation or the list, and return the exit code."""
    with overlays(arguments):
        if arguments.id is None:
            _list(arguments)
            return 0
        row = _named(arguments.id, arguments.report)
        found = {**_facts(row, contract())}
        if not arguments.no_exchanges:
            found |= _exchanges(row)
        _print(found if arguments.json else "\n".join(_lines(found)))
    return 0


def _list(arguments: argparse.Namespace) -> None:
    word = (arguments.find or "").casefold()
    known = contract()
    rows = [
        {"id": row.id, "level": row.level, "says": known.says(row.id)}
        for row in known.requirements.values()
        if word in f"{row.id} {row.level} {known.says(row.id)} {row.page or ''}".casefold()
    ]
    if not rows:
        raise UsageError(f"--find {arguments.find}: no requirement has this word; leave it out to list all")
    lines = [f"{row['id']:<14} {row['level']:<9} {row['says']}" for row in rows]
    _print(rows if arguments.json else "\n".join(lines))


def _named(name: str, file: Path | None) -> Requirement:
    """Return the requirement of this id, or of the finding of a report with this fingerprint.

    Raises:
        UsageError: there is none.
    """
    known = contract().requirements
    if file is not None:
        rows = read_report(file)["findings"]
        name = next((row["requirement"] for row in rows if row["fingerprint"] == name.lower()), name)
    found = known.get(name.upper())
    if found is None:
        way_out = did_you_mean(name, known, "explain without an ID lists them all")
        shown = one_line(cut(name, 100))
        raise UsageError(
            f"{shown}: is no requirement{'' if file is None else f' or finding of {file}'}; {way_out}"
        )
    return found


def _facts(row: Requirement, known: Contract) -> dict[str, Any]:
    where = places(row.id, known)
    return {
        "id": row.id,
        "says": known.says(row.id),
        "level": row.level,
        "why": _LEVELS[row.level],
        "grade": row.grade,
        "known_from": _GRADES[row.grade],
        "page": row.page,
        "documentation": documentation(known),
        "note": row.note,
        "sources": dict(row.sources),
        "spec": [
            {"pointer": one.pointer, "keyword": one.keyword, "file": one.file, "line": one.line}
            for one in where
        ],
        "rules": [_rule(rule) for rule in rules_for(row.id, where, known)],
        "sides": {side: _SIDES[side] for side in row.sides},
        "needs": NEEDS[row.needs] if row.needs else None,
    }


def _rule(rule: Rule) -> dict[str, str]:
    first = (inspect.getdoc(rule.check) or "").partition("\n")[0]
    name = f"{rule.check.__module__}.{rule.check.__name__}"
    return {"name": name, "says": first, "judges": "one exchange" if rule.of_one_exchange else "a sequence"}


def _exchanges(row: Requirement) -> dict[str, Any]:
    """Run the suite with a fault that breaks the requirement; return a right and a wrong exchange."""
    fault = next((one for one in faults() if one["requirement"] == row.id), None) if row.binding else None
    broken = _run(fault["name"], until=row.id) if fault else None
    finding = next((one for one in broken.findings if one.requirement == row.id), None) if broken else None
    right = broken.conforming.get(row.id) if broken else None
    if right is None or (finding and right == finding.exchange):
        right = _run().conforming.get(row.id)
    return {
        "right": exchange_row(right) | {"curl": right.request.curl()} if right else None,
        "wrong": finding_row(finding, contract()) | {"fault": fault} if finding and fault else None,
        "no_wrong": None if finding else _why_none(row, fault),
    }


def _why_none(row: Requirement, fault: Mapping[str, Any] | None) -> str:
    if not row.binding:
        return "nothing is asserted, so no exchange is wrong"
    if fault is None:
        return "no fault of the sandbox breaks it, so there is none to show"
    return f"a quick run did not see the fault {fault['name']}"


def _run(*names: str, until: str | None = None) -> Result:
    """Make a quick run without its output, until the requirement has a deviation if one is named."""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        options = RunOptions(quick=True, until=until, report_dir=Path(folder))
        return perform(Sandbox(faults=names), options)


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['id']}  {found['says']}"
    yield ""
    yield f"level   {found['level']}: {found['why']}"
    yield f"from    {found['known_from']} ({found['grade']})"
    for who, what in found["sources"].items():
        yield f"        {who}: {what}"
    if found["note"]:
        yield f"note    {found['note']}"
    page = found["documentation"]
    if found["page"]:
        yield f"page    {found['page']}"
        yield f"        {page['url']}" if page else ""
    for one in found["spec"]:
        yield f"spec    {one['file']}:{one['line']}  {one['pointer']}  ({one['keyword']})"
    for rule in found["rules"]:
        yield f"rule    {rule['name']}: {rule['says']}"
    if not found["rules"]:
        yield "rule    none: nothing is asserted, or the tests of the suite check it themselves"
    yield f"green   when {', and '.join(found['sides'].values())}"
    yield f"needs   {found['needs'] or 'reads only'}"
    if "right" in found:
        yield from _shown(found)


def _shown(found: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    right, wrong = found["right"], found["wrong"]
    if any(rule["judges"] == "a sequence" for rule in found["rules"]):
        yield "The rule compares a sequence; each exchange below is one of its sequence."
    if right:
        yield "A right exchange, from a run against the embedded sandbox:"
        yield from _exchange(right, right["curl"])
    else:
        yield "A right exchange: a quick run against the embedded sandbox has none."
    yield ""
    if wrong:
        fault = wrong["fault"]
        yield f"A wrong exchange, from a run with the fault {fault['name']} ({fault['description']}):"
        yield from _exchange(wrong["exchange"], wrong["curl"])
        yield f"  at {wrong['location']}"
        yield f"  expected {wrong['expected']}"
        yield f"  actual   {wrong['actual']}"
    else:
        yield f"A wrong exchange: {found['no_wrong']}."


def _exchange(row: Mapping[str, Any], curl: str) -> Iterator[str]:
    yield f"  {cut(curl, _LONGEST)}"
    answer = row["response"]
    if answer is None:
        yield f"  no answer: {row['failure']}"
        return
    content = next((value for name, value in answer["headers"] if name.lower() == "content-type"), "no type")
    yield f"  -> {answer['status']}, {content}"
    yield from (f"  {line}" for line in cut(_pretty(str(answer["body"])), _LONGEST).split("\n"))


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def _print(found: Any) -> None:
    text = found if isinstance(found, str) else json.dumps(found, indent=2)
    put(visible(text) + "\n", sys.stdout)
