"""`findings.csv`: a row for each finding, for a spreadsheet."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from clumio_conformance.reporting.headings import severity_of, title_of, worst_first
from clumio_conformance.reporting.text import one_line

_COLUMNS: Final = (
    "fingerprint", "requirement", "level", "severity", "title", "outcome", "fails", "is_new", "since", "kind",
    "operation", "location", "expected", "actual", "count", "of", "time", "request_id", "blame", "client",
    "says", "page",
)  # fmt: skip
_FORMULA: Final = tuple("=+-@\t\r'\uff1d\uff0b\uff0d\uff20")
"""A spreadsheet takes a cell that begins with these, some of double width, for a formula or an escape."""


def findings_csv(report: Mapping[str, Any]) -> str:
    """Write the findings as RFC 4180 says, the worst first; no cell is a formula, or has several lines."""
    stream = io.StringIO()
    table = csv.writer(stream)
    table.writerow(_COLUMNS)
    for row in worst_first(report["findings"]):
        complete = {**row, "severity": severity_of(row), "title": title_of(row)}
        table.writerow(_cell(complete.get(name)) for name in _COLUMNS)
    return stream.getvalue()


def _cell(value: Any) -> str:
    """Write a value; before the begin of a formula goes an apostrophe, as a spreadsheet itself writes it."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return ("'" if text.startswith(_FORMULA) else "") + one_line(text)
