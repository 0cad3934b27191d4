"""The history of several runs as a small picture, and as a table for those who can't see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

BROKEN: Final = frozenset({"deviation", "known"})
"""Outcomes of a requirement that is not kept."""
_WIDTH, _HEIGHT, _EDGE, _LABEL = 640.0, 96.0, 10.0, 24.0


@dataclass(frozen=True, kw_only=True)
class Point:
    """One run: `broken` and `unchecked` of its `musts`, and where its point lies in the picture."""

    day: str
    verdict: str
    broken: int
    unchecked: int
    musts: int
    findings: int
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class History:
    """The runs in the order of their time, and the largest number of broken requirements."""

    points: list[Point]
    most: int
    width: float = _WIDTH
    height: float = _HEIGHT

    @property
    def line(self) -> str:
        """The points of the line, for SVG."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


def history(reports: Iterable[Mapping[str, Any]]) -> History:
    """Arrange the reports of runs by the time when they were finished."""
    runs = sorted(reports, key=lambda report: str(report["run"]["finished"]))
    broken = [sum(row["outcome"] in BROKEN for row in _musts(run)) for run in runs]
    most, last = max(broken, default=0), max(len(runs) - 1, 1)
    return History(
        most=most,
        points=[
            Point(
                day=str(run["run"]["finished"])[:10],
                verdict=run["verdict"],
                broken=count,
                unchecked=sum(row["outcome"] == "not_run" for row in _musts(run)),
                musts=len(_musts(run)),
                findings=len(run["findings"]) + sum(run.get("more_findings", {}).values()),
                x=_LABEL + index * (_WIDTH - _LABEL - _EDGE) / last,
                y=_HEIGHT - _EDGE - count * (_HEIGHT - 2 * _EDGE) / max(most, 1),
            )
            for index, (run, count) in enumerate(zip(runs, broken, strict=True))
        ],
    )


def _musts(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in report["requirements"] if row["level"] == "must"]
