"""The summary on the terminal at the end of a run: the causes, the verdict, and what to do next."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from clumio_conformance.contract.contract import Contract
from clumio_conformance.judging.findings import Finding
from clumio_conformance.reporting.advice import next_steps
from clumio_conformance.reporting.annotations import at_most, is_on_github, without_commands
from clumio_conformance.reporting.causes import Paint, annotations, causes, short
from clumio_conformance.reporting.details import details
from clumio_conformance.reporting.report import finding_row
from clumio_conformance.reporting.streams import columns, is_coloured, put
from clumio_conformance.reporting.tally import EXIT_CODES, headline, subject, verdict
from clumio_conformance.reporting.wording import worded

Detail = Literal["verdict", "causes", "everything"]
"""How much is printed: the verdict alone, a line for each cause too, or all that the report has."""

_COLOURS: Final = {
    "conforms": "32", "passed": "32", "deviation": "31", "error": "31",
    "known": "33", "stale": "33", "inconclusive": "33",
}  # fmt: skip
_REPORTS: Final = ("index.html", "report.json", "junit.xml", "summary.md", "results.sarif")


def show(report: Mapping[str, Any], folder: Path, stream: TextIO, detail: Detail = "causes") -> None:
    """Print the summary as the stream can show it; in a job of GitHub Actions, add annotations."""
    paint = _painted if is_coloured(stream) else _plain
    lines = [] if detail == "verdict" else list(_above(report, paint, columns(stream), detail))
    lines += _verdict(report, folder, paint)
    put(without_commands("\n".join(lines)) + "\n", stream)
    if is_on_github():
        put("".join(f"{one}\n" for one in at_most(annotations(report))), stream)


def described_by(contract: Contract) -> Callable[[Finding], str]:
    """Make the function that writes a finding for a terminal."""
    return lambda finding: worded(finding_row(finding, contract)).text()


def _above(report: Mapping[str, Any], paint: Paint, width: int | None, detail: Detail) -> Iterator[str]:
    """What stands above the verdict: a sentence for a manager, the findings, and remarks."""
    yield ""
    yield short(headline(report))
    yield from details(report, paint) if detail == "everything" else causes(report, paint, width)
    remarks = [
        *(f"error: {error}" for error in report["errors"]),
        *(
            f"stale: {row['where']}: {row['requirement']} at {row['location']} no longer happens"
            for row in report["stale"]
        ),
        *(f"note: {note}" for note in report["notes"]),
    ]
    yield from ["", *map(short, remarks)] if remarks else []
    yield ""


def _verdict(report: Mapping[str, Any], folder: Path, paint: Paint) -> Iterator[str]:
    """The verdict with its target, the next step, the exit code, and the reports."""
    yield paint(short(verdict(report)), report["verdict"])
    yield _row("where", subject(report))
    first, *others = next_steps(report, folder)
    yield _row("next", first)
    yield from (_row("or", step) for step in others)
    code = report["exit_code"]
    yield _row("exit code", f"{code}: {EXIT_CODES[code]}")
    written = [name for name in _REPORTS if (folder / name).exists()]
    if written:
        yield _row("reports", f"{folder / ', '.join(written)}")


def _row(label: str, text: str) -> str:
    return f"  {label:<9} {short(text)}"


def _painted(text: str, outcome: str) -> str:
    colour = _COLOURS.get(outcome)
    return f"\x1b[{colour}m{text}\x1b[0m" if colour else text


def _plain(text: str, _outcome: str) -> str:
    return text
