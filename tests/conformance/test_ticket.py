"""Tickets for the vendor's support: complete, about the vendor's findings only, and without secrets."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from exchanges import GROUP
from results import answered, result_of

from clumio_conformance.cli import main
from clumio_conformance.contract.contract import contract
from clumio_conformance.reporting.report import report_of, written
from clumio_conformance.reporting.ticket import ticket, ticket_text

TOKEN = "token-of-the-user-1234567890"
Report = dict[str, Any]


@pytest.fixture
def report() -> Report:
    """Two findings of the vendor that fail the run, and others."""
    made = report_of(result_of(answered({**GROUP, "status": "active"}, media_type="text/html")), contract())
    assert {row["requirement"] for row in made["findings"] if row["fails"]} == {"UCG-CTYPE-02", "UCG-ENUM-02"}
    return made


@pytest.fixture
def file(report: Report, tmp_path: Path) -> Path:
    return saved(report, tmp_path)


def saved(report: Report, folder: Path) -> Path:
    (folder / "report.json").write_text(written(report), encoding="utf-8")
    return folder / "report.json"


def of(report: Report, requirement: str) -> Report:
    return next(row for row in report["findings"] if row["requirement"] == requirement)


def subjects(text: str) -> int:
    return len(re.findall(r"^(?:Subject:|# )", text, re.MULTILINE))


def test_a_ticket_has_all_that_support_needs(report: Report) -> None:
    finding = {
        **of(report, "UCG-ENUM-02"), "count": 3, "of": 9, "statuses": ["200", "202"], "since": "2026-11-02",
        "request_id": "x-request-id: 7f", "client": "data lost: /status",
    }  # fmt: skip
    page = report["documentation"]

    lines = [line.strip() for line in ticket_text(report, finding).splitlines()]

    assert lines[0] == f'Subject: {page["title"]}: status has a value that is not documented: "active"'
    for expected in (
        finding["says"],
        "Place: 200 > Schema > status",
        page["url"],
        "PUT /connections/aws/connection-groups/{connection_group_id}: 200",
        f"Expected: {finding['expected']}",
        'Actual: "active"',
        finding["time"],
        "x-request-id: 7f",
        "3 of 9 exchanges, answered with 200, 202",
        "since 2026-11-02",
        "Set $CLUMIO_API_TOKEN to a token of your own.",
        "The command goes to https://api.invalid, as in the report.",
        finding["curl"],
        "A client that is generated from the documentation loses the values at: /status",
        "(your name, your organization, how to reach you)",
    ):
        assert expected in lines
    assert "Content-Type: text/html" in lines
    assert any('"status": "active"' in line for line in lines)


def test_a_long_body_is_cut_with_a_remark(report: Report) -> None:
    finding = of(report, "UCG-ENUM-02")
    finding["exchange"]["response"]["body"] = "x" * 4000

    text = ticket_text(report, finding)

    assert "x... (cut; 4000 characters in all)" in text
    assert len(text) < 6000


def test_the_token_of_a_second_organization_is_named_only_if_it_is_needed(report: Report) -> None:
    finding = of(report, "UCG-ENUM-02")
    second = {**finding, "curl": 'curl -H "$CLUMIO_API_TOKEN_OF_ANOTHER_ORGANIZATION" https://x.invalid'}

    assert "ANOTHER_ORGANIZATION" not in ticket_text(report, finding)
    assert "and $CLUMIO_API_TOKEN_OF_ANOTHER_ORGANIZATION to one of another" in ticket_text(report, second)


def test_a_ticket_of_the_sandbox_says_that_it_is_not_for_the_vendor(report: Report) -> None:
    run = {**report["run"], "target": "sandbox", "base_url": "http://127.0.0.1:1"}

    assert "DO NOT SEND\n  This is a report of the embedded sandbox" in ticket_text(
        {**report, "run": run}, report["findings"][0]
    )
    assert "DO NOT SEND" not in ticket_text(report, report["findings"][0])


@pytest.mark.parametrize(
    "body", ["::error::x", "a\n  ::set-output name=x::y", "##[error]x", "##vso[task.x]y"]
)
def test_a_printed_ticket_gives_a_ci_job_no_command(report: Report, body: str) -> None:
    finding = of(report, "UCG-ENUM-02")
    finding["exchange"]["response"]["body"] = body
    made = ticket(report, finding)

    assert not re.search(r"^\s*::|##\w*\[", made.text() + made.markdown(), re.MULTILINE)


# --- secrets ---

EXTERNAL = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
SECRETS = {
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ",
    "signature": "https://b.s3.amazonaws.com/t?X-Amz-Credential=AKIACANARY&X-Amz-Signature=deadbeefcanary",
    "external id": f'{{"external_id": "{EXTERNAL}"}}',
    "form": "ExternalID_canary-1234",
    "token": f"a {TOKEN} b",
}
CANARIES = ("c2lnbmF0dXJlLWNhbmFyeQ", "AKIACANARY", "deadbeefcanary", EXTERNAL, "canary-1234", TOKEN)
TEXTS = ("title", "says", "expected", "actual", "curl", "request_id", "location", "operation")


@pytest.mark.parametrize("form", ["text", "markdown"])
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_no_ticket_has_a_secret_even_if_its_report_has_one(
    report: Report, tmp_path: Path, secret: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report is without secrets; a ticket goes to somebody else, so it is checked once more."""
    monkeypatch.setenv("CLUMIO_API_TOKEN", TOKEN)
    finding = of(report, "UCG-ENUM-02")
    finding |= {name: f"{finding[name]} {secret}" for name in TEXTS}
    finding["client"] = f"exception: {secret}"
    report["run"]["base_url"] += f"/{secret}"
    exchange = finding["exchange"]
    for side in (exchange["request"], exchange["response"]):
        side["body"] = secret
        side["headers"] += [["x-any", secret], ["set-cookie", "session=canary-1234"]]
        side["headers"] += [["authorization", "Bearer canary-1234"]]
    exchange["request"]["url"] += f"/{secret}"
    out = tmp_path / "ticket"

    code = main(
        ["ticket", str(saved(report, tmp_path)), "UCG-ENUM-02", "--format", form, "--output", str(out)]
    )

    text = out.read_text(encoding="utf-8")
    assert code == 0
    assert [canary for canary in CANARIES if canary in text] == []
    assert text.count("REDACTED") > 5 or text.count("CLUMIO") > 5


def test_the_reason_of_a_known_deviation_stays_with_us(report: Report) -> None:
    finding = {**of(report, "UCG-ENUM-02"), "outcome": "known", "reason": "nobody at ours cares"}

    assert "cares" not in ticket_text(report, finding)


# --- the command ---


def test_without_a_name_all_failing_findings_of_the_vendor_have_a_ticket(
    report: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ticket", str(saved(report, tmp_path))]) == 0
    assert subjects(capsys.readouterr().out) == 2
    of(report, "UCG-CTYPE-02")["blame"] = "suite"
    saved(report, tmp_path)
    assert main(["ticket", str(tmp_path), "--format", "markdown"]) == 0
    assert subjects(capsys.readouterr().out) == 1


def test_a_report_may_come_from_standard_input(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes())))

    assert main(["ticket", "-", "ucg-enum-02"]) == 0
    assert subjects(capsys.readouterr().out) == 1


def test_known_findings_have_a_ticket_if_they_are_named(
    report: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for row in report["findings"]:
        row |= {"outcome": "known", "fails": False}
    name = of(report, "UCG-ENUM-02")["fingerprint"]
    file = saved(report, tmp_path)

    assert main(["ticket", str(file)]) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("no finding is the vendor's and fails the run; name one of these:\n")
    assert name in printed.err
    assert main(["ticket", str(file), name[:5], name, "UCG-ENUM-02"]) == 0
    assert subjects(capsys.readouterr().out) == 1, "each finding once"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("UCG-ENUM-0", "UCG-ENUM-0: is no finding of this report; did you mean UCG-ENUM-02"),
        ("{fingerprint}0", "0: is no finding of this report; did you mean {fingerprint}?"),
        ("UCG-OP-05", "UCG-OP-05: has no finding in this report; its outcome is not_run"),
        ("", ": is no finding of this report; name a fingerprint, "),
    ],
)
def test_a_wrong_name_is_wrong_usage_with_the_names_there_are(
    report: Report, file: Path, name: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fingerprint = of(report, "UCG-ENUM-02")["fingerprint"]

    assert main(["ticket", str(file), name.format(fingerprint=fingerprint)]) == 4
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message.format(fingerprint=fingerprint) in printed.err
    assert all(f"  {row['fingerprint']}  {row['requirement']}" in printed.err for row in report["findings"])


def test_a_beginning_of_several_fingerprints_is_wrong_usage(
    report: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, row in enumerate(report["findings"]):
        row["fingerprint"] = f"abc{number:013}"

    assert main(["ticket", str(saved(report, tmp_path)), "abc"]) == 4
    assert "abc: is the beginning of several fingerprints\n  abc0000000000000  " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("blame", "whose"),
    [("environment", "the environment"), ("suite", "our own suite"), ("spec", "our own contract")],
)
def test_what_is_not_the_vendors_has_no_ticket(
    report: Report, tmp_path: Path, blame: str, whose: str, capsys: pytest.CaptureFixture[str]
) -> None:
    of(report, "UCG-ENUM-02")["blame"] = blame

    assert main(["ticket", str(saved(report, tmp_path)), "UCG-ENUM-02"]) == 4
    assert f"UCG-ENUM-02: is not the vendor's, so there is no ticket for it: it is blamed on {whose}" in (
        capsys.readouterr().err
    )


def test_where_nobody_can_say_who_is_to_blame_the_ticket_says_so(
    report: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of(report, "UCG-ENUM-02")["blame"] = "vendor or filter"

    assert main(["ticket", str(saved(report, tmp_path)), "UCG-ENUM-02"]) == 0
    assert "Blame: the vendor, or a filter on the way" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "can't be read"),
        ("{", "is not JSON"),
        (json.dumps({"runs": []}), "is not a report of this version"),
    ],
)
def test_what_is_no_report_is_wrong_usage(
    tmp_path: Path, content: str | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "report.json").write_text(content)

    assert main(["ticket", str(tmp_path)]) == 4
    assert message in capsys.readouterr().err


# --- other formats ---


@pytest.mark.parametrize(
    ("words", "begin"),
    [
        (["--format", "csv"], "fingerprint,requirement,"),
        (["--format", "badge"], "{\n"),
        (["--format", "junit"], "<?xml"),
        (["--format", "sarif", "--location", "here.toml"], "{\n"),
    ],
)
def test_a_report_is_written_in_another_format(
    file: Path, words: list[str], begin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(file), *words]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(begin)
    assert ('"uri": "here.toml"' in printed) == ("here.toml" in words)


def test_a_location_is_for_sarif_only(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(file), "--format", "csv", "--location", "x"]) == 4
    assert "--location needs --format sarif" in capsys.readouterr().err
