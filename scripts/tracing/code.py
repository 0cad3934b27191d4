"""The rules and tests of the checkout, as their source text names them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracing.documents import read_text
from tracing.errors import UnusableInputError
from tracing.rows import ID

RULES: Final = Path("conformance/clumio_conformance/judging/rules")
SUITE: Final = Path("conformance/clumio_conformance/suite")
TESTS: Final = Path("tests")
_SCHEMA_RULE: Final = "schema_rule"
_SCHEMA_TESTS: Final = frozenset({"schema_requirements", "every_requirement"})
EVERY_SCHEMA_ID: Final = "*"
"""Stands for each requirement that the spec names for a keyword of a schema."""

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, kw_only=True)
class Use:
    """A place in the code that names a requirement, or `EVERY_SCHEMA_ID`."""

    id: str
    name: str
    file: str
    line: int

    @property
    def where(self) -> str:
        """File, line and name."""
        return f"{self.file}:{self.line} {self.name}"


def rules(root: Path) -> list[Use]:
    """What the rules check: the ids in the decorators of the rules."""
    return [use for file in _files(root, RULES) for use in _rules(root, file)]


def mentions(root: Path) -> list[Use]:
    """Every id that a rule's module names, be it in a decorator or in what it returns."""
    return [use for file in _files(root, RULES) for use in _literals(root, file)]


def tests(root: Path) -> list[Use]:
    """What the suite and the tests show: each id in a string of theirs."""
    files = [*_files(root, SUITE), *_files(root, TESTS)]
    return [use for file in files for use in (*_literals(root, file), *_schema_tests(root, file))]


def _files(root: Path, folder: Path) -> list[Path]:
    return sorted((root / folder).rglob("*.py"))


def _parsed(file: Path) -> ast.Module:
    try:
        return ast.parse(read_text(file), filename=str(file))
    except SyntaxError as why:
        raise UnusableInputError(f"{file}:{why.lineno}: is not Python: {why.msg}; mend it there") from why


def _definitions(tree: ast.Module) -> Iterator[_Definition]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def _rules(root: Path, file: Path) -> Iterator[Use]:
    for definition in _definitions(_parsed(file)):
        for decorator in definition.decorator_list:
            for requirement in _decorated(decorator):
                yield _use(root, file, requirement, definition.name, definition.lineno)


def _decorated(decorator: ast.expr) -> list[str]:
    name = _called(decorator)
    if name == _SCHEMA_RULE:
        return [EVERY_SCHEMA_ID]
    if name != "rule" or not isinstance(decorator, ast.Call):
        return []
    return [text for argument in decorator.args for _, text in _strings(argument)]


def _schema_tests(root: Path, file: Path) -> Iterator[Use]:
    for definition in _definitions(_parsed(file)):
        if any(_called(decorator) in _SCHEMA_TESTS for decorator in definition.decorator_list):
            yield _use(root, file, EVERY_SCHEMA_ID, definition.name, definition.lineno)


def _called(decorator: ast.expr) -> str:
    """The last name of a decorator: `requirement` of `@pytest.mark.requirement(...)`."""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literals(root: Path, file: Path) -> Iterator[Use]:
    yield from _named(root, file, _parsed(file), file.stem)


def _named(root: Path, file: Path, node: ast.AST, name: str) -> Iterator[Use]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _named(root, file, child, child.name)
        elif isinstance(child, ast.Constant):
            for line, text in _strings(child):
                for requirement in ID.findall(text):
                    yield _use(root, file, requirement, name, line)
        else:
            yield from _named(root, file, child, name)


def _strings(node: ast.AST) -> Iterator[tuple[int, str]]:
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value


def _use(root: Path, file: Path, requirement: str, name: str, line: int) -> Use:
    return Use(id=requirement, name=name, file=file.relative_to(root).as_posix(), line=line)
