"""`index.html`: the whole result on one page, for a browser or a printer; a script filters and copies."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from clumio_conformance.contract.coverage import part_of
from clumio_conformance.reporting.headings import severity_of, short_operation, title_of, worst_first
from clumio_conformance.reporting.history import history
from clumio_conformance.reporting.marking import sides
from clumio_conformance.reporting.tally import LEVELS, by_requirement, headline, subject, tally, verdict
from clumio_conformance.reporting.text import cut, one_line, visible
from clumio_conformance.reporting.ticket import ticket_text
from clumio_conformance.reporting.wording import worded

LONGEST: Final = 20_000
"""Characters of a body that the page shows; report.json may hold more."""
Row = Mapping[str, Any]
_FOLDER: Final = Path(__file__).parent


def html_page(report: Row, reports: Sequence[Row] = ()) -> str:
    """Write the page; every text from the wire is escaped. `reports` are those of earlier and later runs."""
    counts = tally(report)
    style, script = (_own(name) for name in ("index.css", "index.js"))
    return _template().render(
        report=report,
        documentation=report.get("documentation"),
        subject=subject(report),
        headline=headline(report),
        verdict=verdict(report),
        findings=worst_first(report["findings"]),
        severities=list(dict.fromkeys(map(severity_of, worst_first(report["findings"])))),
        more=sum(report.get("more_findings", {}).values()),
        counts=counts,
        levels=LEVELS,
        families=list(_families(report)),
        unchecked=_unchecked(report),
        of_requirement=by_requirement(report["findings"]),
        coverage=_coverage(report.get("coverage", {})),
        history=history([*reports, report]) if reports else None,
        style=style,
        script=script,
        hashes=[_hash(style), _hash(script)],
    )


@dataclass(frozen=True, kw_only=True)
class Family:
    """The requirements whose ids begin alike, and how many have each outcome."""

    name: str
    rows: list[Row]
    outcomes: Counter[str]


@dataclass(frozen=True, kw_only=True)
class CoverageTable:
    """What was seen of the contract: for each operation and direction (`parts`) a cell for each category."""

    categories: list[str]
    parts: dict[str, dict[str, tuple[int, int]]]
    answers: dict[str, list[tuple[str, bool]]]


def _families(report: Row) -> Iterator[Family]:
    rows: dict[str, list[Row]] = {}
    for row in report["requirements"]:
        rows.setdefault(row["id"].rpartition("-")[0], []).append(row)
    for name, members in rows.items():
        yield Family(name=name, rows=members, outcomes=Counter(row["outcome"] for row in members))


def _unchecked(report: Row) -> dict[str, list[Row]]:
    """The requirements that were not checked, by what would allow it; those without are last."""
    rows = [row for row in report["requirements"] if row["outcome"] == "not_run"]
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (not row.get("lacks"), row["level"] == "open")):
        lacks = row.get("lacks")
        why = f"needs {lacks}" if lacks else "nothing to check" if row["level"] == "open" else row["reason"]
        found.setdefault(why, []).append(row)
    return found


def _coverage(coverage: Row) -> CoverageTable:
    """Arrange the counts; a report of an earlier version has none for each operation."""
    parts: dict[str, dict[str, tuple[int, int]]] = {}
    answers: dict[str, list[tuple[str, bool]]] = {}
    for category, counted in coverage.items():
        unseen = Counter(map(part_of, counted["unseen"]))
        for part, number in counted.get("parts", {}).items():
            operation, _, status = part.partition(" ")
            if category == "answer":
                answers.setdefault(operation, []).append((status, not unseen[part]))
            else:
                parts.setdefault(part, {})[category] = (number - unseen[part], number)
    return CoverageTable(
        categories=sorted({category for row in parts.values() for category in row}),
        parts=dict(sorted(parts.items())),
        answers=answers,
    )


def _own(name: str) -> str:
    """Read a file of ours that the page holds unescaped; it can't end its element."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    if "</" in text:
        raise ValueError(f"{name} would end its element")
    return text


def _hash(text: str) -> str:
    """The source of a content security policy that allows this text and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": visible, "one_line": one_line, "cut": cut, "worded": worded, "sides": sides,
        "ticket": ticket_text, "title_of": title_of, "severity_of": severity_of,
        "short_operation": short_operation,
    }  # fmt: skip
    return environment.get_template("index.html.jinja")
