"""One run: open the target, let pytest run the suite, say what came of it."""

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import hypothesis.configuration
import pytest

from clumio_conformance.contract.document import contract
from clumio_conformance.contract.scenarios import FILE, scenarios
from clumio_conformance.judging.client_effect import effect
from clumio_conformance.judging.known import load
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.options import RunOptions
from clumio_conformance.reporting.baseline import changes, incomparable, read_report
from clumio_conformance.reporting.document import document
from clumio_conformance.reporting.files import JUNIT, prepare, write_reports
from clumio_conformance.reporting.terminal import described_by, show
from clumio_conformance.result import Result
from clumio_conformance.run.confirmation import confirm, is_checkout
from clumio_conformance.run.keeper import Keeper, refuse_unfinished
from clumio_conformance.run.plugin import ConformancePlugin
from clumio_conformance.run.session import Session
from clumio_conformance.run.targets import UsageError, capabilities, opened
from clumio_conformance.target.screen import screened

MOST: Final = 3
"""How many of the groups that a run created are named."""
SUITE: Final = Path(__file__).parents[1] / "suite"


def run(options: RunOptions) -> int:
    """Run the suite as asked and report; gives the exit code of the command.

    Raises:
        UsageError, KnownError, BaselineError, ReportError, ContractError, ControlError: the run can't be made.
    """
    baseline = read_report(options.baseline) if options.baseline else None
    if options.confirm and not is_checkout(FILE):
        raise UsageError(f"--confirm: {FILE} is a part of an installed package; confirm in a checkout")
    result = perform(options)
    if options.confirm:
        result = _confirmed(options, result)
    if baseline is not None:
        result = _compared(result, baseline, options)
    write_reports(result, contract(), options.report_dir)
    show(result, contract(), options.report_dir, sys.stdout)
    return result.exit_code


def _confirmed(options: RunOptions, result: Result) -> Result:
    """Write down which mocks the target has confirmed, unless the run proves nothing."""
    if result.exit_code not in {0, 1}:
        return result.noted("no mock was confirmed: the run proves nothing")
    held = [name for name, row in result.scenarios.items() if row["parity"] == "confirmed"]
    written = confirm(FILE, held, options.target, datetime.now(UTC).date())
    return result.noted(
        f"{len(written)} of {len(scenarios())} mocks are confirmed by {options.target} in {FILE}"
    )


def perform(options: RunOptions) -> Result:
    """Run the suite as asked; gives what came of it."""
    rules = contract()
    known = load(options.known, rules, today=datetime.now(UTC).date())
    ledger = Ledger(
        contract=rules, strict=options.strict, capabilities=capabilities(options), known=known, effect=effect
    )
    refuse_unfinished(options)
    prepare(options.report_dir)
    hypothesis.configuration.set_hypothesis_home_dir(_hypothesis_home())
    with (
        opened(options, rules, ledger) as session,
        _termination(),
        screened(session.wire.redaction),
    ):
        keeper = Keeper(session, options)
        plugin = ConformancePlugin(options, session, described_by(rules), keeper.keep)
        junit = options.report_dir / JUNIT
        try:
            code = int(pytest.main([f"--junitxml={junit}", *arguments(options)], plugins=[plugin]))
            session.settle()
        finally:
            notes = keeper.give_back()
        ledger.unfinished = _unfinished(options, session, code)
        result = Result.of(
            options,
            ledger,
            session.wire,
            pytest_code=code,
            unrestored=keeper.left,
            untouched=keeper.untouched or plugin.subjects.unavailable,
        )
        return result.noted(*notes, *_undecided(ledger), *_left_behind(options, plugin.subjects.created))


def _unfinished(options: RunOptions, session: Session, code: int) -> str | None:
    """Say why not all was tried, if so: what did not happen may then happen all the same."""
    if options.pytest_args:
        return f"only what was chosen was tried: {' '.join(options.pytest_args)}"
    if session.wire.lost or session.wire.flakes:
        return "the target was out of reach"
    if not session.may_try_invalid():
        return "a request that must be refused was accepted, and no more of them were sent"
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        return "the run was ended early"
    return "a quick run tries less" if options.quick else None


def _undecided(ledger: Ledger) -> list[str]:
    """Say of which known deviations it is not known whether they still happen."""
    unmet = ledger.known.unmet(ledger.findings.values()) if ledger.unfinished else []
    return [f"{entry.where}: was not seen, and is not called stale: {ledger.unfinished}" for entry in unmet]


def _compared(result: Result, baseline: Mapping[str, Any], options: RunOptions) -> Result:
    report = document(result, contract())
    found = changes(baseline, report)
    unlike = incomparable(baseline, report)
    notes = [f"since the baseline: {change}" for change in found] or ["nothing changed since the baseline"]
    told = result.noted(*([unlike] if unlike else []), *notes)
    return told.compared([change.json() for change in found], fail=options.fail_on_change)


def arguments(options: RunOptions) -> list[str]:
    """What pytest is told of the suite, and by the user."""
    return [f"--rootdir={SUITE}", f"-c{SUITE / 'pytest.ini'}", *options.pytest_args, str(SUITE)]


def _left_behind(options: RunOptions, created: Sequence[str]) -> list[str]:
    if options.target != "live" or not created:
        return []
    more = f" and {len(created) - MOST} more" if len(created) > MOST else ""
    return [f"created, and left there, as the API deletes no group: {', '.join(created[:MOST])}{more}"]


@contextmanager
def _termination() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end a run as Ctrl-C does: the group is restored and the report is written."""

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, interrupt) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _hypothesis_home() -> Path:
    """Where hypothesis keeps what it works out once, its tables of Unicode among it: seconds for each run otherwise."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "clumio-conformance"
    except RuntimeError:  # a user without a home
        return Path(tempfile.mkdtemp(prefix="clumio-conformance-"))
