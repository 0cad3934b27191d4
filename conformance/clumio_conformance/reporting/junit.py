"""`junit.xml` for recorded traffic: a case for each requirement. In a run, pytest writes this file."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from clumio_conformance.reporting.tally import by_requirement, subject
from clumio_conformance.reporting.text import one_line
from clumio_conformance.reporting.wording import worded


def junit(report: Mapping[str, Any]) -> str:
    """Write the requirements as test cases: failed with a failing finding, skipped when not run."""
    rows = report["requirements"]
    failing = by_requirement(finding for finding in report["findings"] if finding["fails"])
    skipped = [row for row in rows if row["outcome"] == "not_run"]
    root = ET.Element("testsuites")
    suite = ET.SubElement(
        root,
        "testsuite",
        name=one_line(subject(report)),
        tests=str(len(rows)),
        failures=str(len(failing)),
        skipped=str(len(skipped)),
        errors="0",
    )
    for row in rows:
        case = ET.SubElement(suite, "testcase", classname=row["level"], name=row["id"])
        if row["id"] in failing:
            message = ET.SubElement(case, "failure", message=one_line(row["reason"]))
            message.text = "\n\n".join(_text(finding) for finding in failing[row["id"]])
        elif row in skipped:
            ET.SubElement(case, "skipped", message=one_line(row["reason"]))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _text(finding: Mapping[str, Any]) -> str:
    words = worded(finding)
    return "\n".join([one_line(words.head), *(f"  {label:<9} {words.line(label)}" for label in words.rows)])
