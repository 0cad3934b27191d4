"""Where a link between a requirement, the spec, a rule, a test and the page is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from clumio_conformance.contract.requirements import GRADES, LEVELS
from contract_tools.places import KNOWING, listings
from tracing import code, links, spec
from tracing.links import Links

_ROWS: Final = links.FILE.as_posix()
_SPEC: Final = spec.FILE.as_posix()
_RULES: Final = code.RULES[0].as_posix()
_TESTS: Final = f"{code.SUITE.as_posix()}/ or {code.TESTS.as_posix()}/"
_APPLY: Final = (
    f"call it in {code.SUITE.as_posix()}/, or make a `Seen` its only parameter, so that the judge does"
)
_NO_ROW: Final = f"add the row to {_ROWS}, or name an existing one"


@dataclass(frozen=True, kw_only=True)
class Hole:
    """What is missing, where, and how to fix it."""

    file: str
    line: int
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.fix}"


def holes(links: Links) -> list[Hole]:
    """Every missing link of a checkout, by file and line."""
    kinds = (_rows, _outdated, _unchecked, _unapplied, _unknown, _unchecked_keywords, _page, _unstated, _gaps)
    found = {hole for kind in kinds for hole in kind(links)}
    return sorted(found, key=lambda hole: (hole.file, hole.line, hole.what))


def _rows(links: Links) -> Iterator[Hole]:
    """Malformed or repeated rows."""
    lines: dict[str, int] = {}
    for row in links.requirements.rows:
        if row.id in lines:
            what = f"{row.id} is also the row of line {lines[row.id]}"
            yield _in_rows(row.line, what, "give the newer one the next free id")
        lines[row.id] = row.line
        if not links.requirements.id_form.fullmatch(row.id):
            like = f"write it like the first one, {links.requirements.rows[0].id}: PREFIX-KIND-NN"
            yield _in_rows(row.line, f"{row.id!r} is not an id", like)
        for name, value, known in (("level", row.level, LEVELS), ("grade", row.grade, GRADES)):
            if value not in known:
                what = f"{row.id} has the {name} {value!r}"
                yield _in_rows(row.line, what, f"write one of {', '.join(known)}")


def _outdated(links: Links) -> Iterator[Hole]:
    """Rows whose words list other values than the spec, with the other places that list the old ones."""
    for one in links.outdated:
        where = f"{_SPEC}:{links.description.line(f'{one.pointer}/enum')}"
        what = f"the words of {one.row.id} {one.what}, see {where}"
        known = [value for value in one.values if value not in one.lacking]
        others = [
            f"{place.file}:{place.line}"
            for value in one.lacking
            for place in listings(links.root, known, value, folders=KNOWING)
        ]
        too = f", and what lists the old values, too: {', '.join(dict.fromkeys(others))}" if others else ""
        yield _in_rows(one.row.line, what, f"correct the words{too}")


def _unchecked(links: Links) -> Iterator[Hole]:
    """Rows without a rule, without an applied rule, or without a test."""
    for row in links.requirements.rows:
        rules = links.rules_of.get(row.id, ())
        name = f"{row.id} ({row.level})"
        if row.level == "open" and not rules and not row.note:
            fix = "add a `note` with the reason, or a rule that records the behaviour"
            yield _in_rows(row.line, f"{name} has neither a rule nor a note", fix)
        if not row.binding:
            continue
        if not rules:
            fix = f'decorate one with @rule("{row.id}") in {_RULES}/'
            yield _in_rows(row.line, f"{name} has no rule", fix)
        elif not any(rule.applied for rule in rules):
            named = ", ".join(rule.where for rule in rules)
            yield _in_rows(row.line, f"{name}: no run applies its rule: {named}", _APPLY)
        if not links.touched([row.id]):
            yield _in_rows(row.line, f"{name} has no test", f"name it, or use its rule, in one of {_TESTS}")


def _unapplied(links: Links) -> Iterator[Hole]:
    """Rules that no run applies."""
    for rule in links.rules:
        if not rule.applied:
            what = f"no run applies the rule {rule.name}"
            yield Hole(file=rule.file, line=rule.line, what=what, fix=_APPLY)


def _unknown(links: Links) -> Iterator[Hole]:
    """Ids of code and spec that no row has."""
    known = links.requirements.by_id
    for mention in links.mentions:
        if mention.id not in known:
            what = f"{mention.name} names {mention.id}, which has no row"
            yield Hole(file=mention.file, line=mention.line, what=what, fix=_NO_ROW)
    for source in links.spec.sources:
        if source.id not in known:
            what = f"{source.pointer} names {source.id} as the source of {source.keyword}, which has no row"
            yield Hole(file=_SPEC, line=source.line, what=what, fix=_NO_ROW)


def _unchecked_keywords(links: Links) -> Iterator[Hole]:
    """Keywords of the spec that come from a binding row, but that no rule checks.

    The row of a parameter must have a rule, too; it may be a rule for another keyword.
    """
    known = links.requirements.by_id
    applied = [rule for rule in links.rules if rule.applied]
    checked = {
        "answer": {"description", *(keyword for rule in applied for keyword in rule.keywords)},
        "request": {"description", *(keyword for rule in applied for keyword in rule.request_keywords)},
    }
    named = {one for rule in applied for one in rule.ids}
    for source in links.spec.sources:
        row = known.get(source.id)
        sides = [source.keyword in checked[side] for side in source.sides or checked]
        is_checked = all(sides) if source.sides else any(sides)
        by_keyword = is_checked and (source.by_keyword or source.id in links.rules_of)
        if row and row.binding and not by_keyword and row.id not in named:
            yield Hole(
                file=_SPEC,
                line=source.line,
                what=f"{source.pointer}: no rule checks {source.keyword}, which comes from {row.id}",
                fix=f'add the keyword to a rule\'s `keywords`, or decorate a rule with @rule("{row.id}")',
            )


def _page(links: Links) -> Iterator[Hole]:
    """Statements of the page without a row."""
    known = links.requirements.by_id
    for statement in links.requirements.page:
        name = f"the statement at {statement.at!r}"
        if not statement.requirements:
            yield _in_rows(statement.line, f"{name} has no requirement", "name the rows that come from it")
        for requirement in statement.requirements:
            if requirement not in known:
                yield _in_rows(statement.line, f"{name} names {requirement}, which has no row", "add the row")


def _unstated(links: Links) -> Iterator[Hole]:
    """Rows of the page that no statement in `page:` names."""
    for row in links.requirements.rows:
        if row.page and not links.statements(row.id):
            what = f"{row.id} is from the page ({row.page}), but no statement in `page:` names it"
            yield _in_rows(row.line, what, "name it there, or remove its `page` and add its grade")


def _gaps(links: Links) -> Iterator[Hole]:
    """Constraints and nodes without a source, and sources without their constraint."""
    for gap in links.spec.gaps:
        yield Hole(file=_SPEC, line=gap.line, what=f"{gap.pointer} {gap.what}", fix=gap.fix)


def _in_rows(line: int, what: str, fix: str) -> Hole:
    return Hole(file=_ROWS, line=line, what=what, fix=fix)
