"""The recipes of CONTRIBUTING.md, played from beginning to end in copies of the repository.

"Your first rule" is played as it stands there. "A new operation" is played with two made-up ones: a DELETE
that is answered with 204, and a read with a media type of its own and two parameters in its path. They get
spec, rows, one rule, a test of the suite, a client, and a sandbox that answers them; a run sees them. No file
changes outside openapi/, generated/, the room of connection groups, the sandbox and the catalogue that
`trace.py --write` writes.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent, indent
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

ROOT: Final = Path(__file__).parents[2]
PREFIX: Final = "UCG-"
PACKAGES: Final = ("generated", "conformance", "sandbox", "scripts")
MAY_CHANGE: Final = (
    "openapi/", "generated/", "conformance/clumio_conformance/connection_groups/", "sandbox/",
    "docs/requirements.md",
)  # fmt: skip

DELETE: Final = """
delete:
  operationId: delete-aws-connection-group
  tags: [aws-connection-groups]
  summary: Delete a connection group
  description: Made up.
  x-grade: guess
  x-requirements:
    exists: ID-DEL-01
    status: ID-DEL-01
  responses:
    "204":
      description: The group is gone.
    default:
      $ref: "#/components/responses/Error"
"""
STACK: Final = """
/connections/aws/connection-groups/{connection_group_id}/stacks/{stack_name}:
  parameters:
    - $ref: "#/components/parameters/ConnectionGroupId"
    - name: stack_name
      in: path
      required: true
      description: The name of a stack.
      schema:
        type: string
      x-requirements:
        type: ID-STACK-01
        required: ID-STACK-01
  get:
    operationId: read-aws-connection-group-stack
    tags: [aws-connection-groups]
    summary: Read a stack
    description: Made up.
    x-grade: guess
    x-requirements:
      exists: ID-STACK-01
    responses:
      "200":
        description: A stack.
        x-requirements:
          undocumented: ID-STACK-02
        content:
          application/vnd.stack.v1+json:
            schema:
              type: object
              description: A stack.
              x-requirements:
                type: ID-STACK-01
              properties:
                stack_name:
                  description: The name.
                  type: string
                  x-requirements: {type: ID-STACK-01}
                regions:
                  description: How many regions it reaches.
                  type: integer
                  maximum: 40
                  x-requirements: {type: ID-STACK-01, maximum: ID-STACK-01}
      default:
        $ref: "#/components/responses/Error"
"""
END_OF_ROWS: Final = "\n# Each statement of the page"
ROWS: Final = """
  - id: ID-DEL-01
    level: inferred
    grade: guess
    needs: control
    says: A deleted group is answered with 204 and no body.
  - id: ID-STACK-01
    level: inferred
    grade: guess
    needs: control
    says: A stack has a name, and reaches at most 40 regions.
  - id: ID-STACK-02
    level: inferred
    grade: guess
    needs: control
    says: A stack has no field that is not documented.
  - id: ID-STACK-03
    level: inferred
    grade: guess
    needs: control
    says: The answer is about the stack that was asked for.
"""
RULE: Final = '''
"""Rules about stacks."""

from collections.abc import Iterator

from clumio_conformance.contract.schema import as_json
from clumio_conformance.judging.findings import Deviation, Verdict
from clumio_conformance.judging.rules import Seen, rule


@rule("ID-STACK-03")
def named(seen: Seen) -> Iterator[Verdict]:
    """The answer is about the stack that was asked for."""
    body = seen.response.json
    is_stack = seen.operation.id == "read-aws-connection-group-stack" and seen.succeeded
    if not is_stack or not isinstance(body, dict):
        return
    asked, actual = seen.parameters[1], body.get("stack_name")
    wrong = Deviation(
        kind="semantic", location="/stack_name", expected=asked, actual=as_json(actual), observed="differs"
    )
    yield Verdict(requirement="ID-STACK-03", deviation=None if actual == asked else wrong)
'''
SUITE: Final = '''
"""Stacks are read, and groups are deleted."""

from collections.abc import Callable

import pytest

from clumio_conformance.connection_groups.subjects import Subject
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.session.session import Session

pytestmark = [pytest.mark.real, pytest.mark.needs("writes", "create", "control")]


def accepted(sent: str) -> Expectation:
    """What a valid request must meet."""
    return Expectation(outcome="accepted", sent=sent, cause="ordinary")


@pytest.mark.schema_requirements
@pytest.mark.requirement("ID-STACK-01", "ID-STACK-02", "ID-STACK-03")
def test_a_stack_is_read(session: Session, fresh: Callable[[], Subject]) -> None:
    """A stack of a group is read by its name."""
    path = f"{fresh().path}/stacks/blue%20one"
    session.wire.permit("GET", path)
    session.exchange(session.wire.outgoing("GET", path), accepted("a read of a stack"), probe="read stack")


@pytest.mark.requirement("ID-DEL-01")
def test_a_group_is_deleted(session: Session, fresh: Callable[[], Subject]) -> None:
    """A group is deleted."""
    path = fresh().path
    session.wire.permit("DELETE", path)
    session.exchange(session.wire.outgoing("DELETE", path), accepted("a delete"), probe="delete")
'''
SANDBOX: Final = """
        group_path, _, stack_name = request.path.partition("/stacks/")
        if stack_name and group_id_of(group_path):
            self._admit(caller)
            stack = {"stack_name": unquote(stack_name), "regions": 2}
            return Response(200, "application/vnd.stack.v1+json", json.dumps(stack).encode(), {})
        if request.method == "DELETE" and group_id is not None:
            self._admit(caller)
            return Response(204, "", b"", {})
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what git has of the repository, changed or not, with a commit of its own."""
    target = tmp_path / "repository"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    git(target, "init", "-q")
    git(target, "add", "-A")
    git(target, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "as it is")
    return target


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def python(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run Python with the packages of the copy."""
    path = os.pathsep.join(str(folder / name) for name in PACKAGES)
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def written(file: Path, text: str) -> None:
    """Write a text with the real prefix of ids: written out here, the ids would be ones that no row has."""
    file.write_text(re.sub(r"\bID-(?=[A-Z]+-\d)", PREFIX, text), encoding="utf-8")


def between(file: Path, before: str, added: str) -> None:
    """Add a text before the only place that begins like this."""
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file.name} has {text.count(before)} times {before!r}"
    written(file, text.replace(before, f"{added.strip(chr(10))}\n{before}"))


def contract(folder: Path) -> None:
    """Steps 1 and 2: the operations in the spec, and a row for each statement."""
    spec = folder / "openapi" / "spec.yaml"
    between(spec, "  /connections/aws/connection-groups:\n", indent(DELETE, "    ") + indent(STACK, "  "))
    between(folder / "openapi" / "requirements.yaml", END_OF_ROWS, ROWS)


def room(folder: Path) -> None:
    """Steps 3 and 4: a rule and a test of the suite, each in a file of its own."""
    groups = folder / "conformance" / "clumio_conformance" / "connection_groups"
    written(groups / "rules" / "stacks.py", RULE.lstrip())
    written(groups / "suite" / "test_stacks.py", SUITE.lstrip())


def stand_in(folder: Path) -> None:
    """Step 5: the sandbox answers them."""
    api = folder / "sandbox" / "clumio_sandbox" / "vendor_api.py"
    between(
        api, '        if group_id is not None:\n            _only(request.method, ("GET", "PUT"))', SANDBOX
    )
    between(api, "from functools import partial\n", "import json")


def steps_of_the_first_rule() -> dict[str, str]:
    """The row, the rule, its test and its fault, as CONTRIBUTING.md shows them."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Your first rule")[2].partition("\n## ")[0]
    blocks = [
        dedent(block) for block in re.findall(r"^ *```\w+\n(.*?)^ *```$", section, re.DOTALL | re.MULTILINE)
    ]
    return dict(zip(("row", "rule", "test", "fault"), blocks, strict=True))


def trace(folder: Path, *words: str) -> tuple[int, str]:
    done = python(folder, "scripts/trace.py", *words)
    return done.returncode, (done.stdout + done.stderr).replace(PREFIX, "ID-")


@pytest.mark.slow
def test_your_first_rule(copy: Path) -> None:
    """Trace names the row alone; with the other steps there is no hole, and the fault is found."""
    steps = steps_of_the_first_rule()
    rules = copy / "conformance" / "clumio_conformance" / "connection_groups" / "rules" / "identity.py"
    tests = copy / "tests" / "conformance" / "rules" / "test_identity.py"

    between(copy / "openapi" / "requirements.yaml", END_OF_ROWS, indent(steps["row"], "  "))
    code, holes = trace(copy)
    assert code == 1, holes
    assert "ID-RESP-32 (inferred) has no rule" in holes
    assert "ID-RESP-32 (inferred) has no test" in holes

    for file, step in ((rules, steps["rule"]), (tests, steps["test"])):
        file.write_text(f"{file.read_text(encoding='utf-8')}\n\n{step}", encoding="utf-8")
    table = copy / "sandbox" / "clumio_sandbox" / "faults" / "success_body.py"
    first = '    _replaced("status-undocumented"'
    between(table, first, indent(steps["fault"], "    "))

    assert trace(copy, "--write")[0] == 0, trace(copy)[1]
    tested = python(copy, "-m", "pytest", "-q", str(tests), "-k", "listed_once")
    assert tested.returncode == 0, tested.stdout
    found = python(copy, "-m", "clumio_conformance", "power", "account-twice")
    assert found.returncode == 0, found.stdout
    healthy = python(copy, "-m", "clumio_conformance", "run", "--strict", "--quick")
    assert healthy.returncode == 0, healthy.stdout


@pytest.mark.slow
def test_a_new_operation_is_a_recipe(copy: Path) -> None:
    """Trace names each step that is left out; after the last one, a run sees both operations."""
    spec = copy / "openapi" / "spec.yaml"
    between(spec, "  /connections/aws/connection-groups:\n", indent(without_rows(), "    "))
    code, holes = trace(copy)
    assert code == 1
    assert "delete" in holes
    assert "exists" in holes
    git(copy, "checkout", "-q", "openapi")

    contract(copy)
    code, holes = trace(copy)
    assert code == 1
    assert "ID-STACK-03 (inferred) has no rule" in holes
    assert "ID-DEL-01 (inferred) has no test" in holes

    room(copy)
    stand_in(copy)
    assert trace(copy, "--write")[0] == 0, trace(copy)[1]
    generated = python(copy, "scripts/generate.py")
    assert generated.returncode == 0, generated.stderr
    assert f"{PREFIX}STACK-01" in generated.stdout, "the receipt names what the change of the spec touches"
    client = "clumio_connection_groups.api.aws_connection_groups"
    calls = f"from {client} import delete_aws_connection_group, read_aws_connection_group_stack as stack"
    assert python(copy, "-c", f"{calls}; stack.sync").returncode == 0

    done, report = run(copy)
    assert done.returncode == 0, done.stdout
    outcomes = {row["id"]: row["outcome"] for row in report["requirements"]}
    new = ("ID-DEL-01", "ID-STACK-01", "ID-STACK-02", "ID-STACK-03")
    assert {outcomes[name] for name in new} == {"conforms"}
    assert report["findings"] == []
    unseen = report["coverage"]["answer"]["unseen"]
    assert not {"delete-aws-connection-group 204 success", "read-aws-connection-group-stack 200 success"} & {
        *unseen
    }
    changed = [line[3:] for line in git(copy, "status", "--porcelain", "--untracked-files=all").splitlines()]
    assert [name for name in changed if not name.startswith(MAY_CHANGE)] == []


@pytest.mark.slow
def test_what_the_new_operations_break_is_found(copy: Path) -> None:
    """The recipe's sandbox, broken: status, body, media type, bound and the own rule each give a finding."""
    contract(copy)
    room(copy)
    stand_in(copy)
    api = copy / "sandbox" / "clumio_sandbox" / "vendor_api.py"
    broken = api.read_text(encoding="utf-8")
    for right, wrong in (
        ('unquote(stack_name), "regions": 2', '"red", "regions": 41, "colour": "red"'),
        ("vnd.stack.v1+json", "json"),
        ('Response(204, "", b""', 'Response(202, "", b"{}"'),
    ):
        assert right in broken
        broken = broken.replace(right, wrong)
    api.write_text(broken, encoding="utf-8")

    done, report = run(copy)

    found = {(row["requirement"], row["location"], row["expected"]) for row in report["findings"]}
    assert done.returncode == 1, done.stdout
    assert found == {
        ("ID-DEL-01", "status", "204"),
        ("ID-DEL-01", "body", "no body"),
        ("ID-STACK-01", "header content-type", "application/vnd.stack.v1+json"),
        ("ID-STACK-01", "/regions", "an integer of at most 40"),
        ("ID-STACK-02", "/colour", "no such field"),
        ("ID-STACK-03", "/stack_name", "blue one"),
    }


def without_rows() -> str:
    """The DELETE, by somebody who forgets the rows."""
    document: Any = YAML(typ="safe", pure=True).load(DELETE)
    del document["delete"]["x-requirements"]
    return "delete: " + json.dumps(document["delete"])


def run(folder: Path) -> tuple["subprocess.CompletedProcess[str]", dict[str, Any]]:
    """Run the tests of the new operations against the sandbox of the copy."""
    report = folder / "conformance-report"
    words = ["run", "--strict", "--quick", "--report-dir", str(report), "--", "-k", "test_stacks"]
    done = python(folder, "-m", "clumio_conformance", *words)
    text = (report / "report.json").read_text(encoding="utf-8").replace(PREFIX, "ID-")
    document: dict[str, Any] = json.loads(text)
    return done, document
