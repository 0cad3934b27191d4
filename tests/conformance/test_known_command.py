"""`clumio-conformance known`: entries are written complete, or the message names what they lack."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from results import answered, result_of

from clumio_conformance.cli import main
from clumio_conformance.contract.contract import contract
from clumio_conformance.judging.known import load
from clumio_conformance.reporting.report import report_of, written

TODAY = datetime.now(UTC).date()
OPTIONS = ("--why", 'the "vendor" knows: C:\\temp\x7f', "--owner", "us")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "report.json"
    result = result_of(answered({"asset_types_enabled": ["EC2/EBS", "FSX"], "status": "active"}))
    file.write_text(written(report_of(result, contract())), encoding="utf-8")
    return file


def fingerprint(report: Path, requirement: str) -> str:
    findings = json.loads(report.read_text(encoding="utf-8"))["findings"]
    return str(next(row["fingerprint"] for row in findings if row["requirement"] == requirement))


def add(report: Path, requirement: str, *words: str) -> int:
    file = report.with_name("known.toml")
    return main(["known", "add", str(report), fingerprint(report, requirement), "--file", str(file), *words])


def test_an_entry_is_added_to_what_is_there(report: Path) -> None:
    file = report.with_name("known.toml")
    file.write_bytes(b"# ours\r\n")
    assert add(report, "UCG-ENUM-05", *OPTIONS) == 0
    assert (
        add(report, "UCG-ENUM-02", *OPTIONS, "--expires", "9999-12-31", "--link", "https://example.com/1")
        == 0
    )
    assert file.read_bytes().startswith(b"# ours\r\n")
    first, second = load([str(file)], contract(), today=TODAY).entries
    assert (first.location, first.observed) == ("/asset_types_enabled/*", 'value "FSX"')
    assert (first.why, first.owner, first.since) == (OPTIONS[1], "us", TODAY)
    assert (first.expires, first.link) == (TODAY + timedelta(days=90), None)
    assert (str(second.expires), second.link) == ("9999-12-31", "https://example.com/1")
    assert main(["known", "check", str(file)]) == 0


def test_an_entry_that_is_written_excuses_its_finding(report: Path) -> None:
    add(report, "UCG-ENUM-05", *OPTIONS)
    known = load([str(report.with_name("known.toml"))], contract(), today=TODAY)
    result = result_of(answered({"asset_types_enabled": ["FSX", "EC2/EBS"], "status": "active"}))
    assert [finding.requirement for finding in result.findings if known.excusing(finding)] == ["UCG-ENUM-05"]


def test_what_no_option_gives_is_left_to_be_written(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = report.with_name("known.toml")
    assert add(report, "UCG-ENUM-05") == 0
    assert "is known when you fill in why and owner" in capsys.readouterr().out
    assert main(["known", "check", str(file)]) == 4
    assert f"{file}:1: why must be a text that is not empty" in capsys.readouterr().err


def test_an_entry_is_added_once(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = report.with_name("known.toml")
    add(report, "UCG-ENUM-05", *OPTIONS)
    before = file.read_bytes()
    assert add(report, "UCG-ENUM-05", *OPTIONS) == 4
    assert f"is the same entry as {file}:1" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_a_finding_that_is_not_there_is_reported(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["known", "add", str(report), "0123456789abcdef"]) == 4
    printed = capsys.readouterr().err
    assert "0123456789abcdef: is no finding of this report; name a fingerprint, " in printed
    assert fingerprint(report, "UCG-ENUM-02") in printed


def test_a_beginning_of_a_fingerprint_is_enough(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = ["--file", str(report.with_name("known.toml"))]
    assert main(["known", "add", str(report.parent), fingerprint(report, "UCG-ENUM-02")[:6], *file]) == 0
    rows = json.loads(report.read_text(encoding="utf-8"))["findings"]
    several = next(
        row["requirement"] for row in rows if sum(row["requirement"] == r["requirement"] for r in rows) > 1
    )
    assert main(["known", "add", str(report), several, *file]) == 4
    assert f"{several}: has several findings; name one of them\n  " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nowhere/known.toml", "folder"])
def test_a_file_that_can_not_be_written_is_reported(
    report: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (report.parent / "folder").mkdir()
    file = report.parent / name
    words = ["known", "add", str(report), fingerprint(report, "UCG-ENUM-05"), "--file", str(file)]
    assert main(words) == 4
    assert f"{file}: can't be " in capsys.readouterr().err
    assert sorted(path.name for path in report.parent.iterdir()) == ["folder", "report.json"]
