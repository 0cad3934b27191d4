"""The two documents that are generated from the rows: the catalogue, and the table of contradictions."""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from clumio_conformance.contract.requirements import LEVELS, Requirement
from tracing.holes import Hole
from tracing.links import Links

CATALOGUE: Final = Path("docs/requirements.md")
CONTRADICTIONS: Final = Path("docs/contradictions.md")
WRITE: Final = "python scripts/trace.py --write"
_WHO: Final = {
    "page": "the page of the update operation",
    "doc": "another page of the vendor's",
    "sdk": "the vendor's SDKs or Terraform provider",
    "wire": "seen on the wire",
    "third": "a third party",
    "guess": "an inference",
    "rfc": "a standard",
}
_HEAD: Final = f"<!-- Written by `{WRITE}` from openapi/requirements.yaml. Edits here are lost. -->"


def documents(links: Links) -> dict[Path, str]:
    """The documents by their path in the checkout."""
    return {CATALOGUE: _catalogue(links), CONTRADICTIONS: _contradictions(links.requirements.rows)}


def write(root: Path, links: Links) -> None:
    """Write the documents."""
    for path, text in documents(links).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def drift(root: Path, links: Links) -> list[Hole]:
    """The documents that differ from the rows, each with the first such line."""
    found = []
    for path, text in documents(links).items():
        file = root / path
        actual = file.read_text(encoding="utf-8") if file.is_file() else None
        if actual != text:
            line, what = _difference(actual, text)
            found.append(Hole(file=path.as_posix(), line=line, what=what, fix=f"run `{WRITE}`"))
    return found


def _difference(actual: str | None, expected: str) -> tuple[int, str]:
    if actual is None:
        return 1, "is missing"
    lines = actual.splitlines(), expected.splitlines()
    codes = difflib.SequenceMatcher(None, *lines, autojunk=False).get_opcodes()
    first = next((start for tag, start, *_ in codes if tag != "equal"), len(lines[0]))
    return first + 1, "does not match the rows and rules; this is the first line that differs"


def _catalogue(links: Links) -> str:
    lines = [
        "# Requirements",
        "",
        _HEAD,
        "",
        "What the vendor's page says of *Update Connection Group*, statement by statement, and what else is",
        "known of the endpoint. A deviation from a **must** fails a run; one from an **inferred** row warns,",
        "and fails with `--strict`; an **open** row asserts nothing: what a target does is recorded. Ids",
        "never change and are never used again.",
        "`schema` in the last column: checked value by value against the spec.",
        "",
        _counts(links.requirements.rows),
    ]
    for kind in dict.fromkeys(map(_kind, links.requirements.rows)):
        lines += ["", f"## {kind}", "", *_table(links, kind)]
    return "\n".join(lines) + "\n"


def _counts(all_rows: Iterable[Requirement]) -> str:
    levels = [row.level for row in all_rows]
    shares = ", ".join(f"{levels.count(level)} {level}" for level in LEVELS)
    return f"{len(levels)} requirements: {shares}."


def _table(links: Links, kind: str) -> list[str]:
    head = [
        "| id | level | grade | what | where on the page | in the spec | rules |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    return head + [_line(links, row) for row in links.requirements.rows if _kind(row) == kind]


def _line(links: Links, row: Requirement) -> str:
    what = row.says + (f" *{row.note}*" if row.note else "")
    nodes = "<br>".join(f"`{pointer}`" for pointer in links.spec_nodes(row.id))
    checks = "<br>".join(_checks(links, row.id))
    return _cells(row.id, row.level, row.grade, what, row.page or "", nodes, checks)


def _checks(links: Links, requirement: str) -> list[str]:
    """Name the rules of a row; all those that check it as the source of a schema's keyword are `schema`."""
    sources = (source for source in links.spec.sources if source.id == requirement and source.operations)
    answers = {source.keyword for source in sources} & {"status", "content"}
    rules = links.rules_of.get(requirement, ())
    named = [rule for rule in rules if requirement in rule.ids or answers & rule.keywords]
    return [f"`{Path(rule.file).stem}.{rule.name}`" for rule in named] + ["schema"] * (
        len(named) < len(rules)
    )


def _contradictions(all_rows: Iterable[Requirement]) -> str:
    lines = [
        "# Contradictions",
        "",
        _HEAD,
        "",
        "Where the sources disagree, or one says what another does not, and at which level a run checks it.",
        "",
        "| requirement | level | what | who says what |",
        "| --- | --- | --- | --- |",
    ]
    for row in all_rows:
        if row.sources:
            voices = "<br>".join(f"{_WHO.get(who, who)}: {what}" for who, what in row.sources.items())
            lines.append(_cells(row.id, row.level, row.says, voices))
    return "\n".join(lines) + "\n"


def _kind(row: Requirement) -> str:
    return row.id.split("-")[1] if "-" in row.id else row.id


def _cells(*texts: str) -> str:
    return "| " + " | ".join(" ".join(text.replace("|", r"\|").split()) for text in texts) + " |"
