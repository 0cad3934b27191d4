"""What is printed and written after a run, from a result that is as hostile as an answer can be."""

import io
import json
import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest
from results import HOSTILE, answered, result_of

from clumio_conformance.contract.contract import contract
from clumio_conformance.reporting.files import ReportError, prepare
from clumio_conformance.reporting.report import report_of, report_schema
from clumio_conformance.reporting.terminal import described_by, show
from clumio_conformance.result import Result

REPORTS = {"report.json", "index.html", "summary.md", "junit.xml", "results.sarif"}


def test_every_report_is_written_and_none_left_half_made(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == REPORTS


def test_reports_of_an_earlier_run_are_taken_away(folder: Path) -> None:
    (folder / "mine.txt").touch()

    prepare(folder)

    assert [file.name for file in folder.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_is_a_usage_error_that_names_the_option(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ReportError, match=r"^--report-dir .*/file: .*; name another folder$"):
        prepare(tmp_path / "file")


def test_the_report_keeps_its_schema(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text())

    jsonschema_rs.Draft202012Validator(report_schema()).validate(report)
    jsonschema_rs.meta.validate(report_schema())


@pytest.mark.parametrize("field", ["exit_code", "run", "requirements", "findings"])
def test_a_report_without_a_promised_field_breaks_the_schema(hostile: Result, field: str) -> None:
    report = report_of(hostile, contract())
    del report[field]

    assert not jsonschema_rs.Draft202012Validator(report_schema()).is_valid(report)


def test_the_report_says_all_that_is_known_of_a_finding() -> None:
    result = result_of(answered({"id": "7c3e", "status": "active"}))
    found = next(
        row for row in report_of(result, contract())["findings"] if row["requirement"] == "UCG-ENUM-02"
    )
    spec = contract().spec.file.read_text().splitlines()

    assert found["location"] == "/status"
    assert found["actual"] == '"active"'
    assert found["expected"].startswith("connecting | fully_connected")
    assert found["fails"] is True
    assert found["level"] == "must"
    assert found["seed"] == 7
    assert "ConnectionGroupStatus:" in spec[found["line"] - 1]
    assert found["exchange"]["response"]["status"] == 200
    assert shlex.split(found["curl"])[:3] == ["curl", "-i", "-X"]


def test_a_finding_without_a_node_of_its_own_points_at_the_field_or_the_operation() -> None:
    result = result_of(answered({"id": "another", "status": "connecting"}, 200))
    lines = {row["location"]: row["pointer"] for row in report_of(result, contract())["findings"]}

    assert lines["/id"] == "/components/schemas/ConnectionGroup/properties/id"
    assert (
        lines["header content-type"]
        == "/paths/~1connections~1aws~1connection-groups~1{connection_group_id}/put"
    )


def test_two_runs_of_the_same_differ_in_nothing_but_when(hostile: Result) -> None:
    first = report_of(hostile, contract(), finished=datetime(2026, 1, 1, tzinfo=UTC))
    second = report_of(
        replace(hostile, findings=hostile.findings[::-1]),
        contract(),
        finished=datetime(2026, 1, 2, tzinfo=UTC),
    )

    assert first["run"].pop("finished") == "2026-01-01T00:00:00+00:00"
    assert second["run"].pop("finished") == "2026-01-02T00:00:00+00:00"
    assert first == second
    assert "Thu, 01 Jan" not in json.dumps(first)


def test_a_long_body_is_cut_and_said_to_be() -> None:
    report = report_of(result_of(answered({"status": "x" * 100_000})), contract())

    response = report["findings"][0]["exchange"]["response"]
    assert response["bytes"] > 100_000
    assert len(response["body"]) < 5_000
    assert response["body"].endswith("characters in all)")


class _Terminal(io.StringIO):
    encoding = "ascii"

    def isatty(self) -> bool:
        return True


def test_the_terminal_obeys_nothing_that_a_target_sends(
    hostile: Result, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = _Terminal()

    report = report_of(replace(hostile, errors=[HOSTILE], notes=[HOSTILE]), contract())
    show(report, folder, stream, "everything")
    show(report, folder, stream)

    text = stream.getvalue()
    assert text.isascii()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", text)
    assert f"  reports   {folder / 'index.html'}, report.json, " in text
    assert "\ncoverage of the contract: 2/3 property\n" in text
    assert "\ndeviation: " in text


def test_a_finding_is_shown_so_that_it_can_be_sent_to_the_vendor() -> None:
    finding = next(
        f for f in result_of(answered({"status": "active"})).findings if f.requirement == "UCG-ENUM-02"
    )

    head, *rows = described_by(contract())(finding).splitlines()

    assert (
        head == "UCG-ENUM-02  PUT /connections/aws/connection-groups/{connection_group_id} -> 200   /status"
    )
    assert [row.split()[0] for row in rows] == ["says", "expected", "actual", "when", "replay"]
    assert "(page: " in rows[0]


REACH = "0 of 80 musts checked (25 need writes; 18 need deployed; 5 need control)"
COMPARED = {"target": "mock", "baseline": {"file": "old.json", "finished": "2026-01-01T00:00:00+00:00"}}
STALE = {"where": "known.toml:1", "requirement": "UCG-ENUM-02", "location": "/status"}


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"exit_code": 0}, f"passed: nothing new, {REACH}"),
        (
            {"exit_code": 1, "changes": [{}], "run": COMPARED},
            f"deviation: 1 change since the baseline, {REACH}",
        ),
        ({"exit_code": 1, "stale": [STALE]}, f"deviation: 1 stale entry, {REACH}"),
        ({"exit_code": 2}, "interrupted: the report holds the results until then"),
        ({"exit_code": 3, "errors": ["a", "b"]}, "our own error, not the vendor's: 2 errors of the suite"),
        ({"exit_code": 4}, "wrong usage: pytest refused its arguments; check those after --"),
        ({"exit_code": 5, "inconclusive": "no token"}, "inconclusive: no token"),
    ],
)
def test_the_verdict_is_one_line(change: dict[str, object], line: str, tmp_path: Path) -> None:
    stream = io.StringIO()

    show(report_of(replace(result_of(), **change), contract()), tmp_path, stream)  # type: ignore[arg-type]  # one field each

    assert line in stream.getvalue().splitlines()
