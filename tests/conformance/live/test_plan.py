"""`--dry-run` prints the plan, and nothing is sent."""

import socket
from pathlib import Path

import pytest
from live_target import COLLECTION

from clumio_conformance import cli


def planned(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> str:
    code = cli.main(["run", "--dry-run", "--report-dir", str(folder), *words])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return printed.out


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a plan opens no connection")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr("subprocess.Popen", refused)


def test_the_plan_of_a_run_that_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = planned(capsys, tmp_path / "none", "--base-url", "https://api.example.com")

    assert "live, https://api.example.com" in plan
    assert "none; --allow-writes would send updates" in plan
    assert "5 requests a second" in plan
    assert "2000 requests" in plan
    assert f"GET   {COLLECTION}\n" in plan
    assert "PUT" not in plan
    assert "POST" not in plan
    assert "test_reading.py" in plan
    assert "test_update.py" not in plan
    assert "CLUMIO_API_TOKEN is not set" in plan
    assert not (tmp_path / "none").exists()


def test_the_plan_of_a_run_that_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUMIO_API_TOKEN", "canary-token")
    monkeypatch.setenv("CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT", "unit-7")

    plan = planned(
        capsys,
        tmp_path,
        "--base-url",
        "https://api.example.com",
        "--allow-writes",
        "--connection-group-id",
        "a/b",
    )

    assert "a/b, read first and restored at the end" in plan
    assert f"PUT   {COLLECTION}/a%2Fb   once its original is on disk" in plan
    assert "POST" not in plan
    assert "the template's URL, without the token" in plan
    assert "unit      unit-7" in plan
    assert "test_update.py" in plan
    assert "canary" not in plan


def test_the_plan_of_a_run_that_creates_its_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = planned(capsys, tmp_path, "--base-url", "http://[::1]:1", "--allow-writes")

    assert f"POST  {COLLECTION}\n" in plan
    assert "once the run has created it" in plan
    assert "rate      no limit" in plan


@pytest.mark.parametrize("target", ["mock", "sandbox"])
def test_the_other_targets_have_a_plan_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    plan = planned(capsys, tmp_path, "--target", target)

    assert f"target    {target}" in plan
    assert "test_scenarios.py" in plan


def test_the_options_for_pytest_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = planned(capsys, tmp_path, "--base-url", "http://[::1]:1", "--", "-k", "test_a_group_is_read")

    assert "tests     1\n" in plan
    assert "estimate  2 requests" in plan
