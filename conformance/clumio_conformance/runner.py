"""One run: open the target, let pytest run the suite, say what came of it."""

import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import hypothesis.configuration
import pytest

from clumio_conformance.client_effect import effect
from clumio_conformance.contract import contract
from clumio_conformance.keeper import Keeper
from clumio_conformance.ledger import Ledger
from clumio_conformance.options import RunOptions
from clumio_conformance.plugin import ConformancePlugin
from clumio_conformance.reporting.files import JUNIT, prepare, write_reports
from clumio_conformance.reporting.terminal import described_by, show
from clumio_conformance.result import Result
from clumio_conformance.targets import capabilities, opened

SUITE: Final = Path(__file__).parent / "suite"


def run(options: RunOptions) -> int:
    """Run the suite as asked and report; gives the exit code of the command.

    Raises:
        UsageError, ReportError, ContractError, ControlError: the run can't be made.
    """
    result = perform(options)
    write_reports(result, contract(), options.report_dir)
    show(result, contract(), options.report_dir, sys.stdout)
    return result.exit_code


def perform(options: RunOptions) -> Result:
    """Run the suite as asked; gives what came of it."""
    rules = contract()
    ledger = Ledger(contract=rules, strict=options.strict, capabilities=capabilities(options), effect=effect)
    prepare(options.report_dir)
    with opened(options, rules, ledger) as session, _termination(), _hypothesis_home():
        keeper = Keeper(session, options)
        plugin = ConformancePlugin(options, session, described_by(rules), keeper.keep)
        junit = options.report_dir / JUNIT
        arguments = [
            f"--rootdir={SUITE}",
            f"-c{SUITE / 'pytest.ini'}",
            f"--junitxml={junit}",
            *options.pytest_args,
        ]
        try:
            code = int(pytest.main([*arguments, str(SUITE)], plugins=[plugin]))
            session.settle()
        finally:
            notes = keeper.give_back()
        return Result.of(options, ledger, session.wire, pytest_code=code, unrestored=keeper.left).noted(
            *notes
        )


@contextmanager
def _termination() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: the group is restored and the report is written."""

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _hypothesis_home() -> Iterator[None]:
    """Keep what hypothesis writes for itself out of the user's folder."""
    with tempfile.TemporaryDirectory() as folder:
        hypothesis.configuration.set_hypothesis_home_dir(folder)
        yield
