"""A finding in words, its severity, since when it is there, and a run in one sentence."""

from datetime import date
from typing import Any

import pytest
from exchanges import GROUP
from results import answered, result_of
from test_baseline import finding, report, row

from clumio_conformance.connection_groups.run import NAMING
from clumio_conformance.contract.contract import contract
from clumio_conformance.reporting.baseline import Dating
from clumio_conformance.reporting.headings import worst_first
from clumio_conformance.reporting.report import report_of
from clumio_conformance.reporting.tally import headline, subject

VENDORS = "application/api.clumio.aws-connection-groups=v1+json"


@pytest.mark.parametrize(
    ("body", "status", "media_type", "title", "severity"),
    [
        ({"status": "active"}, 200, VENDORS, 'status has a value that is not documented: "active"', "medium"),
        ({"status": 1}, 200, VENDORS, "status has the wrong type: expected string, found integer", "medium"),
        ({"extra": 1}, 200, VENDORS, "extra is not documented", "low"),
        ({}, 200, "text/html", f"The media type is text/html instead of {VENDORS}", "medium"),
        ({"errors": []}, 500, "application/json", "errors is empty", "low"),
    ],
)
def test_a_cause_has_a_title_and_a_severity(
    body: dict[str, Any], status: int, media_type: str, title: str, severity: str
) -> None:
    answer = body if "errors" in body else {**GROUP, **body}
    found = report_of(result_of(answered(answer, status, media_type)), contract())["findings"]

    assert (title, severity) in {(one["title"][: len(title)], one["severity"]) for one in found}


def test_each_finding_has_a_title_of_one_line_without_placeholders() -> None:
    bodies: list[object] = [{}, [], None, "", 1, {"id": None, "errors": 3}, b"<html>"]
    found = report_of(result_of(*map(answered, bodies)), contract())["findings"]

    assert len(found) > 5
    assert all(one["title"] and "{" not in one["title"] and "\n" not in one["title"] for one in found)


OLD = report({}, finding(), finished="2026-11-18T00:00:00+00:00")


def _dated(baseline: dict[str, Any], requirement: str = "UCG-ENUM-02") -> tuple[date | None, bool | None]:
    found = result_of(answered({**GROUP, "status": "active"}, 200, VENDORS)).findings
    one = next(one for one in found if one.requirement == requirement)
    dated = Dating(baseline, NAMING, date(2026, 11, 27))(one)
    return dated.since, dated.is_new


def _known(**changed: Any) -> dict[str, Any]:
    return finding(location="/status", place="/status", observed='value "active"', **changed)


def test_a_finding_of_the_baseline_is_as_old_as_there() -> None:
    on_the_day = report({}, _known(), finished="2026-11-18T00:00:00+00:00")
    before = report({}, _known(since="2026-11-02"), finished="2026-11-18T00:00:00+00:00")

    assert _dated(on_the_day) == (date(2026, 11, 18), False)
    assert _dated(before) == (date(2026, 11, 2), False)


def test_a_finding_is_new_if_the_baseline_could_have_had_it() -> None:
    untried = {**OLD, "findings": [], "requirements": [row("UCG-ENUM-02", "not_run")]}
    cut = {**OLD, "findings": [], "more_findings": {"fail": 1, "others": 0}}

    assert _dated({**OLD, "findings": []}) == (date(2026, 11, 27), True)
    assert _dated(untried) == (None, None)
    assert _dated(cut) == (None, None)


@pytest.mark.parametrize(
    ("target", "outcomes", "baseline", "sentence"),
    [
        ("live", "ccc", None, "vendor breaks none of 3 promises; all could be checked."),
        ("live", "cdn", None, "vendor breaks 1 of 3 promises; 2 could be checked."),
        (
            "live",
            "kdd",
            None,
            "vendor breaks 3 of 3 promises (1 accepted as known); all could be checked.",
        ),
        (
            "live",
            "kcn",
            None,
            "vendor breaks 1 of 3 promises (all accepted as known); 2 could be checked.",
        ),
        ("sandbox", "n", None, "embedded sandbox: none of 1 promise could be checked."),
        (
            "recorded",
            "dc",
            "2026-11-18T10:00:00+00:00",
            "recorded traffic breaks 1 of 2 promises; all could be checked; "
            "1 finding is new since 18 November 2026.",
        ),
    ],
)
def test_a_run_is_one_sentence(target: str, outcomes: str, baseline: str | None, sentence: str) -> None:
    words = {"c": "conforms", "d": "deviation", "n": "not_run", "k": "known"}
    rows = [row(f"UCG-X-{index:02}", words[one]) for index, one in enumerate(outcomes)]
    compared = {"baseline": {"file": "old.json", "finished": baseline}} if baseline else {}
    made = {**report({}, finding(is_new=True), finding(is_new=False), target=target, **compared)}

    assert headline({**made, "requirements": rows}) == f"The {sentence}"


def test_the_sentence_counts_what_any_sane_api_does() -> None:
    inferred = {**row("UCG-RESP-23", "deviation"), "level": "inferred"}
    made = {**report({}), "requirements": [row("UCG-ENUM-02", "conforms"), inferred]}

    assert "; 1 inferred requirement is not met." in headline(made)


def test_the_worst_finding_is_first() -> None:
    """What fails the run comes before all else, then the severity counts, then how often it was seen."""
    fields = ("fingerprint", "fails", "severity", "count")
    rows = [
        dict(zip(fields, row, strict=True))
        for row in [("e", False, "high", 9), ("d", True, "low", 9), ("c", True, "medium", 1),
                    ("b", True, "medium", 2), ("a", True, "high", 1)]
    ]  # fmt: skip

    assert "".join(row["fingerprint"] for row in worst_first(rows)) == "abcde"


@pytest.mark.parametrize(("files", "named"), [("abc", "a, b, c"), ("abcde", "a, b, c and 2 more")])
def test_a_line_names_some_of_the_judged_files(files: str, named: str) -> None:
    assert subject({"run": {"target": "recorded", "files": list(files)}}) == f"recorded {named}"
