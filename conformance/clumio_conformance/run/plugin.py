"""The pytest plugin: it connects a suite, the session and the report, and judges nothing."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis.errors import Flaky

from clumio_conformance.judging.findings import ConformanceFailure, Finding
from clumio_conformance.options import RunOptions
from clumio_conformance.run.left_out import LeftOut
from clumio_conformance.session.control import ControlLostError, ControlRefusedError
from clumio_conformance.session.session import NotTestable, Session
from clumio_conformance.session.targets import Target
from clumio_conformance.signals import insist
from clumio_conformance.transport.wire import TargetLostError

MARKERS: Final = (
    "requirement(*ids): the requirements that a test tries",
    "schema_requirements: the test tries every requirement that the spec names as the source of a keyword",
    "needs(*capabilities): what a target must offer for the test",
    "real: needs a real server as target, so not a mock",
    "negative: sends what must be refused, so it runs before all other writes to somebody's group",
    "ordinary: runs first; if the group is somebody's, after all requests that must be refused",
    "sends(ordinary, quick): how many requests a test sends, about; the default is two",
    "thorough: left out of a quick run",
)


MOST: Final = 20
"""How many findings the failure of one test describes."""
_ENDINGS: Final = (
    TargetLostError, ControlLostError, ConformanceFailure, NotTestable, ControlRefusedError, Flaky,
)  # fmt: skip
"""The known ways in which a test ends early; of several ones, the first counts."""
_KNOWN: Final = (*_ENDINGS, BaseExceptionGroup)


class ConformancePlugin:
    """Provides the session to a suite, and turns deviations into failed tests."""

    def __init__(
        self,
        target: Target,
        options: RunOptions,
        session: Session,
        describe: Callable[[Finding], str],
        *,
        suite: Path,
    ) -> None:
        self.left_out = LeftOut(suite)
        self._target = target
        self._options = options
        self.conformance = session
        self._describe = describe
        self._deviating: set[str] = set()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the suite's markers."""
        config.pluginmanager.register(self.left_out)
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)

    def pytest_sessionstart(self) -> None:
        """Let no finalizer swallow Ctrl-C; pytest itself has replaced the hook of Python before."""
        insist()

    def pytest_report_header(self) -> list[str]:
        """Print the run and its target at the top."""
        options, session = self._options, self.conformance
        offered = ", ".join(sorted(session.capabilities)) or "reads"
        return [
            f"target: {self._target.name} {session.wire.redaction.text(session.wire.base_url)} ({offered})",
            f"seed: {options.seed}, reports: {options.report_dir}",
        ]

    @pytest.fixture
    def session(self) -> Session:
        """The session with the target."""
        return self.conformance

    @pytest.fixture
    def options(self) -> RunOptions:
        """The options of the run."""
        return self._options

    @pytest.fixture
    def target(self) -> Target:
        """The target of the run."""
        return self._target

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Skip a test that this target can't run, and record the reason."""
        reason = self.unfit(item)
        if reason:
            self.left_out.tried(item)
            self._skip(item, reason)
        try:
            return (yield)
        except _KNOWN as raised:
            self.left_out.tried(item)
            self._skip_for(item, _ending(raised))
            raise

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Fail a test with new deviations, without a traceback: they are the vendor's, not the suite's."""
        self.left_out.tried(pyfuncitem, called=True)
        self.conformance.pending.clear()
        before = self.conformance.deviations
        try:
            result = yield
        except _KNOWN as raised:
            ending, result = _ending(raised), None
            if isinstance(ending, Flaky) and self.conformance.deviations == before:
                self._waver(pyfuncitem)
            if not isinstance(ending, ConformanceFailure | Flaky):
                self._skip_for(pyfuncitem, ending)
                raise
        if self.conformance.pending:
            # The ledger has each finding with its best example.
            kept, pending = self.conformance.ledger.findings, self.conformance.pending
            texts = [self._describe(kept.get(one.fingerprint, one)) for one in pending[:MOST]]
            texts += [f"and {len(pending) - MOST} more"] if len(pending) > MOST else []
            self._deviating.add(pyfuncitem.nodeid)
            pytest.fail("\n\n".join(texts), pytrace=False)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Record a failure of the suite as our error, apart from deviations of the target."""
        report = yield
        if report.failed and not self.is_deviation(report):
            self._err(f"{item.nodeid}: {call.excinfo.exconly() if call.excinfo else report.longreprtext}")
        return self._redacted(report)

    def is_deviation(self, report: pytest.TestReport) -> bool:
        """Whether a test failed for a deviation of the target, and not for an error of ours."""
        return report.when == "call" and report.nodeid in self._deviating

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Record a module that can't be collected as our error."""
        if report.failed:
            last = report.longreprtext.rpartition("\n")[2].removeprefix("E").strip()
            self._err(f"{report.nodeid or 'a test file'}: can't be collected: {last}")

    def unexplained(self, code: int) -> list[str]:
        """Return the errors that the exit code of pytest alone shows."""
        if code == pytest.ExitCode.TESTS_FAILED and not (self._deviating or self.conformance.ledger.errors):
            return ["pytest failed although no test did: a plug-in of pytest is wrong"]
        return [] if code in set(pytest.ExitCode) else [f"pytest ended with the unknown exit code {code}"]

    def _redacted(self, report: pytest.TestReport) -> pytest.TestReport:
        """Take secrets out of a traceback, its local variables, and the captured output."""
        redaction = self.conformance.wire.redaction
        text = report.longreprtext
        if isinstance(report.longrepr, tuple):  # of a skipped test: file, line and reason
            file, line, reason = report.longrepr
            report.longrepr = file, line, redaction.text(reason)
        elif redaction.text(text) != text:
            report.longrepr = redaction.text(text)
        report.sections = [(title, redaction.text(text)) for title, text in report.sections]
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Stop as soon as the requirement of the option `until` has a deviation."""
        result = yield
        found = (*self.conformance.ledger.findings.values(), *self.conformance.provisional.values())
        if any(finding.requirement == self._options.until for finding in found):
            item.session.shouldstop = f"{self._options.until} has a deviation"
        return result

    def unfit(self, item: pytest.Item) -> str | None:
        """Say why a test can't run on this target; None when it can."""
        if not self._target.answers and item.get_closest_marker("real"):
            return "a mock is not a real server"
        if self._options.quick and item.get_closest_marker("thorough"):
            return "left out of a quick run"
        needed = item.get_closest_marker("needs")
        missing = [
            need for need in (needed.args if needed else ()) if need not in self.conformance.capabilities
        ]
        return f"this target does not offer: {', '.join(missing)}" if missing else None

    def _err(self, text: str) -> None:
        self.conformance.ledger.errors.append(self.conformance.wire.redaction.text(text))

    def _skip_for(self, item: pytest.Item, why: BaseException) -> None:
        """Skip a test that could not end, if the reason is a known one."""
        if isinstance(why, (TargetLostError, ControlLostError)):
            self._lose(item, why)
        if isinstance(why, NotTestable):
            self.conformance.kept_back.update(_tried(item))
            pytest.skip(str(why))
        if isinstance(why, ControlRefusedError):
            self._skip(item, str(why))

    def _waver(self, item: pytest.Item) -> None:
        """Skip a generated test that hypothesis could not repeat, although each answer was right."""
        reason = f"the target answered the same requests differently when {item.name} repeated them"
        self.conformance.wavering.append(reason)
        self._skip(item, reason)

    def _lose(self, item: pytest.Item, why: Exception) -> None:
        """Skip a test that lost its target or control API, and all later tests."""
        wire = self.conformance.wire
        wire.lost = wire.lost or wire.redaction.text(str(why))
        self._skip(item, wire.lost)

    def _skip(self, item: pytest.Item, reason: str) -> None:
        self.conformance.ledger.skip(_tried(item), reason)
        pytest.skip(reason)


def _tried(item: pytest.Item) -> tuple[str, ...]:
    """The requirements that a test tries."""
    marker = item.get_closest_marker("requirement")
    return marker.args if marker else ()


def _ending(raised: BaseException) -> BaseException:
    """Return the exception that counts: generated examples that end differently raise a group."""
    return min(_members(raised), key=_rank)


def _members(raised: BaseException) -> Iterator[BaseException]:
    if not isinstance(raised, BaseExceptionGroup):
        yield raised
        return
    for member in raised.exceptions:
        yield from _members(member)


def _rank(raised: BaseException) -> int:
    """Rank what is unknown first: it is our error, also beside a known ending."""
    return next((rank for rank, known in enumerate(_ENDINGS, 1) if isinstance(raised, known)), 0)
