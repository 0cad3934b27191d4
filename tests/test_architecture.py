"""Who may import whom: what keeps the sandbox independent, the rules pure and the client small."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"clumio_connection_groups", "clumio_conformance", "clumio_sandbox"}
STANDARD = set(sys.stdlib_module_names)
# Modules that read, write or wait: nothing that a rule may do.
WORLD = {
    "asyncio",
    "http",
    "httpx",
    "io",
    "os",
    "pathlib",
    "pytest",
    "random",
    "socket",
    "sqlite3",
    "subprocess",
    "time",
}

PACKAGE = "conformance/clumio_conformance"
# What each part of the suite's package is made of, from the values that all of them hand on to the command line.
LAYERS: dict[str, set[str]] = {
    "exchange": set(),
    "options": set(),
    "contract": {"exchange"},
    "judging": {"contract", "exchange"},
    "target": {"exchange"},
    "result": {"contract", "judging", "options", "target"},
    "reporting": {"contract", "judging", "result", "exchange"},
    "recording": {"contract", "judging", "result", "exchange", "target"},
    "run": {"contract", "judging", "result", "exchange", "target", "options", "reporting"},
    "suite": {"contract", "judging", "exchange", "target", "options", "run"},
}


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, by its full name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def imported(folder: str) -> dict[str, set[str]]:
    """For each file below a folder what it imports."""
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files, f"{folder} holds no Python"
    return {str(file.relative_to(ROOT)): set(imports(file)) for file in files}


def roots(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def strangers(folder: str, allowed: set[str]) -> dict[str, set[str]]:
    """The imports of each file that are neither of the standard library nor allowed."""
    found = {file: roots(names) - STANDARD - allowed for file, names in imported(folder).items()}
    return {file: names for file, names in found.items() if names}


def test_the_client_needs_httpx_and_attrs_alone() -> None:
    assert strangers("generated", {"attrs", "httpx", "clumio_connection_groups"}) == {}


def test_the_sandbox_imports_nothing_of_ours() -> None:
    assert roots(set().union(*imported("sandbox").values())) & OURS == {"clumio_sandbox"}


@pytest.mark.parametrize("word", ["openapi", "spec.yaml", "requirements.yaml"])
def test_the_sandbox_never_reads_the_contract(word: str) -> None:
    mentions = [
        file for file in sorted((ROOT / "sandbox").rglob("*.py")) if word in file.read_text(encoding="utf-8")
    ]
    assert mentions == []


def test_rules_are_pure() -> None:
    for file, names in imported(f"{PACKAGE}/judging/rules").items():
        assert roots(names) & WORLD == set(), file


@pytest.mark.parametrize("module", ["contract", "judging", "exchange.py"])
def test_the_judge_knows_neither_pytest_nor_the_network(module: str) -> None:
    # the contract is read from files; what an answer does to the client is asked of the client
    allowed = {"contract/document.py": {"pathlib"}, "contract/scenarios.py": {"pathlib"}}
    allowed |= {"judging/known.py": {"pathlib"}, "judging/client_effect.py": {"httpx"}}
    found = {
        file.removeprefix(f"{PACKAGE}/"): roots(names) & WORLD
        for file, names in imported(PACKAGE).items()
        if file.startswith(f"{PACKAGE}/{module}")
    }
    assert {file: names for file, names in found.items() if names} == {
        file: names for file, names in allowed.items() if file.startswith(module)
    }


@pytest.mark.parametrize(("layer", "below"), LAYERS.items())
def test_each_layer_knows_those_below_it_alone(layer: str, below: set[str]) -> None:
    known = {
        name.split(".")[1]
        for file, names in imported(PACKAGE).items()
        if file.removeprefix(f"{PACKAGE}/").removesuffix(".py").split("/")[0] == layer
        for name in names
        if name.startswith("clumio_conformance.")
    }
    assert known - {layer} == below


def test_reports_know_results_alone() -> None:
    forbidden = {"pytest", "httpx", "schemathesis", "respx"}
    for file, names in imported(f"{PACKAGE}/reporting").items():
        assert roots(names) & forbidden == set(), file


def test_the_suite_starts_the_sandbox_as_a_process() -> None:
    assert "clumio_sandbox" not in roots(set().union(*imported("conformance").values()))
