"""The rows of requirements.yaml, and the statements of the page that they stand for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ruamel.yaml.comments import CommentedMap

from tracing.documents import line_of, read_yaml
from tracing.errors import UnusableInputError

FILE: Final = Path("openapi/requirements.yaml")
ID: Final = re.compile(r"\bUCG-[A-Z]+-\d{2,}\b")
LEVELS: Final = ("must", "inferred", "open")
GRADES: Final = ("doc", "sdk", "wire", "third", "guess")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One requirement."""

    id: str
    level: str
    grade: str
    says: str
    line: int
    page: str | None = None
    note: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def binding(self) -> bool:
        """Whether a rule must check it and a test must show it."""
        return self.level in {"must", "inferred"}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One statement of the page as it was accepted: where, its hash, and the requirements that it is the source of."""

    at: str
    hash: str
    requirements: tuple[str, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """requirements.yaml; `document` keeps what this module doesn't know."""

    rows: tuple[Row, ...]
    page: tuple[Entry, ...]
    document: CommentedMap

    @property
    def by_id(self) -> dict[str, Row]:
        """The rows by id; of rows with the same id the last."""
        return {row.id: row for row in self.rows}


def read_requirements(root: Path) -> Requirements:
    """Read the requirements of a checkout.

    Raises UnusableInputError when the file can't be read, or a row lacks what each row must have.
    """
    document = read_yaml(root / FILE)
    return Requirements(
        rows=tuple(_row(item, line) for item, line in _items(document, "requirements")),
        page=tuple(_entry(item, line) for item, line in _items(document, "page")),
        document=document,
    )


def _items(document: CommentedMap, key: str) -> Iterator[tuple[Mapping[str, Any], int]]:
    items = document.get(key, [])
    if not isinstance(items, list):
        raise UnusableInputError(
            f"{FILE}:{line_of(document, key)}: expected `{key}` to be a list, found {type(items).__name__}; make it one"
        )
    for index, item in enumerate(items):
        line = line_of(items, index)
        if not isinstance(item, Mapping):
            raise UnusableInputError(
                f"{FILE}:{line}: expected a mapping in `{key}`, found {item!r}; write it like the others"
            )
        yield item, line


def _row(item: Mapping[str, Any], line: int) -> Row:
    texts = {key: _text(item, key, line) for key in ("id", "level", "grade", "says")}
    sources = item.get("sources", {})
    if not isinstance(sources, Mapping):
        raise UnusableInputError(
            f"{FILE}:{line}: expected `sources` of {texts['id']} to say who says what, found {sources!r}; "
            "write a mapping, such as {page: six values, sdk: nine}"
        )
    return Row(
        **texts,
        line=line,
        page=item.get("page"),
        note=item.get("note"),
        sources={str(who): str(what) for who, what in sources.items()},
    )


def _entry(item: Mapping[str, Any], line: int) -> Entry:
    ids = item.get("requirements", [])
    if not isinstance(ids, list):
        raise UnusableInputError(
            f"{FILE}:{line}: expected `requirements` of a statement to be a list, found {ids!r}; write [UCG-...]"
        )
    return Entry(
        at=_text(item, "at", line),
        hash=_text(item, "hash", line),
        requirements=tuple(str(requirement) for requirement in ids),
        line=line,
    )


def _text(item: Mapping[str, Any], key: str, line: int) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value.strip():
        raise UnusableInputError(
            f"{FILE}:{line}: expected a text at `{key}`, found {value!r}; give each row id, level, grade and says, "
            "and each statement of the page at, hash (quoted, 16 hex digits) and requirements"
        )
    return value
