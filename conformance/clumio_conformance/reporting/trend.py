"""The history of a target in its reports: what changed from run to run, and when each cause came and went."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from clumio_conformance.reporting.baseline import (
    BaselineError,
    Change,
    Naming,
    Row,
    changes,
    incomparable,
    is_of_target,
    read_report,
    tried_less,
)

REPORT: Final = "report.json"
_BROKEN: Final = frozenset({"deviation", "known"})


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run: its musts, its findings, and what changed since the previous one.

    `unlike` says why it is hard to compare with the previous one, or None.
    """

    file: str
    finished: str
    exit_code: int
    verdict: str
    broken: int
    checked: int
    musts: int
    findings: int
    known: int
    is_first: bool
    changes: tuple[Change, ...] = ()
    unlike: str | None = None

    def count(self, what: str) -> int:
        """How many changes are of this sort."""
        return sum(change.what == what for change in self.changes)


@dataclass
class Span:
    """When a cause was there: from a day, to the day of the first run that no longer had it; None: still."""

    since: str
    gone: str | None = None


@dataclass
class Cause:
    """A cause in all runs; `unseen` counts the last runs that did not check its requirement."""

    fingerprint: str
    requirement: str
    level: str
    title: str
    spans: list[Span] = field(default_factory=list)
    unseen: int = 0


@dataclass(frozen=True, kw_only=True)
class Trend:
    """The runs of one target in the order of their times, and their causes; `newest` is the last report."""

    target: str
    runs: tuple[Run, ...]
    causes: tuple[Cause, ...]
    reports: tuple[Row, ...]

    def json(self) -> dict[str, Any]:
        """Return the trend as JSON values."""
        runs = [
            {**asdict(run), "changes": [change.json() for change in run.changes], "note": run.unlike}
            for run in self.runs
        ]
        for run in runs:
            del run["unlike"], run["is_first"]
        return {"target": self.target, "runs": runs, "causes": [asdict(cause) for cause in self.causes]}


def found_files(paths: Iterable[Path]) -> list[Path]:
    """Return the reports that are meant: files, those of folders, and those of folders of such folders.

    Raises:
        BaselineError: a folder has none.
    """
    return list(dict.fromkeys(file for path in paths for file in _files(path)))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = [path / REPORT] if (path / REPORT).exists() else sorted(path.glob(f"*/{REPORT}"))
    if not found:
        raise BaselineError(f"{path}: has no {REPORT}, nor has a folder in it; name a folder of reports")
    return found


def trends(files: Iterable[Path], naming: Naming) -> tuple[list[Trend], list[str]]:
    """Read reports and return a trend for each target, and remarks on files that were left out.

    Raises:
        BaselineError: a file can't be used.
    """
    read: list[tuple[datetime, Path, Row]] = []
    notes: list[str] = []
    for file in files:
        report = read_report(file)
        same = next((other for _, other, old in read if old == report), None)
        if same:
            notes.append(f"{file}: left out, as it is the same report as {same}")
        else:
            read.append((_time(report, file), file, report))
    read.sort(key=lambda one: one[0])
    by_target: dict[str, list[tuple[Path, Row]]] = {}
    for _, file, one in read:
        by_target.setdefault(_target(one), []).append((file, one))
    return [_trend(target, runs, naming) for target, runs in by_target.items()], notes


def _time(report: Row, file: Path) -> datetime:
    text = report["run"]["finished"]
    try:
        time = datetime.fromisoformat(text)
    except ValueError as why:
        raise BaselineError(
            f"{file}: is not a report: {text[:40]!r} is no time, at run/finished; make a new one"
        ) from why
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _target(report: Row) -> str:
    """What the reports of one history have in common; the port of a stand-in differs from run to run."""
    run = report["run"]
    return f"live {run.get('base_url', '')}".rstrip() if run["target"] == "live" else str(run["target"])


def _trend(target: str, runs: list[tuple[Path, Row]], naming: Naming) -> Trend:
    reports = tuple(report for _, report in runs)
    befores = (None, *reports)
    return Trend(
        target=target,
        runs=tuple(
            _run(file, report, before, naming) for (file, report), before in zip(runs, befores, strict=False)
        ),
        causes=tuple(_causes(reports, naming)),
        reports=reports,
    )


def _run(file: Path, report: Row, before: Row | None, naming: Naming) -> Run:
    musts = [row for row in report["requirements"] if row["level"] == "must"]
    return Run(
        file=str(file),
        finished=_time(report, file).isoformat(timespec="seconds"),
        exit_code=report["exit_code"],
        verdict=report["verdict"],
        broken=sum(row["outcome"] in _BROKEN for row in musts),
        checked=sum(row["outcome"] != "not_run" for row in musts),
        musts=len(musts),
        findings=len(report["findings"]) + sum(report.get("more_findings", {}).values()),
        known=sum(row["outcome"] == "known" for row in report["findings"]),
        is_first=before is None,
        changes=tuple(changes(before, report, naming)) if before else (),
        unlike=incomparable(before, report) if before else None,
    )


def _causes(reports: tuple[Row, ...], naming: Naming) -> list[Cause]:
    """Follow each cause through the runs; a run that could not see it ends nothing."""
    causes: dict[str, Cause] = {}
    last: dict[str, Row] = {}
    for report in reports:
        day = str(report["run"]["finished"])[:10]
        there = {
            row["fingerprint"]: row for row in map(naming.known, filter(is_of_target, report["findings"]))
        }
        for key, row in there.items():
            title = str(row.get("title") or row["says"])
            cause = causes.setdefault(key, Cause(key, row["requirement"], row["level"], title))
            cause.unseen = 0
            last[key] = report
            if not cause.spans:
                cause.spans.append(Span(min(day, row.get("since") or day)))
            elif cause.spans[-1].gone:
                cause.spans.append(Span(day))
        for key in causes.keys() - there.keys():
            cause = causes[key]
            if cause.spans[-1].gone:
                continue
            if _could_see(cause, report, last[key]):
                cause.spans[-1].gone = day
                cause.unseen = 0
            else:
                cause.unseen += 1
    return sorted(causes.values(), key=lambda one: (one.requirement, one.spans[0].since, one.title))


def _could_see(cause: Cause, report: Row, seen_in: Row) -> bool:
    """Whether a report without a cause says that it is gone: it tried as much, and left nothing out."""
    outcomes: Mapping[str, str] = {row["id"]: row["outcome"] for row in report["requirements"]}
    left_out = sum(report.get("more_findings", {}).values())
    tried = outcomes.get(cause.requirement, "not_run") != "not_run"
    return tried and not left_out and not tried_less(report, seen_in)
