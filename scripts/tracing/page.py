"""A saved copy of the vendor's page against the statements that were accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from tracing.alignment import Pair, align
from tracing.documents import dump_yaml
from tracing.errors import UnusableInputError
from tracing.rows import FILE, Requirements
from tracing.saved_page import read_page
from tracing.statements import statements

_RECOGNIZABLE: Final = 0.2
"""The part of the accepted statements that a file must have to count as the page at all."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A statement that is new, changed or gone: where, its text in the user's file, and the requirements it touches.

    A new statement touches what its neighbours of the same place do, since that is what it may speak of.
    """

    kind: str
    at: str
    text: str | None
    requirements: tuple[str, ...]


def compare(requirements: Requirements, file: Path) -> list[Pair]:
    """Pair the statements of a saved page with the accepted ones.

    Raises UnusableInputError: the file can't be read, or is not the page.
    """
    pairs = align(requirements.page, statements(read_page(file)))
    found = sum(pair.kind == "same" for pair in pairs)
    if found < _RECOGNIZABLE * len(requirements.page):
        raise UnusableInputError(
            f"{file}: is not the page: expected most of the {len(requirements.page)} statements that {FILE} has the "
            f"hashes of, found {found}; save the vendor's page of the update operation, as text or HTML, whole"
        )
    return pairs


def changes(pairs: Sequence[Pair]) -> list[Change]:
    """What is new, changed or gone, in the order of the page."""
    return [_change(pairs, index) for index, pair in enumerate(pairs) if pair.kind != "same"]


def accept(requirements: Requirements, pairs: Sequence[Pair]) -> str:
    """Give the text of requirements.yaml with the statements of the page as they are now.

    What is unchanged or changed keeps its place and its requirements; what is new has none yet.
    """
    old = {
        entry.line: item
        for entry, item in zip(requirements.page, requirements.document.get("page", []), strict=True)
    }
    kept = CommentedSeq()
    for index, pair in enumerate(pairs):
        if pair.statement is None:
            continue
        item = old[pair.entry.line] if pair.entry else _new_entry(place(pairs, index))
        item["hash"] = DoubleQuotedScalarString(pair.statement.hash)
        kept.append(item)
    requirements.document["page"] = kept
    return dump_yaml(requirements.document)


def place(pairs: Sequence[Pair], index: int) -> str:
    """Where the statement of a pair stands: as accepted, or else as its text and its neighbours tell."""
    pair = pairs[index]
    if pair.entry:
        return pair.entry.at
    statement = pair.statement
    before = next((other.entry.at for other in reversed(pairs[:index]) if other.entry), None)
    if statement is None or before is None:
        return statement.at if statement else ""
    same_field = before.split(" > ")[-1] == statement.place[-1]
    return before if same_field else statement.at


def _change(pairs: Sequence[Pair], index: int) -> Change:
    pair = pairs[index]
    at = place(pairs, index)
    ids = pair.entry.requirements if pair.entry else _neighbours(pairs, at)
    return Change(
        kind=pair.kind, at=at, text=pair.statement.text if pair.statement else None, requirements=ids
    )


def _neighbours(pairs: Sequence[Pair], at: str) -> tuple[str, ...]:
    found = (pair.entry.requirements for pair in pairs if pair.entry and pair.entry.at == at)
    return tuple(dict.fromkeys(requirement for ids in found for requirement in ids))


def _new_entry(at: str) -> CommentedMap:
    item = CommentedMap(at=DoubleQuotedScalarString(at), hash="", requirements=CommentedSeq())
    item.fa.set_flow_style()
    item["requirements"].fa.set_flow_style()
    return item
