"""A mock is like the target's answer, or the run reports it."""

import json
import socket
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from live_target import SandboxAndControl, ran, vendor

from clumio_conformance.connection_groups import mocks
from clumio_conformance.connection_groups import run as runner
from clumio_conformance.connection_groups.confirmation import confirm, is_checkout
from clumio_conformance.connection_groups.scenarios import FILE, scenarios
from clumio_conformance.exchange import Request, Response
from clumio_conformance.options import RunOptions
from clumio_conformance.session.targets import Mock, Sandbox

PLAYED = ("-q", "-k", "test_scenarios")


def report(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    document: dict[str, dict[str, dict[str, str]]] = json.loads((folder / "report.json").read_text())
    return document


def test_all_mocks_are_played_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a mock opens no connection")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr("socket.getaddrinfo", refused)

    code = runner.run(Mock(), RunOptions(report_dir=tmp_path, pytest_args=PLAYED))

    played = report(tmp_path)["scenarios"]
    assert code == 0
    assert set(played) == {scenario.id for scenario in scenarios()}
    assert {(row["parity"], "target" in row) for row in played.values()} == {("not_run", False)}


def test_every_mock_has_the_shape_of_the_sandboxs_answer(tmp_path: Path) -> None:
    assert runner.run(Sandbox(), RunOptions(report_dir=tmp_path, pytest_args=PLAYED)) == 0

    assert {row["parity"] for row in report(tmp_path)["scenarios"].values()} == {"confirmed"}
    for row in report(tmp_path)["scenarios"].values():
        target, day = row["confirmed"].split()
        assert target in {"sandbox", "live"}
        assert date.fromisoformat(day)


def test_a_target_whose_answer_changed_its_shape(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    """A documented field is new: the contract allows it, so it is a note, and the report shows where."""

    def changed(_request: Request, response: Response) -> Response | None:
        if response.status != 200 or not isinstance(response.json, dict) or "id" not in response.json:
            return None
        group = {**response.json, "account_name": "production"}
        return Response(status=200, headers=response.headers, body=json.dumps(group).encode())

    with vendor(sandbox, changed) as target:
        target.create()
        done = ran(tmp_path, target.token, "run", "--base-url", target.url, "--", *PLAYED)

    read = done.report["scenarios"]["read"]
    assert read["parity"] == "differs"
    assert read["differences"] == "/account_name: no such field in the mock, and string here"
    assert [note for note in done.report["notes"] if note.startswith("1 mocks differ from this target")]
    assert "UCG-MOCK-02" not in {row["requirement"] for row in done.report["findings"]}
    assert done.outcome("UCG-MOCK-02") == "conforms"


def test_a_target_that_departs_confirms_nothing(tmp_path: Path) -> None:
    """The vendor's answer is wrong: that is its own finding, and proves nothing about the mock."""
    runner.run(Sandbox(faults=("status-undocumented",)), RunOptions(report_dir=tmp_path, pytest_args=PLAYED))

    document = json.loads((tmp_path / "report.json").read_text())
    assert document["scenarios"]["read"]["parity"] == "target departs"
    assert "UCG-MOCK-02" not in {row["requirement"] for row in document["findings"]}


def test_a_mock_that_contradicts_the_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answer has a status that the page does not list: the finding blames the suite, and names it."""
    first, real = scenarios()[0], mocks.play
    wrong = replace(first, answer=replace(first.answer, body={**first.answer.body, "status": "paused"}))
    monkeypatch.setattr(mocks, "play", lambda scenario: real(wrong if scenario == first else scenario))

    code = runner.run(Mock(), RunOptions(report_dir=tmp_path, strict=True, pytest_args=PLAYED))

    document = json.loads((tmp_path / "report.json").read_text())
    rows = [row for row in document["findings"] if row["requirement"] == "UCG-MOCK-01"]
    assert code == 1
    assert [(row["blame"], row["location"]) for row in rows] == [
        ("suite", f"mock {first.id} UCG-ENUM-02 /status")
    ]
    assert document["scenarios"][first.id]["parity"] == "differs"


def test_an_answer_that_was_lost_confirms_nothing(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    def dropped(request: Request, _response: Response) -> Response | None:
        if request.url.endswith("?limit=1"):
            return None
        raise ConnectionAbortedError("on purpose")

    with vendor(sandbox, dropped) as target:
        group = target.create()
        words = ["run", "--base-url", target.url, "--connection-group-id", group]
        done = ran(tmp_path, target.token, *words, "--", *PLAYED)

    assert done.report["scenarios"]["read"]["parity"] == "not_run"


DOCUMENT = """\
# a comment
group: {id: x}  # kept
scenarios:
  - id: one
    story: "First."
    confirmed: {target: live, date: "2026-01-01"}
    answer: {status: 200}
  # between
  - id: two
    story: Second.
    answer:   {status: 200}   # odd blanks
  - id: three
    story: Third.
    confirmed: {target: sandbox, date: "2026-01-01"}
    answer: {status: 200}
"""


def test_a_confirmation_changes_its_own_line_alone(tmp_path: Path) -> None:
    """A stand-in's word does not replace the vendor's; comments, quotes and blanks stay."""
    file = tmp_path / "scenarios.yaml"
    file.write_text(DOCUMENT)

    assert confirm(file, ["one", "two", "three", "four"], "sandbox", date(2026, 2, 3)) == ["two", "three"]

    added = '    confirmed: {target: sandbox, date: "2026-02-03"}\n'
    assert file.read_text() == DOCUMENT.replace(
        '    story: Third.\n    confirmed: {target: sandbox, date: "2026-01-01"}\n',
        f"    story: Third.\n{added}",
    ).replace("    story: Second.\n", f"    story: Second.\n{added}")

    assert confirm(file, ["one"], "live", date(2026, 3, 4)) == ["one"]
    assert 'confirmed: {target: live, date: "2026-03-04"}' in file.read_text()


def test_the_file_of_the_project_survives_a_confirmation(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.yaml"
    file.write_bytes(FILE.read_bytes())

    written = confirm(file, [scenario.id for scenario in scenarios()], "live", date(2026, 3, 4))

    assert len(written) == len(scenarios())
    other = [line for line in file.read_text().splitlines() if "confirmed: {" not in line]
    assert other == [line for line in FILE.read_text().splitlines() if "confirmed: {" not in line]


def test_only_a_checkout_is_written_to(tmp_path: Path) -> None:
    assert is_checkout(FILE)
    assert not is_checkout(tmp_path / "site-packages" / "scenarios.yaml")
