"""`junit.xml` for recorded traffic: a case for each requirement. In a run, pytest writes this file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from clumio_conformance.reporting.tally import by_requirement, subject
from clumio_conformance.reporting.text import one_line, visible
from clumio_conformance.reporting.wording import worded


def junit(report: Mapping[str, Any]) -> str:
    """Write the requirements as test cases: failed with a failing finding, skipped when not run."""
    rows = report["requirements"]
    failing = by_requirement(finding for finding in report["findings"] if finding["fails"])
    skipped = [row for row in rows if row["outcome"] == "not_run"]
    return junit_xml(
        subject(report),
        [
            Case(
                group=row["level"],
                name=row["id"],
                failure=(row["reason"], "\n\n".join(_text(one) for one in failing[row["id"]]))
                if row["id"] in failing
                else None,
                skipped=row["reason"] if row in skipped else None,
            )
            for row in rows
        ],
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """A test case: failed with a message and a text, skipped with a reason, or passed."""

    group: str
    name: str
    failure: tuple[str, str] | None = None
    skipped: str | None = None


def junit_xml(name: str, cases: Sequence[Case]) -> str:
    """Write a suite of test cases."""
    root = ET.Element("testsuites")
    suite = ET.SubElement(
        root,
        "testsuite",
        name=one_line(name),
        tests=str(len(cases)),
        failures=str(sum(case.failure is not None for case in cases)),
        skipped=str(sum(case.skipped is not None and case.failure is None for case in cases)),
        errors="0",
    )
    for case in cases:
        element = ET.SubElement(suite, "testcase", classname=one_line(case.group), name=one_line(case.name))
        if case.failure is not None:
            message, text = case.failure
            ET.SubElement(element, "failure", message=one_line(message)).text = visible(text)
        elif case.skipped is not None:
            ET.SubElement(element, "skipped", message=one_line(case.skipped))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _text(finding: Mapping[str, Any]) -> str:
    words = worded(finding)
    return "\n".join([one_line(words.head), *(f"  {label:<9} {words.line(label)}" for label in words.rows)])
