"""Each third-party import is of a distribution that pyproject.toml declares."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DISTRIBUTIONS = packages_distributions()
# What each folder may need beyond the client's own dependencies, by extra.
EXTRAS: dict[str, list[str]] = {
    "generated/clumio_connection_groups": ["retries"],
    "sandbox/clumio_sandbox": ["sandbox", "cloudformation"],
    "conformance/clumio_conformance": ["conformance", "telemetry"],
    "examples": ["examples"],
    "scripts": ["dev"],
    "tests": ["dev"],
    "comparison": ["dev"],
}
# pytest itself imports its plugins.
LOADED_BY_PYTEST = {"pytest, imported by sandbox/clumio_sandbox/pytest_plugin.py"}
FOLDERS = [folder for folder in EXTRAS if (ROOT / folder).is_dir()]
# Folders whose modules are imported by their own names.
SOURCE_ROOTS = (
    ".", "generated", "sandbox", "conformance", "scripts", "comparison", "tests/conformance", "tests/client",
    "tests/cases/client",
)  # fmt: skip
OURS = {path.stem for root in SOURCE_ROOTS for path in (ROOT / root).iterdir()}
# name[extra,extra] of a requirement
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[(?P<extras>[\w,-]+)\])?")


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements: list[str]) -> set[str]:
    """The distributions that requirements name, also through the project's own extras."""
    found: set[str] = set()
    for requirement in requirements:
        match = REQUIREMENT.match(requirement)
        assert match, requirement
        if match["name"] == PROJECT["name"]:
            found |= declared(match["extras"].split(","))
        else:
            found.add(normalized(match["name"]))
    return found


def declared(extras: list[str]) -> set[str]:
    """The distributions that the project declares with these extras."""
    optional = PROJECT["optional-dependencies"]
    return named([*PROJECT["dependencies"], *(one for extra in extras for one in optional[extra])])


def third_party(file: Path) -> Iterator[str]:
    """The third-party modules that a file imports, also within functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [str(node.module)]
        for module in (name.partition(".")[0] for name in names):
            if module not in OURS and module not in sys.stdlib_module_names:
                yield module


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_import_is_declared(folder: str) -> None:
    """Else the folder works only while some other distribution happens to bring the module."""
    allowed = declared(EXTRAS[folder])

    undeclared = {
        f"{module}, imported by {file.relative_to(ROOT)}"
        for file in (ROOT / folder).rglob("*.py")
        for module in third_party(file)
        if allowed.isdisjoint(map(normalized, DISTRIBUTIONS.get(module, [])))
    }

    extras = " or ".join(EXTRAS[folder]) or "dependencies"
    assert undeclared - LOADED_BY_PYTEST == set(), f"add the distribution to {extras} in pyproject.toml"
