"""A line for each cause of a report, and an annotation of a CI job for each."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from clumio_conformance.judging.findings import UNDECIDED
from clumio_conformance.reporting.annotations import Annotation, Level
from clumio_conformance.reporting.headings import GROUPS, severity_of, short_operation, title_of, worst_first
from clumio_conformance.reporting.streams import fitted
from clumio_conformance.reporting.tally import verdict
from clumio_conformance.reporting.text import cut, one_line
from clumio_conformance.reporting.wording import EITHER, worded

Paint = Callable[[str, str], str]
"""Returns a text in the colour of an outcome or verdict."""
Row = Mapping[str, Any]

LONGEST: Final = 2000
"""Characters of a text on the terminal."""
_UNPROVEN: Final = frozenset({"error", "inconclusive"})


def short(text: str) -> str:
    """Write a text from the wire in one line of bearable length."""
    return one_line(cut(text, LONGEST))


def is_of_target(row: Row) -> bool:
    """Whether a finding is about the target, and not about our side or the way there alone."""
    return bool(row["blame"] in {"vendor", UNDECIDED} or row["fails"])


def causes(report: Row, paint: Paint, width: int | None) -> Iterator[str]:
    """Yield a line for each cause, the worst first."""
    shown = [row for row in worst_first(report["findings"]) if is_of_target(row)]
    lines = zip(shown, _table(shown), strict=True)
    for fails, group in groupby(lines, key=lambda one: bool(one[0]["fails"])):
        yield ""
        yield f"{GROUPS[fails]}:"
        for row, line in group:
            name = row["fingerprint"]
            yield paint(name, "deviation" if fails else "known") + fitted(line, width)[len(name) :]
    yield from others(report)


def others(report: Row) -> Iterator[str]:
    """Yield what has no line of its own: causes that are only counted, and those of our side or the way."""
    more = sum(report["more_findings"].values())
    blamed = Counter(
        (row["requirement"], row["blame"]) for row in report["findings"] if not is_of_target(row)
    )
    if more or blamed:
        yield ""
    if more:
        yield f"{more} more findings are only counted"
    for (requirement, blame), count in sorted(blamed.items()):
        what = f"{count} more, blamed on the {blame}, not on the vendor (report.json lists them)"
        yield f"{requirement:<14} {what}"


def annotations(report: Row) -> Iterator[Annotation]:
    """Yield an annotation for each cause, the worst first; and for a run that proves nothing."""
    if report["verdict"] in _UNPROVEN:
        yield Annotation(
            level="error",
            message="\n".join([verdict(report), *report["errors"]]),
            properties={"title": report["verdict"]},
        )
    for row in worst_first(report["findings"]):
        words = worded(row)
        said = [f"{label}: {words.line(label)}" for label in words.rows if label != "replay"]
        known: Level = "notice" if row["outcome"] == "known" else "warning"
        yield Annotation(
            level="error" if row["fails"] else known,
            message="\n".join([one_line(words.head), *said, f"fingerprint: {row['fingerprint']}"]),
            properties={"title": f"{severity_of(row)} {row['requirement']} {short(title_of(row))}"},
        )


def _table(rows: Sequence[Row]) -> Iterator[str]:
    """Align the cells; the last ones have any length."""
    cells = [_cells(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row, line in zip(rows, cells, strict=True):
        aligned = "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        either = f"; {EITHER}" if row["blame"] == UNDECIDED else ""
        yield f"{aligned}  {short(title_of(row))}  ({short_operation(one_line(row['operation']))}{either})"


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row["fingerprint"],
        severity_of(row),
        state(row),
        row["requirement"],
        f"{row['count']} of {row['of']}",
    )


def state(row: Row) -> str:
    """Say whether a finding is known, was there at the baseline, or is new."""
    if row["outcome"] == "known":
        return "known"
    if row.get("is_new") is False:
        return f"since {row['since']}" if row.get("since") else "not new"
    return "new"
