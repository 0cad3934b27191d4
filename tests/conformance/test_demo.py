"""The demo: two runs, explained; it works only if the healthy sandbox passes and the fault is found."""

import json
import webbrowser
from pathlib import Path

import pytest

from clumio_conformance.cli import main
from clumio_conformance.commands import demo


def test_the_demo_shows_a_fault_and_leaves_two_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    assert main(["demo", "--report-dir", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert "The embedded sandbox breaks none of" in output
    assert "The embedded sandbox breaks 1 of" in output
    assert 'actual    "active"' in output
    assert "new finding: UCG-ENUM-02 at /status" in output
    assert "clumio-conformance explain UCG-ENUM-02" in output
    assert opened == [], "no browser without a terminal"
    for name, code in {"healthy": 0, "with-fault": 1}.items():
        assert (tmp_path / name / "index.html").exists()
        assert json.loads((tmp_path / name / "report.json").read_text())["exit_code"] == code


@pytest.mark.parametrize(
    ("display", "words", "pages"), [(True, [], 1), (True, ["--no-open"], 0), (False, [], 0)]
)
def test_a_browser_is_opened_only_where_somebody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, display: bool, words: list[str], pages: int
) -> None:
    """A fault that the run does not find lets the demo fail."""
    opened: list[str] = []
    report = {"exit_code": 0, "findings": []}
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(demo, "_has_display", lambda: display)
    monkeypatch.setattr(demo, "_run", lambda *_: report)
    monkeypatch.setattr(demo, "_result", lambda *_: iter(["nothing"]))
    monkeypatch.setattr(demo, "changes", lambda *_: [])
    assert main(["demo", "--report-dir", str(tmp_path), *words]) == 3
    assert len(opened) == pages


@pytest.mark.parametrize("name", ["no-such-fault", "answers-late", "unauthorized-as-403"])
def test_a_fault_that_no_run_can_find_is_wrong_usage(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--fault", name]) == 4
    assert "--fault" in capsys.readouterr().err
