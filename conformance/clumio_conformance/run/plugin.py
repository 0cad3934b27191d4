"""The pytest plugin: glue between the suite, the session and the report; nothing here judges."""

from collections.abc import Callable, Generator

import pytest

from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import ConformanceFailure, Finding
from clumio_conformance.options import RunOptions
from clumio_conformance.run.session import Session
from clumio_conformance.run.subjects import Subject, Subjects
from clumio_conformance.target.control import ControlLostError, ControlRefusedError
from clumio_conformance.target.wire import TargetLostError

MARKERS = (
    "requirement(*ids): the requirements that a test tries",
    "schema_requirements: the test tries every requirement that the spec names as the source of a keyword",
    "needs(*capabilities): what a target must offer for the test",
    "real: needs a target that answers by itself, so not a mock",
    "negative: sends what must be refused, so it goes before everything else that writes to somebody's group",
    "ordinary: goes first, but after all that must be refused when the group is somebody's",
    "sends(ordinary, quick): how many requests a test sends, about; two unless told",
    "thorough: left out of a quick run",
)
# Reads first, then the updates that must be refused, then those that must be accepted (in this order in test_update).
ORDER = (
    "test_reading",
    "test_update",
    "test_saving",
    "test_life_cycle",
    "test_creating",
    "test_open",
    "test_properties",
)


class ConformancePlugin:
    """Gives the suite its fixtures and turns deviations into failed tests."""

    def __init__(
        self,
        options: RunOptions,
        session: Session,
        describe: Callable[[Finding], str],
        keep: Callable[[Exchange], str | None] = lambda _read: None,
    ) -> None:
        self._options = options
        self.conformance = session
        self._describe = describe
        self.subjects = Subjects(session, options.group_id, keep)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the suite's markers known."""
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Run the tests in the order that suits the target."""
        items.sort(key=self._turn)

    def pytest_report_header(self) -> list[str]:
        """Say first of all what is run against what."""
        options, session = self._options, self.conformance
        offered = ", ".join(sorted(session.capabilities)) or "reads"
        return [
            f"target: {options.target} {session.wire.redaction.text(session.wire.base_url)} ({offered})",
            f"seed: {options.seed}, reports: {options.report_dir}",
        ]

    @pytest.fixture
    def session(self) -> Session:
        """The dealings with the target."""
        return self.conformance

    @pytest.fixture
    def options(self) -> RunOptions:
        """What the run was asked to do."""
        return self._options

    @pytest.fixture
    def subject(self) -> Subject:
        """The group under test, which every test leaves as it likes."""
        return self.subjects.shared()

    @pytest.fixture
    def fresh(self) -> Callable[[], Subject]:
        """Makes a group of its own for a test."""
        return self.subjects.create

    @pytest.fixture
    def readable(self) -> Subject:
        """A group that can be read: the designated one, or the first of the list."""
        return self.subjects.readable()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        """Skip, with the reason on record, what this target can't show, or can't show any longer."""
        reason = self.unfit(item)
        if reason:
            self._skip(item, reason)
        try:
            yield
        except (TargetLostError, ControlLostError) as why:
            self._lose(item, why)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Fail a test at its new deviations, without a traceback: they are the vendor's, not the suite's."""
        self.conformance.pending.clear()
        try:
            result = yield
        except ConformanceFailure:
            result = None
        except (TargetLostError, ControlLostError) as why:
            self._lose(pyfuncitem, why)
        except ControlRefusedError as why:
            self._skip(pyfuncitem, str(why))
        if self.conformance.pending:
            # as the ledger has them by now: with the smallest exchange that was seen
            kept = self.conformance.ledger.findings
            texts = [self._describe(kept.get(one.fingerprint, one)) for one in self.conformance.pending]
            pytest.fail("\n\n".join(texts), pytrace=False)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Tell a failure of the suite from a deviation of the target."""
        report = yield
        known = (pytest.fail.Exception, pytest.skip.Exception)
        if report.failed and call.excinfo is not None and not call.excinfo.errisinstance(known):
            told = f"{item.nodeid}: {call.excinfo.exconly()}"
            self.conformance.ledger.errors.append(self.conformance.wire.redaction.text(told))
        return self._redacted(report)

    def _redacted(self, report: pytest.TestReport) -> pytest.TestReport:
        """Take secrets out of a traceback, its local variables, and what was printed and logged."""
        redaction = self.conformance.wire.redaction
        told = report.longreprtext
        if redaction.text(told) != told:
            report.longrepr = redaction.text(told)
        report.sections = [(title, redaction.text(text)) for title, text in report.sections]
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Stop as soon as the requirement departed that the run was made for."""
        result = yield
        if any(
            finding.requirement == self._options.until
            for finding in self.conformance.ledger.findings.values()
        ):
            item.session.shouldstop = f"{self._options.until} departed"
        return result

    def _turn(self, item: pytest.Item) -> int:
        ordinary = item.get_closest_marker("ordinary")
        if ordinary and self._options.group_id is None:
            return -1
        if self._options.group_id is not None and item.get_closest_marker("negative"):
            return ORDER.index("test_reading")
        return ORDER.index(item.path.stem) if item.path.stem in ORDER else len(ORDER)

    def unfit(self, item: pytest.Item) -> str | None:
        """Why a test says nothing of this target; None when it does."""
        mock = self._options.target == "mock"
        if mock and item.get_closest_marker("real"):
            return "a mock does not answer by itself"
        if self._options.quick and item.get_closest_marker("thorough"):
            return "left out of a quick run"
        needed = item.get_closest_marker("needs")
        missing = [
            need for need in (needed.args if needed else ()) if need not in self.conformance.capabilities
        ]
        return f"this target does not offer: {', '.join(missing)}" if missing else None

    def _lose(self, item: pytest.Item, why: Exception) -> None:
        """Skip a test whose target is gone, or whose control API is: the rest is not tried either."""
        wire = self.conformance.wire
        wire.lost = wire.lost or wire.redaction.text(str(why))
        self._skip(item, wire.lost)

    def _skip(self, item: pytest.Item, reason: str) -> None:
        tried = item.get_closest_marker("requirement")
        self.conformance.ledger.skip(tried.args if tried else (), reason)
        pytest.skip(reason)
