"""Where a checkout lists the values of an enum, or the fields of an object: found by looking for them."""

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KNOWING: Final = ("sandbox", "conformance", "openapi/generator/package")
"""What must be taught a new value."""
FOLDERS: Final = (
    *KNOWING, "openapi/requirements.yaml", "examples", "comparison", "docs", "README.md", "tests",
)  # fmt: skip
"""Where somebody wrote values down by hand; the specification itself and generated/ are not among them."""
_TEXTS: Final = frozenset({".md", ".yaml", ".yml", ".toml", ".html", ".js", ".jinja"})
_HOLDERS: Final = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.FunctionDef, ast.ClassDef, ast.Match)
_WRITTEN: Final = "<!-- Written by"
"""How documents begin that a script writes."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A line that names values: its file from the checkout, the line from 1, and what is there.

    `count` is how many of the known values it lists; 0 for a line that names one value.
    """

    file: str
    line: int
    what: str
    count: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclass(frozen=True, kw_only=True)
class _List:
    """The lines of a list, and the texts in it."""

    first: int
    last: int
    texts: set[str]


def listings(
    root: Path, known: Collection[str], new: str, *, folders: Collection[str] = FOLDERS, least: int = 2
) -> list[Place]:
    """Return the places that list most of the known values, and not the new one.

    Most is two thirds, and at least `least`. In Python a list is a literal, a text, a class or a function; in
    other texts it is a line.
    """
    found = []
    for file, text in _files(root, folders):
        for one in _lists(file, text, known, least):
            count = len(one.texts & {*known})
            if new not in one.texts:
                what = f"lists {count} of {len(known)} without {new}"
                found.append(Place(file=_name(root, file), line=one.first, what=what, count=count))
    return found


def mentions(
    root: Path, value: str, *, known: Collection[str] = (), folders: Collection[str] = FOLDERS
) -> list[Place]:
    """Return the lines that name one value in quotes, or as a word; none in lists of the known ones."""
    quoted = re.compile(rf"""(?P<quote>["']){re.escape(value)}(?P=quote)""")
    word = _word(value)
    found = []
    for file, text in _files(root, folders):
        form = quoted if file.suffix == ".py" else word
        lines = [number for number, line in enumerate(text.splitlines(), 1) if form.search(line)]
        lists = list(_lists(file, text, known, 2)) if lines and known else []
        found += [
            Place(file=_name(root, file), line=number, what=f"names {value}")
            for number in lines
            if not any(one.first <= number <= one.last for one in lists)
        ]
    return found


def _name(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix()


def _lists(file: Path, text: str, known: Collection[str], least: int) -> Iterator[_List]:
    enough = max(least, -(-2 * len(known) // 3))
    if sum(value in text for value in known) >= enough:
        yield from _python(text, {*known}, enough) if file.suffix == ".py" else _lines(text, known, enough)


def _files(root: Path, folders: Collection[str]) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        path = root / folder
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and (file.suffix == ".py" or file.suffix in _TEXTS):
                text = file.read_text(encoding="utf-8", errors="replace")
                if _WRITTEN not in text[:200]:
                    yield file, text


def _lines(text: str, known: Collection[str], enough: int) -> Iterator[_List]:
    """Yield each line with enough of the values, and all of its words."""
    for number, line in enumerate(text.splitlines(), 1):
        words = _listed(line, known, enough)
        if words:
            yield _List(first=number, last=number, texts=words)


def _listed(text: str, known: Collection[str], enough: int) -> set[str]:
    """Return the words of a text that lists enough of the values; nothing of any other text."""
    there = {value for value in known if value in text and _word(value).search(text)}
    return there | set(re.findall(r"[\w/.-]*\w", text)) if len(there) >= enough else set()


def _word(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/-]){re.escape(value)}(?![\w/-])")


def _python(text: str, known: set[str], enough: int) -> Iterator[_List]:
    """Yield each innermost literal, text, class or function with enough of the values."""
    try:
        module = ast.parse(text)
    except SyntaxError:  # an example of wrong code
        return

    def walk(node: ast.AST) -> tuple[set[str], list[_List]]:
        texts: set[str] = set()
        lists: list[_List] = []
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = _listed(node.value, known, enough)
            one = _List(first=node.lineno, last=node.end_lineno or node.lineno, texts=words)
            return {node.value}, [one] if words else []
        for child in ast.iter_child_nodes(node):
            inner, found = walk(child)
            texts |= inner
            lists += found
        if not lists and isinstance(node, _HOLDERS) and len(texts & known) >= enough:
            lists = [_List(first=node.lineno, last=node.end_lineno or node.lineno, texts=texts)]
        return texts, lists

    yield from walk(module)[1]
