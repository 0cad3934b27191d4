"""The comparison of a saved copy of the vendor's page with the accepted statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from clumio_conformance.contract.requirements import Requirements
from clumio_conformance.contract.yaml_files import ContractError, dump_yaml
from tracing.alignment import Pair, align
from tracing.links import FILE
from tracing.saved_page import read_page
from tracing.statements import TOP, statements

_RECOGNIZABLE: Final = 0.2
"""The share of accepted statements that a file must have to count as the page."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A statement that is new, changed or gone: its place, its text in the user's file, and what it touches.

    `line` is that of the accepted statement in requirements.yaml. A new statement
    touches the requirements of its neighbours, since it may be about them.
    """

    kind: str
    at: str
    line: int | None
    text: str | None
    requirements: tuple[str, ...]


def compare(requirements: Requirements, file: Path) -> list[Pair]:
    """Pair the statements of a saved page with the accepted ones.

    Raises:
        ContractError: the file can't be read, or is not the page.
    """
    pairs = align(requirements.page, statements(read_page(file)))
    found = sum(pair.kind == "same" for pair in pairs)
    if found < _RECOGNIZABLE * len(requirements.page):
        cause = (
            f"is not the page: expected most of the {len(requirements.page)} statements that {FILE} has the "
            f"hashes of, found {found}; save the whole page of the update operation, as text or HTML"
        )
        raise ContractError(file, None, cause)
    return pairs


def changes(requirements: Requirements, pairs: Sequence[Pair]) -> list[Change]:
    """The new, changed and gone statements, in the order of the page."""
    return [_change(requirements, pairs, index) for index, pair in enumerate(pairs) if pair.kind != "same"]


def accept(requirements: Requirements, pairs: Sequence[Pair]) -> str:
    """Return the text of requirements.yaml with the statements of this page.

    A same or changed statement keeps its requirements; a new one has none yet.
    """
    old = {
        entry.line: item
        for entry, item in zip(requirements.page, requirements.document.get("page", []), strict=True)
    }
    kept = CommentedSeq()
    for index, pair in enumerate(pairs):
        if pair.statement is None:
            continue
        item = old[pair.accepted.line] if pair.accepted else _new_entry(place(pairs, index))
        item["hash"] = DoubleQuotedScalarString(pair.statement.hash)
        kept.append(item)
    requirements.document["page"] = kept
    return dump_yaml(requirements.document)


def place(pairs: Sequence[Pair], index: int) -> str:
    """The place of a pair: the accepted one, or the one that follows from its text and its neighbours."""
    pair = pairs[index]
    if pair.accepted:
        return pair.accepted.at
    statement = pair.statement
    before = next((other.accepted.at for other in reversed(pairs[:index]) if other.accepted), None)
    if statement is None or before is None:
        return statement.at if statement else ""
    near = statement.place == (TOP,) or before.split(" > ")[-1] == statement.place[-1]
    return before if near else statement.at


def _change(requirements: Requirements, pairs: Sequence[Pair], index: int) -> Change:
    pair = pairs[index]
    at = place(pairs, index)
    ids = pair.accepted.requirements if pair.accepted else _touched(requirements, at)
    text = pair.statement.text if pair.statement else None
    line = pair.accepted.line if pair.accepted else None
    return Change(kind=pair.kind, at=at, line=line, text=text, requirements=ids)


def _touched(requirements: Requirements, at: str) -> tuple[str, ...]:
    """The requirements of the accepted statements at a place, or else of the place around it."""
    found = [entry.requirements for entry in requirements.page if entry.at == at]
    while not found and " > " in at:
        at = at.rpartition(" > ")[0]
        found = [(row.id,) for row in requirements.rows if row.page == at]
    return tuple(dict.fromkeys(requirement for ids in found for requirement in ids))


def _new_entry(at: str) -> CommentedMap:
    item = CommentedMap(at=DoubleQuotedScalarString(at), hash="", requirements=CommentedSeq())
    item.fa.set_flow_style()
    item["requirements"].fa.set_flow_style()
    return item
