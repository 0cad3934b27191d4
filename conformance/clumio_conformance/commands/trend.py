"""`clumio-conformance trend`: the history of a target in the reports of many runs."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from clumio_conformance.connection_groups.run import NAMING
from clumio_conformance.options import UsageError
from clumio_conformance.reporting.files import write_whole
from clumio_conformance.reporting.html_page import html_page
from clumio_conformance.reporting.markdown import safe
from clumio_conformance.reporting.streams import put
from clumio_conformance.reporting.text import cut, one_line
from clumio_conformance.reporting.trend import Cause, Run, Trend, found_files, trends

_RUNS: Final = ("finished", "result", "broken", "checked", "findings", "new", "gone", "known")
_CAUSES: Final = ("requirement", "level", "since", "now", "cause")
_LONGEST: Final = 200
_MOST: Final = 10
"""How many changes between two runs are written out."""
Table = Callable[[Iterable[tuple[str, ...]]], Iterator[str]]


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "trend",
        help="show the history of a target in the reports of many runs",
        description="Sort reports by the time of their runs; show for each run what was broken and what "
        "changed, and for each cause since when it is there, or when it went. Exit code 0; 4: a file can't "
        "be used.",
    )
    parser.add_argument(
        "reports",
        nargs="+",
        type=Path,
        metavar="REPORT",
        help="report.json, a folder with one, or a folder of such folders",
    )
    parser.add_argument("--format", choices=["text", "markdown"], default="text", help="default: text")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="also write the newest page, with the history"
    )
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Print the history of each target, and return the exit code."""
    found, notes = trends(found_files(arguments.reports), NAMING)
    for note in notes:
        print(f"note: {one_line(note)}", file=sys.stderr)
    if arguments.html:
        _write_page(arguments.html, found)
    if arguments.json:
        print(json.dumps({"targets": [trend.json() for trend in found], "notes": notes}, indent=2))
        return 0
    write, head = (_markdown, "## {}") if arguments.format == "markdown" else (_columns, "{}")
    for trend in found:
        put("\n".join(_lines(trend, write, head)) + "\n\n", sys.stdout)
    return 0


def _write_page(file: Path, found: list[Trend]) -> None:
    """Write the page of the newest report of all; its history is that of its own target."""
    trend = max(found, key=lambda one: datetime.fromisoformat(one.runs[-1].finished))
    try:
        write_whole(file, html_page(trend.reports[-1], trend.reports[:-1]))
    except OSError as why:
        raise UsageError(f"--html {file}: can't be written: {why.strerror}; name another file") from why


def _lines(trend: Trend, table: Table, head: str) -> Iterator[str]:
    plain = table is _columns
    shown = _plain if plain else _escaped
    yield head.format(shown(f"{trend.target}: {_count(len(trend.runs), 'run')}"))
    yield ""
    yield from table([_RUNS, *map(_run, trend.runs)])
    for run in trend.runs:
        lines = [*([f"note: {run.unlike}"] if run.unlike else []), *map(str, run.changes[:_MOST])]
        more = len(run.changes) - _MOST
        lines += [f"and {_count(more, 'more change')}"] if more > 0 else []
        if lines:
            yield ""
            yield shown(f"{run.finished}, {run.file}:")
            yield from ([] if plain else [""])
            yield from (f"{'  ' if plain else '- '}{shown(line)}" for line in lines)
    if trend.causes:
        yield ""
        yield from table([_CAUSES, *map(_cause, trend.causes)])


def _run(run: Run) -> tuple[str, ...]:
    return (
        run.finished[:16].replace("T", " "),
        f"{run.verdict} ({run.exit_code})",
        str(run.broken),
        f"{run.checked} of {run.musts}",
        str(run.findings),
        *(("-", "-") if run.is_first else (str(run.count("new finding")), str(run.count("gone finding")))),
        str(run.known),
    )


def _cause(cause: Cause) -> tuple[str, ...]:
    return (
        cause.requirement,
        cause.level,
        ", again ".join(
            f"{span.since} to {span.gone}" if span.gone and span is not cause.spans[-1] else span.since
            for span in cause.spans
        ),
        _now(cause),
        cause.title,
    )


def _now(cause: Cause) -> str:
    if cause.spans[-1].gone:
        return f"gone on {cause.spans[-1].gone}"
    return f"not checked by the last {_count(cause.unseen, 'run')}" if cause.unseen else "there"


def _columns(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Write a table with aligned columns; a cell that is not the last one is cut."""
    cells = [[_plain(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _markdown(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    head, *others = rows
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(map(_escaped, row))} |" for row in others)


def _plain(text: str) -> str:
    return one_line(cut(text, _LONGEST))


def _escaped(text: str) -> str:
    return safe(cut(text, _LONGEST))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
