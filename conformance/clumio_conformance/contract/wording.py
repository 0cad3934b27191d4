"""Where the words of a row list other values than the enum that they are the source of."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from clumio_conformance.contract.operations import Operation
from clumio_conformance.contract.requirements import Requirement
from clumio_conformance.contract.schema import Node

_SEPARATOR: Final = re.compile(r",? (?:and|or) |, | \| ")
"""Between the values of a list."""
_WORD: Final = r"[^\s,;|]+"
_LIST: Final = re.compile(rf"{_WORD}(?:, {_WORD})+,? (?:and|or) {_WORD}|{_WORD}(?: \| {_WORD})+")
_NUMBERS: Final = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """A row whose words do not match its enum.

    Attributes:
        row: The row.
        pointer: Where the enum is in the description.
        lacking: The values of the enum that the words leave out.
        extra: The values in the words that the enum does not have.
        count: The number in the words, where it is not that of the values; else empty.
        values: The values of the enum.
    """

    row: Requirement
    pointer: str
    lacking: tuple[str, ...]
    extra: tuple[str, ...]
    count: str
    values: tuple[str, ...]

    @property
    def what(self) -> str:
        """What is wrong with the words."""
        parts = [
            f"leave out {', '.join(self.lacking)}" if self.lacking else "",
            f"have {', '.join(self.extra)}, which is not among them" if self.extra else "",
            f'say "{self.count}" where there are {len(self.values)}' if self.count else "",
        ]
        return " and ".join(filter(None, parts))


def mismatches(operations: Iterable[Operation], rows: dict[str, Requirement]) -> list[Mismatch]:
    """Return the rows whose words list, or count, other values than their enums have."""
    found: dict[tuple[str, str], Mismatch] = {}
    for operation in operations:
        answers = (schema for answer in operation.answers for schema in answer.schemas.values())
        for schema in filter(None, [operation.request, *answers]):
            for node in _enums(schema.root):
                row = rows.get(node.source("enum", None) or "")
                one = _mismatch(row, node) if row else None
                if one is not None:
                    found.setdefault((one.row.id, one.pointer), one)
    return list(found.values())


def _enums(node: Node) -> Iterator[Node]:
    if node.enum:
        yield node
    for child in node.properties.values():
        yield from _enums(child)
    if node.items is not None:
        yield from _enums(node.items)


def _mismatch(row: Requirement, node: Node) -> Mismatch | None:
    values = tuple(map(str, node.enum))
    listed = next((one for one in _lists(row.says) if 2 * len({*one} & {*values}) >= len(one)), values)
    numbers = [word for word in re.findall(r"[a-z]+", row.says) if word in _NUMBERS]
    wrong = [word for word in numbers if _NUMBERS.index(word) + 2 != len(values)]
    one = Mismatch(
        row=row,
        pointer=node.pointer,
        lacking=tuple(value for value in values if value not in listed),
        extra=tuple(value for value in listed if value not in values),
        count=wrong[0] if len(numbers) == 1 and wrong else "",
        values=values,
    )
    return one if one.what else None


def _lists(text: str) -> Iterator[list[str]]:
    """Yield each list in a text, as `A, B and C` or `A | B`; more than two words."""
    for found in _LIST.findall(text):
        items = [item.rstrip(".:") for item in _SEPARATOR.split(found)]
        if len(items) > 2:
            yield items


def as_note(one: Mismatch, place: str) -> str:
    """Return the note behind the words of such a row; `place` is the file and line of its enum."""
    return f"(these words are older than {place}: they {one.what})"
