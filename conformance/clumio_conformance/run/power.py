"""The power of a suite: which faults of the sandbox a run finds, how soon, and by which requirement."""

import contextlib
import io
import multiprocessing
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.pool import Pool, worker  # type: ignore[attr-defined]  # typeshed lacks it
from pathlib import Path
from types import FrameType
from typing import Any, Final

from clumio_conformance.contract.contract import contract
from clumio_conformance.near_misses import did_you_mean
from clumio_conformance.options import RunOptions
from clumio_conformance.result import Result
from clumio_conformance.session.sandbox_process import sandbox
from clumio_conformance.session.targets import Sandbox, Target
from clumio_conformance.signals import interrupted, is_within, keep_tracker

HEALTHY: Final = "(healthy)"

_MAY_END_WITH: Final = frozenset({0, 1, 2, 5})
"""Exit codes of runs, 2 of those that stop when they have found the fault; any other is our own error."""

Perform = Callable[[Target, RunOptions], Result]
"""Makes one run against a target."""


@dataclass(frozen=True, kw_only=True)
class Kill:
    """The result of a run with one fault.

    `seconds` and `requests` count until the fault's own requirement had a deviation, else the whole run.
    `others` are the other requirements with a deviation; `beside` are those that the fault does not break. A
    run that stops at the fault has not yet explained its refusals, so nothing is beside it.
    """

    fault: str
    family: str
    requirement: str
    level: str
    killed: bool
    record: dict[str, str]
    location: str
    actual: str
    others: tuple[str, ...]
    beside: tuple[str, ...]
    seed: int
    exit_code: int
    requests: int
    seconds: float

    @property
    def trouble(self) -> str:
        """Say what is wrong with the run; empty when it is as it should be."""
        if self.exit_code not in _MAY_END_WITH:
            return f"ENDED WITH {self.exit_code}"
        if self.beside:
            return f"ALSO ACCUSED {' '.join(self.beside)}"
        if self.requirement and not self.killed:
            return f"MISSED ({' '.join(self.others) or 'no finding'})"
        return ""


def faults(only: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return the faults of the embedded sandbox, or the named ones; without those that break no requirement.

    Raises:
        LookupError: a name is not a fault.
    """
    with sandbox() as (_, control):
        known = control.faults()
    unknown = set(only) - {fault["name"] for fault in known}
    if unknown:
        near = did_you_mean(min(unknown), (fault["name"] for fault in known))
        way_out = f"{near} clumio-sandbox faults lists them".lstrip()
        raise LookupError(f"no such fault: {', '.join(sorted(unknown))}; {way_out}")
    return [fault for fault in known if fault["requirement"] and (not only or fault["name"] in only)]


def measure(
    perform: Perform,
    chosen: list[dict[str, Any]],
    *,
    quick: bool,
    workers: int,
    seed: int = 0,
    whole: bool = False,
) -> Iterator[Kill]:
    """Run a suite against the healthy sandbox and with each fault: until it is found, or the whole suite.

    `perform` makes one run; it must be a module-level function, since each run has its own process.
    """
    healthy = {"name": HEALTHY, "family": "healthy", "requirement": ""}
    options = RunOptions(quick=quick, seed=seed)
    with _pool(workers) as pool:
        baseline = pool.apply(_measured, ((perform, healthy, options, whole),))
        yield replace(baseline, record={})
        tasks = [(perform, fault, options, whole) for fault in chosen]
        for kill in pool.imap_unordered(_measured, tasks):
            recorded = kill.level == "open" and kill.record != baseline.record
            yield replace(kill, killed=kill.killed or recorded, record={})


def _pool(workers: int) -> Pool:
    """Start the workers. Ctrl-C is for this process alone, which then ends them by SIGTERM."""
    keep_tracker()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return multiprocessing.get_context("spawn").Pool(workers, signal.signal, (signal.SIGTERM, _end))
    finally:
        signal.signal(signal.SIGINT, before)


def _end(_number: int, frame: FrameType | None) -> None:
    """End a worker without a traceback, unless it ends already; what it has started is stopped."""
    if is_within(worker, frame):
        sys.exit()


def _measured(task: tuple[Perform, dict[str, Any], RunOptions, bool]) -> Kill:
    perform, fault, options, whole = task
    name, requirement = fault["name"], fault["requirement"]
    names = () if name == HEALTHY else (name,)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, _silence():
        level = contract().requirements[requirement].level if requirement else "open"
        until = requirement if level != "open" and not whole else None
        try:
            result = perform(Sandbox(faults=names), replace(options, report_dir=Path(folder), until=until))
        except KeyboardInterrupt:
            sys.exit()
    if interrupted():
        sys.exit()
    others = {finding.requirement for finding in result.findings} - {requirement}
    own = [finding for finding in result.findings if finding.requirement == requirement]
    return Kill(
        fault=name,
        family=fault["family"],
        requirement=requirement,
        level=level,
        killed=bool(own),
        location=own[0].deviation.location if own else "",
        actual=own[0].deviation.actual if own else "",
        record=_record(result) if level == "open" else {},
        others=tuple(sorted(others)),
        beside=tuple(sorted(others - fault.get("also", {}).keys())) if whole or not requirement else (),
        seed=options.seed,
        exit_code=result.exit_code,
        requests=result.run["requests"],
        seconds=round(time.monotonic() - started, 2),
    )


def _record(result: Result) -> dict[str, str]:
    """Return the records of a run where the contract is open."""
    seen = {row.requirement.id: row.outcome for row in result.rows if row.requirement.level == "open"}
    return {**result.behaviour, **seen}


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep pytest's output of the many runs off the terminal."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
