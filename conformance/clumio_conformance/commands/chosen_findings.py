"""The reports and findings that a command line names."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from clumio_conformance.near_misses import did_you_mean
from clumio_conformance.options import UsageError
from clumio_conformance.reporting.headings import title_of, worst_first
from clumio_conformance.reporting.text import one_line

Row = Mapping[str, Any]
REPORTS: Final = "a report.json, its folder, or - for standard input"
NAMES: Final = "a fingerprint, an unambiguous beginning of one, or the id of a requirement"


def chosen(report: Row, name: str) -> list[Row]:
    """Return the finding with this fingerprint or beginning of one, or those of this requirement.

    Raises:
        UsageError: there is none, or the beginning is that of several; the message lists those there are.
    """
    findings = worst_first(report["findings"])
    begun = [row for row in findings if name and row["fingerprint"].startswith(name.lower())]
    if len(begun) > 1:
        raise UsageError("\n".join([f"{name}: is the beginning of several fingerprints", *listed(begun)]))
    of_requirement = [row for row in findings if row["requirement"] == name.upper()]
    if not begun and not of_requirement:
        raise UsageError("\n".join([_unknown(report, name), *listed(findings)]))
    return begun or of_requirement


def the_only(report: Row, name: str) -> Row:
    """Return the one finding of this name.

    Raises:
        UsageError: there is none, or there are several.
    """
    rows = chosen(report, name)
    if len(rows) > 1:
        raise UsageError("\n".join([f"{name}: has several findings; name one of them", *listed(rows)]))
    return rows[0]


def listed(findings: list[Row]) -> Iterator[str]:
    """Yield a line for each finding."""
    for row in findings:
        yield f"  {row['fingerprint']}  {row['requirement']:<14} {one_line(title_of(row))}"


def _unknown(report: Row, name: str) -> str:
    outcomes = {row["id"]: row["outcome"] for row in report["requirements"]}
    if name.upper() in outcomes:
        return f"{name}: has no finding in this report; its outcome is {outcomes[name.upper()]}"
    names = [row[key] for row in report["findings"] for key in ("fingerprint", "requirement")]
    return f"{name}: is no finding of this report; {did_you_mean(name, names, f'name {NAMES}')}"
