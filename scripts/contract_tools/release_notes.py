"""The notes of a release: the proposed version, an entry of the changelog, and what callers must change."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from clumio_conformance.contract.nodes import operation_nodes
from clumio_conformance.contract.specification import Specification
from clumio_conformance.spec_diff.comparison import compare
from clumio_conformance.spec_diff.difference import Difference
from clumio_conformance.spec_diff.rules import RULES

from . import python_api, tree
from .baseline import Baseline
from .generation import SOURCE
from .python_change import Change

Level = Literal["break", "addition", "fix", "none"]
LEVELS: Final[tuple[Level, ...]] = ("break", "addition", "fix", "none")
_WIDTH: Final = 130
_RULE: Final = {
    "before 1.0.0": {
        "break": "while the first number is 0, a break raises the second one",
        "addition": "an addition raises the second number",
        "fix": "only descriptions or internals changed, which raises the third number",
    },
    "from 1.0.0": {
        "break": "a break raises the first number",
        "addition": "an addition raises the second number",
        "fix": "only descriptions or internals changed, which raises the third number",
    },
}


@dataclass(frozen=True, kw_only=True)
class WireChange:
    """A difference between the specifications, for a reader of the changelog; `advice` is for callers."""

    level: Level
    text: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What changed since an earlier revision.

    Attributes:
        since: The name of the revision.
        old: Its version.
        current: The version of the checkout.
        proposed: The version to release; None when nothing changed.
        level: How bad the worst change is.
        wire: The differences of the specifications.
        python: The changes of the client's API.
    """

    since: str
    old: str
    current: str
    proposed: str | None
    level: Level
    wire: list[WireChange]
    python: list[Change]

    @property
    def breaks(self) -> int:
        """How many of the changes break callers."""
        levels: list[Level] = [one.level for one in self.wire] + [one.level for one in self.python]
        return levels.count("break")


def notes(before: Baseline, spec: Specification, generated: Path, current: str) -> Notes:
    """Compare a fresh tree, and the specification that it is made from, with an earlier revision.

    Raises:
        PythonApiError: One of the trees has no readable package.
    """
    wired = list(wire_changes(before.spec, spec))
    python = python_api.compare(before.generated, generated)
    files = tree.compare(tree.read(before.generated), tree.read(generated))
    edited = before.spec.digest != spec.digest or any(one.path != SOURCE for one in files)
    levels = {one.level for one in wired} | {one.level for one in python} | {"fix" if edited else "none"}
    level = next(one for one in LEVELS if one in levels)
    wanted = raised(before.version, level)
    newest = max(wanted, current, key=_numbers)
    return Notes(
        since=before.name,
        old=before.version,
        current=current,
        proposed=None if level == "none" else newest,
        level=level,
        wire=wired,
        python=python,
    )


def raised(version: str, level: Level) -> str:
    """Return the next version after a change of this level."""
    major, minor, patch = _numbers(version)
    if level == "break" and major:
        return f"{major + 1}.0.0"
    if level in {"break", "addition"}:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if level == "fix" else version


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def wire_changes(old: Specification, new: Specification) -> Iterator[WireChange]:
    """Yield the differences of two specifications; the same one at several places is one.

    What only the vendor's promise breaks is an addition for callers: they may send more, or get less.
    """
    names = {f"{method.upper()} {path}": node.keywords.get("operationId", f"{method.upper()} {path}")
             for spec in (old, new) for path, method, _, node in operation_nodes(spec)}  # fmt: skip
    groups: dict[tuple[Level, str, str], list[Difference]] = {}
    for one in compare(old, new):
        level = _level(one)
        last = one.where.rpartition(" > ")[2]
        effect = f"{one.keyword} {one.kind}{_values(one)}".strip()
        groups.setdefault((level, f"{one.side} {last}".strip(), effect), []).append(one)
    for (level, what, effect), group in groups.items():
        operations = sorted({names.get(name, name) for one in group for name in one.operations})
        places = f", at {len(group)} places" if len(group) > 1 else ""
        where = f" (`{group[0].where}`)" if not places and " > " in group[0].where else ""
        rule = RULES.get(group[0].rule)
        yield WireChange(
            level=level,
            text=f"{what}{where}: {effect}{places}; in {', '.join(operations)}",
            advice=rule.advice if rule else "",
        )


def _level(one: Difference) -> Level:
    """Return what a difference is for callers; where it can't be decided whether they break, they do."""
    if "client" in one.breaks:
        return "break"
    return "fix" if one.severity == "documentation" else "addition"


def _values(one: Difference) -> str:
    """Return what a list lost and gained, or a short value before and after; nothing for whole schemas."""
    if not one.keyword or any(isinstance(value, dict) for value in (one.before, one.after)):
        return ""
    if isinstance(one.before, list) and isinstance(one.after, list):
        lost = [value for value in one.before if value not in one.after]
        gained = [value for value in one.after if value not in one.before]
        said = [(name, values) for name, values in (("without", lost), ("with", gained)) if values]
        return ",".join(f" {name} {', '.join(map(_json, values))}" for name, values in said)
    return f" from {_json(one.before)} to {_json(one.after)}"


def _json(value: object) -> str:
    return textwrap.shorten(json.dumps(value, ensure_ascii=False), 80, placeholder=" ...")


def as_markdown(found: Notes) -> str:
    """Return the notes: version and reason, entry, and a migration note for each break."""
    if found.proposed is None:
        return f"No change since {found.since}: {found.current} stays.\n"
    parts = [f"Proposed version: **{found.proposed}**. {_reason(found)}", entry(found)]
    if found.breaks:
        parts += [f"### From {found.old} to {found.proposed}", *_migration(found)]
    return "\n\n".join(parts) + "\n"


def _reason(found: Notes) -> str:
    rule = _RULE["before 1.0.0" if found.old.startswith("0.") else "from 1.0.0"][found.level]
    on_wire = sum(one.level == "break" for one in found.wire)
    counts = (
        f"Breaks since {found.since} ({found.old}): {on_wire} on the wire, {found.breaks - on_wire} in Python"
    )
    enough = " The version of pyproject.toml is high enough." if found.proposed == found.current else ""
    return f"{counts}; {rule}.{enough}"


def entry(found: Notes) -> str:
    """Return the entry for CHANGELOG.md, for its author to shorten."""
    items = [
        *(f"Breaks callers: `{one.path}` {one.what}." for one in found.python if one.level == "break"),
        *(f"Breaks on the wire: {one.text}." for one in found.wire if one.level == "break"),
    ]
    added = (one for one in found.python if one.level == "addition")
    new = [f"`{one.path}` {one.what.removeprefix('is new')}".strip() for one in added]
    items += [f"New: {', '.join(new)}."] if new else []
    items += [f"Contract: {one.text}." for one in found.wire if one.level == "addition"]
    if not items:
        items = ["Descriptions and internals of the client; nothing for callers to do."]
    return "\n".join([f"## {found.proposed} - unreleased", "", *map(_item, items)])


def _item(text: str) -> str:
    return textwrap.fill(
        f"- {text}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )


def _migration(found: Notes) -> Iterator[str]:
    yield from (_note(one) for one in found.python if one.level == "break")
    yield from (
        f"**On the wire**: {one.text}. {one.advice}".rstrip() for one in found.wire if one.level == "break"
    )


def _note(one: Change) -> str:
    head = f"**`{one.path}`** {one.what}."
    if not one.before:
        return head
    return "\n".join([head, "", "```python", *_code("before", one.before), *_code("after", one.after), "```"])


def _code(when: str, code: str) -> Iterable[str]:
    return [f"# {when}", code] if code else []
