"""Which tests of a suite pytest left out, for any reason: they tested nothing."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest


class LeftOut:
    """A pytest plugin that compares the tests that were tried with all tests of the suite.

    `called` is whether any test was called.

    Options choose tests in many ways (`-k`, `-x`, `--ignore`, `--deselect`, `--setup-only`, `-o
    python_functions`), so that not the options count, but what was tried.
    """

    def __init__(self, suite: Path) -> None:
        self._suite = suite
        self._functions: set[tuple[str, str]] = set()
        self._tests: set[str] = set()
        self._tried: set[str] = set()
        self.called = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: Sequence[pytest.Item]) -> None:
        """Note every test before any is left out."""
        self._functions = {(item.path.name, item.name.partition("[")[0]) for item in items}
        self._tests = {item.nodeid for item in items}

    def tried(self, item: pytest.Item, *, called: bool = False) -> None:
        """Note that a test was called, or that it was skipped for a reason of our own."""
        self._tried.add(item.nodeid)
        self.called = self.called or called

    def __str__(self) -> str:
        """Say how many tests were left out; empty if none was."""
        missing = len(set(self._every_function()) - self._functions)
        left, every = len(self._tests - self._tried) + missing, len(self._tests) + missing
        return f"{left} of {every} tests were left out" if left else ""

    def _every_function(self) -> Iterator[tuple[str, str]]:
        for file in self._suite.glob("test_*.py"):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    yield file.name, node.name
