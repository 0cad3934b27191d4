"""The rules of the checkout and which of them are applied; its tests and the requirements that they cover."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from tracing.modules import Function, Module, called, read_module, texts
from tracing.spec import Source, Spec

_CONFORMANCE: Final = Path("conformance")
_GROUPS: Final = _CONFORMANCE / "clumio_conformance/connection_groups"
RULES: Final = (_GROUPS / "rules", _CONFORMANCE / "clumio_conformance/judging/contract_rules.py")
SUITE: Final = _GROUPS / "suite"
TESTS: Final = Path("tests")
_PROBES: Final = tuple((_GROUPS / name).as_posix() for name in ("probes.py", "expectations.py"))
"""The modules with the requirements of the requests, for `covered_by`."""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A function of the checkout."""

    name: str
    file: str
    line: int

    @property
    def where(self) -> str:
        """File, line and name."""
        return f"{self.file}:{self.line} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Rule(Definition):
    """A rule: the requirements and keywords of its decorator, and whether a run applies it.

    `of_one_exchange`: the judge applies it to every answer.
    """

    module: str
    ids: frozenset[str]
    keywords: frozenset[str]
    request_keywords: frozenset[str]
    of_one_exchange: bool
    applied: bool

    def reads(self, source: Source) -> bool:
        """Whether it checks the keyword of a source, where that constrains an answer or a request."""
        keywords = {"answer": self.keywords, "request": self.request_keywords}
        return any(source.keyword in keywords[side] for side in source.sides or keywords)


@dataclass(frozen=True, kw_only=True)
class Test(Definition):
    """A test and the requirements that it covers."""

    covers: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Mention(Definition):
    """A place in a function, or else in a module, that names a requirement."""

    id: str


class Code:
    """The modules of a checkout's conformance package and of its tests.

    Raises:
        ContractError: one of them can't be read, or is not Python.
    """

    def __init__(self, root: Path, id_form: "re.Pattern[str]") -> None:
        self._root = root
        self._id_form = id_form
        self._package = {module.name: module for module in self._read(_CONFORMANCE)}
        self._tests = self._read(TESTS)

    @cached_property
    def mentions(self) -> list[Mention]:
        """Every id in a string of the package or of the tests."""
        return [
            Mention(
                id=one, name=getattr(statement, "name", Path(module.file).stem), file=module.file, line=line
            )
            for module in (*self._package.values(), *self._tests)
            for statement in module.tree.body
            for line, one in self._ids(statement)
        ]

    @cached_property
    def rules(self) -> list[Rule]:
        """Every function under `@rule`."""
        return [
            self._rule(module, function, decorator)
            for module in self._rule_modules
            for function in module.functions()
            for decorator in function.decorator_list
            if isinstance(decorator, ast.Call) and called(decorator) == "rule"
        ]

    def tests(self, spec: Spec) -> list[Test]:
        """Every test that covers a requirement.

        It covers those that it names, also in the table of its parameters, and those of each rule that it, or
        a definition of its module that it uses, refers to.
        """
        found = [
            Test(
                name=function.name,
                file=module.file,
                line=function.lineno,
                covers=self._covered(module, function, spec),
            )
            for module in (*self._package.values(), *self._tests)
            if Path(module.file).name.startswith("test_")
            for function in module.functions()
            if function.name.startswith("test_")
        ]
        return [test for test in found if test.covers]

    def _read(self, folder: Path) -> list[Module]:
        source_root = self._root / _CONFORMANCE if folder == _CONFORMANCE else self._root
        files = sorted((self._root / folder).rglob("*.py"))
        return [read_module(self._root, file, source_root) for file in files]

    @cached_property
    def _rule_modules(self) -> list[Module]:
        return [
            module
            for module in self._package.values()
            if any(Path(module.file).is_relative_to(place) for place in RULES)
        ]

    def _rule(self, module: Module, function: Function, decorator: ast.Call) -> Rule:
        values = {one.arg: one.value for one in decorator.keywords}
        keywords, request_keywords = (
            frozenset(self._words(module, values[name])) if name in values else frozenset[str]()
            for name in ("keywords", "request_keywords")
        )
        return Rule(
            name=function.name,
            module=module.name,
            file=module.file,
            line=function.lineno,
            ids=frozenset(word for value in decorator.args for word in self._words(module, value)),
            keywords=keywords,
            request_keywords=request_keywords,
            of_one_exchange=_is_of_one_exchange(function),
            applied=f"{module.name}.{function.name}" in self._reached,
        )

    def _words(self, module: Module, value: ast.AST) -> Iterator[str]:
        """Yield the strings of an expression, and of the constants of any module that it names."""
        yield from (text for _, text in texts(value))
        for reference in module.references(value):
            home, _, name = reference.rpartition(".")
            if home in self._package and name in self._package[home].definitions:
                yield from self._words(self._package[home], self._package[home].definitions[name])

    @cached_property
    def _reached(self) -> set[str]:
        """The names in the modules of rules that the judge or another module uses, directly or not."""
        definitions = {
            f"{module.name}.{name}": (module, definition)
            for module in self._rule_modules
            for name, definition in module.definitions.items()
        }
        others = [module for module in self._package.values() if module not in self._rule_modules]
        waiting = [reference for module in others for reference in module.references(module.tree)]
        waiting += (name for name, (_, definition) in definitions.items() if _is_of_one_exchange(definition))
        reached: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in definitions and name not in reached:
                reached.add(name)
                module, definition = definitions[name]
                waiting += module.references(definition)
        return reached

    def _covered(self, module: Module, function: Function, spec: Spec) -> frozenset[str]:
        marks = [*function.decorator_list, *filter(None, [module.definitions.get("pytestmark")])]
        tables = [
            part
            for mark in marks
            for part in module.closure(mark)
            if isinstance(part, ast.Assign | ast.AnnAssign)
        ]
        references = {one for part in module.closure(function) for one in module.references(part)}
        covered = {one for part in (function, *marks, *tables) for _, one in self._ids(part)}
        covered.update(*(rule.ids for rule in self.rules if f"{rule.module}.{rule.name}" in references))
        for node in (node for mark in marks for node in ast.walk(mark) if isinstance(node, ast.expr)):
            if called(node) == "schema_requirements":
                covered.update(source.id for source in spec.sources if source.in_schema)
            if called(node) == "covered_by" and isinstance(node, ast.Call):
                covered |= self._covered_by_probes(module, node, spec)
        return frozenset(covered)

    def _covered_by_probes(self, module: Module, call: ast.Call, spec: Spec) -> set[str]:
        """The requirements of the probes, and those of the rules for the answers of their operation."""
        rules = [rule for rule in self.rules if rule.of_one_exchange]
        keywords = {keyword for rule in rules for keyword in rule.keywords}
        probes = [module for module in self._package.values() if module.file in _PROBES]
        operations = {word for value in call.args[1:] for word in self._words(module, value)} or {
            word
            for home in probes
            for function in home.functions()
            if function.name == "covered_by"
            for value in function.args.defaults
            for word in self._words(home, value)
        }
        answers = [source for source in spec.sources if source.operations & operations]
        return {
            *(one for home in probes for _, one in self._ids(home.tree)),
            *(one for rule in rules for one in rule.ids),
            *(source.id for source in answers if source.keyword in keywords),
        }

    def _ids(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        for line, text in texts(node):
            yield from ((line, one) for one in self._id_form.findall(text))


def checks(rule: Rule, spec: Spec) -> frozenset[str]:
    """Return the requirements that a rule checks: those that it names, those of its keywords in the spec."""
    named = (one.id for one in spec.sources if one.by_keyword and rule.reads(one))
    return rule.ids | frozenset(named)


def _is_of_one_exchange(node: ast.AST) -> bool:
    if not isinstance(node, Function) or "rule" not in map(called, node.decorator_list):
        return False
    arguments = node.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    single = len(every) == 1 and arguments.vararg is None and arguments.kwarg is None
    annotation = every[0].annotation if single else None
    return annotation is not None and called(annotation) == "Seen"
