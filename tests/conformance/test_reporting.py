"""What is written after a run, from a result that is as hostile as an answer can be."""

import io
import json
import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from clumio_conformance.contract import contract
from clumio_conformance.exchange import Exchange, Request, Response
from clumio_conformance.judge import judge
from clumio_conformance.ledger import Ledger
from clumio_conformance.reporting.document import document, report_schema
from clumio_conformance.reporting.files import ReportError, prepare, write_reports
from clumio_conformance.reporting.page import page
from clumio_conformance.reporting.terminal import described_by, show
from clumio_conformance.result import Result

URL = "https://api.invalid/connections/aws/connection-groups/7c3e"
BODY = b'{"asset_types": ["RDS"], "aws_regions": ["us-east-1"]}'
HOSTILE = (
    "</pre></td><script>alert(1)</script><img src=x onerror=alert(2)>"
    "\x1b[2J\x1b]0;title\x07\x9b31m\x00\u202e|`code` [link](https://evil.invalid) ](x) **bold** ]]> \u6771 \ud800 \ufffe\r\n# heading"
)
REPORTS = {"report.json", "index.html", "summary.md", "junit.xml", "results.sarif"}


def result_of(*exchanges: Exchange, strict: bool = False) -> Result:
    ledger = Ledger(contract=contract(), strict=strict)
    for exchange in exchanges:
        ledger.observe(exchange, judge(exchange, contract()))
    findings = ledger.sorted_findings()
    failing = [finding for finding in findings if ledger.fails(finding)]
    return Result(
        run={
            "target": "live",
            "base_url": "https://api.invalid",
            "strict": strict,
            "seed": 7,
            "version": "0.1.0",
        },
        rows=ledger.rows(),
        findings=findings,
        failing=failing,
        behaviour={"b": "400", "a": "200"},
        scenarios={"read": {"mock": "200", "target": "200", "parity": "confirmed"}},
        coverage={"property": {"all": 3, "seen": 2, "unseen": ["answer /id"]}},
        errors=[],
        inconclusive=None,
        exit_code=1 if failing else 0,
    )


def answered(body: object, status: int = 200, media_type: str = "text/html") -> Exchange:
    return Exchange(
        request=Request(
            method="PUT", url=URL, headers=(("Authorization", "Bearer $CLUMIO_API_TOKEN"),), body=BODY
        ),
        response=Response(
            status=status,
            headers=(("Content-Type", media_type), ("Date", "Thu, 01 Jan 2026 00:00:00 GMT")),
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        ),
    )


@pytest.fixture(scope="module")
def hostile() -> Result:
    """Findings with hostile text at every place that a target can fill."""
    return result_of(
        answered({"id": "7c3e", "status": HOSTILE, HOSTILE: HOSTILE}, media_type=HOSTILE),
        answered(HOSTILE.encode("utf-8", "surrogatepass"), 500),
        Exchange(
            request=Request(method="PUT", url=URL, body=HOSTILE.encode("utf-8", "surrogatepass")),
            failure=HOSTILE,
        ),
    )


@pytest.fixture
def folder(hostile: Result, tmp_path: Path) -> Path:
    """A folder with all reports of the hostile result."""
    prepare(tmp_path)
    write_reports(replace(hostile, errors=[HOSTILE], notes=[HOSTILE]), contract(), tmp_path)
    return tmp_path


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
    report = document(hostile, contract())
    del report[field]

    assert not jsonschema_rs.Draft202012Validator(report_schema()).is_valid(report)


def test_the_report_says_all_that_is_known_of_a_finding() -> None:
    result = result_of(answered({"id": "7c3e", "status": "active"}))
    found = next(
        row for row in document(result, contract())["findings"] if row["requirement"] == "UCG-ENUM-02"
    )
    spec = contract().spec_file.read_text().splitlines()

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
    lines = {row["location"]: row["pointer"] for row in document(result, contract())["findings"]}

    assert lines["/id"] == "/components/schemas/ConnectionGroup/properties/id"
    assert (
        lines["header content-type"]
        == "/paths/~1connections~1aws~1connection-groups~1{connection_group_id}/put"
    )


def test_two_runs_of_the_same_differ_in_nothing_but_when(hostile: Result) -> None:
    first = document(hostile, contract(), finished=datetime(2026, 1, 1, tzinfo=UTC))
    second = document(
        replace(hostile, findings=hostile.findings[::-1]),
        contract(),
        finished=datetime(2026, 1, 2, tzinfo=UTC),
    )

    assert first["run"].pop("finished") == "2026-01-01T00:00:00+00:00"
    assert second["run"].pop("finished") == "2026-01-02T00:00:00+00:00"
    assert first == second
    assert "Thu, 01 Jan" not in json.dumps(first)


def test_a_long_body_is_cut_and_said_to_be() -> None:
    report = document(result_of(answered({"status": "x" * 100_000})), contract())

    response = report["findings"][0]["exchange"]["response"]
    assert response["bytes"] > 100_000
    assert len(response["body"]) < 5_000
    assert response["body"].endswith("characters in all)")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_nothing_that_a_target_sends_becomes_markup_of_the_page(folder: Path) -> None:
    text = (folder / "index.html").read_text()
    tags = _Tags()
    tags.feed(text)

    assert not {"script", "img", "iframe", "object"} & {tag for tag, _ in tags.found}
    assert not any(name.startswith("on") for _, attributes in tags.found for name in attributes)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not re.search("[\x00\x07\x1b\x9b\u202e\ufffe]", text)


def test_the_page_stands_alone_and_every_link_leads_somewhere(folder: Path) -> None:
    tags = _Tags()
    tags.feed((folder / "index.html").read_text())
    ids = [attributes["id"] for _, attributes in tags.found if "id" in attributes]
    links = [attributes["href"] or "" for tag, attributes in tags.found if tag == "a"]

    assert not any("src" in attributes or tag == "link" for tag, attributes in tags.found)
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_the_page_of_a_run_without_findings_is_written() -> None:
    assert "<p>None.</p>" in page(document(result_of(), contract()))


def test_the_page_shows_what_was_seen_of_the_contract_and_of_the_mocks(folder: Path) -> None:
    text = (folder / "index.html").read_text()

    assert '<th scope="row">property</th><td class="number">2</td><td class="number">3</td>' in text
    assert '<th scope="row">read</th><td>200</td><td>200</td><td>confirmed</td>' in text


def test_nothing_that_a_target_sends_becomes_markup_of_the_summary(folder: Path) -> None:
    text = (folder / "summary.md").read_text()
    outside = re.sub(r"<pre><code>.*?</code></pre>", "", text, flags=re.DOTALL)

    assert "<script" not in text
    assert "[link]" not in outside
    assert "\n# heading" not in outside
    assert "`" not in outside
    assert not re.search("[\x00\x07\x1b\x9b\u202e\ufffe]", text)
    tables = [line for line in outside.splitlines() if line.startswith("|")]
    assert all(line.count("|") in {3, 5} for line in tables)


def test_code_scanning_finds_what_it_needs_in_the_sarif_file(folder: Path) -> None:
    log = json.loads((folder / "results.sarif").read_text())
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]

    jsonschema_rs.Draft202012Validator(SARIF).validate(log)
    assert {rule["id"] for rule in rules} == set(contract().requirements)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    lines = [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in run["results"]]
    assert max(lines) <= len(contract().spec_file.read_text().splitlines())
    assert "](https://evil" not in json.dumps(log)


def test_a_known_deviation_is_suppressed_and_the_environments_is_left_out(
    hostile: Result, tmp_path: Path
) -> None:
    known = [replace(finding, outcome="known", reason="reported") for finding in hostile.findings]
    write_reports(replace(hostile, findings=known, failing=[]), contract(), tmp_path)

    results = json.loads((tmp_path / "results.sarif").read_text())["runs"][0]["results"]
    assert len(results) == sum(finding.deviation.blame != "environment" for finding in known) < len(known)
    assert {result["suppressions"][0]["justification"] for result in results} == {"reported"}
    assert {result["level"] for result in results} <= {"error", "warning", "note"}


def test_a_junit_file_that_is_not_of_pytest_fails_what_fails(folder: Path, hostile: Result) -> None:
    suite = ET.fromstring((folder / "junit.xml").read_text())[0]  # noqa: S314 - our own file
    failed = {case.get("name") for case in suite if case.find("failure") is not None}

    assert failed == {finding.requirement for finding in hostile.failing}
    assert suite.get("failures") == str(len(failed))
    assert "alert(1)" in "".join(suite.itertext())


def test_a_junit_file_of_pytest_is_left_alone(hostile: Result, tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text("<pytest/>")

    write_reports(hostile, contract(), tmp_path)

    assert (tmp_path / "junit.xml").read_text() == "<pytest/>"


class _Terminal(io.StringIO):
    encoding = "ascii"

    def isatty(self) -> bool:
        return True


def test_the_terminal_obeys_nothing_that_a_target_sends(
    hostile: Result, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = _Terminal()

    show(replace(hostile, errors=[HOSTILE], notes=[HOSTILE]), contract(), folder, stream)

    text = stream.getvalue()
    assert text.isascii()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", text)
    assert str(folder / "report.json") in text
    assert "\nof the contract was seen: 2/3 property\n" in text
    assert "\ndeviation: " in text


def test_color_is_for_terminals_alone(
    hostile: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal, pipe = _Terminal(), io.StringIO()

    show(hostile, contract(), tmp_path, terminal)
    show(hostile, contract(), tmp_path, pipe)

    assert "\x1b[31m" in terminal.getvalue()
    assert "\x1b" not in pipe.getvalue()


def test_a_finding_is_shown_so_that_it_can_be_sent_to_the_vendor() -> None:
    finding = next(
        f for f in result_of(answered({"status": "active"})).findings if f.requirement == "UCG-ENUM-02"
    )

    head, *rows = described_by(contract())(finding).splitlines()

    assert (
        head == "UCG-ENUM-02  PUT /connections/aws/connection-groups/{connection_group_id} -> 200   /status"
    )
    assert [row.split()[0] for row in rows] == ["says", "expected", "actual", "replay"]
    assert "(page: " in rows[0]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"exit_code": 0}, "passed: nothing new"),
        ({"exit_code": 1}, "deviation: 0 new findings"),
        ({"exit_code": 2}, "interrupted: what was seen until then is in the report"),
        ({"exit_code": 3, "errors": ["a", "b"]}, "our own error, not the vendor's: 2 errors of the suite"),
        ({"exit_code": 4}, "wrong usage: pytest did not take its arguments"),
        ({"exit_code": 5, "inconclusive": "no token"}, "inconclusive: no token"),
    ],
)
def test_the_verdict_is_one_line(change: dict[str, object], line: str, tmp_path: Path) -> None:
    stream = io.StringIO()

    show(replace(result_of(), **change), contract(), tmp_path, stream)  # type: ignore[arg-type]  # one field each

    assert stream.getvalue().splitlines()[-1] == line


# What GitHub's code scanning requires of SARIF 2.1.0.
_TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
SARIF = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "semanticVersion", "rules"],
                                "properties": {
                                    "rules": {
                                        "items": {
                                            "required": ["id", "shortDescription", "fullDescription", "help"],
                                            "properties": {
                                                "shortDescription": _TEXT,
                                                "fullDescription": _TEXT,
                                                "help": _TEXT,
                                                "defaultConfiguration": {"properties": {"level": _LEVEL}},
                                            },
                                        }
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "minItems": 1,
                        "items": {
                            "required": [
                                "ruleId",
                                "ruleIndex",
                                "level",
                                "message",
                                "locations",
                                "partialFingerprints",
                            ],
                            "properties": {
                                "level": _LEVEL,
                                "message": _TEXT,
                                "partialFingerprints": {"required": ["primaryLocationLineHash"]},
                                "locations": {
                                    "minItems": 1,
                                    "items": {
                                        "required": ["physicalLocation"],
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation", "region"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "required": ["uri"],
                                                        "properties": {"uri": {"const": "openapi/spec.yaml"}},
                                                    },
                                                    "region": {
                                                        "required": ["startLine"],
                                                        "properties": {
                                                            "startLine": {"type": "integer", "minimum": 1}
                                                        },
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
