"""`requirements.yaml`: the requirements, and the statements of the vendor's page that they come from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from ruamel.yaml.comments import CommentedMap

from clumio_conformance.contract.yaml_files import ContractError, line_of, read_marked

Level = Literal["must", "inferred", "open"]
Side = Literal["holds", "accepts", "refuses"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
SIDES: Final[tuple[Side, ...]] = get_args(Side)
GRADES: Final = ("doc", "sdk", "wire", "third", "guess")


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """A row of requirements.yaml; the head of that file says what each field means."""

    id: str
    level: Level
    grade: str
    says: str
    page: str | None = None
    note: str | None = None
    sides: tuple[Side, ...] = ("holds",)
    needs: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    line: int = field(default=1, compare=False)

    @property
    def binding(self) -> bool:
        """Whether a rule must check it and a test must cover it."""
        return self.level in {"must", "inferred"}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement of the page: its place, its hash, and the requirements that come from it."""

    at: str
    hash: str
    requirements: tuple[str, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Documentation:
    """The vendor's page: its title and its address."""

    title: str
    url: str


@dataclass(frozen=True)
class Requirements:
    """The rows and the page's statements; `document` is the whole file with its comments."""

    documentation: Documentation | None
    rows: tuple[Requirement, ...]
    page: tuple[Statement, ...]
    document: CommentedMap = field(repr=False)

    @property
    def by_id(self) -> dict[str, Requirement]:
        """The rows by id; of rows with the same id the last."""
        return {row.id: row for row in self.rows}

    @property
    def id_form(self) -> "re.Pattern[str]":
        """The form of an id, PREFIX-KIND-NN; the prefix is that of the first row."""
        prefix = re.escape(self.rows[0].id.partition("-")[0]) if self.rows else "[A-Z]+"
        return re.compile(rf"\b{prefix}-[A-Z]+-\d{{2,}}\b")


def read_requirements(file: Path) -> Requirements:
    """Read the requirements.

    Raises:
        ContractError: the file cannot be read, or a row lacks what each row must have.
    """
    document = read_marked(file)
    return Requirements(
        documentation=_documentation(document, file),
        rows=rows_of(document, "requirements", file),
        page=tuple(_statement(item, file, line) for item, line in _items(document, "page", file)),
        document=document,
    )


def _documentation(document: CommentedMap, file: Path) -> Documentation | None:
    """Return the vendor's page, if it is named; reports link to it, so that it must be a web address."""
    if "documentation" not in document:
        return None
    found = document["documentation"]
    page = found if isinstance(found, Mapping) else {}
    title, url = (str(page.get(key) or "") for key in ("title", "url"))
    if not title or not re.match(r"https?://\S+$", url):
        line = line_of(document, "documentation")
        raise ContractError(
            file,
            line,
            f"expected `documentation` to have a title and a url that begins with https://, found {found!r}; "
            "name the vendor's page",
        )
    return Documentation(title=title, url=url)


def rows_of(document: CommentedMap, key: str, file: Path) -> tuple[Requirement, ...]:
    """Return the rows in a list of a marked document.

    Raises:
        ContractError: a row lacks what each row must have.
    """
    return tuple(_row(item, file, line) for item, line in _items(document, key, file))


def _items(document: CommentedMap, key: str, file: Path) -> Iterator[tuple[Mapping[str, Any], int]]:
    items = document.get(key, [])
    if not isinstance(items, list):
        found = f"expected `{key}` to be a list, found {type(items).__name__}; make it one"
        raise ContractError(file, line_of(document, key), found)
    for index, item in enumerate(items):
        line = line_of(items, index) or 1
        if not isinstance(item, Mapping):
            raise ContractError(
                file, line, f"expected a mapping in `{key}`, found {item!r}; write it like the others"
            )
        yield item, line


def _row(item: Mapping[str, Any], file: Path, line: int) -> Requirement:
    texts: dict[str, Any] = {key: _text(item, key, file, line) for key in ("id", "level", "grade", "says")}
    sides = item.get("sides", ["holds"])
    if not isinstance(sides, list) or not sides or not set(map(str, sides)) <= set(SIDES):
        cause = f"expected `sides` of {texts['id']} to be a list of {', '.join(SIDES)}, found {sides!r}"
        raise ContractError(file, line, f"{cause}; write one or more of them")
    for key in ("page", "note", "needs"):
        texts[key] = item.get(key)
        if key in item and not isinstance(item[key], str):
            cause = (
                f"expected a text at `{key}` of {texts['id']}, found {item[key]!r}; quote it, or take it away"
            )
            raise ContractError(file, line, cause)
    sources = item.get("sources", {})
    if not isinstance(sources, Mapping):
        raise ContractError(
            file,
            line,
            f"expected `sources` of {texts['id']} to say who says what, found {sources!r}; "
            "write a mapping, such as {page: six values, sdk: nine}",
        )
    return Requirement(
        **texts,
        line=line,
        sides=tuple(sides),
        sources={str(who): str(what) for who, what in sources.items()},
    )


def _statement(item: Mapping[str, Any], file: Path, line: int) -> Statement:
    ids = item.get("requirements", [])
    if not isinstance(ids, list):
        raise ContractError(
            file,
            line,
            f"expected `requirements` of a statement to be a list, found {ids!r}; write [ID, ...]",
        )
    return Statement(
        at=_text(item, "at", file, line),
        hash=_text(item, "hash", file, line),
        requirements=tuple(str(requirement) for requirement in ids),
        line=line,
    )


def _text(item: Mapping[str, Any], key: str, file: Path, line: int) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ContractError(
            file,
            line,
            f"expected a text at `{key}`, found {value!r}; give each row id, level, grade and says, "
            "and each statement of the page at, hash (quoted, 16 hex digits) and requirements",
        )
    return str(value)
