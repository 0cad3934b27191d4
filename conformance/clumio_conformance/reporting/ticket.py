"""A finding as a ticket for the vendor's support: what was promised, what happened, and how to repeat it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from clumio_conformance.exchange import HOP_HEADERS, SECOND_TOKEN, TOKEN_PLACEHOLDER
from clumio_conformance.reporting.annotations import without_commands
from clumio_conformance.reporting.headings import title_of
from clumio_conformance.reporting.markdown import block, link, safe
from clumio_conformance.reporting.tally import subject
from clumio_conformance.reporting.text import cut, one_line, visible
from clumio_conformance.reporting.wording import Wording, effect, worded
from clumio_conformance.transport.redaction import Redaction

Format = Literal["text", "markdown"]
Row = Mapping[str, Any]

_LONGEST: Final = 1500
"""Characters of a body or a sentence in a ticket."""
_LONGEST_SUBJECT: Final = 150
_LONGEST_COMMAND: Final = 8000
_SOURCES: Final = {
    "must": "The documentation says it.",
    "inferred": "The documentation does not say it, but any API of this kind does it.",
    "open": "The documentation leaves it open.",
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a ticket: sentences, then an address, or text that keeps its lines."""

    title: str
    sentences: list[str]
    url: str = ""
    verbatim: str = ""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A ticket; its texts may come from the target, so that each format escapes them."""

    subject: str
    parts: tuple[Part, ...]

    def text(self) -> str:
        """Write plain text; what has lines of its own is indented, so that it can't look like a heading."""
        return without_commands("\n".join(self._text_lines())) + "\n"

    def markdown(self) -> str:
        """Write Markdown."""
        return "\n".join(self._markdown_lines()) + "\n"

    def _text_lines(self) -> Iterator[str]:
        yield f"Subject: {one_line(self.subject)}"
        for part in self.parts:
            yield ""
            yield part.title.upper()
            yield from (f"  {one_line(cut(sentence, _LONGEST))}" for sentence in part.sentences)
            if part.url:
                yield f"  {one_line(part.url)}"
            if part.verbatim:
                yield ""
                yield from (f"    {line}".rstrip() for line in visible(part.verbatim).split("\n"))

    def _markdown_lines(self) -> Iterator[str]:
        yield f"# {safe(self.subject)}"
        for part in self.parts:
            yield ""
            yield f"## {part.title}"
            for sentence in part.sentences:
                yield ""
                yield safe(cut(sentence, _LONGEST))
            if part.url or part.verbatim:
                yield ""
                yield link(part.url) if part.url else block(part.verbatim)


def ticket_text(report: Row, finding: Row) -> str:
    """Write the ticket of a finding of this report as plain text."""
    return ticket(report, finding).text()


def ticket(report: Row, finding: Row, redaction: Redaction | None = None) -> Ticket:
    """Make the ticket of a finding of this report; what still looks like a secret is taken out.

    The reason of a known deviation is not for the vendor, and stays out.
    """
    redaction = redaction or Redaction()
    row = _redacted(finding, redaction)
    report = _redacted({name: report.get(name) for name in ("run", "documentation")}, redaction)
    documentation = report["documentation"]
    about = f"{documentation['title']}: " if documentation else ""
    return Ticket(subject=cut(about + title_of(row), _LONGEST_SUBJECT), parts=tuple(_parts(report, row)))


def _redacted(value: Any, redaction: Redaction) -> Any:
    """Take out of JSON values what looks like a secret."""
    if isinstance(value, str):
        return redaction.text(value)
    if isinstance(value, Mapping):
        return {
            name: redaction.headers(child) if name == "headers" else _redacted(child, redaction)
            for name, child in value.items()
        }
    return [_redacted(child, redaction) for child in value] if isinstance(value, list) else value


def _parts(report: Row, row: Row) -> Iterator[Part]:
    words, run = worded(row), report["run"]
    if run["target"] in {"sandbox", "mock"}:
        yield Part(title="Do not send", sentences=[f"This is a report of {subject(report)}."])
    yield _documented(row, report["documentation"])
    yield _happened(row, words)
    yield Part(
        title="When",
        sentences=[
            row.get("time") or "The time is not known.",
            row.get("request_id") or "The answer has no request id.",
        ],
    )
    since = [f"since {row['since']}"] if row.get("since") else []
    yield Part(title="How often", sentences=[words.rows.get("seen", "in 1 exchange"), *since])
    yield _replay(row, run)
    yield Part(title="Effect on programs", sentences=effect(row))
    made = (
        f"clumio-conformance {run['version']}, run finished {run['finished']}, finding {row['fingerprint']}"
    )
    yield Part(title="Reference", sentences=[made])
    yield Part(title="Contact", sentences=["(your name, your organization, how to reach you)"])


def _documented(row: Row, documentation: Row | None) -> Part:
    page = [f"Page: {documentation['title']}"] if documentation else []
    place = [f"Place: {row['page']}"] if row["page"] else []
    requirement = f"Requirement: {row['requirement']}"
    return Part(
        title="What the documentation says",
        sentences=[row["says"], _SOURCES[row["level"]], requirement, *place, *page],
        url=documentation["url"] if documentation else "",
    )


def _happened(row: Row, words: Wording) -> Part:
    blame = [f"Blame: {words.rows['blame']}"] if "blame" in words.rows else []
    return Part(
        title="What happened",
        sentences=[
            f"{words.operation}: {words.status}",
            f"Place: {words.location}",
            f"Expected: {row['expected']}",
            f"Actual: {row['actual']}",
            *blame,
        ],
        verbatim=_exchange(row["exchange"]),
    )


def _exchange(exchange: Row) -> str:
    """The exchange in short: without headers of the connection, and with bodies of bearable length."""
    request, response = exchange["request"], exchange["response"]
    first = f"{request['method']} {request['url']}"
    if not response:
        return f"{_side(first, request)}\n\n{one_line(exchange['failure'] or 'no answer')}"
    return f"{_side(first, request)}\n\n{_side(str(response['status']), response)}"


def _side(first: str, side: Row) -> str:
    headers = [
        one_line(f"{name}: {value}") for name, value in side["headers"] if name.lower() not in HOP_HEADERS
    ]
    body = ["", cut(side["body"], _LONGEST)] if side["body"] else []
    return "\n".join([one_line(first), *headers, *body])


def _replay(row: Row, run: Row) -> Part:
    url = urlsplit(row["exchange"]["request"]["url"])
    second = f", and {SECOND_TOKEN} to one of another organization" if SECOND_TOKEN in row["curl"] else ""
    return Part(
        title="Replay",
        sentences=[
            f"Set {TOKEN_PLACEHOLDER} to a token of your own{second}.",
            f"The command goes to {run.get('base_url') or f'{url.scheme}://{url.netloc}'}, as in the report.",
            "The ids in the URL are those of the report; another organization needs its own.",
        ],
        verbatim=cut(row["curl"], _LONGEST_COMMAND),
    )
