"""The text of a finding, the same for every report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clumio_conformance.judging.findings import UNDECIDED, Kind
from clumio_conformance.reporting.text import one_line, visible

_ALWAYS: Final = frozenset({"expected", "actual"})
_LABELS: Final = ("says", "expected", "actual", "seen", "when", "blame", "known", "replay")
EITHER: Final = "the vendor, or a filter on the way"
"""Who is to blame for an undecided finding."""
_NOBODY_KNOWS: Final = "nobody can say who gave this answer, so it fails strict runs only"
_EFFECTS: Final[Mapping[Kind, str]] = {
    "missing": "A program that reads this field finds none.",
    "undocumented": "A program that knows only what is documented can't interpret it.",
    "type": "A program that expects the documented type can't read the value.",
    "enum": "A program that knows only the documented values can't interpret this one.",
    "status": "A program that decides by the documented status decides wrongly.",
    "media type": "A program that asks for the documented media type can't rely on what it gets.",
    "accepts-invalid": "A program does not learn that its request is wrong.",
    "rejects-valid": "A program that keeps to the documentation is refused.",
    "semantic": "A program that relies on this gets a wrong result.",
    "transport": "A program gets no answer that it can use.",
}
_CLIENT: Final = {
    "not read": "A client that is generated from the documentation leaves these fields unset: ",
    "data lost": "A client that is generated from the documentation loses the values at: ",
    "exception": "A client that is generated from the documentation fails with the exception ",
}


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The text of a finding in parts; they come from the wire, so each report must escape them.

    `rows` are the labelled lines, without empty ones, except for what is expected and actual.
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
        rows={label: texts[label] for label in _LABELS if texts[label] or label in _ALWAYS},
    )


def effect(row: Mapping[str, Any]) -> list[str]:
    """Say what a finding does to programs, and to a client that is generated from the contract."""
    what, _, detail = str(row["client"]).partition(": ")
    return [_EFFECTS[row["kind"]], *([f"{_CLIENT[what]}{detail}"] if what in _CLIENT else [])]


def _seen(row: Mapping[str, Any]) -> str:
    """How often a finding was seen, and with which other operations and statuses."""
    others = [one for one in row.get("operations", ()) if one != row["operation"]]
    also = f", also {', '.join(others)}" if others else ""
    statuses = row.get("statuses", ())
    answered = f", answered with {', '.join(statuses)}" if len(statuses) > 1 else ""
    return f"{row['count']} of {row['of']} exchanges{also}{answered}" if row["of"] > 1 else ""
