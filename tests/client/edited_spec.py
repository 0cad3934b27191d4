"""Clients of edited contracts: generated, imported, typed, and read and written with documented and odd values.

An `Edit` is a row of a table. `problems(edits, folder)` makes the client of each, and says what is wrong.
"""

import json
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
from contract_tools import generation

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "openapi" / "spec.yaml"
Content = dict[str, Any]
NEVER = ("jinja", "Undefined", "Traceback", "has no attribute", "WARNING")
"""What no refusal says: words of the generator and of its templates."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """An edit of the contract, and what must come of it.

    Attributes:
        kind: The kind of the edit.
        name: Its name; unique within the table.
        new: The schema of a new field `edited` of a connection group and of an update.
        more: More component schemas.
        change: Any other edit, made in place.
        text: An edit of the file's text; a file of text is written then.
        reads: Documented values of the field `edited`: each must be read into the attribute.
        checks: Statements that run in the client; `client` is its package, `models` its models.
        refused: Words of the refusal; the client must not be generated then.
    """

    kind: str
    name: str
    new: Any = None
    more: Content = field(default_factory=dict)
    change: Callable[[Content], object] | None = None
    text: Callable[[str], str] | None = None
    reads: tuple[Any, ...] = ()
    checks: str = ""
    refused: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} | {self.name}"


@cache
def _contract() -> Content:
    return dict(YAML(typ="safe", pure=True).load(SPEC))


def contract() -> Content:
    """Return a copy of the contract, to be edited."""
    return deepcopy(_contract())


def write(edit: Edit, folder: Path) -> Path:
    """Write the edited contract; return the file."""
    if edit.text is not None:
        file = folder / "spec.yaml"
        file.write_text(edit.text(SPEC.read_text(encoding="utf-8")), encoding="utf-8")
        return file
    content = contract()
    schemas = content["components"]["schemas"]
    schemas |= deepcopy(edit.more)
    if edit.new is not None:
        schemas["ConnectionGroup"]["properties"]["edited"] = deepcopy(edit.new)
        schemas["UpdateConnectionGroupRequest"]["properties"]["edited"] = deepcopy(edit.new)
    if edit.change is not None:
        edit.change(content)
    file = folder / "spec.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def generate(edit: Edit, folder: Path, name: str) -> Path:
    """Generate the client of an edit as the package `name` in a folder; return the package's folder.

    Raises:
        ContractError: The edit is refused.
    """
    work = folder / f"{name}.edit"
    (work / "generated").mkdir(parents=True)
    generation.make(generation.collect(ROOT, write(edit, work)), work / "generated")
    return (work / "generated" / generation.PACKAGE).rename(folder / name)


def problems(edits: Sequence[Edit], folder: Path) -> list[str]:
    """Return what is wrong, with the edit in front of each: empty when all is right."""
    found: list[str] = []
    made: dict[str, Edit] = {}
    for number, edit in enumerate(edits):
        name = f"client_{number}"
        try:
            generate(edit, folder, name)
        except ContractError as error:
            found.extend(_wrong_with_the_refusal(edit, str(error)))
        except Exception as error:  # noqa: BLE001 - each edit has a line of its own
            found.append(f"{edit}: fails with {error!r}")
        else:
            made[name] = edit
            if edit.refused is not None:
                found.append(f"{edit}: expected to be refused, was generated")
    return [*found, *_failed_checks(made, folder), *_type_errors(made, folder)]


def _wrong_with_the_refusal(edit: Edit, message: str) -> list[str]:
    if edit.refused is None:
        return [f"{edit}: refused with {message}"]
    if edit.refused not in message or any(word in message for word in NEVER):
        return [f"{edit}: refused with other words: {message}"]
    return []


def _failed_checks(made: dict[str, Edit], folder: Path) -> list[str]:
    """Import each client in one process, and run its checks there."""
    if not made:
        return []
    asked = {name: {"reads": edit.reads, "checks": edit.checks} for name, edit in made.items()}
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("edited_checks.py"), folder],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return [f"the process of the checks failed: {done.stderr}"]
    return [f"{made[name]}: {problem}" for name, problem in json.loads(done.stdout)]


def _type_errors(made: dict[str, Edit], folder: Path) -> list[str]:
    """Check the types of all clients, strictly, in one run."""
    if not made:
        return []
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context"]
    command += ["--cache-dir", str(folder.parent / "mypy"), *made]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines() or [done.stderr] * (done.returncode != 0)
    return [f"{made.get(line.partition('/')[0], 'all')}: {line}" for line in lines if line]
