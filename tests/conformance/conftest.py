"""What is generated here is the same in each run, however busy the machine is, and nothing is kept of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from results import HOSTILE, hostile_result

from clumio_conformance.contract.contract import contract
from clumio_conformance.reporting.files import prepare, write_reports
from clumio_conformance.reporting.report import report_of
from clumio_conformance.result import Result

settings.register_profile(
    "deterministic",
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deterministic")


@pytest.fixture(autouse=True)
def _nobodys_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no setting of the user's terminal, or of a CI job, change what is printed."""
    for name in ("COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture(scope="module")
def hostile() -> Result:
    """Findings with hostile text at every place that a target can fill."""
    return hostile_result()


@pytest.fixture
def folder(hostile: Result, tmp_path: Path) -> Path:
    """A folder with all reports of the hostile result."""
    prepare(tmp_path)
    write_reports(report_of(replace(hostile, errors=[HOSTILE], notes=[HOSTILE]), contract()), tmp_path)
    return tmp_path
