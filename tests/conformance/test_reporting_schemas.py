"""Each format keeps its schema, JUnit is red when a run fails, and older reports are readable."""

import json
from dataclasses import replace
from email.message import Message
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from exchanges import GROUP
from report_formats import BADGE, CONTROL, problems_of_junit, problems_of_sarif
from results import HOSTILE, answered, hostile_result, result_of

from clumio_conformance.contract.contract import contract
from clumio_conformance.reporting import sarif as sarif_module
from clumio_conformance.reporting.badge import badge
from clumio_conformance.reporting.baseline import read_report
from clumio_conformance.reporting.files import FORMATS
from clumio_conformance.reporting.junit import junit
from clumio_conformance.reporting.markdown import link, safe
from clumio_conformance.reporting.report import report_of
from clumio_conformance.reporting.sarif import sarif
from clumio_conformance.reporting.ticket import ticket_text

Report = dict[str, Any]


@pytest.fixture(scope="module")
def report() -> Report:
    result = replace(hostile_result(), errors=[HOSTILE], notes=[HOSTILE], exit_code=3)
    return report_of(result, contract())


def test_sarif_keeps_its_schema_and_the_limits_of_github(report: Report) -> None:
    log = json.loads(sarif(report))

    assert problems_of_sarif(log) == []
    assert {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]} == set(contract().requirements)


def _broken_sarif(log: Any, name: str) -> None:
    result = log["runs"][0]["results"][0]
    if name == "scheme":
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "https://x.invalid/spec.yaml"
    elif name == "line":
        result["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    elif name == "unknown":
        result["surprise"] = 1
    else:
        del result["message"]["text"]


@pytest.mark.parametrize("name", ["scheme", "line", "unknown", "message"])
def test_a_wrong_sarif_file_is_seen(report: Report, name: str) -> None:
    log = json.loads(sarif(report))
    _broken_sarif(log, name)

    assert problems_of_sarif(log) != []


def test_junit_keeps_both_schemas(report: Report) -> None:
    assert problems_of_junit(junit(report)) == []
    assert not CONTROL.search(junit(report))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('type="failure" ', ""),
        ('hostname="localhost" ', ""),
        ('timestamp="2', 'timestamp="Z2'),
        ("<system-out />", ""),
        ('<testsuite id="0"', '<testsuite surprise="" id="0"'),
        (' time="0" />', ' time="0"><properties /></testcase>'),
    ],
)
def test_a_wrong_junit_file_is_seen(report: Report, right: str, wrong: str) -> None:
    text = junit(report)

    assert right in text
    assert problems_of_junit(text.replace(right, wrong)) != []


# --- what is red ---


def _made(**changed: Any) -> Report:
    return report_of(replace(result_of(answered({**GROUP, "status": "active"})), **changed), contract())


STALE = {
    "requirement": "UCG-BODY-02",
    "operation": "every operation",
    "location": "/x",
    "observed": "y",
    "where": "z",
}


@pytest.mark.parametrize(
    ("changed", "red"),
    [
        ({}, {"failure"}),
        ({"failing": [], "exit_code": 0}, set()),
        ({"failing": [], "stale": [STALE]}, {"failure"}),
        ({"failing": [], "changes": [{}]}, {"failure"}),
        ({"exit_code": 3, "errors": ["broken", "too"]}, {"failure", "error"}),
        ({"failing": [], "exit_code": 5, "inconclusive": "no token"}, {"error"}),
        ({"failing": [], "exit_code": 2}, {"error"}),
    ],
)
def test_junit_is_red_if_the_exit_code_is_not_zero(changed: dict[str, Any], red: set[str]) -> None:
    made = _made(**changed)
    suite = ET.fromstring(junit(made))  # noqa: S314 - our own file

    assert {one.tag for one in suite.iter()} & {"failure", "error"} == red
    assert bool(red) == bool(made["exit_code"])


def test_a_stale_entry_is_shown_with_its_requirement() -> None:
    suite = ET.fromstring(junit(_made(failing=[], stale=[STALE])))  # noqa: S314 - our own file
    failed = [
        case.get("name", "").split()[0] for case in suite.iter("testcase") if case.find("failure") is not None
    ]

    assert failed == [STALE["requirement"]]


def test_what_was_not_seen_to_conform_is_skipped_with_its_reason() -> None:
    result = _made()
    known = [{**row, "fails": False, "outcome": "known"} for row in result["findings"]]
    rows = [
        {**row, "outcome": "known", "reason": "reported"} if row["outcome"] == "deviation" else row
        for row in result["requirements"]
    ]
    suite = ET.fromstring(junit({**result, "findings": known, "requirements": rows, "exit_code": 0}))  # noqa: S314 - our own file
    reasons = {
        case.get("name", "").split()[0]: one.get("message") for case in suite.iter("testcase") for one in case
    }

    assert reasons["UCG-ENUM-02"] == "known: reported"
    conforms = {row["id"] for row in rows if row["outcome"] == "conforms"}
    assert {name for name in reasons if name.startswith("UCG")}.isdisjoint(conforms)
    assert len(reasons) == len(rows) - len(conforms)


# --- the place of a result ---


@pytest.mark.parametrize(
    "case",
    [
        (["openapi/spec.yaml", "known.toml"], ["known.toml"], None, "openapi/spec.yaml"),
        (["a b.toml"], ["sdk-drift", "a b.toml"], None, "a%20b.toml"),
        (["known.toml"], ["/known.toml"], None, "openapi/spec.yaml"),
        ([], ["known.toml"], None, "openapi/spec.yaml"),
        (["openapi/spec.yaml"], [], ".github/workflows/watch.yml", ".github/workflows/watch.yml"),
    ],
)
def test_a_result_is_at_a_file_that_the_repository_has(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[list[str], list[str], str | None, str],
) -> None:
    files, known, option, place = case
    monkeypatch.chdir(tmp_path)
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    made = _made()
    log = json.loads(sarif({**made, "run": {**made["run"], "known": known}}, option))
    places = [one["locations"][0]["physicalLocation"] for one in log["runs"][0]["results"]]

    assert {one["artifactLocation"]["uri"] for one in places} == {place}
    assert all((one["region"]["startLine"] == 1) == (place != "openapi/spec.yaml") for one in places)
    assert problems_of_sarif(log) == []


def test_a_rule_leads_to_the_page_and_the_tool_to_its_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    project = Message()
    project["Project-URL"] = "Homepage, https://example.invalid/"
    project["Project-URL"] = "Documentation, https://example.invalid/docs"
    monkeypatch.setattr(sarif_module, "metadata", {"clumio-connection-groups": project}.__getitem__)
    made = _made()
    (run,) = json.loads(sarif(made))["runs"]
    driver = run["tool"]["driver"]

    assert driver["informationUri"] == "https://example.invalid/docs"
    rules = {rule["id"]: rule for rule in driver["rules"] if "helpUri" in rule}
    assert set(rules) == {row["id"] for row in made["requirements"] if row["page"]}
    assert all(made["documentation"]["url"] in rule["help"]["markdown"] for rule in rules.values())


# --- the badge ---


@pytest.mark.parametrize(
    ("changed", "message", "color"),
    [
        ({"exit_code": 0}, "44 of 80 musts checked", "brightgreen"),
        ({"failing": [], "stale": [STALE]}, "1 stale entry", "red"),
        ({"exit_code": 5, "inconclusive": "no token"}, "inconclusive", "lightgrey"),
        ({"exit_code": 3, "errors": ["x"]}, "error", "lightgrey"),
    ],
)
def test_a_badge_says_the_result(changed: dict[str, Any], message: str, color: str) -> None:
    made = json.loads(badge(_made(**changed)))

    jsonschema_rs.validate(BADGE, made)
    assert (made["label"], made["message"], made["color"]) == ("Update Connection Group", message, color)
    assert made["isError"] == (message == "error")


def test_a_text_does_not_become_a_link_on_github() -> None:
    """Its Markdown makes a link of a bare host name, too."""
    assert "www." not in safe("www.evil.invalid")
    assert link("https://x.invalid/a(b)c", "]") == "[&#93;](https://x.invalid/a%28b%29c)"


# --- older reports ---


def test_a_report_of_the_first_version_is_written_in_every_format(tmp_path: Path, report: Report) -> None:
    old = json.loads(json.dumps(report))
    for name in ("documentation", "more_findings", "scenarios", "coverage", "changes", "stale"):
        del old[name]
    later = (
        "title",
        "severity",
        "since",
        "is_new",
        "operations",
        "statuses",
        "locations",
        "place",
        "time",
        "request_id",
    )
    for row in old["findings"]:
        for name in later:
            del row[name]
    for row in old["requirements"]:
        for name in ("lacks", "sides", "count"):
            del row[name]
    (tmp_path / "report.json").write_text(json.dumps({**old, "schema_version": "1.0"}))

    read = read_report(tmp_path)

    assert all(len(write(read)) > 20 for write in FORMATS.values())
    assert "Subject: " in ticket_text(read, read["findings"][0])
