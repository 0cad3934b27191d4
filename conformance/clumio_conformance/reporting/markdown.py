"""`summary.md`: the result in short, for the summary page of a CI job."""

import html
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from clumio_conformance.reporting.headings import GROUPS
from clumio_conformance.reporting.tally import LEVELS, subject, tally, verdict
from clumio_conformance.reporting.text import cut, one_line, visible
from clumio_conformance.reporting.wording import worded

MOST_FINDINGS: Final = 50
"""How many findings are written out; a job's summary has a size limit."""
_LONGEST: Final = 1200

_MARKUP: Final = re.compile(r"[^\w\s./,;-]|_", re.ASCII)


def markdown(report: Mapping[str, Any]) -> str:
    """Write the verdict, the counts, what does not conform and each finding."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Conformance of {safe(subject(report))}"
    yield ""
    yield f"**{safe(verdict(report))}**"
    yield ""
    yield from _counts(report)
    yield from _list("Our own errors", report["errors"])
    yield from _list("Notes", report["notes"])
    yield from _departing(report)
    yield from _findings(report["findings"], sum(report["more_findings"].values()))


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


def _findings(findings: list[Mapping[str, Any]], more: int) -> Iterator[str]:
    printed = sorted(findings, key=lambda finding: not finding["fails"])[:MOST_FINDINGS]
    for fails, group in groupby(printed, key=lambda finding: bool(finding["fails"])):
        yield f"### {GROUPS[fails]}"
        yield ""
        for finding in group:
            yield from _finding(finding)
    if len(findings) + more > len(printed):
        described = f", {len(findings)} of all in report.json" if len(findings) > len(printed) else ""
        yield f"{len(findings) + more - len(printed)} more findings are only counted here{described}."


def _finding(finding: Mapping[str, Any]) -> Iterator[str]:
    words = worded(finding)
    where = f"{safe(words.operation)} → {words.status}, {_code(words.location)}"
    yield f"**{words.requirement}** ({finding['level']}) {where}"
    yield ""
    yield "| | |"
    yield "| --- | --- |"
    for label, text in words.rows.items():
        if label in {"says", "known", "seen"}:
            yield f"| {label} | {safe(text)} |"
        elif label != "replay":
            yield f"| {label} | {_code(text)} |"
    yield ""
    replay = html.escape(visible(cut(words.rows["replay"], _LONGEST)), quote=False)
    yield f"<pre><code>{replay}</code></pre>"
    yield ""


def safe(text: str) -> str:
    """Escape Markdown and HTML in a text."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", one_line(text))


def _code(text: str) -> str:
    return f"<code>{safe(cut(text, _LONGEST))}</code>"
