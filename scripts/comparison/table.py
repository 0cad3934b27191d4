"""The figures of a comparison: what each tool killed by family, how soon, and what it found on the healthy sandbox."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from comparison.runs import Fault, Run, Runs

TITLES: Final = {"ours": "our suite", "schemathesis": "schemathesis", "specmatic": "Specmatic"}
ALL: Final = "all"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What a tool made of the faults of a family."""

    killed: int
    measured: int
    requests: float
    seconds: float

    def __str__(self) -> str:
        if not self.measured:
            return "-"
        return f"**{self.killed}/{self.measured}**, {self.requests:.0f} req, {self.seconds:.1f} s"


def cell(runs: Sequence[Run]) -> Cell:
    """Sum up runs, killed or not."""
    return Cell(
        killed=sum(run.killed for run in runs),
        measured=len(runs),
        requests=median([run.requests for run in runs] or [0]),
        seconds=median([run.seconds for run in runs] or [0.0]),
    )


def by_family(runs: Runs, faults: Sequence[Fault]) -> list[tuple[str, int, list[Cell]]]:
    """A row for each family and one for all: name, how many faults it has, a cell for each tool."""
    families = sorted({fault["family"] for fault in faults})
    rows = [_row(runs, family, [f["name"] for f in faults if f["family"] == family]) for family in families]
    return [*rows, _row(runs, ALL, [fault["name"] for fault in faults])]


def _row(runs: Runs, label: str, names: Sequence[str]) -> tuple[str, int, list[Cell]]:
    return label, len(names), [cell(_of(runs, tool, names)) for tool in TITLES]


def common(runs: Runs, faults: Sequence[Fault]) -> list[Cell]:
    """A cell for each tool over the faults that all of them were run against."""
    shared = set.intersection(*(set(runs.of(tool)) for tool in TITLES)) & {fault["name"] for fault in faults}
    return [cell(_of(runs, tool, sorted(shared))) for tool in TITLES]


def _of(runs: Runs, tool: str, names: Iterable[str]) -> list[Run]:
    of = runs.of(tool)
    return [of[name] for name in names if name in of]


def by_fault(runs: Runs, faults: Sequence[Fault]) -> list[list[str]]:
    """A row for each fault: name, requirement, and for each tool how soon it killed it, or that it did not."""
    return [[f"`{fault['name']}`", fault["requirement"], *_verdicts(runs, fault["name"])] for fault in faults]


def _verdicts(runs: Runs, name: str) -> list[str]:
    return [_verdict(runs.of(tool).get(name)) for tool in TITLES]


def _verdict(run: Run | None) -> str:
    if run is None:
        return ""
    if run.killed:
        return f"{run.requests} req, {run.seconds:.1f} s"
    return "no" if run.ended else "no (out of time)"


def healthy(runs: Runs, tools: Iterable[str]) -> list[list[str]]:
    """Rows about the healthy sandbox, a column for each tool."""
    columns = [runs.healthy(tool) for tool in tools]
    figures: list[tuple[str, Callable[[list[Run]], str]]] = [
        ("runs", lambda of: str(len(of))),
        ("false alarms", lambda of: str(len({text for run in of for text in run.found})) if of else "-"),
        ("median requests", lambda of: f"{median(run.requests for run in of):.0f}" if of else "-"),
        ("median seconds", lambda of: f"{median(run.seconds for run in of):.1f}" if of else "-"),
    ]
    return [[label, *(figure(of) for of in columns)] for label, figure in figures]


def text(runs: Runs, faults: Sequence[Fault]) -> str:
    """The table by family, for a terminal."""
    lines = [f"{'family':<16} {'faults':>6}" + "".join(f"  {title:<30}" for title in TITLES.values())]
    for label, count, cells in by_family(runs, faults):
        lines.append(
            f"{label:<16} {count:>6}" + "".join(f"  {str(one).replace('*', ''):<30}" for one in cells)
        )
    for label, *alarms in healthy(runs, TITLES):
        lines.append(f"{'healthy: ' + label:<23}" + "".join(f"  {alarm:<30}" for alarm in alarms))
    return "\n".join(line.rstrip() for line in lines)
