"""What stands at the top of a finding: its title in words, and its severity."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from clumio_conformance.contract.requirements import Level
from clumio_conformance.judging.findings import Finding, Kind
from clumio_conformance.reporting.text import cut

Severity = Literal["high", "medium", "low", "info"]

GROUPS: Final[Mapping[bool, str]] = {True: "Findings that fail the run", False: "Other findings"}
"""The two groups of findings, by whether they fail the run."""
_RANKS: Final[Mapping[str, int]] = {"high": 0, "medium": 1, "low": 2, "info": 3}
# What a report before version 1.3 has instead.
_BY_LEVEL: Final[Mapping[str, Severity]] = {"must": "medium", "inferred": "low", "open": "info"}
_LONGEST: Final = 100
_OBSERVED: Final = re.compile(r"^(?:type|value|accepted:|rejected:) ?")
_TITLES: Final[Mapping[Kind | Literal["empty"], str]] = {
    "empty": "{place} is empty",
    "missing": "{place} is missing",
    "undocumented": "{place} is not documented",
    "type": "{place} has the wrong type: expected {expected}, found {found}",
    "enum": "{place} has a value that is not documented: {actual}",
    "status": "The status is {actual} instead of {expected}",
    "media type": "The media type is {actual} instead of {expected}",
    "accepts-invalid": "Accepts a wrong request: {sent}",
    "rejects-valid": "Refuses a valid request: {found}",
    "semantic": "{place}: {found}",
    "transport": "No usable answer: {actual}",
}
# What stops a program that does all right.
_BLOCKING: Final = frozenset({"rejects-valid", "status", "transport"})


def severity(finding: Finding, level: Level) -> Severity:
    """Rank a finding: by the level of its requirement, and by what it does to a program.

    A broken `must` is high if it refuses what is allowed, gives no usable answer, or loses data or raises an
    exception in the generated client; else it is medium.
    """
    hurts = finding.client.startswith(("exception", "data lost")) or finding.deviation.kind in _BLOCKING
    if level == "must":
        return "high" if hurts else "medium"
    return "low" if level == "inferred" else "info"


def title(finding: Finding) -> str:
    """Say in words what is wrong; the text may come from the target, so that a report must escape it."""
    deviation = finding.deviation
    observed = deviation.observed
    form = "enum" if observed.startswith("value ") else "empty" if observed == "empty" else deviation.kind
    return _TITLES[form].format(
        place=_place(deviation.location),
        expected=cut(deviation.expected, _LONGEST),
        actual=cut(deviation.actual, _LONGEST),
        found=_class(observed),
        sent=_sent(deviation.expected),
    )


def severity_of(row: Mapping[str, Any]) -> str:
    """The severity of a finding of report.json, of any version."""
    return str(row.get("severity") or _BY_LEVEL[row["level"]])


def title_of(row: Mapping[str, Any]) -> str:
    """The title of a finding of report.json, of any version."""
    return str(row.get("title") or f"{_place(row['location'])}: {row['actual']}")


def short_operation(operation: str) -> str:
    """Shorten an operation to its method and the end of its path."""
    method, _, path = operation.partition(" ")
    start, slash, end = path.rpartition("/")
    return f"{method} {'...' if start else ''}{slash}{end}"


def worst_first(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sort findings of report.json: those that fail the run, then by severity, then the most frequent."""
    return sorted(
        rows,
        key=lambda row: (not row["fails"], _RANKS[severity_of(row)], -row["count"], row["fingerprint"]),
    )


def _place(location: str) -> str:
    """Write a place for people: a field without its leading slash."""
    return location.removeprefix("/") or "The body"


def _class(observed: str) -> str:
    return cut(_OBSERVED.sub("", observed), _LONGEST)


def _sent(expected: str) -> str:
    """The part of the request that must be refused; a rule writes it after the status."""
    return cut(expected.partition(": ")[2] or expected, _LONGEST)
