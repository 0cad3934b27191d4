"""The page, the summary, and the files for code scanning and dashboards, from a hostile result."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from exchanges import GROUP
from results import answered, result_of

from clumio_conformance.contract.contract import contract
from clumio_conformance.reporting.files import write_reports
from clumio_conformance.reporting.html_page import html_page
from clumio_conformance.reporting.report import MOST_FINDINGS, report_of
from clumio_conformance.reporting.tally import verdict
from clumio_conformance.result import Result


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_nothing_that_a_target_sends_becomes_markup_of_the_page(folder: Path) -> None:
    text = (folder / "index.html").read_text()
    tags = _Tags()
    tags.feed(text)

    names = [tag for tag, _ in tags.found]
    assert not {"img", "iframe", "object"} & set(names)
    assert names.count("script") == 1, "that of the page"
    assert not any(name.startswith("on") for _, attributes in tags.found for name in attributes)
    values = [value or "" for _, attributes in tags.found for value in attributes.values()]
    assert not any("alert" in value or "evil" in value or "javascript:" in value for value in values)
    assert "<img src=x onerror=alert(2)>" in tags.text
    assert "\"' onmouseover=alert(3) x=\"' <a href=javascript:alert(4)>" in tags.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not re.search("[\x00\x07\x1b\x9b\u202e\ufffe]", text)


def test_the_page_stands_alone_and_every_link_leads_somewhere(folder: Path) -> None:
    tags = _Tags()
    tags.feed((folder / "index.html").read_text())
    ids = [attributes["id"] for _, attributes in tags.found if "id" in attributes]
    links = [attributes["href"] or "" for tag, attributes in tags.found if tag == "a"]

    assert not any("src" in attributes or tag == "link" for tag, attributes in tags.found)
    assert len(ids) == len(set(ids))
    page = contract().documentation
    assert page
    assert {link.removeprefix("#") for link in links} - {page.url} <= set(ids)


def test_two_thousand_unknown_fields_are_one_finding(tmp_path: Path) -> None:
    result = result_of(answered({**GROUP, **{f"field{number}": number for number in range(2000)}}))
    write_reports(report_of(result, contract()), tmp_path)

    assert len([one for one in result.findings if one.requirement == "UCG-RESP-24"]) == 1
    assert (tmp_path / "index.html").stat().st_size < 300_000


def test_two_hundred_causes_are_written_out_and_the_rest_is_counted(tmp_path: Path) -> None:
    many = [answered({**GROUP, "status": f"status {number}"}) for number in range(MOST_FINDINGS + 50)]
    result = result_of(*many)
    report = report_of(result, contract())
    write_reports(report, tmp_path)

    assert len(result.findings) > MOST_FINDINGS
    assert len(report["findings"]) == MOST_FINDINGS
    assert all(row["fails"] for row in report["findings"]), "those that fail the run come first"
    assert sum(report["more_findings"].values()) == len(result.findings) - MOST_FINDINGS
    assert f"deviation: {len(result.failing)} new findings" in verdict(report)
    page = (tmp_path / "index.html").read_text()
    assert f"{len(result.findings) - MOST_FINDINGS} more causes are only counted" in page
    assert f"{len(result.findings) - 50} more findings" in (tmp_path / "summary.md").read_text()


def test_the_page_of_a_run_without_findings_is_written() -> None:
    assert "<p>None.</p>" in html_page(report_of(result_of(), contract()))


def test_the_page_shows_what_was_seen_of_the_contract_and_of_the_mocks(folder: Path) -> None:
    text = (folder / "index.html").read_text()

    assert "<summary>property: 2 of 3 seen</summary><p>answer /id</p>" in text
    assert '<td>200</td><td>200</td><td>confirmed</td><td class="word">never</td></tr>' in text


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


def test_a_known_deviation_is_suppressed_and_the_environments_is_left_out(
    hostile: Result, tmp_path: Path
) -> None:
    known = [replace(finding, outcome="known", reason="reported") for finding in hostile.findings]
    write_reports(report_of(replace(hostile, findings=known, failing=[]), contract()), tmp_path)

    results = json.loads((tmp_path / "results.sarif").read_text())["runs"][0]["results"]
    assert len(results) == sum(finding.deviation.blame != "environment" for finding in known) < len(known)
    assert {result["suppressions"][0]["justification"] for result in results} == {"reported"}
    assert {result["level"] for result in results} <= {"error", "warning", "note"}
