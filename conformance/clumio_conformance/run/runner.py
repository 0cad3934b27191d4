"""Runs a suite with pytest on a session, and sums up the result."""

import gc
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import hypothesis.configuration
import pytest

from clumio_conformance.judging.findings import Finding
from clumio_conformance.options import RunOptions
from clumio_conformance.reporting.baseline import Dating, Naming, changes, incomparable
from clumio_conformance.reporting.progress import Progress
from clumio_conformance.result import Result
from clumio_conformance.run.plugin import ConformancePlugin
from clumio_conformance.run.trying import Trying
from clumio_conformance.session.session import Session
from clumio_conformance.session.targets import Target
from clumio_conformance.signals import handled_by, interrupt
from clumio_conformance.transport.redacted_stream import redacted_output

MOST: Final = 3
"""How many of the created resources a note names."""


@dataclass
class Ending:
    """The steps at the end of a run, also after a failure, and their results.

    `restore` restores what the run changed, and returns notes for the user. After it, `unrestored` lists what
    could not be restored, `untouched` says why the named resource was not updated, and `created` lists what
    the run created.
    """

    restore: Callable[[], list[str]]
    unrestored: Callable[[], Sequence[str]]
    untouched: Callable[[], str | None]
    created: list[str]
    may_try_invalid: Callable[[], bool]


def perform(
    target: Target,
    options: RunOptions,
    session: Session,
    *,
    suite: Path,
    plugins: Sequence[object],
    describe: Callable[[Finding], str],
    ending: Ending,
    progress: Progress,
) -> Result:
    """Run the suite in a folder on an open session, and return the result."""
    hypothesis.configuration.set_hypothesis_home_dir(_hypothesis_home())
    plugin = ConformancePlugin(target, options, session, describe, suite=suite)
    with handled_by(signal.default_int_handler), redacted_output(session.wire.redaction):
        try:
            # A second signal would interrupt pytest within its own clean-up.
            with handled_by(interrupt), frozen():
                own = [plugin, Trying(plugin, progress), *plugins]
                code = int(pytest.main(arguments(suite, options), plugins=own))
            session.settle()
        finally:
            progress.stop()
            notes = ending.restore()
        session.ledger.errors += plugin.unexplained(code)
        left_out = str(plugin.left_out)
        session.ledger.unfinished = left_out or _unfinished(options, session, ending, code)
        result = Result.of(
            target,
            options,
            session,
            pytest_code=code,
            left_out=left_out,
            untried=not plugin.left_out.called,
            unrestored=ending.unrestored(),
            untouched=ending.untouched(),
        )
    left_behind = _left_behind(ending.created) if target.is_vendor else []
    notes += session.origin.causes()
    if session.origin.strays:
        notes.append(f"answered by the API at another try only: {session.origin.strays} requests")
    notes += _unlike_mocks(session)
    return result.noted(*notes, *_undecided(session), *left_behind, *_unseen(target, session, left_out))


def arguments(suite: Path, options: RunOptions) -> list[str]:
    """Return the arguments of pytest: those of the suite, and those of the user."""
    return [f"--rootdir={suite}", f"-c{suite / 'pytest.ini'}", *options.pytest_args, str(suite)]


def compared(
    result: Result,
    report: Mapping[str, Any],
    baseline: Mapping[str, Any],
    naming: Naming,
    *,
    file: Path,
    fail: bool,
) -> Result:
    """Add the changes since a baseline, which is in this file, to a result."""
    found = changes(baseline, report, naming)
    unlike = incomparable(baseline, report)
    notes = [f"since the baseline: {change}" for change in found] or ["nothing changed since the baseline"]
    noted = result.noted(*([unlike] if unlike else []), *notes)
    finished = str(baseline["run"]["finished"])
    return noted.compared(
        [change.json() for change in found],
        baseline={"file": str(file), "finished": finished},
        date=Dating(baseline, naming, datetime.now(UTC).date()),
        fail=fail,
    )


@contextmanager
def frozen() -> Iterator[None]:
    """Keep what is loaded out of garbage collection: pytest collects at its end, and finds none there."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _unfinished(options: RunOptions, session: Session, ending: Ending, code: int) -> str | None:
    """Return the reason why the run did not test everything, or None; then no deviation is stale."""
    if session.wire.lost or session.origin.strangers or session.origin.is_unreliable:
        return "the target was out of reach"
    if not ending.may_try_invalid():
        return "a request that must be refused was accepted, and no more of them were sent"
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        return "the run ended early"
    return "a quick run sends fewer requests" if options.quick else None


def _undecided(session: Session) -> list[str]:
    """Name the known deviations that an unfinished run could not check."""
    ledger = session.ledger
    unmet = ledger.unmet() if ledger.unfinished else []
    return [f"{entry.where}: did not happen, but is not stale: {ledger.unfinished}" for entry in unmet]


def _unlike_mocks(session: Session) -> list[str]:
    differing = [name for name, row in session.ledger.scenarios.items() if "differences" in row]
    if not differing:
        return []
    return [
        f"{len(differing)} mocks differ from this target, which the contract leaves open: "
        f"{', '.join(differing[:MOST])}{', ...' if len(differing) > MOST else ''}; report.json says how"
    ]


def _left_behind(created: Sequence[str]) -> list[str]:
    if not created:
        return []
    more = f" and {len(created) - MOST} more" if len(created) > MOST else ""
    return [f"created and not deleted, as the API can't delete a group: {', '.join(created[:MOST])}{more}"]


def _unseen(target: Target, session: Session, left_out: str) -> list[str]:
    """Name the operations without any answer in a whole run: no test of the suite sends them."""
    if left_out or session.wire.lost or "control" not in target.capabilities:
        return []
    return [
        f"{operation.id} ({operation.title}): this run saw no answer, so it proves nothing about it"
        for operation in session.ledger.coverage.unseen_operations()
    ]


def _hypothesis_home() -> Path:
    """The cache folder of hypothesis; without it, each run computes the Unicode tables for seconds."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "clumio-conformance"
    except RuntimeError:  # a user without a home
        return Path(tempfile.mkdtemp(prefix="clumio-conformance-"))
