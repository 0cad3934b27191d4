"""The reports of runs that were really made, on a broken sandbox."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from clumio_conformance.connection_groups import run as runner
from clumio_conformance.exchange import Exchange
from clumio_conformance.options import RunOptions
from clumio_conformance.reporting.report import report_schema
from clumio_conformance.session.targets import Sandbox


def ran(folder: Path, *faults: str, only: str) -> tuple[int, dict[str, object]]:
    options = RunOptions(report_dir=folder, pytest_args=("-q", "-k", only))
    code = runner.run(Sandbox(faults=faults), options)
    report = json.loads((folder / "report.json").read_text())
    jsonschema_rs.Draft202012Validator(report_schema()).validate(report)
    return code, report


def test_a_red_run_leaves_all_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A status that is not documented: the junit file and the terminal name it as the report does."""
    code, report = ran(tmp_path, "status-undocumented", only="test_a_group_is_read")

    failed = ET.parse(tmp_path / "junit.xml").getroot().findall(".//failure")  # noqa: S314 - our own file
    assert code == report["exit_code"] == 1
    assert report["verdict"] == "deviation"
    assert {file.name for file in tmp_path.iterdir()} == {
        "report.json", "index.html", "summary.md", "junit.xml", "results.sarif",
    }  # fmt: skip
    assert any('actual    "active"' in (failure.text or "") for failure in failed)
    printed = capsys.readouterr().out
    assert 'actual    "active"' in printed
    assert str(tmp_path / "index.html") in printed
    printed_and_written = printed + "".join(file.read_text() for file in tmp_path.iterdir())
    assert "$CLUMIO_API_TOKEN" in printed_and_written
    assert not re.search(r"conformance-[0-9a-f]{8}-", printed_and_written), "the token that the run sent"


def test_an_interrupted_run_is_reported_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_exchange: Exchange) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "effect", interrupt)

    code, report = ran(tmp_path, "status-undocumented", only="test_a_group_is_read")

    assert code == 2
    assert report["verdict"] == "interrupted"
    assert (tmp_path / "junit.xml").exists()


def test_a_run_that_sent_nothing_is_inconclusive(tmp_path: Path) -> None:
    code, report = ran(tmp_path, only="no_test_has_this_name")

    assert code == 5
    assert "nothing was judged" in str(report["inconclusive"])


def test_a_refused_valid_request_is_entered_once(tmp_path: Path) -> None:
    """What it is blamed on is settled at the end; the test that saw it fails all the same."""
    code, report = ran(tmp_path, "rds-refused", only="test_each_allowed and asset_types-RDS]")

    findings: Any = report["findings"]
    failed = ET.parse(tmp_path / "junit.xml").getroot().findall(".//failure")  # noqa: S314 - our own file
    assert code == 1
    assert [(row["requirement"], row["kind"], row["count"], row["of"]) for row in findings] == [
        ("UCG-ENUM-01", "rejects-valid", 1, 1)
    ]
    assert len(failed) == 1
