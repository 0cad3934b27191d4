"""Python modules as syntax trees: their definitions, imports and references."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from clumio_conformance.contract.yaml_files import ContractError, read_text

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True, eq=False)
class Module:
    """A module: `imports` maps names to full names, `definitions` maps names to statements."""

    name: str
    file: str
    tree: ast.Module
    imports: Mapping[str, str]
    definitions: Mapping[str, ast.stmt]
    _references: dict[ast.AST, list[str]] = field(default_factory=dict, init=False, repr=False)

    def functions(self) -> Iterator[Function]:
        """Yield the functions of the module and of its classes."""
        for statement in self.tree.body:
            for node in statement.body if isinstance(statement, ast.ClassDef) else (statement,):
                if isinstance(node, Function):
                    yield node

    def references(self, node: ast.AST) -> list[str]:
        """Return the full names of all references in a part of the module, without bare imports."""
        if node not in self._references:
            self._references[node] = list(self._read(node))
        return self._references[node]

    def _read(self, node: ast.AST) -> Iterator[str]:
        for name in _names(node, frozenset()):
            head, dot, rest = name.partition(".")
            if head in self.imports:
                yield self.imports[head] + dot + rest
            elif head in self.definitions:
                yield f"{self.name}.{name}"

    def closure(self, node: ast.AST) -> list[ast.AST]:
        """Return a part of the module with all the definitions of the module that it uses, fixtures too."""
        found: dict[ast.AST, None] = {}
        waiting = [node]
        while waiting:
            part = waiting.pop()
            if part not in found:
                found[part] = None
                waiting += (self.definitions[name] for name in self._needs(part) if name in self.definitions)
        return list(found)

    def _needs(self, node: ast.AST) -> Iterator[str]:
        yield from (reference.removeprefix(f"{self.name}.") for reference in self.references(node))
        if isinstance(node, Function):
            for argument in node.args.args:
                fixture = self.definitions.get(argument.arg)
                if isinstance(fixture, Function) and "fixture" in map(called, fixture.decorator_list):
                    yield argument.arg


def read_module(root: Path, file: Path, source_root: Path) -> Module:
    """Read a module below the root of a checkout; its name starts at the source root.

    Raises:
        ContractError: the file can't be read, or is not Python.
    """
    try:
        tree = ast.parse(read_text(file), filename=str(file))
    except SyntaxError as why:
        raise ContractError(file, why.lineno, f"is not Python: {why.msg}; fix it there") from why
    parts = file.relative_to(source_root).with_suffix("").parts
    return Module(
        name=".".join(parts[:-1] if parts[-1] == "__init__" else parts),
        file=file.relative_to(root).as_posix(),
        tree=tree,
        imports=dict(_imports(tree)),
        definitions=dict(_definitions(tree)),
    )


def called(node: ast.expr) -> str:
    """Return the last part of a called or used name: `requirement` of `@pytest.mark.requirement(...)`."""
    function = node.func if isinstance(node, ast.Call) else node
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each string below a node, with its line."""
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)
        elif isinstance(node, ast.Import):
            for one in node.names:
                head = one.name.partition(".")[0]
                yield (one.asname, one.name) if one.asname else (head, head)


def _definitions(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for statement in tree.body:
        if isinstance(statement, Function | ast.ClassDef):
            yield statement.name, statement
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            yield from ((name, statement) for name in _stored(statement))


def _names(node: ast.AST, local: frozenset[str]) -> Iterator[str]:
    """Yield each name that is read below a node, alone and with its attributes; local names are left out."""
    if isinstance(node, Function | ast.Lambda):
        arguments = node.args
        several = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        single = (one for one in (arguments.vararg, arguments.kwarg) if one is not None)
        local |= {argument.arg for argument in (*several, *single)} | set(_stored(node))
    name = _dotted(node)
    if name and name.partition(".")[0] not in local:
        yield name
    for child in ast.iter_child_nodes(node):
        yield from _names(child, local)


def _stored(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else ""
