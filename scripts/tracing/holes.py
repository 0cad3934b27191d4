"""Where a link between a requirement, the spec, a rule, a test and the page is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tracing import code, rows, spec
from tracing.code import EVERY_SCHEMA_ID
from tracing.links import Links

_ROWS: Final = rows.FILE.as_posix()
_SPEC: Final = spec.FILE.as_posix()


@dataclass(frozen=True, kw_only=True)
class Hole:
    """What is missing, where, and how to mend it."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.mend}"


def holes(links: Links) -> list[Hole]:
    """Every missing link of a checkout, by file and line."""
    kinds = (_rows, _unchecked, _unknown_in_code, _unknown_in_spec, _page, _unstated, _gaps)
    found = {hole for kind in kinds for hole in kind(links)}
    return sorted(found, key=lambda hole: (hole.file, hole.line, hole.what))


def _rows(links: Links) -> Iterator[Hole]:
    """Rows that are not what a row must be."""
    lines: dict[str, int] = {}
    for row in links.requirements.rows:
        if row.id in lines:
            yield _row(
                row,
                f"{row.id} is also the row of line {lines[row.id]}",
                "give the newer one the next free id",
            )
        lines[row.id] = row.line
        if not rows.ID.fullmatch(row.id):
            yield _row(row, f"{row.id!r} is not an id", "write UCG-<KIND>-<NN>, such as UCG-BODY-01")
        if row.level not in rows.LEVELS:
            yield _row(row, f"{row.id} has the level {row.level!r}", f"write one of {', '.join(rows.LEVELS)}")
        if row.grade not in rows.GRADES:
            yield _row(row, f"{row.id} has the grade {row.grade!r}", f"write one of {', '.join(rows.GRADES)}")


def _unchecked(links: Links) -> Iterator[Hole]:
    """Rows that nothing checks or nothing shows."""
    for row in links.requirements.rows:
        if row.binding and row.id not in links.rules_of:
            yield _row(
                row,
                f"{row.id} ({row.level}) has no rule",
                f'decorate one with @rule("{row.id}") in {code.RULES.as_posix()}/',
            )
        if row.binding and row.id not in links.tests_of:
            yield _row(
                row,
                f"{row.id} ({row.level}) has no test",
                f"name it in one of {code.SUITE.as_posix()}/ or {code.TESTS.as_posix()}/",
            )


def _unknown_in_code(links: Links) -> Iterator[Hole]:
    """Ids of rules and tests that no row has."""
    known = links.requirements.by_id
    for kind, uses in (("rule", (*links.rules, *links.mentions)), ("test", links.tests)):
        for use in uses:
            if use.id != EVERY_SCHEMA_ID and use.id not in known:
                yield Hole(
                    file=use.file,
                    line=use.line,
                    what=f"the {kind} {use.name} names {use.id}, which has no row",
                    mend=f"add the row to {_ROWS}, or name one that is there",
                )


def _unknown_in_spec(links: Links) -> Iterator[Hole]:
    """Ids of the spec that no row has."""
    known = links.requirements.by_id
    for source in links.spec.sources:
        if source.id not in known:
            yield Hole(
                file=_SPEC,
                line=source.line,
                what=f"{source.pointer} names {source.id} as the source of {source.keyword}, which has no row",
                mend=f"add the row to {_ROWS}, or name one that is there",
            )


def _page(links: Links) -> Iterator[Hole]:
    """Statements of the page that no row stands for."""
    known = links.requirements.by_id
    for entry in links.requirements.page:
        if not entry.requirements:
            yield _entry(
                entry, f"the statement at {entry.at!r} has no requirement", "name the rows that stand for it"
            )
        for requirement in entry.requirements:
            if requirement not in known:
                yield _entry(
                    entry,
                    f"the statement at {entry.at!r} names {requirement}, which has no row",
                    "add the row",
                )


def _unstated(links: Links) -> Iterator[Hole]:
    """Rows of the page that no statement of the page is the source of."""
    for row in links.requirements.rows:
        if row.page and not links.statements(row.id):
            yield _row(
                row,
                f"{row.id} is said to be from the page ({row.page}), but no statement in `page:` names it",
                "name it there, or take its `page` away and give its grade",
            )


def _gaps(links: Links) -> Iterator[Hole]:
    """Constraints without a source, and sources without their constraint."""
    for gap in links.spec.gaps:
        if gap.spare:
            what = f"{gap.pointer} names a source of {gap.keyword}, but no constraint there needs it"
            mend = "take the entry away, or restore the constraint"
        else:
            what = f"{gap.pointer} is constrained by {gap.keyword}, which has no source"
            mend = f"name the row in {spec.SOURCES} of that node"
        yield Hole(file=_SPEC, line=gap.line, what=what, mend=mend)


def _row(row: rows.Row, what: str, mend: str) -> Hole:
    return Hole(file=_ROWS, line=row.line, what=what, mend=mend)


def _entry(entry: rows.Entry, what: str, mend: str) -> Hole:
    return Hole(file=_ROWS, line=entry.line, what=what, mend=mend)
