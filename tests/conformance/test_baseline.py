"""What changed between two runs is named by its cause, once."""

import json
from pathlib import Path
from typing import Any

import pytest

from clumio_conformance.baseline import BaselineError, changes, incomparable, read_report
from clumio_conformance.cli import main

BEHAVIOUR = {
    **{f"update asset_types-{value}": "200" for value in ("RDS", "S3", "EBS", "RDS+S3", "RDS+EBS", "S3+EBS")},
    **{f"update asset_types-foreign-{value}": "400 1002" for value in ("FSX", "Lambda")},
    **{f"update asset_types_enabled-foreign-{value}": "400 1002" for value in ("FSX", "Lambda")},
    "update asset_types-missing": "400 1002",
    "update authorization-missing": "401 402",
    "update aws_regions-none": "200",
    "create asset_types-EBS": "200",
}


def report(behaviour: dict[str, str] = BEHAVIOUR, *findings: dict[str, Any], **run: Any) -> dict[str, Any]:
    return {
        "schema_version": "1.0",
        "exit_code": 0,
        "verdict": "passed",
        "run": {
            "target": "live",
            "strict": False,
            "version": "1",
            "finished": "2026-11-24T00:00:00+00:00",
            **run,
        },
        "requirements": [row("UCG-ENUM-02", "conforms"), row("UCG-RESP-22", "not_run")],
        "findings": list(findings),
        "behaviour": behaviour,
        "inconclusive": None,
        "errors": [],
        "notes": [],
    }


def row(requirement: str, outcome: str) -> dict[str, Any]:
    return {
        "id": requirement,
        "level": "must",
        "outcome": outcome,
        "reason": "",
        "says": "",
        "page": None,
        "grade": "doc",
    }


def finding(requirement: str = "UCG-ENUM-02", operation: str = "PUT", **changed: Any) -> dict[str, Any]:
    told = {
        "requirement": requirement,
        "operation": operation,
        "location": "/status",
        "actual": '"active"',
        "blame": "vendor",
    }
    return {**told, "observed": "value", "fingerprint": f"{requirement}{operation}", **changed}


def told(new: dict[str, Any], old: dict[str, Any] | None = None) -> list[str]:
    return [str(change) for change in changes(old or report(), new)]


def test_nothing_changed() -> None:
    assert told(report()) == []


def test_a_value_that_is_refused_now_is_named_once() -> None:
    new = {
        name: "400 1002" if "EBS" in name and name.startswith("update") else was
        for name, was in BEHAVIOUR.items()
    }
    assert told(report(new)) == ["behaviour: now refuses EBS: 400 1002 was 200 (in 3 places)"]


def test_values_that_are_accepted_now_are_named_with_their_field() -> None:
    new = {name: "200" if "asset_types-foreign" in name else was for name, was in BEHAVIOUR.items()}
    assert told(report(new)) == ["behaviour: now accepts asset_types foreign: 200 was 400 1002 (in 2 places)"]


def test_a_status_that_is_another_everywhere_is_named_once() -> None:
    new = {name: was.replace("400", "422") for name, was in BEHAVIOUR.items()}
    assert told(report(new)) == ["behaviour: 422 was 400, wherever it was (in 5 places)"]


def test_a_single_request_is_named_by_itself() -> None:
    assert told(report({**BEHAVIOUR, "update aws_regions-none": "400 1002"})) == [
        "behaviour: update aws_regions-none: 400 1002 was 200"
    ]


def test_what_only_one_run_tried_is_no_change() -> None:
    assert told(report({"update asset_types-RDS": "200", "update something new": "500"})) == []


def test_a_finding_of_several_operations_is_named_once() -> None:
    listed = finding(operation="LIST", location="/_embedded/items/4/status")
    assert told(report(BEHAVIOUR, finding(), finding(operation="GET"), listed)) == [
        'new finding: UCG-ENUM-02 at /status: "active" (in 3 places)'
    ]


def test_a_finding_that_is_gone_is_named() -> None:
    assert told(report(), report(BEHAVIOUR, finding())) == ['gone finding: UCG-ENUM-02 at /status: "active"']


@pytest.mark.parametrize(
    "other", [finding(blame="environment"), finding(blame="suite"), finding("UCG-RESP-22")]
)
def test_what_says_nothing_of_a_change_is_left_out(other: dict[str, Any]) -> None:
    assert told(report(BEHAVIOUR, other)) == []


def test_unlike_runs_are_told() -> None:
    assert incomparable(report(), report()) is None
    assert incomparable(report(), report(quick=True)) == "the runs were not alike: quick None then, True now"


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "is not JSON"), ("[]", "is no report"), ('{"schema_version": "2.0"}', "is no report")],
)
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError, match=message):
        read_report(file)


def test_the_command_compares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(report()), encoding="utf-8")
    new.write_text(json.dumps(report({**BEHAVIOUR, "update aws_regions-none": "400 1002"})), encoding="utf-8")
    assert main(["compare", str(old), str(old)]) == 0
    assert main(["compare", str(old), str(new)]) == 1
    assert main(["compare", str(old), str(tmp_path / "none.json")]) == 4
    said = capsys.readouterr()
    assert "nothing changed" in said.out
    assert "update aws_regions-none: 400 1002 was 200" in said.out
    assert "none.json: can't be read" in said.err
