"""The receipt of a generation: what it was made from, and what it touches."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import tree
from .changes import Difference
from .generation import Sources

REQUIREMENT = re.compile(r"\bUCG-[A-Z]+-\d+\b")
TESTS = ("conformance", "tests")
DONE = {"missing": "added", "extra": "removed", "changed": "changed", "mode": "mode"}


def write(
    root: Path, sources: Sources, files: list[tree.Change], differences: list[Difference]
) -> dict[str, Any]:
    """Give the receipt: sources, files and, for what changed in the specification, requirements and tests.

    `files` says how the old tree departed from the new one.
    """
    requirements = sorted({name for one in differences for name in one.requirements})
    return {
        "tools": sources.tools,
        "sha256": sources.digests(),
        "files": [{"kind": DONE[change.kind], "path": change.path} for change in files],
        "differences": [
            f"{one.kind} {' '.join(filter(None, (one.side, one.where, one.keyword)))} in {', '.join(one.operations)}"
            for one in differences
        ],
        "requirements": requirements,
        "tests": tests_of(root, requirements),
    }


def tests_of(root: Path, requirements: Iterable[str]) -> list[str]:
    """Name the tests that a marker or their source ties to one of the requirements."""
    wanted = set(requirements)
    modules = [path for folder in TESTS for path in sorted((root / folder).rglob("test_*.py"))]
    return [
        name
        for path in modules
        for name, ids in _named(path, path.relative_to(root).as_posix())
        if ids & wanted
    ]


def _named(path: Path, name: str) -> Iterator[tuple[str, set[str]]]:
    """Give each test function of a module, and the rest of the module, with the requirements that its source names."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name.startswith("test_"):
            first = min([function.lineno, *(node.lineno for node in function.decorator_list)])
            last = function.end_lineno or first
            yield f"{name}::{function.name}", set(REQUIREMENT.findall("\n".join(lines[first - 1 : last])))
            lines[first - 1 : last] = [""] * (last - first + 1)
    yield name, set(REQUIREMENT.findall("\n".join(lines)))


def as_text(receipt: dict[str, Any]) -> str:
    """Give the receipt for a person."""
    tools = ", ".join(f"{name} {found}" for name, found in receipt["tools"].items())
    sections = [
        ("files", [f"{one['kind']:8} {one['path']}" for one in receipt["files"]]),
        ("specification", receipt["differences"]),
        ("requirements", receipt["requirements"]),
        ("tests", receipt["tests"]),
    ]
    lines = [f"made by {tools}"]
    lines += [f"sha256 {digest[:16]}  {name}" for name, digest in receipt["sha256"].items()]
    for title, entries in sections:
        lines.append(f"{title}: {len(entries) or 'none'} touched")
        lines += [f"  {entry}" for entry in entries]
    return "\n".join(lines)
