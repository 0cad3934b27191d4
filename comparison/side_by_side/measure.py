"""Runs the tools against the broken sandboxes, as many at once as asked for."""

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Final

from clumio_conformance.connection_groups.run import perform
from clumio_conformance.run.power import HEALTHY, Kill, measure
from side_by_side.process import STOPPED, StoppedError
from side_by_side.runs import Fault, Run, Runs, load
from side_by_side.target import broken
from side_by_side.tools import Tool

OURS: Final = "ours"
HEALTHY_RUNS: Final = 3
_KEPT_FINDINGS: Final = 3

Progress = Callable[[str], None]
"""Reports what is done so far."""


def ours(runs: Runs, chosen: list[Fault], *, workers: int, progress: Progress) -> None:
    """Run our suite against each fault without a result; a run ends when the fault's requirement deviates."""
    done = runs.of(OURS)
    missing = [dict(fault) for fault in chosen if fault["name"] not in done]
    if not missing:
        return
    healthy = bool(runs.healthy(OURS))
    for number, kill in enumerate(measure(perform, missing, quick=False, workers=workers)):
        if kill.fault != HEALTHY or not healthy:
            runs.add(_run_of(kill))
        progress(f"ours {number}/{len(missing)}")


def _run_of(kill: Kill) -> Run:
    found = kill.others if kill.fault == HEALTHY else (kill.location or kill.requirement,) * kill.killed
    return Run(
        tool=OURS, fault=kill.fault, found=found, requests=kill.requests, seconds=kill.seconds, load=load()
    )


def stock(tool: Tool, runs: Runs, chosen: list[Fault], *, workers: int, progress: Progress) -> None:
    """Run a tool against the healthy sandbox, then against each fault without a result.

    Raises:
        UnusableToolError: the tool does not work.
    """
    attempts = range(len(runs.healthy(tool.name)), HEALTHY_RUNS if chosen else 1)
    done = runs.of(tool.name)
    missing = [fault["name"] for fault in chosen if fault["name"] not in done]
    with ThreadPoolExecutor(workers) as pool:
        healthy = [pool.submit(once, tool, HEALTHY, known=frozenset(), attempt=number) for number in attempts]
        _collect(healthy, runs, lambda number: progress(f"{tool.name}, healthy {number}/{len(healthy)}"))
        known = frozenset(text for run in runs.healthy(tool.name) for text in run.found)
        futures = [pool.submit(once, tool, name, known=known) for name in missing]
        _collect(futures, runs, lambda number: progress(f"{tool.name} {number}/{len(missing)}"))


def once(tool: Tool, fault: str, *, known: frozenset[str], attempt: int = 0) -> Run:
    """Run a tool against a sandbox with one fault; what it also reports on the healthy one does not count."""
    if STOPPED.is_set():
        raise StoppedError
    with broken(fault) as target, tempfile.TemporaryDirectory() as folder:
        load_before = load()
        report = tool.report(target, Path(folder), attempt=attempt)
        new = tuple(sorted(report.found - known))
        return Run(
            tool=tool.name,
            fault=fault,
            found=new if fault == HEALTHY else new[:_KEPT_FINDINGS],
            requests=target.relay.requests,
            seconds=round(report.ended.seconds, 2),
            ended=report.ended.by_itself,
            load=load_before,
        )


def _collect(futures: Iterable["Future[Run]"], runs: Runs, progress: Callable[[int], None]) -> None:
    """Keep each run as soon as it is complete; a failure or Ctrl-C ends all of them."""
    left, number = set(futures), 0
    try:
        while left:
            ready, left = wait(left, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in ready:
                runs.add(future.result())
                number += 1
                progress(number)
    except BaseException:
        STOPPED.set()
        for future in left:
            future.cancel()
        raise
