"""Clients of edited contracts: generated, imported, typed, and given documented and odd values.

An `Edit` is a row of a table. `problems(batches, folder)` makes a client of each batch of edits, and says what is
wrong. `together(edits)` makes few batches; `[[edit] for edit in edits]` are the edits one by one.
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
GROUP, UPDATE = "ConnectionGroup", "UpdateConnectionGroupRequest"
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


def edited(edits: Sequence[Edit]) -> Content:
    """Return the contract with edits; with several, each has a group and an update of its own."""
    content = contract()
    schemas = content["components"]["schemas"]
    for number, edit in enumerate(edits):
        schemas |= deepcopy(edit.more)
        if edit.new is not None:
            for name in (GROUP, UPDATE):
                model = (
                    schemas[name] if len(edits) == 1 else deepcopy(_contract()["components"]["schemas"][name])
                )
                model["properties"]["edited"] = deepcopy(edit.new)
                schemas[_own(name, number, edits)] = model
        if edit.change is not None:
            edit.change(content)
    if len(edits) > 1:
        sent = {
            "oneOf": [
                {"$ref": f"#/components/schemas/{_own(UPDATE, number, edits)}"}
                for number in range(len(edits))
            ]
        }
        content["components"]["requestBodies"] = {"Sent": {"content": {"application/json": {"schema": sent}}}}
    return content


def _own(name: str, number: int, edits: Sequence[Edit]) -> str:
    """The name of an edit's own class in place of a class of the contract."""
    return name if len(edits) == 1 else f"{name}No{number}"


def generate(edits: Sequence[Edit], folder: Path, name: str) -> Path:
    """Generate the client of edits as the package `name` in a folder; return the package's folder.

    Raises:
        ContractError: An edit is refused.
    """
    work = folder / f"{name}.edit"
    (work / "generated").mkdir(parents=True)
    if edits[0].text is not None:
        file = work / "spec.yaml"
        file.write_bytes(edits[0].text(SPEC.read_text(encoding="utf-8")).encode())
    else:
        file = work / "spec.json"
        file.write_text(json.dumps(edited(edits), ensure_ascii=False), encoding="utf-8")
    generation.make(generation.collect(ROOT, file), work / "generated")
    return (work / "generated" / generation.PACKAGE).rename(folder / name)


def together(edits: Sequence[Edit]) -> list[list[Edit]]:
    """Put edits together that do not disturb each other; each other edit stays alone."""
    batches: list[list[Edit]] = []
    for edit in edits:
        disturbs = edit.change is not None or edit.text is not None or edit.refused is not None
        fitting = [
            batch
            for batch in batches
            if not disturbs
            and batch[0].change is batch[0].text is batch[0].refused is None
            and not any(edit.more.keys() & other.more.keys() for other in batch)
        ]
        if fitting:
            fitting[0].append(edit)
        else:
            batches.append([edit])
    return batches


def problems(batches: Sequence[Sequence[Edit]], folder: Path) -> list[str]:
    """Return what is wrong with the client of each batch, with the edit in front: empty when all is right."""
    found: list[str] = []
    made: dict[str, Sequence[Edit]] = {}
    for number, edits in enumerate(batches):
        name = f"client_{number}"
        try:
            generate(edits, folder, name)
        except ContractError as error:
            found.extend(_wrong_with_the_refusal(edits[0], str(error)))
        except Exception as error:  # noqa: BLE001 - each edit has a line of its own
            found.append(f"{edits[0]}: fails with {repr(error)[:500]}")
        else:
            made[name] = edits
            if edits[0].refused is not None:
                found.append(f"{edits[0]}: expected to be refused, was generated")
    return [*found, *_failed_checks(made, folder), *_type_errors(made, folder)]


def _wrong_with_the_refusal(edit: Edit, message: str) -> list[str]:
    if edit.refused is None:
        return [f"{edit}: refused with {message}"]
    if edit.refused not in message or any(word in message for word in NEVER):
        return [f"{edit}: refused with other words: {message}"]
    return []


def _failed_checks(made: dict[str, Sequence[Edit]], folder: Path) -> list[str]:
    """Import each client in one process, and run its checks there."""
    if not made:
        return []
    asked = {
        name: [
            {"edit": str(edit), "reads": edit.reads, "checks": edit.checks}
            | {"classes": {one: _own(one, number, edits) for one in (UPDATE, GROUP) if edit.new is not None}}
            for number, edit in enumerate(edits)
        ]
        for name, edits in made.items()
    }
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("edited_checks.py"), folder],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return [f"the process of the checks failed: {done.stderr}"]
    return [f"{edit}: {problem}" for edit, problem in json.loads(done.stdout)]


def _type_errors(made: dict[str, Sequence[Edit]], folder: Path) -> list[str]:
    """Check the types of all clients, strictly, in one run."""
    if not made:
        return []
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context"]
    command += ["--cache-dir", str(folder.parent / "mypy"), *made]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines() or [done.stderr] * (done.returncode != 0)
    return [f"{made.get(line.partition('/')[0], ['all'])[0]}: {line}" for line in lines if line]
