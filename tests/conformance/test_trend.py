"""The trend: runs in the order of their times, and when each cause came and went."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from results import HOSTILE, answered, hostile_result, result_of

from clumio_conformance.cli import main
from clumio_conformance.contract.contract import contract
from clumio_conformance.reporting.report import report_of

Write = Callable[..., Path]
WRONG = {"id": "7c3e", "status": "active"}
RIGHT = {"id": "7c3e", "status": "connecting"}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the report of a run on a day of January, in a folder of its own."""

    def written(day: int, body: object, **run: Any) -> Path:
        report = report_of(result_of(answered(body, media_type="application/json")), contract())
        report["run"] |= {"finished": f"2026-01-{day:02}T06:00:00+00:00", **run}
        file = tmp_path / f"day-{day:02}" / "report.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(report), encoding="utf-8")
        return file

    return written


def trend(capsys: pytest.CaptureFixture[str], *words: object) -> list[dict[str, Any]]:
    assert main(["trend", "--json", *map(str, words)]) == 0
    return list(json.loads(capsys.readouterr().out)["targets"])


def status_of(target: dict[str, Any]) -> dict[str, Any]:
    return next(dict(cause) for cause in target["causes"] if cause["requirement"] == "UCG-ENUM-02")


def test_a_cause_comes_goes_and_comes_again(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day, body in {5: WRONG, 1: RIGHT, 3: WRONG, 4: RIGHT}.items():
        write(day, body)
    (target,) = trend(capsys, tmp_path)
    assert [run["finished"][8:10] for run in target["runs"]] == ["01", "03", "04", "05"]
    assert status_of(target)["spans"] == [
        {"since": "2026-01-03", "gone": "2026-01-04"},
        {"since": "2026-01-05", "gone": None},
    ]
    said = [[change["what"] for change in run["changes"]] for run in target["runs"]]
    assert said == [[], ["new finding"], ["gone finding"], ["new finding"]]
    assert main(["trend", str(tmp_path)]) == 0
    assert "2026-01-03 to 2026-01-04, again 2026-01-05  there" in capsys.readouterr().out


def test_a_run_that_tries_less_ends_nothing(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(1, WRONG)
    write(2, RIGHT, quick=True)
    (target,) = trend(capsys, tmp_path)
    cause = status_of(target)
    assert cause["spans"] == [{"since": "2026-01-01", "gone": None}]
    assert cause["unseen"] == 1
    assert "quick None before, True now" in target["runs"][1]["note"]
    assert main(["trend", str(tmp_path)]) == 0
    assert "not checked by the last 1 run" in capsys.readouterr().out


def test_targets_have_histories_of_their_own(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(1, WRONG)
    write(2, RIGHT, base_url="https://other.invalid")
    assert [target["target"] for target in trend(capsys, tmp_path)] == [
        "live https://api.invalid",
        "live https://other.invalid",
    ]


def test_a_copy_of_a_report_is_left_out(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(1, WRONG)
    copy = tmp_path / "copy.json"
    copy.write_bytes(file.read_bytes())
    assert main(["trend", str(file), str(file.parent), str(copy)]) == 0
    output = capsys.readouterr()
    assert output.err == f"note: {copy}: left out, as it is the same report as {file}\n"
    assert "1 run\n" in output.out


def test_old_reports_are_read(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Version 1.0 has no title, place, day or count of further findings."""
    file = write(1, WRONG)
    report = json.loads(file.read_text())
    report["schema_version"] = "1.0"
    for name in ("documentation", "more_findings"):
        del report[name]
    for finding in report["findings"]:
        for name in ("title", "severity", "since", "is_new", "place", "locations", "operations"):
            del finding[name]
    file.write_text(json.dumps(report))
    write(2, WRONG)
    (target,) = trend(capsys, tmp_path)
    assert status_of(target)["spans"] == [{"since": "2026-01-01", "gone": None}]


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is not JSON"), ("{}", "is not a report of this version"), (None, "has no report.json")],
)
def test_what_is_no_report_is_named(
    tmp_path: Path, text: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / "report.json").write_text(text)
    assert main(["trend", str(tmp_path)]) == 4
    error = capsys.readouterr().err
    assert str(tmp_path) in error
    assert said in error


def test_a_time_that_is_none_is_named(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(1, WRONG, finished="2026-01-01T\x1b[2J")
    assert main(["trend", str(file)]) == 4
    error = capsys.readouterr().err
    assert "run/finished" in error
    assert "\x1b" not in error


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_hostile_texts_reach_neither_terminal_nor_page(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = report_of(hostile_result(), contract())
    report["run"]["base_url"] = HOSTILE
    file, page = tmp_path / "report.json", tmp_path / "page.html"
    file.write_text(json.dumps(report))
    assert main(["trend", str(file), "--format", form, "--html", str(page)]) == 0
    output = capsys.readouterr().out
    assert "\x1b" not in output
    assert "\u202e" not in output
    assert form == "text" or "<script>" not in output
    assert "<script>alert" not in page.read_text()


def test_a_page_that_cannot_be_written_is_wrong_usage(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trend", str(write(1, WRONG)), "--html", str(tmp_path / "none" / "page.html")]) == 4
    assert "--html" in capsys.readouterr().err
