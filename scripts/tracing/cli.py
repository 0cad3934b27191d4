"""The command line of `scripts/trace.py`."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from clumio_conformance.contract.requirements import LEVELS
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exit_code import WRONG_USAGE, Parser
from tracing import catalogue, page
from tracing.holes import Hole, holes
from tracing.links import FILE, Links, read_links
from tracing.page import Change

FINE: Final = 0
HOLES: Final = 1
_MOST_TESTS: Final = 5

_DESCRIPTION = """\
Trace each requirement of openapi/requirements.yaml to the nodes of openapi/spec.yaml that express it, to a
rule that checks it and to a test that covers it, and each statement of the vendor's page to a requirement.
Every missing link is named with file, line and how to fix it."""

_EPILOG = """\
how the links are written:
  spec   x-requirements of a node: a keyword (type, enum, required, if, null, status, ...) -> its source
  rule   a function under @rule(ID, ..., keywords=(...)) in connection_groups/rules/ or contract_rules.py: it
         checks these ids, and those that the spec names for these keywords; the judge applies it when it
         takes one `Seen`, otherwise the suite must call it
  test   an id in a string of the test, or in the table of its parameters; the ids of each rule that the
         test, or a definition of its module that it uses, refers to; under @pytest.mark.schema_requirements
         every id of a schema; under covered_by(...) every id that its probes and their answers cover
  page   the list `page:` of requirements.yaml: place, hash and requirements of each statement, in order

when the vendor's page changed:
  1. save it, as text or HTML, outside of the checkout
  2. trace.py --page FILE            what is new, changed or gone, and which requirements and tests it touches
  3. fix rows, spec, rules and tests
  4. trace.py --page FILE --accept   write the new hashes; then link the statements that it lists

exit codes: 0 fine; 1 holes, drift of a document, or a changed page; 4 wrong usage, or an unusable file"""


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    options = _options(arguments)
    try:
        return _page(options) if options.page else _trace(options)
    except ContractError as why:
        print(f"trace.py: {why}", file=sys.stderr)
        return WRONG_USAGE


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="trace.py",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--write", action="store_true", help="write docs/requirements.md and docs/contradictions.md"
    )
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="compare a saved copy of the vendor's page with the hashes"
    )
    parser.add_argument(
        "--accept", action="store_true", help="with --page: accept the statements of this page"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        default=Path(__file__).parents[2],
        help="read another checkout",
    )
    options = parser.parse_args(arguments)
    if options.accept and not options.page:
        parser.error("--accept needs --page FILE")
    if options.write and options.page:
        parser.error("--write and --page don't go together")
    if not options.root.is_dir():
        parser.error(f"--root: {options.root} is not a folder")
    return options


def _trace(options: argparse.Namespace) -> int:
    links = read_links(options.root)
    if options.write:
        catalogue.write(options.root, links)
    found = [*holes(links), *catalogue.drift(options.root, links)]
    if options.json:
        _print_json(
            {"holes": [vars(hole) for hole in found], "counts": _counts(links), "requirements": _rows(links)}
        )
    elif found:
        _print_holes(found)
    else:
        print(_summary(_counts(links)))
    return HOLES if found else FINE


def _print_holes(found: Sequence[Hole]) -> None:
    for hole in found:
        print(hole)
    print(f"{len(found)} holes", file=sys.stderr)


def _counts(links: Links) -> dict[str, int]:
    rows = links.requirements.rows
    return {
        "statements": len(links.requirements.page),
        "requirements": len(rows),
        **{level: sum(row.level == level for row in rows) for level in LEVELS},
        "spec_nodes": links.spec.nodes,
        "rules": len(links.rules),
        "tests": len(links.tests),
    }


def _summary(counts: dict[str, int]) -> str:
    levels = ", ".join(f"{counts[level]} {level}" for level in LEVELS)
    return (
        f"{counts['statements']} statements, {counts['requirements']} requirements ({levels}), "
        f"{counts['spec_nodes']} spec nodes, {counts['rules']} rules, {counts['tests']} tests: no hole"
    )


def _rows(links: Links) -> list[dict[str, Any]]:
    return [
        {
            "id": row.id,
            "level": row.level,
            "line": row.line,
            "statements": links.statements(row.id),
            "spec": links.spec_nodes(row.id),
            "rules": [rule.where for rule in links.rules_of.get(row.id, ())],
            "tests": [test.where for test in links.touched([row.id])],
        }
        for row in links.requirements.rows
    ]


def _page(options: argparse.Namespace) -> int:
    links = read_links(options.root)
    pairs = page.compare(links.requirements, options.page)
    found = page.changes(links.requirements, pairs)
    if options.accept:
        (options.root / FILE).write_text(page.accept(links.requirements, pairs), encoding="utf-8")
        return _accepted(found)
    if options.json:
        _print_json({"changes": [_change(change, links) for change in found]})
    else:
        for change in found:
            _print_change(change, links)
        same = sum(pair.kind == "same" for pair in pairs)
        print(f"{same} statements as accepted, {len(found)} new, changed or gone")
    return HOLES if found else FINE


def _accepted(found: Sequence[Change]) -> int:
    for change in found:
        if change.kind == "new":
            print(f"link   {change.at}: {change.text}")
        elif change.kind == "changed":
            print(f"review {change.at}: still {', '.join(change.requirements)}")
    print(f"{FILE}: accepted the page as it is, {len(found)} statements new, changed or gone")
    return FINE


def _change(change: Change, links: Links) -> dict[str, Any]:
    return {**vars(change), "tests": _tests(change, links)}


def _tests(change: Change, links: Links) -> list[str]:
    return [test.where for test in links.touched(change.requirements)]


def _print_change(change: Change, links: Links) -> None:
    accepted = f"   ({FILE}:{change.line})" if change.line else ""
    print(f"{change.kind:8} {change.at}{accepted}")
    if change.text is not None:
        _print_field("text", [change.text])
    rows = links.requirements.by_id
    touched = [
        f"{name} {rows[name].says}" if name in rows else f"{name} (no row)" for name in change.requirements
    ]
    _print_field("requirements", touched or ["none yet: add a row for it"])
    tests = _tests(change, links)
    more = [f"and {len(tests) - _MOST_TESTS} more; --json lists them"] if len(tests) > _MOST_TESTS else []
    _print_field("tests", tests[:_MOST_TESTS] + more)


def _print_field(name: str, lines: Sequence[str]) -> None:
    for index, line in enumerate(lines):
        print(f"  {'' if index else name:13} {line}")


def _print_json(value: dict[str, Any]) -> None:
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, default=list)
    print()
