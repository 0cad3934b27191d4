"""Clients of contracts with other operations: generated, imported, typed, each request and answer compared.

A `Row` adds an operation, or edits the document. Rows that only add operations share one client.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from clumio_conformance.contract.yaml_files import ContractError
from contract_tools import calls, generation

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "openapi" / "spec.yaml"
Content = dict[str, Any]
NEVER = ("jinja", "Undefined", "Traceback", "has no attribute", "WARNING")
"""What no refusal says: words of the generator and of its templates."""
CHECKERS = ("mypy", "pyright")
OK: Content = {"200": {"description": "Done."}}


@dataclass(frozen=True, kw_only=True)
class Row:
    """An edit of the contract, and what must come of it.

    Attributes:
        kind: The kind of the edit.
        name: Its name; unique within the table.
        operation: A new operation; it gets an operationId, a tag and an answer 200 where it has none.
        method: Its method.
        path: The rest of its path, after a part that is unique.
        item: More of its path item.
        schemas: More component schemas.
        change: Any other edit, made in place; the row has a client of its own then.
        refused: Words of the refusal; nothing must be generated then.
        sends: Arguments of calls as Python, each with the parts of the request that are expected.
        given: The arguments of the calls whose answers are read.
        answers: Answers (status, media type, body), each with an expression that must be true.
        code: Statements that run in the client.
        module: The module of the operation, where it is not the usual one.
    """

    kind: str
    name: str
    operation: Content | None = None
    method: str = "get"
    path: str = ""
    item: Content = field(default_factory=dict)
    schemas: Content = field(default_factory=dict)
    change: Callable[[Content], object] | None = None
    refused: str | None = None
    sends: Sequence[tuple[str, Content]] = ()
    given: str = ""
    answers: Sequence[tuple[tuple[int, str, str], str]] = ()
    code: str = ""
    module: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} | {self.name}"

    @property
    def is_alone(self) -> bool:
        """Whether the row needs a client of its own."""
        return self.change is not None or self.refused is not None

    @property
    def slug(self) -> str:
        """The name of the operation."""
        return "op-" + re.sub(r"\W+", "-", self.name.lower()).strip("-")


@cache
def _contract() -> Content:
    return dict(YAML(typ="safe", pure=True).load(SPEC))


def spec_of(rows: Sequence[Row], folder: Path) -> Path:
    """Write the contract with the edits of some rows; return the file."""
    content = deepcopy(_contract())
    for row in rows:
        content["components"]["schemas"] |= deepcopy(row.schemas)
        if row.operation is not None:
            operation = {"operationId": row.slug, "tags": ["more"], "responses": OK} | deepcopy(row.operation)
            path = content["paths"].setdefault(f"/{row.slug}{row.path}", deepcopy(row.item))
            path[row.method] = {name: value for name, value in operation.items() if value is not None}
        if row.change is not None:
            row.change(content)
    file = folder / "spec.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def generate(rows: Sequence[Row], folder: Path) -> Path:
    """Generate the client of some rows; return the folder that has the package.

    Raises:
        ContractError: The edit is refused.
    """
    target = folder / "generated"
    target.mkdir(parents=True)
    generation.make(generation.collect(ROOT, spec_of(rows, folder)), target)
    return target


def refusal(row: Row, folder: Path) -> list[str]:
    """Return what is wrong with the refusal of a row."""
    assert row.refused is not None
    try:
        generate([row], folder)
    except ContractError as error:
        message = str(error)
        is_right = row.refused in message and not any(word in message for word in NEVER)
        return [] if is_right else [f"{row}: refused with other words: {message}"]
    return [f"{row}: expected to be refused, was generated"]


def problems(rows: Sequence[Row], folder: Path, checkers: Sequence[str] = CHECKERS) -> list[str]:
    """Make one client of some rows; return what is wrong with it, with the row in front of each."""
    target = generate(rows, folder)
    asked = [
        {
            "name": str(row),
            "module": row.module or ".".join(_module(row)),
            "method": row.method,
            "prefix": f"/{row.slug}",
            "given": row.given,
            "sends": row.sends,
            "answers": row.answers,
            "code": row.code,
        }
        for row in rows
    ]
    done = subprocess.run(
        [sys.executable, "-W", "error", Path(__file__).with_name("call_checks.py"), target],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return [f"the process of the checks failed: {done.stderr}"]
    return [
        *(f"{name}: {problem}" for name, problem in json.loads(done.stdout)),
        *type_errors(target, folder, checkers),
    ]


def _module(row: Row) -> tuple[str, str]:
    return calls.module_of({"operationId": row.slug, "tags": ["more"]} | (row.operation or {}))


def type_errors(target: Path, folder: Path, checkers: Sequence[str]) -> list[str]:
    """Return what strict type checkers say of a client."""
    package = target / generation.PACKAGE
    found = []
    (folder / "pyrightconfig.json").write_text(json.dumps({"include": ["generated"]}), encoding="utf-8")
    commands = {
        "mypy": ["--strict", "--no-error-summary", "--cache-dir", str(folder.parent / "mypy"), str(package)],
        "pyright": ["--project", str(folder), "--pythonpath", sys.executable],
    }
    for name in checkers:
        done = subprocess.run(
            [sys.executable, "-m", name, *commands[name]],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        found += [] if done.returncode == 0 else [done.stdout or done.stderr]
    return found
