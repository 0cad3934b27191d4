"""The page of a comparison, docs/power.md: `page.md` beside this file, filled with what was measured."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

from side_by_side import table
from side_by_side.measure import OURS
from side_by_side.runs import Fault, Runs
from side_by_side.schemathesis import Schemathesis
from side_by_side.specmatic import Specmatic, SpecmaticAsItIs

_TEMPLATE: Final = Path(__file__).with_name("page.md")


def page(runs: Runs, faults: Sequence[Fault], disturbances: Sequence[str], *, today: date) -> str:
    """Fill the page with what was measured."""
    titles = list(table.TITLES.values())
    columns = [*table.TITLES, SpecmaticAsItIs.name]
    return _TEMPLATE.read_text(encoding="utf-8").format(
        today=today,
        extent=_extent(runs, faults),
        families=families(runs, faults),
        common=_common(runs, faults),
        healthy=_table(["", *titles, "Specmatic, contract as it is"], table.healthy(runs, columns)),
        python=platform.python_version(),
        cores=os.cpu_count(),
        load=_load(runs),
        schemathesis_limit=Schemathesis.seconds,
        specmatic_limit=Specmatic.seconds,
        disturbances=_disturbances(disturbances),
        tools=_table(["tool", "version", "settings"], _tools(runs)),
        each=_table(["fault", "requirement", *titles], table.by_fault(runs, faults)),
    )


def families(runs: Runs, faults: Sequence[Fault]) -> str:
    """The table by family."""
    rows = [[label, str(count), *map(str, cells)] for label, count, cells in table.by_family(runs, faults)]
    return _table(["family", "faults", *table.TITLES.values()], rows)


def _extent(runs: Runs, faults: Sequence[Fault]) -> str:
    missing = [
        f"{title} against {len(of)} of {len(faults)}"
        for tool, title in table.TITLES.items()
        if len(of := runs.of(tool).keys() & {fault["name"] for fault in faults}) < len(faults)
    ]
    if not missing:
        return "Every tool ran against every fault."
    return (
        f"A run takes long, so not every tool ran against every fault: {'; '.join(missing)}. The hash of "
        "their names decides which ones, the same number of each family, before any result is known."
    )


def _common(runs: Runs, faults: Sequence[Fault]) -> str:
    cells = table.common(runs, faults)
    parts = [f"{title} {one.killed}" for title, one in zip(table.TITLES.values(), cells, strict=True)]
    return f"Of the {cells[0].measured} faults that all three ran against: {', '.join(parts)}."


def _disturbances(names: Sequence[str]) -> str:
    if not names:
        return "Every fault of the sandbox breaks a requirement, so none is left out."
    listed = ", ".join(f"`{name}`" for name in names)
    return f"Left out, since they break no requirement: {listed}."


def _tools(runs: Runs) -> list[list[str]]:
    ours = "`clumio-conformance power`: full runs of the default target"
    stock: list[type[Schemathesis | Specmatic]] = [Schemathesis, Specmatic, SpecmaticAsItIs]
    return [["our suite", version("clumio-connection-groups"), ours]] + [
        [tool.name, runs.settings[tool.name].version, tool.about]
        for tool in stock
        if tool.name in runs.settings
    ]


def _load(runs: Runs) -> str:
    loads = sorted(run.load for run in runs.runs if run.tool != OURS) or [0.0]
    return f"{loads[len(loads) // 2]:.1f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))
