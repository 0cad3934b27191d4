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
    for file, names in imported("conformance/clumio_conformance/rules").items():
        assert roots(names) & WORLD == set(), file
        assert not any(name.endswith((".session", ".wire", ".control", ".ledger")) for name in names), file


def test_the_judge_knows_neither_pytest_nor_the_network() -> None:
    core = imported("conformance/clumio_conformance")
    for module in ("judge", "expectation", "schema", "exchange", "findings", "coverage", "redaction"):
        names = core[f"conformance/clumio_conformance/{module}.py"]
        assert roots(names) & (WORLD - {"pathlib"}) == set(), module


def test_reports_know_results_alone() -> None:
    forbidden = {"pytest", "httpx", "schemathesis", "respx"}
    for file, names in imported("conformance/clumio_conformance/reporting").items():
        assert roots(names) & forbidden == set(), file
        assert not any(name.endswith((".session", ".wire", ".control", ".targets")) for name in names), file


def test_the_suite_starts_the_sandbox_as_a_process() -> None:
    assert "clumio_sandbox" not in roots(set().union(*imported("conformance").values()))
