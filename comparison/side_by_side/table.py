"""The figures of a comparison: what each tool killed, how soon, and its false alarms."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from side_by_side.runs import Fault, Run, Runs

TITLES: Final = {"ours": "our suite", "schemathesis": "schemathesis", "specmatic": "Specmatic"}
ALL: Final = "all"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What a tool killed of the faults of a family, with medians of requests and seconds."""

    killed: int
    measured: int
    requests: float
    seconds: float

    def __str__(self) -> str:
        if not self.measured:
            return "-"
        return f"**{self.killed}/{self.measured}**, {self.requests:.0f} req, {self.seconds:.1f} s"


def by_family(runs: Runs, faults: Sequence[Fault]) -> list[tuple[str, int, list[Cell]]]:
    """A row for each family and one for all: name, number of faults, a cell for each tool."""
    families = [*sorted({fault["family"] for fault in faults}), ALL]
    names = {family: [f["name"] for f in faults if family in {f["family"], ALL}] for family in families}
    return [(family, len(of), _cells(runs, of)) for family, of in names.items()]


def common(runs: Runs, faults: Sequence[Fault]) -> list[Cell]:
    """A cell for each tool over the faults that every tool ran against."""
    shared = set.intersection(*(set(runs.of(tool)) for tool in TITLES)) & {fault["name"] for fault in faults}
    return _cells(runs, sorted(shared))


def _cells(runs: Runs, names: Iterable[str]) -> list[Cell]:
    return [_cell([of[name] for name in names if name in of]) for of in map(runs.of, TITLES)]


def _cell(runs: Sequence[Run]) -> Cell:
    return Cell(
        killed=sum(run.killed for run in runs),
        measured=len(runs),
        requests=median([run.requests for run in runs] or [0]),
        seconds=median([run.seconds for run in runs] or [0.0]),
    )


def by_fault(runs: Runs, faults: Sequence[Fault]) -> list[list[str]]:
    """A row for each fault: name, requirement, and how soon each tool killed it, or that it did not."""
    tools = [runs.of(tool) for tool in TITLES]
    return [
        [f"`{fault['name']}`", fault["requirement"], *(_verdict(of.get(fault["name"])) for of in tools)]
        for fault in faults
    ]


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
