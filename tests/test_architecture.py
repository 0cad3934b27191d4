"""Who may import whom: what keeps the sandbox independent, the rules pure and the client small."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from clumio_conformance.contract.contract import contract

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
ROOM = "connection_groups"
# What each part of the engine imports, from the values that all pass on to pytest. None of them is the room.
LAYERS: dict[str, set[str]] = {
    "exchange": set(),
    "options": set(),
    "signals": set(),
    "whose_fault": {"exchange"},
    "contract": {"exchange"},
    "judging": {"contract", "exchange"},
    "transport": {"exchange", "options", "whose_fault"},
    "session": {"contract", "exchange", "judging", "options", "transport", "whose_fault"},
    "result": {"exchange", "judging", "options", "session", "transport"},
    "reporting": {"contract", "exchange", "judging", "result", "transport"},
    "recording": {"contract", "exchange", "judging", "result", "transport", "whose_fault"},
    "doctor": {"exchange", "options", "transport", "whose_fault"},
    "watching": {"exchange", "judging", "recording", "whose_fault"},
    "run": {
        "contract",
        "judging",
        "near_misses",
        "options",
        "reporting",
        "result",
        "session",
        "signals",
        "transport",
    },
}
# Fields whose names are words that the engine has uses of its own for.
GENERIC_FIELDS = {
    "config", "description", "ebs", "ec2", "errors", "error_code", "error_message", "href", "id", "limit",
    "rds", "s3", "start", "status", "type",
}  # fmt: skip


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, by its full name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


@cache
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
    """Httpx itself needs anyio; retries are an extra."""
    own = {"attrs", "httpx", "clumio_connection_groups"}
    package = "generated/clumio_connection_groups"
    assert strangers("generated", own) == {
        f"{package}/sending.py": {"anyio", "httpx_retries"},
        f"{package}/waiting.py": {"anyio"},
    }


def test_the_sandbox_imports_nothing_of_ours() -> None:
    assert roots(set().union(*imported("sandbox").values())) & OURS == {"clumio_sandbox"}


@pytest.mark.parametrize("word", ["openapi", "spec.yaml", "requirements.yaml"])
def test_the_sandbox_never_reads_the_contract(word: str) -> None:
    mentions = [
        file for file in sorted((ROOT / "sandbox").rglob("*.py")) if word in file.read_text(encoding="utf-8")
    ]
    assert mentions == []


def test_rules_are_pure() -> None:
    rules = {**imported(f"{PACKAGE}/{ROOM}/rules"), **imported(f"{PACKAGE}/judging")}
    for file, names in rules.items():
        allowed = {"pathlib"} if file.endswith("judging/known.py") else set()
        assert roots(names) & WORLD <= allowed, file


@pytest.mark.parametrize("module", ["contract", "judging", "exchange.py", "whose_fault.py"])
def test_the_judge_knows_neither_pytest_nor_the_network(module: str) -> None:
    # the contract, and lists of known deviations, are read from files
    found = {
        name
        for file, names in imported(PACKAGE).items()
        if file.removeprefix(f"{PACKAGE}/").startswith(module)
        for name in roots(names) & WORLD
    }
    assert found <= {"io", "pathlib"}


def test_pytest_is_known_to_the_run_and_the_suite_alone() -> None:
    found = {
        file.removeprefix(f"{PACKAGE}/").rpartition("/")[0]
        for file, names in imported(PACKAGE).items()
        if "pytest" in roots(names)
    }
    assert found == {"run", ROOM, f"{ROOM}/suite", ""}
    top = {
        file for file, names in imported(PACKAGE).items() if "pytest" in roots(names) and file.count("/") == 2
    }
    assert top == {f"{PACKAGE}/pytest_plugin.py"}
    room = {file for file, names in imported(f"{PACKAGE}/{ROOM}").items() if "pytest" in roots(names)}
    assert {file for file in room if "/suite/" not in file} == {f"{PACKAGE}/{ROOM}/fixtures.py"}


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


def words_of_the_room() -> set[str]:
    """What is only true of connection groups: asset types, ids, media types, paths, operations and fields."""
    of = contract()
    schemas = of.document["components"]["schemas"]
    fields = {name for schema in schemas.values() for name in schema.get("properties", ())}
    media_types = {
        media_type
        for operation in of.operations
        for answer in operation.answers
        for media_type in answer.schemas
    }
    return {
        "UCG-",
        *(
            value
            for schema in schemas.values()
            for value in schema.get("enum", ())
            if not value.islower() or "_" in value
        ),
        *(operation.id for operation in of.operations),
        *(operation.path.partition("{")[0].rstrip("/") for operation in of.operations),
        *(media_types - {"application/json"}),
        *(fields - GENERIC_FIELDS),
    }


def test_one_room_knows_connection_groups() -> None:
    words = sorted(words_of_the_room(), key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w])" for word in words))
    pattern = re.compile(pattern.pattern.replace(r"UCG\-(?![\w])", r"UCG\-"))
    found = [
        f"{file.relative_to(ROOT)}:{number}: {hit[0]}"
        for file in sorted((ROOT / PACKAGE).rglob("*.py"))
        if ROOM not in file.parts
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for hit in pattern.finditer(line)
    ]
    assert found == []


def test_the_room_imports_the_engine_and_the_commands_the_room() -> None:
    importers = {
        file.removeprefix(f"{PACKAGE}/").split("/")[0]
        for file, names in imported(PACKAGE).items()
        for name in names
        if name.startswith(f"clumio_conformance.{ROOM}")
    }
    # The public modules are about connection groups, as the commands are.
    assert importers == {ROOM, "commands", "httpx.py", "middleware.py", "public.py", "pytest_plugin.py"}


def test_reports_know_results_alone() -> None:
    forbidden = {"pytest", "httpx", "schemathesis", "respx"}
    for file, names in imported(f"{PACKAGE}/reporting").items():
        assert roots(names) & forbidden == set(), file


def test_the_suite_starts_the_sandbox_as_a_process() -> None:
    assert "clumio_sandbox" not in roots(set().union(*imported("conformance").values()))
