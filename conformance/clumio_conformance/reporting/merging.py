"""Joins reports of recorded traffic: parts that were judged apart have the report of the whole."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.requirements import Requirement
from clumio_conformance.judging.ledger import MOST_LOCATIONS, deviates_at, why_missing
from clumio_conformance.reporting.baseline import BaselineError
from clumio_conformance.reporting.report import (
    MOST_FINDINGS,
    SCHEMA_VERSION,
    VERDICTS,
    documentation,
    overlay_notes,
)

Report = Mapping[str, Any]
Conclude = Callable[[Sequence[Mapping[str, Any]]], tuple[dict[str, Any], str | None, list[str]]]
"""Joins the `run` of reports: returns the joined one, why it proves nothing or None, and the notes."""
_RANK: Final = ("deviation", "stale", "known")


def merged(
    reports: Sequence[Report], contract: Contract, conclude: Conclude, *, finished: datetime
) -> dict[str, Any]:
    """Return the report of all recordings of some reports; their order does not matter.

    Rules over several exchanges see what is within one part only.

    Raises:
        BaselineError: a report is not of recorded traffic, or of another contract or strictness.
    """
    _check(reports, contract)
    run, inconclusive, notes = conclude([report["run"] for report in reports])
    rows: dict[str, list[Mapping[str, Any]]] = {name: [] for name in contract.requirements}
    for row in (row for report in reports for row in report["requirements"]):
        rows[row["id"]].append(row)
    counts = {name: sum(row.get("count", 0) for row in found) for name, found in rows.items()}
    findings = [_joined(found, counts) for found in _by_cause(reports).values()]
    findings.sort(key=lambda one: (not one["fails"], -one["count"], one["fingerprint"]))
    described, left = findings[:MOST_FINDINGS], findings[MOST_FINDINGS:]
    more = [report.get("more_findings", {"fail": 0, "others": 0}) for report in reports]
    fail = sum(one["fails"] for one in left) + sum(one["fail"] for one in more)
    others = sum(not one["fails"] for one in left) + sum(one["others"] for one in more)
    failing = fail or any(one["fails"] for one in findings)
    code = 1 if failing else 5 if inconclusive else 0
    return {
        "schema_version": SCHEMA_VERSION,
        "exit_code": code,
        "verdict": VERDICTS[code],
        "run": {**run, "finished": finished.isoformat(timespec="seconds")},
        "documentation": documentation(contract),
        "requirements": sorted(
            (
                _requirement(row, rows[row.id], findings, counts[row.id])
                for row in contract.requirements.values()
            ),
            key=lambda row: str(row["id"]),
        ),
        "findings": sorted(
            described,
            key=lambda row: (row["requirement"], row["operation"], row["location"], row["fingerprint"]),
        ),
        "more_findings": {"fail": fail, "others": others},
        "behaviour": {},
        "scenarios": {},
        "coverage": _coverage(reports),
        "inconclusive": inconclusive,
        "errors": sorted({error for report in reports for error in report["errors"]}),
        "notes": [*overlay_notes(contract), *notes],
        "changes": [],
        "stale": [],
    }


def _check(reports: Sequence[Report], contract: Contract) -> None:
    for report in reports:
        run = report["run"]
        if run["target"] != "recorded" or "counts" not in run:
            raise BaselineError(
                f"a report is of {run['target']}: only those of `judge`, version {SCHEMA_VERSION}, are joined"
            )
        if run.get("overlays", []) != contract.overlays:
            applied = [", ".join(of) or "none" for of in (run.get("overlays", []), contract.overlays)]
            raise BaselineError(
                f"a report has the overlays {applied[0]}, here are {applied[1]}; give the same with --overlay"
            )
        if {row["id"] for row in report["requirements"]} != contract.requirements.keys():
            raise BaselineError("a report is of another version of the contract; judge its recordings again")
        if run["strict"] != reports[0]["run"]["strict"]:
            raise BaselineError("some reports are strict and some are not; judge all with --strict, or none")


def _by_cause(reports: Iterable[Report]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for report in reports:
        for finding in report["findings"]:
            found.setdefault(finding["fingerprint"], []).append(finding)
    return found


def _joined(found: Sequence[Mapping[str, Any]], counts: Mapping[str, int]) -> dict[str, Any]:
    """One finding in place of those of the parts."""
    new = [one for one in found if one["outcome"] == "deviation"] or list(found)
    example = min(new, key=_plainness)
    return {
        **example,
        "fails": any(one["fails"] for one in found),
        "operations": sorted({name for one in found for name in one["operations"]}),
        "statuses": sorted({name for one in found for name in one["statuses"]}),
        "locations": sorted({name for one in found for name in one["locations"]})[:MOST_LOCATIONS],
        "count": sum(one["count"] for one in found),
        "of": counts[example["requirement"]],
    }


def _plainness(finding: Mapping[str, Any]) -> tuple[bool, int, str, str]:
    unsure = finding["blame"] == "vendor or filter"
    return unsure, finding["exchange"]["request"]["bytes"], finding["time"] or "~", finding["curl"]


def _requirement(
    requirement: Requirement,
    rows: Sequence[Mapping[str, Any]],
    findings: Sequence[Mapping[str, Any]],
    count: int,
) -> dict[str, Any]:
    sides = sorted({side for row in rows for side in row.get("sides", ())})
    worst = next((row for rank in _RANK for row in rows if row["outcome"] == rank), None)
    outcome, reason, lacks = _outcome(requirement, rows, sides, count)
    if worst is not None:
        outcome, reason, lacks = worst["outcome"], worst["reason"], None
        if outcome == "deviation":
            places = {
                name
                for one in findings
                for name in one["locations"]
                if one["requirement"] == requirement.id and one["blame"] != "environment"
            }
            reason = deviates_at(sorted(places))
    return {**rows[0], "outcome": outcome, "reason": reason, "lacks": lacks, "sides": sides, "count": count}


def _outcome(
    requirement: Requirement, rows: Sequence[Mapping[str, Any]], sides: Sequence[str], count: int
) -> tuple[str, str, str | None]:
    missing = [side for side in requirement.sides if side not in sides]
    if not missing:
        verb = "recorded" if requirement.level == "open" else "seen"
        return "conforms", f"{verb} in {count} exchanges", None
    is_noted = requirement.level == "open" and requirement.note
    return "not_run", str(requirement.note) if is_noted else why_missing(missing), rows[0]["lacks"]


def _coverage(reports: Sequence[Report]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for category, first in reports[0]["coverage"].items():
        unseen = set(first["unseen"]).intersection(*(one["coverage"][category]["unseen"] for one in reports))
        whole[category] = {**first, "seen": first["all"] - len(unseen), "unseen": sorted(unseen)}
    return whole
