"""`clumio-conformance power`: the suite's own kill table."""

import argparse
import json
import os
import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from clumio_conformance.commands.numbers import whole
from clumio_conformance.connection_groups.run import perform
from clumio_conformance.options import UsageError
from clumio_conformance.reporting.files import write_whole
from clumio_conformance.run.power import HEALTHY, Kill, faults, measure


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "power",
        help="switch on each fault of the sandbox, and show which faults the suite finds",
        description="Run the suite against the healthy sandbox, then with each of its faults until the fault "
        "is found. Exit code 0: each fault was found by its own requirement, and the healthy sandbox had no "
        "finding; with --whole, nothing else was found but what the fault breaks too, as `clumio-sandbox "
        "faults` says. 1: otherwise.",
    )
    parser.add_argument("faults", nargs="*", metavar="FAULT", help="only these faults (default: all)")
    parser.add_argument("--quick", action="store_true", help="make quick runs")
    parser.add_argument(
        "--whole", action="store_true", help="let each run end, also after the fault is found"
    )
    parser.add_argument(
        "--seeds",
        type=whole(1),
        default=1,
        metavar="N",
        help="repeat with the seeds 0 to N-1 (default %(default)s)",
    )
    parser.add_argument(
        "--workers",
        type=whole(1),
        default=os.cpu_count() or 1,
        metavar="N",
        help="runs at once (default %(default)s)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every kill as JSON")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Measure, print the table, and return the exit code."""
    try:
        chosen = faults(tuple(arguments.faults))
    except LookupError as why:
        raise UsageError(str(why)) from why
    kills = []
    for seed in range(arguments.seeds):
        for kill in measure(
            perform,
            chosen,
            quick=arguments.quick,
            workers=arguments.workers,
            seed=seed,
            whole=arguments.whole,
        ):
            kills.append(kill)
            if sys.stderr.isatty():
                runs = arguments.seeds * (len(chosen) + 1)
                print(f"\r{len(kills)}/{runs} runs", end="", file=sys.stderr, flush=True)
    kills.sort(key=lambda kill: (kill.family, kill.fault))
    print(table(kills))
    if arguments.json:
        _write(arguments.json, kills)
    return 1 if any(kill.trouble for kill in kills) else 0


def table(kills: list[Kill]) -> str:
    """Write the kill table: a line for each family, and one for each missed fault."""
    lines = [f"{'family':<16} {'killed':>9} {'median requests':>16} {'median s':>9} {'longest s':>10}"]
    families: defaultdict[str, list[Kill]] = defaultdict(list)
    for kill in kills:
        families[kill.family].append(kill)
    for family, members in families.items():
        found = [kill for kill in members if kill.killed]
        requests = median([kill.requests for kill in members])
        seconds = [kill.seconds for kill in members]
        killed = f"{len(found)}/{len(members)}" if members[0].fault != HEALTHY else "-"
        lines.append(
            f"{family:<16} {killed:>9} {requests:>16g} {median(seconds):>9.1f} {max(seconds):>10.1f}"
        )
    wrong = [kill for kill in kills if kill.trouble]
    lines += [f"{kill.trouble}  {kill.fault}  {kill.requirement}  seed {kill.seed}" for kill in wrong]
    return "\n".join(lines)


def _write(file: Path, kills: list[Kill]) -> None:
    try:
        write_whole(file, json.dumps([asdict(kill) for kill in kills], indent=2) + "\n")
    except OSError as why:
        raise UsageError(f"--json {file}: can't be written: {why.strerror}; name another file") from why
