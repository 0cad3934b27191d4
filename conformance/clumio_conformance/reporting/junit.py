"""`junit.xml`: a test case for each requirement, and one for the run itself."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

from clumio_conformance.reporting.headings import title_of, worst_first
from clumio_conformance.reporting.tally import by_requirement, headline, subject, verdict
from clumio_conformance.reporting.text import one_line, visible
from clumio_conformance.reporting.wording import worded

Row = Mapping[str, Any]

_LONGEST_NAME: Final = 100
_UNPROVEN: Final = frozenset({"error", "interrupted", "usage", "inconclusive"})


@dataclass(frozen=True, kw_only=True)
class Case:
    """A test case: failed or with our own error, each with a message and a text, skipped, or passed."""

    group: str
    name: str
    failure: tuple[str, str] | None = None
    error: tuple[str, str] | None = None
    skipped: str | None = None


def junit(report: Row) -> str:
    """Write the requirements as test cases; a case is red if, and only if, the exit code is not 0."""
    failing = by_requirement(worst_first(row for row in report["findings"] if row["fails"]))
    stale = {entry["requirement"] for entry in report["stale"]}
    cases = [_case(row, failing.get(row["id"], []), stale) for row in report["requirements"]]
    run, documentation = report["run"], report.get("documentation")
    return junit_xml(
        "conformance",
        [*cases, _of_the_run(report, is_red=any(case.failure or case.error for case in cases))],
        finished=datetime.fromisoformat(run["finished"]),
        properties={
            "headline": headline(report),
            "target": subject(report),
            "version": run["version"],
            **({"documentation": documentation["url"]} if documentation else {}),
        },
    )


def junit_xml(
    name: str, cases: Sequence[Case], *, finished: datetime, properties: Mapping[str, str] | None = None
) -> str:
    """Write a suite of test cases: each attribute and element that a schema of JUnit wants, and no other."""
    root = ET.Element("testsuites")
    suite = ET.SubElement(
        root,
        "testsuite",
        id="0",
        package="",
        name=one_line(name),
        hostname="localhost",
        timestamp=f"{finished.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        tests=str(len(cases)),
        failures=str(sum(case.failure is not None for case in cases)),
        errors=str(sum(case.error is not None for case in cases)),
        skipped=str(sum(case.skipped is not None for case in cases)),
        time="0",
    )
    about = ET.SubElement(suite, "properties")
    for key, value in (properties or {}).items():
        ET.SubElement(about, "property", name=key, value=one_line(value))
    for case in cases:
        named = {"classname": one_line(case.group), "name": one_line(case.name), "time": "0"}
        element = ET.SubElement(suite, "testcase", named)
        for kind, found in (("failure", case.failure), ("error", case.error)):
            if found is not None:
                message, text = found
                ET.SubElement(element, kind, type=kind, message=one_line(message)).text = visible(text)
        if case.skipped is not None:
            ET.SubElement(element, "skipped", message=one_line(case.skipped))
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(row: Row, failing: Sequence[Row], stale: set[str]) -> Case:
    """A requirement: what does not fail the run, and was not seen to conform, is skipped with its reason."""
    said = f"{row['outcome']}: {row['reason']}"
    failure = None
    if failing:
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        failure = title_of(failing[0]) + more, "\n\n".join("\n".join(_lines(row, one)) for one in failing)
    elif row["id"] in stale:
        failure = said, said
    passes = row["outcome"] == "conforms"
    return Case(
        group=f"{row['level']}.{row['id'].rpartition('-')[0]}",
        name=textwrap.shorten(f"{row['id']} {row['says']}", _LONGEST_NAME, placeholder=" ..."),
        failure=failure,
        skipped=None if failure or passes else said,
    )


def _lines(row: Row, finding: Row) -> Iterator[str]:
    words = worded(finding)
    yield one_line(title_of(finding))
    yield one_line(words.head)
    yield from (f"  {label:<9} {words.line(label)}" for label in words.rows)
    yield f"  finding   {finding['fingerprint']} (level {row['level']}, grade {row['grade']})"


def _of_the_run(report: Row, *, is_red: bool) -> Case:
    """The run itself: an error if it proves nothing; what no other case shows."""
    found = verdict(report), "\n".join([verdict(report), *report["errors"]])
    error = found if report["verdict"] in _UNPROVEN else None
    return Case(
        group="run",
        name="the run itself",
        error=error,
        failure=found if report["exit_code"] and not (is_red or error) else None,
    )
