"""What changed between two runs is named by its cause, once."""

import json
from pathlib import Path
from typing import Any

import pytest

from clumio_conformance.cli import main
from clumio_conformance.connection_groups.run import NAMING
from clumio_conformance.reporting.baseline import BaselineError, changes, incomparable, read_report

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
    fields = {
        "requirement": requirement,
        "operation": operation,
        "location": "/status",
        "actual": '"active"',
        "blame": "vendor",
    }
    return {**fields, "observed": "value", "fingerprint": f"{requirement}{operation}", **changed}


def changes_of(new: dict[str, Any], old: dict[str, Any] | None = None) -> list[str]:
    return [str(change) for change in changes(old or report(), new, NAMING)]


def test_nothing_changed() -> None:
    assert changes_of(report()) == []


def test_a_value_that_is_refused_now_is_named_once() -> None:
    new = {
        name: "400 1002" if "EBS" in name and name.startswith("update") else was
        for name, was in BEHAVIOUR.items()
    }
    assert changes_of(report(new)) == ["behaviour: now refuses EBS: 400 1002 instead of 200 (in 3 places)"]


def test_values_that_are_accepted_now_are_named_with_their_field() -> None:
    new = {name: "200" if "asset_types-foreign" in name else was for name, was in BEHAVIOUR.items()}
    assert changes_of(report(new)) == [
        "behaviour: now accepts asset_types foreign: 200 instead of 400 1002 (in 2 places)"
    ]


def test_a_status_that_is_another_everywhere_is_named_once() -> None:
    new = {name: was.replace("400", "422") for name, was in BEHAVIOUR.items()}
    assert changes_of(report(new)) == ["behaviour: 422 instead of 400 everywhere (in 5 places)"]


def test_a_single_request_is_named_by_itself() -> None:
    assert changes_of(report({**BEHAVIOUR, "update aws_regions-none": "400 1002"})) == [
        "behaviour: now refuses update aws_regions-none: 400 1002 instead of 200"
    ]


def test_one_cause_of_two_operations_is_named_once() -> None:
    new = {name: "400 1002" if "EBS" in name else was for name, was in BEHAVIOUR.items()}
    assert changes_of(report(new)) == ["behaviour: now refuses EBS: 400 1002 instead of 200 (in 4 places)"]


def test_error_codes_that_are_others_everywhere_are_named_once() -> None:
    new = {name: was.replace("1002", "2002").replace("402", "359") for name, was in BEHAVIOUR.items()} | {
        "update more-authorization": "401 359"
    }
    old = {**BEHAVIOUR, "update more-authorization": "401 402"}
    assert changes_of(report(new), report(old)) == [
        "behaviour: other error codes everywhere: "
        "400 2002 instead of 400 1002, 401 359 instead of 401 402 (in 7 places)"
    ]


def test_what_is_shown_otherwise_is_named_without_a_verb() -> None:
    old = {"update asset_types-disagreeing shows": "as sent", "open UCG-RESP-30": "9999"}
    new = {
        "update asset_types-disagreeing shows": "asset_types as asset_types_enabled",
        "open UCG-RESP-30": "",
    }
    assert changes_of(report(new), report(old)) == [
        "behaviour: open UCG-RESP-30:  instead of 9999",
        "behaviour: update asset_types-disagreeing shows: "
        "asset_types as asset_types_enabled instead of as sent",
    ]


def test_a_request_without_an_answer_is_no_change() -> None:
    assert changes_of(report({**BEHAVIOUR, "update aws_regions-none": "no answer"})) == []


REFUSES_EBS = {
    name: "400 1002" if "EBS" in name and name.startswith("update") else was
    for name, was in BEHAVIOUR.items()
}


def rejected(**changed: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "kind": "rejects-valid",
        "location": "request /asset_types",
        "actual": "400 wrong",
        "observed": "rejected: asset_types with EBS",
        "probes": [name for name in BEHAVIOUR if "EBS" in name and name.startswith("update")],
    }
    return finding("UCG-ENUM-02", **fields | changed)


def test_a_finding_stands_for_the_requests_that_show_it() -> None:
    assert changes_of(report(REFUSES_EBS, rejected())) == [
        "new finding: UCG-ENUM-02 now refuses asset_types with EBS: 400 1002 instead of 200 (in 4 places)"
    ]
    assert changes_of(report(), report(REFUSES_EBS, rejected())) == [
        "gone finding: UCG-ENUM-02 accepts again asset_types with EBS: 200 instead of 400 1002 (in 4 places)"
    ]


def test_a_finding_does_not_stand_for_what_has_another_cause() -> None:
    undocumented = finding(kind="undocumented", probes=["update aws_regions-none"])
    new = {**BEHAVIOUR, "update aws_regions-none": "400 1002"}
    assert changes_of(report(new, undocumented)) == [
        'new finding: UCG-ENUM-02 at /status: "active"',
        "behaviour: now refuses update aws_regions-none: 400 1002 instead of 200",
    ]


def test_what_a_requirement_accepts_against_its_word_is_named_once() -> None:
    accepted = [
        finding(
            operation=name,
            kind="accepts-invalid",
            location=f"request /{name}",
            actual=f"200 for /{name} = no such field",
            observed=f"accepted: required {name}",
            probes=[f"create {name}-missing"],
        )
        for name in "abcd"
    ]
    behaviour = {f"create {name}-missing": "400 1002" for name in "abcd"} | BEHAVIOUR
    opened = {f"create {name}-missing": "200" for name in "abcd"} | BEHAVIOUR
    assert changes_of(report(opened, *accepted), report(behaviour)) == [
        "new finding: UCG-ENUM-02 now accepts "
        "/a = no such field; /b = no such field; /c = no such field and 1 more"
        ": 200 instead of 400 1002 (in 8 places)"
    ]


def test_what_shows_in_one_field_is_named_once() -> None:
    entry = finding("UCG-RESP-05", location="/asset_types_enabled/*", actual="1", observed="type number")
    whole = finding(location="/asset_types_enabled", actual="[1]", observed="differs")
    report_of_both = report(BEHAVIOUR, entry, whole)
    report_of_both["requirements"].append(row("UCG-RESP-05", "deviation"))
    old = report()
    old["requirements"].append(row("UCG-RESP-05", "conforms"))
    assert changes_of(report_of_both, old) == [
        "new finding: UCG-ENUM-02 UCG-RESP-05 at /asset_types_enabled: 1; [1] (in 2 places)"
    ]


@pytest.mark.parametrize(
    ("run", "before"),
    [({"writes": False}, {"writes": True}), ({"quick": True}, {}), ({"unfinished": "lost"}, {})],
)
def test_a_run_that_tried_less_reports_nothing_as_gone(run: dict[str, Any], before: dict[str, Any]) -> None:
    assert changes_of(report(**run), report(BEHAVIOUR, finding(), **before)) == []
    assert changes_of(report(**run), report(BEHAVIOUR, finding(), **run)) != []


def test_what_only_one_run_tried_is_no_change() -> None:
    assert changes_of(report({"update asset_types-RDS": "200", "update something new": "500"})) == []


def test_a_finding_of_several_operations_is_named_once() -> None:
    listed = finding(operation="LIST", location="/_embedded/items/4/status")
    assert changes_of(report(BEHAVIOUR, finding(), finding(operation="GET"), listed)) == [
        'new finding: UCG-ENUM-02 at /status: "active" (in 3 places)'
    ]


def test_another_unknown_field_is_a_change_although_it_is_the_same_cause() -> None:
    old = finding(
        location="/extra", place="/*", locations=["/extra"], actual="1", observed="undocumented field"
    )
    new = {**old, "locations": ["/extra", "/config/odd", "/other"]}
    found = changes_of(report(BEHAVIOUR, new), report(BEHAVIOUR, old))

    assert found == [
        "new finding: UCG-ENUM-02 at /config/odd: undocumented field",
        "new finding: UCG-ENUM-02 at /other: undocumented field",
    ]
    assert changes_of(report(BEHAVIOUR, old), report(BEHAVIOUR, old)) == []


def test_a_finding_that_is_gone_is_named() -> None:
    assert changes_of(report(), report(BEHAVIOUR, finding())) == [
        'gone finding: UCG-ENUM-02 at /status: "active"'
    ]


@pytest.mark.parametrize(
    "other", [finding(blame="environment"), finding(blame="suite"), finding("UCG-RESP-22")]
)
def test_what_says_nothing_of_a_change_is_left_out(other: dict[str, Any]) -> None:
    assert changes_of(report(BEHAVIOUR, other)) == []


def test_unlike_runs_are_reported() -> None:
    assert incomparable(report(), report()) is None
    assert (
        incomparable(report(), report(quick=True))
        == "the runs are hard to compare: quick None before, True now"
    )
    one, other = report(base_url="https://one.invalid"), report(base_url="https://other.invalid")
    expected = "the runs are hard to compare: base_url https://one.invalid before, https://other.invalid now"
    assert incomparable(one, other) == expected


def test_unlike_runs_may_have_no_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(report()), encoding="utf-8")
    new.write_text(json.dumps(report(quick=True)), encoding="utf-8")
    assert main(["compare", str(old), str(new)]) == 0
    note = "note: the runs are hard to compare: quick None before, True now"
    assert capsys.readouterr().out == f"{note}\nnothing changed\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "is not JSON"), ("[]", "is not a report"), ('{"schema_version": "2.0"}', "is not a report")],
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
    printed = capsys.readouterr()
    assert "nothing changed" in printed.out
    assert "update aws_regions-none: 400 1002 instead of 200" in printed.out
    assert "none.json: can't be read" in printed.err
