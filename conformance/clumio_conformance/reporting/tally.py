"""The common parts of the reports: the counts, the judged target, and the verdict in one line."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

_WHO: Final = {
    "sandbox": "The embedded sandbox",
    "mock": "The suite's own mock",
    "recorded": "The recorded traffic",
}
_BROKEN: Final = frozenset({"deviation", "known"})
EXIT_CODES: Final[Mapping[int, str]] = {
    0: "nothing new",
    1: "a new deviation, a stale entry, or a change since the baseline",
    2: "an interrupted run",
    3: "our own error",
    4: "wrong usage",
    5: "inconclusive: the run proves nothing, and the verdict says why",
}
"""What the exit codes of results mean."""
_MOST: Final = 3
"""How many of the judged files a line names."""
LEVELS: Final = ("must", "inferred", "open")
OUTCOMES: Final = ("conforms", "deviation", "known", "stale", "error", "not_run")


def tally(report: Mapping[str, Any]) -> dict[str, Counter[str]]:
    """Count the requirements by outcome, then by level; outcomes that do not occur are left out."""
    counts: dict[str, Counter[str]] = {outcome: Counter() for outcome in OUTCOMES}
    for row in report["requirements"]:
        counts[row["outcome"]][row["level"]] += 1
    return {outcome: levels for outcome, levels in counts.items() if levels}


def by_requirement(findings: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Group findings by their requirement."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        found.setdefault(finding["requirement"], []).append(finding)
    return found


def subject(report: Mapping[str, Any]) -> str:
    """Name the judged target or the judged files."""
    run = report["run"]
    standing_in = {
        "mock": "the suite's own mock, not the vendor",
        "sandbox": "the embedded sandbox, not the vendor",
    }
    named = standing_in.get(run["target"], run["target"])
    files = list(run.get("files", ()))
    more = f" and {len(files) - _MOST} more" if len(files) > _MOST else ""
    return f"{named} {run.get('base_url') or ', '.join(files[:_MOST]) + more}".rstrip()


def headline(report: Mapping[str, Any]) -> str:
    """Say in one sentence for a manager what the target breaks, how much was checked, and what is new."""
    musts, inferred = (
        [row for row in report["requirements"] if row["level"] == level] for level in ("must", "inferred")
    )
    who, promises = _WHO.get(report["run"]["target"], "The vendor"), count(len(musts), "promise")
    unchecked = sum(row["outcome"] == "not_run" for row in musts)
    if unchecked == len(musts):
        return f"{who}: none of {promises} could be checked."
    if report["verdict"] == "inconclusive":
        return f"{who}: nothing is proved; {len(musts) - unchecked} of {promises} could be checked."
    broken = [row for row in musts if row["outcome"] in _BROKEN]
    accepted = sum(row["outcome"] == "known" for row in broken)
    unmet = sum(row["outcome"] in _BROKEN for row in inferred)
    silent = count(unmet, "inferred requirement is", "inferred requirements are")
    parts = [
        f"{who} breaks {len(broken) or 'none'} of {promises}"
        + (f" ({'all' if accepted == len(broken) else accepted} accepted as known)" if accepted else ""),
        f"{len(musts) - unchecked if unchecked else 'all'} could be checked",
        *([f"{silent} not met"] if unmet else []),
        *_news(report),
    ]
    return "; ".join(parts) + "."


def _news(report: Mapping[str, Any]) -> Iterator[str]:
    baseline = report["run"].get("baseline")
    if baseline:
        new = sum(finding.get("is_new") is True for finding in report["findings"])
        day = date.fromisoformat(baseline["finished"][:10])
        what = count(new, "finding is", "findings are") if new else "no finding is"
        yield f"{what} new since {day.day} {day:%B %Y}"


def reach(report: Mapping[str, Any]) -> str:
    """Say how many of the `must` requirements were checked, and what would allow to check the rest."""
    musts = [row for row in report["requirements"] if row["level"] == "must"]
    unchecked = [row for row in musts if row["outcome"] == "not_run"]
    checked = f"{len(musts) - len(unchecked)} of {len(musts)} musts checked"
    lacking = Counter(row["lacks"] for row in unchecked if row.get("lacks"))
    why = [f"{count} need {what}" for what, count in lacking.items()]
    why += filter(None, [report["run"].get("unfinished")])
    return f"{checked} ({'; '.join(why)})" if why else checked


def verdict(report: Mapping[str, Any]) -> str:
    """Return the result of the run in one line."""
    _, others = _findings(report)
    rest = f"; other findings, which do not fail it: {others}" if others else ""
    words = {
        "passed": f"passed: nothing new, {reach(report)}{rest}",
        "deviation": f"deviation: {news(report)}, {reach(report)}{rest}",
        "interrupted": "interrupted: the report holds the results until then",
        "error": f"our own error, not the vendor's: {count(len(report['errors']), 'error')} of the suite",
        "usage": "wrong usage: pytest refused its arguments; check those after --",
        "inconclusive": f"inconclusive: {report['inconclusive']}",
    }
    return words[report["verdict"]]


def news(report: Mapping[str, Any]) -> str:
    """Count what fails a run."""
    failing, _ = _findings(report)
    stale, changes = len(report["stale"]), len(report["changes"])
    new = [
        *([count(failing, "new finding")] if failing else []),
        *([count(stale, "stale entry", "stale entries")] if stale else []),
    ]
    return " and ".join(new) or f"{count(changes, 'change')} since the baseline"


def _findings(report: Mapping[str, Any]) -> tuple[int, int]:
    """Count the findings that fail the run, and the others."""
    more = report["more_findings"]
    failing = sum(finding["fails"] for finding in report["findings"])
    return failing + more["fail"], len(report["findings"]) - failing + more["others"]


def count(number: int, noun: str, nouns: str | None = None) -> str:
    """Write a number with its noun."""
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"
