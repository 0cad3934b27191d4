"""`summary.md`: the result in short, for the summary page of a CI job."""

import html
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote

from clumio_conformance.reporting.annotations import without_commands
from clumio_conformance.reporting.headings import GROUPS, severity_of, title_of, worst_first
from clumio_conformance.reporting.tally import LEVELS, headline, subject, tally, verdict
from clumio_conformance.reporting.text import cut, one_line, visible
from clumio_conformance.reporting.wording import worded

MOST_FINDINGS: Final = 50
"""How many findings are written out; a job's summary has a size limit."""
_LONGEST: Final = 1200

_OF_ADDRESSES: Final = ":/?#@!$&'*+,;=%~"
# GitHub makes a link of a text that begins with www.
_MARKUP: Final = re.compile(r"[^\w\s./,;-]|_|w(?=ww\.)", re.ASCII)


def markdown(report: Mapping[str, Any]) -> str:
    """Write the verdict, the counts, what does not conform and each finding."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Conformance of {safe(subject(report))}"
    yield ""
    yield safe(headline(report))
    yield ""
    yield f"**{safe(verdict(report))}**"
    yield ""
    yield from _counts(report)
    yield from _list("Our own errors", report["errors"])
    yield from _list("Notes", report["notes"])
    yield from _departing(report)
    yield from _findings(report)


def _counts(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"| outcome | {' | '.join(LEVELS)} |"
    yield "| --- |" + " ---: |" * len(LEVELS)
    for outcome, counts in tally(report).items():
        yield f"| {safe(outcome)} | " + " | ".join(str(counts[level]) for level in LEVELS) + " |"
    yield ""


def _list(title: str, entries: list[str]) -> Iterator[str]:
    if entries:
        yield f"### {title}"
        yield ""
        yield from (f"- {safe(cut(entry, _LONGEST))}" for entry in entries)
        yield ""


def _departing(report: Mapping[str, Any]) -> Iterator[str]:
    rows = [row for row in report["requirements"] if row["outcome"] != "conforms"]
    if not rows:
        return
    yield "<details><summary>Requirements that were not seen to conform</summary>"
    yield ""
    yield "| requirement | level | outcome | reason |"
    yield "| --- | --- | --- | --- |"
    for row in rows:
        reason = safe(cut(row["reason"], _LONGEST))
        yield f"| {row['id']} | {row['level']} | {safe(row['outcome'])} | {reason} |"
    yield ""
    yield "</details>"
    yield ""


def _findings(report: Mapping[str, Any]) -> Iterator[str]:
    findings, documentation = report["findings"], report.get("documentation")
    printed = worst_first(findings)[:MOST_FINDINGS]
    for fails, group in groupby(printed, key=lambda finding: bool(finding["fails"])):
        yield f"### {GROUPS[fails]}"
        yield ""
        for finding in group:
            yield from _finding(finding, documentation and documentation["url"])
    left = len(findings) + sum(report["more_findings"].values()) - len(printed)
    if left:
        described = f", {len(findings)} of all in report.json" if len(findings) > len(printed) else ""
        yield f"{left} more findings are only counted here{described}."


def _finding(finding: Mapping[str, Any], page: str | None) -> Iterator[str]:
    words = worded(finding)
    requirement = link(page, words.requirement) if page and finding["page"] else safe(words.requirement)
    yield f"**{safe(title_of(finding))}**"
    yield ""
    yield (
        f"{severity_of(finding)}, {requirement} ({finding['level']}), {safe(words.operation)} → "
        f"{words.status}, {_code(words.location)}"
    )
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    for label, text in words.rows.items():
        if label in {"says", "known", "seen"}:
            yield f"| {label} | {safe(text)} |"
        elif label != "replay":
            yield f"| {label} | {_code(text)} |"
    yield ""
    yield block(cut(words.rows["replay"], _LONGEST))
    yield ""


def safe(text: str) -> str:
    """Escape Markdown and HTML in a text."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", one_line(text))


def link(url: str, text: str = "") -> str:
    """Write a link to an address, with the address itself as its default text."""
    address = html.escape(quote(url, safe=_OF_ADDRESSES), quote=False)
    return f"[{safe(text or url)}]({address})"


def block(text: str) -> str:
    """Write a text that keeps its lines."""
    return f"<pre><code>{html.escape(without_commands(visible(text)), quote=False)}</code></pre>"


def _code(text: str) -> str:
    return f"<code>{safe(cut(text, _LONGEST))}</code>"
