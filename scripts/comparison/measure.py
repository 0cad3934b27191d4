"""Run the tools against the broken sandboxes, as many at once as asked for."""

import copy
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, Final

from clumio_conformance.run.power import HEALTHY, Kill, measure
from comparison.process import STOPPED, StoppedError
from comparison.runs import Fault, Run, Runs, load
from comparison.target import broken
from comparison.tools import Tool

OURS: Final = "ours"
HEALTHY_RUNS: Final = 3
_SHOWN: Final = 3

Tell = Callable[[str], None]
"""Says how far it is."""


def ours(runs: Runs, chosen: list[Fault], *, workers: int, tell: Tell) -> None:
    """Run our suite against each fault that it was not run against, each until the fault's own requirement departs."""
    done = runs.of(OURS)
    missing = [dict(fault) for fault in chosen if fault["name"] not in done]
    if not missing:
        return
    healthy = bool(runs.healthy(OURS))
    for number, kill in enumerate(measure(missing, quick=False, workers=workers)):
        if kill.fault != HEALTHY or not healthy:
            runs.add(_of(kill))
        tell(f"ours {number}/{len(missing)}")


def _of(kill: Kill) -> Run:
    found = kill.others if kill.fault == HEALTHY else (kill.location or kill.requirement,) * kill.killed
    return Run(
        tool=OURS, fault=kill.fault, found=found, requests=kill.requests, seconds=kill.seconds, load=load()
    )


def stock(
    tool: Tool, runs: Runs, chosen: list[Fault], spec: dict[str, Any], *, workers: int, tell: Tell
) -> None:
    """Run a tool against the healthy sandbox, then against each fault that it was not run against.

    Raises:
        UnusableToolError: the tool does not do what it is there for.
    """
    attempts = range(len(runs.healthy(tool.name)), HEALTHY_RUNS if chosen else 1)
    done = runs.of(tool.name)
    missing = [fault["name"] for fault in chosen if fault["name"] not in done]
    with ThreadPoolExecutor(workers) as pool:
        healthy = [
            pool.submit(once, tool, HEALTHY, spec, known=frozenset(), attempt=number) for number in attempts
        ]
        _collect(
            healthy, runs, lambda number: tell(f"{tool.name} on the healthy sandbox {number}/{len(healthy)}")
        )
        known = frozenset(text for run in runs.healthy(tool.name) for text in run.found)
        futures = [pool.submit(once, tool, name, spec, known=known) for name in missing]
        _collect(futures, runs, lambda number: tell(f"{tool.name} {number}/{len(missing)}"))


def once(tool: Tool, fault: str, spec: dict[str, Any], *, known: frozenset[str], attempt: int = 0) -> Run:
    """Run a tool against a sandbox of its own, broken in one way; what is known of the healthy one does not count."""
    if STOPPED.is_set():
        raise StoppedError
    with broken(fault) as target, tempfile.TemporaryDirectory() as folder:
        busy = load()
        report = tool.report(target, copy.deepcopy(spec), Path(folder), attempt=attempt)
        new = tuple(sorted(report.found - known))
        return Run(
            tool=tool.name,
            fault=fault,
            found=new if fault == HEALTHY else new[:_SHOWN],
            requests=target.relay.requests,
            seconds=round(report.ended.seconds, 2),
            ended=report.ended.by_itself,
            load=busy,
        )


def _collect(futures: Iterable["Future[Run]"], runs: Runs, tell: Callable[[int], None]) -> None:
    """Keep each run as soon as it is there; one that fails, or Ctrl-C, ends them all."""
    left, number = set(futures), 0
    try:
        while left:
            ready, left = wait(left, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in ready:
                runs.add(future.result())
                number += 1
                tell(number)
    except BaseException:
        STOPPED.set()
        for future in left:
            future.cancel()
        raise
