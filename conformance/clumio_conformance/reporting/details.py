"""All that a report has, for a terminal: the counts, each finding with its exchange, and the coverage."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from clumio_conformance.reporting.causes import LONGEST, Paint, Row, is_of_target, others, short, state
from clumio_conformance.reporting.headings import severity_of
from clumio_conformance.reporting.tally import LEVELS, tally
from clumio_conformance.reporting.text import cut, one_line, visible
from clumio_conformance.reporting.wording import worded

# More requirements than this with the same reason share one line.
_MANY: Final = 6


def details(report: Row, paint: Paint) -> Iterator[str]:
    """Yield the counts, what does not conform, each finding in full, and the coverage."""
    yield ""
    yield from _counts(report, paint)
    yield ""
    yield from _families(report, paint)
    yield from _departing(report, paint)
    for row in filter(is_of_target, report["findings"]):
        yield from _finding(row, paint)
    yield from others(report)
    yield from _coverage(report)


def _counts(report: Row, paint: Paint) -> Iterator[str]:
    yield f"{'':<12}" + "".join(f"{level:>10}" for level in LEVELS)
    for outcome, counts in tally(report).items():
        yield paint(f"{outcome:<12}", outcome) + "".join(f"{counts[level] or '.':>10}" for level in LEVELS)


def _families(report: Row, paint: Paint) -> Iterator[str]:
    """A line for each family of requirements, with the number of each outcome."""
    families: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in report["requirements"]:
        families[row["id"].rpartition("-")[0]][row["outcome"]] += 1
    for family, outcomes in families.items():
        yield f"{family:<12}  " + ", ".join(
            paint(f"{count} {outcome}", outcome) for outcome, count in sorted(outcomes.items())
        )


def _departing(report: Row, paint: Paint) -> Iterator[str]:
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
            yield f"{row['id']:<14} {row['level']:<9} {outcome} {short(row['reason'])}"
    for (level, outcome, reason), count in folded.items():
        what = f"{level:<9} {paint(f'{outcome:<9}', outcome)} {short(reason)} (report.json lists them)"
        yield f"{f'{count} more':<14} {what}"


def _alike(row: Row) -> tuple[str, str, str]:
    """The key of rows that may share a line."""
    if row["outcome"] != "not_run":
        return row["level"], row["outcome"], row["id"]
    return row["level"], row["outcome"], "nothing to assert" if row["level"] == "open" else row["reason"]


def _finding(row: Row, paint: Paint) -> Iterator[str]:
    """A finding as it can be sent to the vendor, then its name, and its exchange."""
    head, _, rest = worded(row).text().partition("\n")
    yield ""
    yield paint(head, row["outcome"])
    yield from (cut(line, LONGEST) for line in rest.split("\n"))
    if row["client"] != "nothing":
        yield f"  client    {short(row['client'])}"
    yield f"  finding   {row['fingerprint']}, {severity_of(row)}, {state(row)}"
    request, response, failure = (row["exchange"][name] for name in ("request", "response", "failure"))
    yield from _side("request", f"{request['method']} {request['url']}", request)
    if response:
        yield from _side("response", str(response["status"]), response)
    if failure:
        yield f"  failure   {short(failure)}"


def _side(label: str, first: str, side: Mapping[str, Any]) -> Iterator[str]:
    """A request or a response: its first line, headers and body."""
    yield f"  {label:<9} {short(first)}"
    yield from (f"{'':<12}{short(f'{name}: {value}')}" for name, value in side["headers"])
    if side["body"]:
        yield ""
        yield from (f"{'':<12}{line}" for line in visible(side["body"]).split("\n"))


def _coverage(report: Row) -> Iterator[str]:
    parts = [
        f"{counted['seen']}/{counted['all']} {category}"
        for category, counted in sorted(report["coverage"].items())
    ]
    if parts:
        yield ""
        yield f"coverage of the contract: {one_line(', '.join(parts))}"
