"""`clumio-conformance power`: the suite's own kill table."""

import argparse
import json
import os
import platform
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from clumio_conformance.run.power import HEALTHY, Kill, faults, measure
from clumio_conformance.run.targets import UsageError

PAGE: Final = """\
# Power

What the suite is worth is what it catches. The sandbox can be broken in named ways (`clumio-sandbox faults`), each of which breaks one
requirement. The suite is run against each, until a finding of that very requirement; a fault that is told by another requirement alone is
not killed. For what the contract leaves open, killed means that the record of the run differs from the healthy one's. The suite sees
the vendor's API and the control API that moves stacks, and nothing of the sandbox's insides.

`clumio-conformance power --page docs/power.md` wrote this page on {today}: {extent} runs on CPython {python}, {cores} cores, as many runs at
once. Seconds are of a whole run: sandbox, pytest and suite.

Healthy sandbox: false alarms {alarms}, {requests} requests, {seconds} s.

| family | killed | median requests to the finding | median seconds |
| --- | --- | --- | --- |
{rows}

What it can't see: that a deployed template does in AWS what was asked for, and whatever does not show in an answer of the API. Faults of
create and list are few, since test set-up needs both.

| fault | requirement | level | killed | requests | seconds |
| --- | --- | --- | --- | --- | --- |
{each}
"""


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "power",
        help="break the sandbox in each of its named ways and tell which the suite finds",
        description="Run the suite against the healthy sandbox and against each of its faults, each until the fault is found. "
        "Exit code 0: every fault was found, by its own requirement, and the healthy sandbox had no finding.",
    )
    parser.add_argument("faults", nargs="*", metavar="FAULT", help="these faults alone (default: all)")
    parser.add_argument("--quick", action="store_true", help="with quick runs")
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="runs at once (default %(default)s)",
    )
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="write the table as a page of documentation, docs/power.md"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as JSON too")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Measure and print the table; gives the exit code."""
    try:
        chosen = faults(tuple(arguments.faults))
    except LookupError as why:
        raise UsageError(str(why)) from why
    kills = []
    for kill in measure(chosen, quick=arguments.quick, workers=arguments.workers):
        kills.append(kill)
        if sys.stderr.isatty():
            print(f"\r{len(kills)}/{len(chosen) + 1} runs", end="", file=sys.stderr, flush=True)
    kills.sort(key=lambda kill: (kill.family, kill.fault))
    if arguments.json:
        arguments.json.write_text(
            json.dumps([asdict(kill) for kill in kills], indent=2) + "\n", encoding="utf-8"
        )
    if arguments.page:
        today = datetime.now(UTC).date()
        arguments.page.write_text(page(kills, quick=arguments.quick, today=today), encoding="utf-8")
    print(table(kills))
    return 0 if all(_as_it_should(kill) for kill in kills) else 1


def table(kills: list[Kill]) -> str:
    """Write the kill table: what was missed by name, the rest by family."""
    lines = [f"{'family':<16} {'killed':>9} {'median requests':>16} {'median s':>9}"]
    lines += [f"{row[0]:<16} {row[1]:>9} {row[2]:>16} {row[3]:>9}" for row in _families(kills)]
    for kill in kills:
        if not _as_it_should(kill):
            told = f"findings of {', '.join(kill.others)}" if kill.others else "no finding"
            lines.append(f"MISSED  {kill.fault}  {kill.requirement}  {told}")
    return "\n".join(lines)


def page(kills: list[Kill], *, quick: bool, today: date) -> str:
    """Write the kill table as a page of the documentation."""
    healthy = next(kill for kill in kills if kill.fault == HEALTHY)
    rows = "\n".join(f"| {' | '.join(row)} |" for row in _families(kills))
    each = "\n".join(
        f"| `{kill.fault}` | {kill.requirement} | {kill.level} | {'yes' if kill.killed else '**no**'} | {kill.requests} | {kill.seconds:.1f} |"
        for kill in kills
        if kill.fault != HEALTHY
    )
    return PAGE.format(
        today=today,
        python=platform.python_version(),
        cores=os.cpu_count(),
        extent="quick" if quick else "full",
        alarms=len(healthy.others) or "none",
        requests=healthy.requests,
        seconds=f"{healthy.seconds:.1f}",
        rows=rows,
        each=each,
    )


def _families(kills: list[Kill]) -> Iterator[tuple[str, str, str, str]]:
    families: defaultdict[str, list[Kill]] = defaultdict(list)
    for kill in kills:
        if kill.fault != HEALTHY:
            families[kill.family].append(kill)
    for family, members in families.items():
        found = [kill for kill in members if kill.killed]
        requests, seconds = _median([k.requests for k in found]), _median([k.seconds for k in found])
        yield family, f"{len(found)}/{len(members)}", f"{requests:g}", f"{seconds:.1f}"


def _as_it_should(kill: Kill) -> bool:
    return not kill.others if kill.fault == HEALTHY else kill.killed


def _median(values: list[Any]) -> float:
    ordered = sorted(values)
    return float(ordered[len(ordered) // 2]) if ordered else 0.0
