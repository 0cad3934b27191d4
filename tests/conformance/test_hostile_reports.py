"""What a target sends survives every format, and harms none."""

import csv
import html
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from exchanges import GROUP
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from report_formats import BADGE, CONTROL, problems_of_junit, problems_of_sarif
from results import answered, result_of

from clumio_conformance.contract.contract import contract
from clumio_conformance.judging.findings import Finding, Kind
from clumio_conformance.reporting.files import FORMATS
from clumio_conformance.reporting.report import report_of, report_schema
from clumio_conformance.reporting.sarif import without_links
from clumio_conformance.reporting.text import cut, one_line, visible
from clumio_conformance.reporting.ticket import ticket
from clumio_conformance.result import Result

Report = dict[str, Any]

SHARP = [
    "]]>", "](", "[x](https://evil.invalid)", "<script>alert(1)</script>", "<!--", "&#x1b;", "%0A::error::x",
    "\x1b[2J", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "\uff1d1", "\n# heading", "\n\n", "|",
    "`" * 3, "\x00", "\x9b", "\u202e", "\u2028", "\ud800", "\udfff", "\ufffe", "www.evil.invalid",
    "\U0001f600", '"', ",", ";", "\\", "{", "}", "%s",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(SHARP), st.text(max_size=8)), min_size=1, max_size=6).map("".join)


def _finding(number: int, take: Callable[[], str], kind: Kind, *, known: bool) -> Finding:
    """A finding with any text where a target may put one; the number makes it a cause of its own."""
    plain = result_of(answered({**GROUP, "status": "active"})).findings[0]
    exchange = answered(take().encode("utf-8", "surrogatepass"), media_type=take())
    location, observed = f"/{take()}", f"{number} {take()}"
    return replace(
        plain,
        place=location.encode("utf-8", "backslashreplace").decode(),
        locations=(location,),
        deviation=replace(
            plain.deviation, kind=kind, location=location, expected=take(), actual=take(), observed=observed
        ),
        exchange=replace(
            exchange, request=replace(exchange.request, body=take().encode("utf-8", "surrogatepass"))
        ),
        outcome="known" if known else "deviation",
        reason=take() if known else None,
        client=f"exception: {one_line(take())}",
    )


@st.composite
def findings(draw: st.DrawFn) -> list[Finding]:
    """Findings with any text."""
    kinds = st.sampled_from(KINDS)
    return [
        _finding(number, lambda: draw(texts), draw(kinds), known=draw(st.booleans()))
        for number in range(draw(st.integers(1, 4)))
    ]


TAGS = {
    "h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "a", "details",
    "summary", "ul", "li",
}  # fmt: skip
KINDS: list[Kind] = ["enum", "type", "semantic", "accepts-invalid", "undocumented"]


def _reported(made: list[Finding]) -> Report:
    failing = [one for one in made if one.outcome == "deviation"]
    result: Result = replace(
        result_of(),
        findings=made,
        failing=failing,
        exit_code=int(bool(failing)),
        notes=[made[0].deviation.actual],
    )
    return report_of(result, contract())


def _bare(text: str) -> str:
    """A text without white space, which formats may change."""
    return re.sub(r"\s", "", text)


def _of_html(text: str) -> str:
    return _bare(html.unescape(re.sub("<[^>]*>", "", text)))


def _short(text: str) -> str:
    return _bare(one_line(text)[:150])


# A failure names its text; to make it shorter would take minutes, as each try writes every format.
@settings(max_examples=60, phases=[Phase.generate])
@given(findings())
def test_any_text_survives_every_format(made: list[Finding]) -> None:
    _check(_reported(made))


@pytest.mark.parametrize("sharp", SHARP)
def test_any_amount_of_it_does_too(sharp: str) -> None:
    _check(_reported([_finding(0, lambda: sharp * 3000, "enum", known=False)]))


def _check(report: Report) -> None:
    written = {name: write(report) for name, write in FORMATS.items()}
    rows = report["findings"]

    jsonschema_rs.Draft202012Validator(report_schema()).validate(report)
    assert {name for name, text in written.items() if CONTROL.search(text.replace("\r\n", "\n"))} == set()
    assert json.loads(written["json"]) == report
    _check_sarif(json.loads(written["sarif"]), rows)
    _check_junit(written["junit"], rows)
    _check_table(written["csv"], rows)
    jsonschema_rs.validate(BADGE, json.loads(written["badge"]))
    _check_markdown(written["markdown"], report)
    for row in rows:
        assert _short(row["actual"]) in _of_html(written["html"])
        _check_ticket(report, row)


def _check_sarif(log: Any, rows: list[Report]) -> None:
    results = log["runs"][0]["results"]
    messages = {
        one["partialFingerprints"]["primaryLocationLineHash"]: one["message"]["text"] for one in results
    }

    assert problems_of_sarif(log) == []
    assert len(results) == len(rows)
    for row in rows:
        assert (
            without_links(cut(one_line(f"actual: {one_line(row['actual'])}"), 1000))
            in messages[row["fingerprint"]]
        )
        assert "](" not in messages[row["fingerprint"]]


def _check_junit(text: str, rows: list[Report]) -> None:
    suite = ET.fromstring(text)  # noqa: S314 - our own file
    failed = "".join(one.text or "" for one in suite.iter("failure"))

    assert problems_of_junit(text) == []
    assert len(re.findall(r"^  finding   ", failed, re.MULTILINE)) == sum(row["fails"] for row in rows)
    assert all(f"  actual    {one_line(row['actual'])}\n" in failed for row in rows if row["fails"])


def _check_table(text: str, rows: list[Report]) -> None:
    assert text.count("\n") == text.count("\r\n") == len(rows) + 1
    table = {one["fingerprint"]: one for one in csv.DictReader(io.StringIO(text))}
    cells = [cell for one in table.values() for cell in one.values()]

    assert len(table) == len(rows)
    assert not any(cell.startswith(tuple("=+-@\t\r\uff1d")) for cell in cells)
    for row in rows:
        for name in ("location", "expected", "actual", "title"):
            cell = table[row["fingerprint"]][name]
            assert (cell.removeprefix("'")) == one_line(row[name])


def _check_markdown(text: str, report: Report) -> None:
    rows = report["findings"]
    rendered = MarkdownIt("commonmark").enable("table").render(text)
    tags = set(re.findall(r"<(\w+)", rendered))

    assert rendered.count("<pre>") == len(rows)
    assert tags <= TAGS
    assert set(re.findall(r'href="([^"]*)"', rendered)) <= {report["documentation"]["url"]}
    assert all(_short(row["actual"]) in _of_html(rendered) for row in rows)


def _check_ticket(report: Report, row: Report) -> None:
    made = ticket(report, row)
    text, rendered = made.text(), MarkdownIt("commonmark").render(made.markdown())

    assert not CONTROL.search(text + made.markdown())
    assert [line for line in text.splitlines() if line[:1].strip()] == [
        f"Subject: {one_line(made.subject)}", *(part.title.upper() for part in made.parts)
    ]  # fmt: skip
    assert rendered.count("<h2>") == len(made.parts)
    assert rendered.count("<pre>") == 2
    for seen in (_bare(text), _of_html(rendered)):
        assert _short(row["actual"]) in seen
        assert _bare(visible(row["curl"])[:150]) in seen
