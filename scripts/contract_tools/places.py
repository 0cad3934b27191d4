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
    """A line that names values: its file from the checkout, the line from 1, and what is there."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def listings(
    root: Path, known: Collection[str], new: str, *, folders: Collection[str] = FOLDERS, least: int = 2
) -> list[Place]:
    """Return the places that list most of the known values, and not the new one.

    Most is two thirds, and at least `least`. In Python a list is a literal, a class or a function; in other
    texts it is a line.
    """
    enough = max(least, -(-2 * len(known) // 3))
    found = []
    for file, text in _files(root, folders):
        if sum(value in text for value in known) >= enough:
            lists = _python(text, {*known}, enough) if file.suffix == ".py" else _lines(text, known, enough)
            name = file.relative_to(root).as_posix()
            found += [
                Place(
                    file=name, line=line, what=f"lists {len(there & {*known})} of {len(known)} without {new}"
                )
                for line, there in lists
                if new not in there
            ]
    return found


def mentions(root: Path, value: str, *, folders: Collection[str] = FOLDERS) -> list[Place]:
    """Return the lines that name one value in quotes, or as a word of a text."""
    quoted = re.compile(rf"""(?P<quote>["']){re.escape(value)}(?P=quote)""")
    word = _word(value)
    found = []
    for file, text in _files(root, folders):
        form = quoted if file.suffix == ".py" else word
        found += [
            Place(file=file.relative_to(root).as_posix(), line=number, what=f"names {value}")
            for number, line in enumerate(text.splitlines(), 1)
            if form.search(line)
        ]
    return found


def _files(root: Path, folders: Collection[str]) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        path = root / folder
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and (file.suffix == ".py" or file.suffix in _TEXTS):
                text = file.read_text(encoding="utf-8", errors="replace")
                if _WRITTEN not in text[:200]:
                    yield file, text


def _lines(text: str, known: Collection[str], enough: int) -> Iterator[tuple[int, set[str]]]:
    """Yield each line with enough of the values, and all of its words."""
    for number, line in enumerate(text.splitlines(), 1):
        there = {value for value in known if _word(value).search(line)}
        if len(there) >= enough:
            yield number, there | set(re.findall(r"[\w/.-]*\w", line))


def _word(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/-]){re.escape(value)}(?![\w/-])")


def _python(text: str, known: set[str], enough: int) -> Iterator[tuple[int, set[str]]]:
    """Yield the line of each innermost literal, class or function with enough of the values."""
    try:
        module = ast.parse(text)
    except SyntaxError:  # an example of wrong code
        return

    def walk(node: ast.AST) -> tuple[set[str], bool, list[tuple[int, set[str]]]]:
        strings: set[str] = set()
        below: list[tuple[int, set[str]]] = []
        inside = False
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.add(node.value)
        for child in ast.iter_child_nodes(node):
            others, taken, more = walk(child)
            strings |= others
            inside |= taken
            below += more
        if not inside and isinstance(node, _HOLDERS) and len(strings & known) >= enough:
            return strings, True, [(node.lineno, strings)]
        return strings, inside, below

    yield from walk(module)[2]
