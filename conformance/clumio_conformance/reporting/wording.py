"""The text of a finding, the same for every report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clumio_conformance.judging.findings import UNDECIDED
from clumio_conformance.reporting.text import one_line, visible

_LABELS: Final = ("says", "expected", "actual", "seen", "when", "blame", "known", "replay")
EITHER: Final = "the vendor, or a filter on the way"
"""Who is to blame for an undecided finding."""
_NOBODY_KNOWS: Final = "nobody can say who gave this answer, so it fails strict runs only"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The text of a finding in parts; they come from the wire, so each report must escape them.

    `rows` are the labelled lines, without empty ones.
    """

    requirement: str
    operation: str
    status: str
    location: str
    rows: Mapping[str, str]

    @property
    def head(self) -> str:
        """The first line."""
        return f"{self.requirement}  {self.operation} -> {self.status}   {self.location}"

    def line(self, label: str) -> str:
        """A row, made safe to print: all of it in one line, but the lines of a command stay."""
        return visible(self.rows[label]) if label == "replay" else one_line(self.rows[label])

    def text(self) -> str:
        """The whole text, to be sent to the vendor; safe for a terminal."""
        lines = (f"  {label:<9} {text}" for label, text in self.rows.items())
        return visible("\n".join([self.head, *lines]))


def worded(row: Mapping[str, Any]) -> Wording:
    """Make the text of a finding of report.json."""
    response = row["exchange"]["response"]
    texts = {
        "says": f"{row['says']}  (page: {row['page']})" if row["page"] else row["says"],
        "expected": row["expected"],
        "actual": row["actual"],
        "seen": _seen(row),
        "when": ", ".join(filter(None, (row.get("time"), row.get("request_id")))),
        "blame": f"{EITHER}: {_NOBODY_KNOWS}" if row["blame"] == UNDECIDED else "",
        "known": row["reason"],
        "replay": row["curl"],
    }
    return Wording(
        requirement=row["requirement"],
        operation=row["operation"],
        status=str(response["status"]) if response else "no answer",
        location=row["location"],
        rows={label: texts[label] for label in _LABELS if texts[label]},
    )


def _seen(row: Mapping[str, Any]) -> str:
    """How often a finding was seen, and with which other operations and statuses."""
    others = [one for one in row.get("operations", ()) if one != row["operation"]]
    also = f", also {', '.join(others)}" if others else ""
    statuses = row.get("statuses", ())
    answered = f", answered with {', '.join(statuses)}" if len(statuses) > 1 else ""
    return f"{row['count']} of {row['of']} exchanges{also}{answered}" if row["of"] > 1 else ""
