"""The summary on the terminal at the end of a run."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TextIO

from clumio_conformance.contract.contract import Contract
from clumio_conformance.judging.findings import UNDECIDED, Finding
from clumio_conformance.reporting.report import finding_row
from clumio_conformance.reporting.tally import LEVELS, subject, tally, verdict
from clumio_conformance.reporting.text import cut, one_line
from clumio_conformance.reporting.wording import worded

Paint = Callable[[str, str], str]
"""Returns a text in the colour of an outcome or verdict."""

_COLOURS: Final = {
    "conforms": "32", "passed": "32", "deviation": "31", "error": "31",
    "known": "33", "stale": "33", "inconclusive": "33",
}  # fmt: skip
_REPORTS: Final = ("index.html", "report.json", "junit.xml", "summary.md", "results.sarif")
_LONGEST: Final = 2000
# More requirements than this with the same reason share one line.
_MANY: Final = 6


def show(report: Mapping[str, Any], folder: Path, stream: TextIO) -> None:
    """Print the summary in the stream's encoding, in colour on a terminal unless NO_COLOR is set."""
    put(summary(report, folder, _painted if is_coloured(stream) else _plain) + "\n", stream)


def is_coloured(stream: TextIO) -> bool:
    """Whether colours are for this stream: it is a terminal, and NO_COLOR is not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def put(text: str, stream: TextIO) -> None:
    """Write a text in the stream's encoding; what it lacks is escaped."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def summary(report: Mapping[str, Any], folder: Path, paint: Paint = lambda text, _outcome: text) -> str:
    """Write the counts, what does not conform, each finding, the verdict, and the paths of the reports."""
    return "\n".join(
        [
            "",
            *_counts(report, paint),
            "",
            *_families(report, paint),
            *_departing(report, paint),
            *_findings(report, paint),
            *_coverage(report),
            *_remarks(report),
            "",
            paint(_short(verdict(report)), report["verdict"]),
            *(f"  {folder / name}" for name in _REPORTS if (folder / name).exists()),
        ]
    )


def described_by(contract: Contract) -> Callable[[Finding], str]:
    """Make the function that writes a finding for a terminal."""
    return lambda finding: worded(finding_row(finding, contract)).text()


def _counts(report: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    yield _short(f"conformance of {subject(report)}: {verdict(report)}")
    yield f"{'':<12}" + "".join(f"{level:>10}" for level in LEVELS)
    for outcome, counts in tally(report).items():
        yield paint(f"{outcome:<12}", outcome) + "".join(f"{counts[level] or '.':>10}" for level in LEVELS)


def _families(report: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """A line for each family of requirements, with the number of each outcome."""
    families: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in report["requirements"]:
        families[row["id"].rpartition("-")[0]][row["outcome"]] += 1
    for family, outcomes in families.items():
        yield f"{family:<12}  " + ", ".join(
            paint(f"{count} {outcome}", outcome) for outcome, count in sorted(outcomes.items())
        )


def _departing(report: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """A line for each requirement that does not conform; many with the same reason share one line."""
    rows = [row for row in report["requirements"] if row["outcome"] != "conforms"]
    alike = Counter(_alike(row) for row in rows)
    folded = {
        key: count
        for key, count in alike.items()
        if count > _MANY or (key[0] == "open" and key[1] == "not_run")
    }
    if rows:
        yield ""
    for row in rows:
        if _alike(row) not in folded:
            outcome = paint(f"{row['outcome']:<9}", row["outcome"])
            yield f"{row['id']:<14} {row['level']:<9} {outcome} {_short(row['reason'])}"
    for (level, outcome, reason), count in folded.items():
        what = f"{level:<9} {paint(f'{outcome:<9}', outcome)} {_short(reason)} (report.json lists them)"
        yield f"{f'{count} more':<14} {what}"


def _alike(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """The key of rows that may share a line."""
    if row["outcome"] != "not_run":
        return row["level"], row["outcome"], row["id"]
    return row["level"], row["outcome"], "nothing to assert" if row["level"] == "open" else row["reason"]


def _findings(report: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    """Each finding of the vendor in full; all others as counts."""
    others: Counter[tuple[str, str]] = Counter()
    for row in report["findings"]:
        if row["blame"] not in {"vendor", UNDECIDED} and not row["fails"]:
            others[row["requirement"], row["blame"]] += 1
            continue
        head, _, rest = worded(row).text().partition("\n")
        yield ""
        yield paint(head, row["outcome"])
        yield "\n".join(cut(line, _LONGEST) for line in rest.split("\n"))
        if row["client"] != "nothing":
            yield f"  client    {_short(row['client'])}"
    more = sum(report["more_findings"].values())
    if others or more:
        yield ""
    if more:
        yield f"{more} more findings are only counted"
    for (requirement, blame), count in sorted(others.items()):
        what = f"{count} more, blamed on the {blame}, not on the vendor (report.json lists them)"
        yield f"{requirement:<14} {what}"


def _coverage(report: Mapping[str, Any]) -> Iterator[str]:
    parts = [
        f"{counted['seen']}/{counted['all']} {category}"
        for category, counted in sorted(report["coverage"].items())
    ]
    if parts:
        yield ""
        yield f"coverage of the contract: {', '.join(parts)}"


def _remarks(report: Mapping[str, Any]) -> Iterator[str]:
    lines = [
        *(f"error: {error}" for error in report["errors"]),
        *(f"note: {note}" for note in report["notes"]),
    ]
    if lines:
        yield ""
    yield from (_short(line) for line in lines)


def _short(text: str) -> str:
    return one_line(cut(text, _LONGEST))


def _painted(text: str, outcome: str) -> str:
    colour = _COLOURS.get(outcome)
    return f"\x1b[{colour}m{text}\x1b[0m" if colour else text


def _plain(text: str, _outcome: str) -> str:
    return text
