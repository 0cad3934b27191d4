"""Show what changed from one specification to another.

A difference has a kind (added, removed, narrowed, widened, ...), its place, what it breaks, and the
requirements that it touches. References are followed; descriptions, examples and order do not count.

    client   a client of the old contract breaks: it may send less, or may get more
    promise  the vendor's promise, which is the old contract, breaks: it must accept more, or may send less

Exit codes: 0 no difference, or none that breaks something; 1 a difference that breaks something (with
--strict: any); 3 a specification cannot be used; 4 wrong usage.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from clumio_conformance.contract.documents import read_document
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exit_code import Parser, finish
from clumio_conformance.spec_diff.comparison import compare
from clumio_conformance.spec_diff.difference import Difference


def main(arguments: list[str] | None = None) -> int:
    """Compare two specifications and print the differences; the result is the exit code."""
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path, metavar="OLD")
    parser.add_argument("new", type=Path, metavar="NEW")
    parser.add_argument("--json", action="store_true", help="print the differences as JSON")
    parser.add_argument("--strict", action="store_true", help="exit 1 on any difference")
    options = parser.parse_args(arguments)
    try:
        differences = compare(read_document(options.old), read_document(options.new))
    except ContractError as error:
        print(error, file=sys.stderr)
        return 3
    print(as_json(differences) if options.json else as_text(differences))
    counted = [one for one in differences if one.breaks or options.strict]
    return 1 if counted else 0


def as_json(differences: list[Difference]) -> str:
    """Return the differences as a JSON text."""
    breaking = sum(bool(one.breaks) for one in differences)
    result = {"breaking": breaking, "differences": [asdict(one) for one in differences]}
    return json.dumps(result, indent=2, ensure_ascii=False)


def as_text(differences: list[Difference]) -> str:
    """Return the differences for a person, each with its effect below."""
    if not differences:
        return "no difference"
    return "\n".join(_lines(one) for one in differences)


def _lines(one: Difference) -> str:
    place = " ".join(part for part in (one.side, one.where, one.keyword) if part)
    effect = f"breaks {' and '.join(one.breaks)}" if one.breaks else "breaks nothing"
    said = [f"  {label} {json.dumps(value, ensure_ascii=False)}" for label, value in _said(one)]
    touched = f"; requirements {', '.join(one.requirements)}" if one.requirements else ""
    return "\n".join(
        [
            f"{one.kind:9} {place}",
            *(f"  in     {name}" for name in one.operations),
            *said,
            f"  {effect}{touched}",
        ]
    )


def _said(one: Difference) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = [("before", one.before), ("after ", one.after)]
    if isinstance(one.before, list) and isinstance(one.after, list):
        lost = [value for value in one.before if value not in one.after]
        gained = [value for value in one.after if value not in one.before]
        pairs = [("lost  ", lost or None), ("gained", gained or None)]
    return [(label, value) for label, value in pairs if value is not None]


if __name__ == "__main__":
    finish("spec_diff.py", main)
