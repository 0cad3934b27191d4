"""In CI no test is skipped, unless for want of a Python: all else is a missing installation step.

The fixtures are those of more than one folder: a server with AWS's API.
"""

import gc
import os
import ssl
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import certifi
import pytest

# What one process compiles, the next one finds: tests start hundreds, and an image may have switched it off.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


class SkipsFail:
    """Fails a session with skipped tests; with `pytest -n` the controller gets the reports of all workers."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and "no Python" not in str(report.longrepr):
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.skipped:
            terminalreporter.section("skipped tests, which CI does not allow", red=True)
            for name in self.skipped:
                terminalreporter.line(name)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("CI"):
        config.pluginmanager.register(SkipsFail())


def pytest_collection_finish() -> None:
    """Leave what stays to the end out of garbage collections: each run within a test makes several."""
    if gc.get_freeze_count() == 0:
        gc.collect()
        gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _authorities_are_read_once() -> Iterator[None]:
    """Each client of httpx reads those of certifi, or the user's, which takes longer than most tests."""
    create = ssl.create_default_context
    files = {certifi.where(), os.environ.get("SSL_CERT_FILE")}
    usual = cache(create)

    def created(*arguments: Any, **options: Any) -> ssl.SSLContext:
        is_usual = not arguments and options.keys() == {"cafile"} and options["cafile"] in files
        return (usual if is_usual else create)(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", created)
        yield


@pytest.fixture(scope="module")
def aws_credentials() -> Iterator[None]:
    """Credentials for moto, which hide the real ones of the user."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.setenv(name, "testing")
        patch.delenv("AWS_PROFILE", raising=False)
        yield


@pytest.fixture(scope="module")
def aws_endpoint(aws_credentials: None) -> Iterator[str]:  # noqa: ARG001 - they must be there first
    """The URL of moto's server."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - slow to import, and few tests need it

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
