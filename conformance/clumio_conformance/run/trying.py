"""A pytest plugin that says what is being tried, in place of pytest's own output."""

import io
import sys
from pathlib import Path
from typing import Final

import pytest

from clumio_conformance.reporting.progress import Progress
from clumio_conformance.reporting.tally import count
from clumio_conformance.reporting.text import visible
from clumio_conformance.run.plugin import ConformancePlugin

# Options of pytest whose output is asked for; any of them brings back all that pytest prints.
_PRINTING: Final = (
    "verbose", "usepdb", "trace", "collectonly", "setuponly", "setupshow", "setupplan", "showfixtures",
    "show_fixtures_per_test", "durations", "traceconfig", "debug",
)  # fmt: skip


class Trying:
    """Says how far the run is, and what stops it; a deviation that a test finds is for the report."""

    def __init__(self, conformance: ConformancePlugin, progress: Progress) -> None:
        self._conformance, self._progress = conformance, progress
        self._session = conformance.conformance
        self._done = self._all = 0

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Take the place of pytest's own output, unless an option asks for it."""
        if _asks_for_output(config):
            config.pluginmanager.unregister(self)
            return
        own = config.pluginmanager.getplugin("terminalreporter")
        if own is not None:
            config.pluginmanager.unregister(own)
            # Other plug-ins write to the reporter of this name.
            nowhere = pytest.TerminalReporter(config, io.StringIO())
            config.pluginmanager.register(nowhere, "terminalreporter")

    def pytest_sessionstart(self) -> None:
        """Name the target, and follow the requests."""
        self._progress.say(", ".join(self._conformance.pytest_report_header()))
        self._progress.text = lambda: "collecting the tests"
        self._session.wire.counted = self._progress.tick

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the chosen tests."""
        self._all = len(session.items)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say what is tried now."""
        self._done += 1
        self._progress.text = lambda: f"{self._so_far()}: {_in_words(nodeid)}"
        self._progress.tick()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Print a failure of the suite itself in full."""
        if report.failed and not self._conformance.is_deviation(report):
            self._print(f"{report.nodeid} failed\n{report.longreprtext}")
            for title, text in report.sections:
                self._print(f"{title}\n{text}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Print why a module can't be collected."""
        if report.failed:
            self._print(f"{report.nodeid or 'a test file'} can't be collected\n{report.longreprtext}")

    def pytest_internalerror(self, excrepr: object) -> None:
        """Print an error of pytest or of a plug-in, as pytest does."""
        self._print("\n".join(f"INTERNALERROR> {line}" for line in str(excrepr).split("\n")))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Say that the run ends early."""
        why = str(excinfo.value)
        self._print(f"stopped: {why}" if why else "interrupted")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Say why the tests stopped; the run is not at its end yet."""
        if session.shouldfail:
            self._print(f"stopped: {session.shouldfail}")
        self._progress.text = lambda: f"{self._so_far()}: concluding"

    def _so_far(self) -> str:
        findings = count(len(self._session.ledger.findings), "finding")
        return f"{self._done} of {self._all} tests, {self._session.wire.requests} requests, {findings}"

    def _print(self, text: str) -> None:
        self._progress.clear()
        print(visible(text), file=sys.stderr)


def _asks_for_output(config: pytest.Config) -> bool:
    option = config.option
    shows = any(getattr(option, name, None) for name in _PRINTING)
    return shows or option.capture == "no" or getattr(option, "tbstyle", "auto") != "auto"


def _in_words(test: str) -> str:
    """Write the id of a test for people: its file, and its name without parameters."""
    file, _, name = test.partition("[")[0].partition("::")
    return ": ".join(one.removeprefix("test_").replace("_", " ") for one in (Path(file).stem, name))
