"""Explanations: the facts of the contract, and exchanges that the judge itself calls right and wrong."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from results import hostile_result

from clumio_conformance.cli import main
from clumio_conformance.commands import explain
from clumio_conformance.contract.contract import contract
from clumio_conformance.judging.checked_by import places, rules_for
from clumio_conformance.reporting.report import report_of

ROWS = contract().requirements


def explained(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["explain", "--json", *words]) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_a_requirement_with_its_source_and_its_rule(capsys: pytest.CaptureFixture[str]) -> None:
    found = explained(capsys, "ucg-enum-02", "--no-exchanges")
    assert found["id"] == "UCG-ENUM-02"
    assert found["page"] == "200 > Schema > status"
    assert found["documentation"]["url"].startswith("https://")
    assert [(one["pointer"], one["keyword"]) for one in found["spec"]] == [
        ("/components/schemas/ConnectionGroup/properties/status", "enum")
    ]
    assert [rule["name"].rpartition(".")[2] for rule in found["rules"]] == ["body"]


@pytest.mark.parametrize(
    ("requirement", "status", "wrong", "actual"),
    [("UCG-ENUM-02", 200, 200, '"active"'), ("UCG-BODY-04", 400, 200, "200 for /asset_types")],
)
def test_the_exchanges_are_those_of_runs(
    capsys: pytest.CaptureFixture[str], requirement: str, status: int, *, wrong: int, actual: str
) -> None:
    found = explained(capsys, requirement)
    assert found["right"]["response"]["status"] == status
    assert found["wrong"]["exchange"]["response"]["status"] == wrong
    assert found["wrong"]["requirement"] == requirement
    assert actual in found["wrong"]["actual"]
    assert found["right"] | {"curl": ""} != found["wrong"]["exchange"] | {"curl": ""}


def test_a_sequence_that_deviates_is_no_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Most of its fields conform, but not all."""
    found = explained(capsys, "UCG-FLOW-05")
    assert found["wrong"]["exchange"]["request"] != found["right"]["request"]


@pytest.mark.parametrize("requirement", ["UCG-OP-04", "UCG-BODY-20"])
def test_where_no_exchange_is_wrong_it_says_so(
    requirement: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(explain, "_run", lambda *_, **__: SimpleNamespace(conforming={}))
    assert main(["explain", requirement]) == 0
    output = capsys.readouterr().out
    assert "A wrong exchange: no" in output
    assert "A right exchange: a quick run against the embedded sandbox has none." in output


@pytest.mark.parametrize("requirement", [row.id for row in ROWS.values() if row.binding])
def test_each_binding_requirement_has_a_rule(requirement: str) -> None:
    known = contract()
    assert rules_for(requirement, places(requirement, known), known)


def test_all_are_listed_or_those_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(ROWS)
    assert main(["explain", "--find", "AWS_Regions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert 0 < len(lines) < len(ROWS)
    assert all("aws_regions" in line for line in lines)
    assert main(["explain", "--find", "no such word"]) == 4


def test_a_fingerprint_of_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = report_of(hostile_result(), contract())
    file = tmp_path / "report.json"
    file.write_text(json.dumps(report))
    finding = report["findings"][0]
    found = explained(capsys, finding["fingerprint"], "--report", str(file), "--no-exchanges")
    assert found["id"] == finding["requirement"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("UCG-ENUM02", "did you mean UCG-ENUM-02"),
        ("ffff", "explain without an ID lists them all"),
        ("\x1b[2Jx", "\\x1b[2Jx"),
    ],
)
def test_an_id_that_is_none(name: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", name]) == 4
    error = capsys.readouterr().err
    assert said in error
    assert "\x1b" not in error
