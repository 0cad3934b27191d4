"""The generated tree depends on its sources only, not on the folder or the Python version."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from spread import spread

import generate
from clumio_conformance.contract.specification import Specification
from contract_tools import generation, tree
from contract_tools.previous import UNKNOWN, previous
from tracing.cli import main as trace

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "generate.py"
SPEC = ROOT / "openapi" / "spec.yaml"
MODELS = Path("clumio_connection_groups") / "models"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree that the sources make."""
    made = tmp_path_factory.mktemp("fresh") / "generated"
    assert generate.main(["--output", str(made)]) == 0
    return made


@pytest.fixture
def output(fresh: Path, tmp_path: Path) -> Path:
    """A copy of that tree, to be harmed."""
    return shutil.copytree(fresh, tmp_path / "generated")


def edited_spec(folder: Path, old: str, new: str) -> Path:
    """Write the contract with one place edited."""
    text = SPEC.read_text(encoding="utf-8")
    assert old in text
    path = folder / "spec.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_committed_tree_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 0, capsys.readouterr().out


# --- drift ---


def edit(output: Path) -> None:
    path = output / MODELS / "link.py"
    path.write_text(path.read_text(encoding="utf-8").replace("href", "hreff"), encoding="utf-8")


def append_blank(output: Path) -> None:
    with (output / MODELS / "link.py").open("a", encoding="utf-8") as file:
        file.write("\n")


def delete(output: Path) -> None:
    (output / MODELS / "link.py").unlink()


def add(output: Path) -> None:
    (output / MODELS / "extra.py").write_text("", encoding="utf-8")


def rename(output: Path) -> None:
    (output / MODELS / "link.py").rename(output / MODELS / "links.py")


def make_executable(output: Path) -> None:
    (output / MODELS / "link.py").chmod(0o755)


def leave_a_cache(output: Path) -> None:
    cache = output / MODELS / "__pycache__"
    cache.mkdir(exist_ok=True)
    (cache / "gone.cpython-311.pyc").write_bytes(b"")


def leave_another_cache(output: Path) -> None:
    (output / "clumio_connection_groups" / ".ruff_cache").mkdir()


def add_a_folder(output: Path) -> None:
    (output / "another_package").mkdir()


def put_a_link(output: Path) -> None:
    path = output / MODELS / "link.py"
    path.rename(output.parent / "link.py")
    path.symlink_to(output.parent / "link.py")


TAMPERING: dict[Callable[[Path], None], list[str]] = {
    edit: ["changed: generated/{models}/link.py", "-    hreff: ", "+    href: "],
    append_blank: ["changed: generated/{models}/link.py"],
    delete: ["missing: generated/{models}/link.py"],
    add: ["extra: generated/{models}/extra.py"],
    rename: ["missing: generated/{models}/link.py", "extra: generated/{models}/links.py"],
    make_executable: ["mode: generated/{models}/link.py"],
    leave_a_cache: ["extra: generated/{models}/__pycache__/gone.cpython-311.pyc"],
    leave_another_cache: ["extra: generated/clumio_connection_groups/.ruff_cache"],
    add_a_folder: ["extra: generated/another_package"],
    put_a_link: ["changed: generated/{models}/link.py"],
}


@pytest.mark.parametrize("harm", TAMPERING)
def test_tampering_is_caught_and_undone(
    harm: Callable[[Path], None], fresh: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check names each departure, shows it, and names the command that removes it; that command does."""
    harm(output)

    assert generate.check(fresh, output) == 1

    printed = capsys.readouterr().out
    for line in TAMPERING[harm]:
        assert line.format(models=MODELS.as_posix()) in printed
    assert "To fix them: python scripts/generate.py" in printed
    if harm in {rename, make_executable}:
        generate.main(["--output", str(output)])
        assert tree.compare(tree.read(output), tree.read(fresh)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        - unlinked\n", "        - unlinked\n        - paused\n"),
        ("{type: UCG-RESP-21}", "{type: UCG-RESP-20}"),
    ],
)
def test_an_edited_specification_is_caught(old: str, new: str, output: Path, tmp_path: Path) -> None:
    """Even an edit that no code comes from."""
    spec = edited_spec(tmp_path, old, new)
    assert generate.main(["--check", "--output", str(output), "--spec", str(spec)]) == 1


def test_comments_of_the_specification_do_not_count(output: Path, tmp_path: Path) -> None:
    spec = edited_spec(tmp_path, "# The contract", "# Another remark on the contract")
    assert generate.main(["--check", "--output", str(output), "--spec", str(spec)]) == 0


def test_what_python_caches_for_a_module_that_is_there_does_not_count(fresh: Path, output: Path) -> None:
    subprocess.run([sys.executable, "-m", "compileall", "-q", output], check=True)
    assert generate.check(fresh, output) == 0


# --- the same everywhere ---


def made_by(python: Path | str, target: Path, *, cwd: Path, **environment: str) -> tree.Tree:
    """Generate with an interpreter, in a folder, with an environment, and give what came out."""
    command = [str(python), str(SCRIPT), "--output", str(target)]
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT / "conformance"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return tree.read(target)


def test_neither_place_nor_surroundings_matter(fresh: Path, tmp_path: Path) -> None:
    """Another folder, hash seed, language and umask, another ruff on the path, and a configuration."""
    (tmp_path / "ruff.toml").write_text("line-length = 40\nindent-width = 2\n", encoding="utf-8")
    false_ruff = tmp_path / "bin" / "ruff"
    false_ruff.parent.mkdir()
    false_ruff.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    false_ruff.chmod(0o755)
    umask = os.umask(0o077)
    try:
        made = made_by(
            sys.executable,
            tmp_path / "here" / "generated",
            cwd=tmp_path,
            PATH=f"{false_ruff.parent}{os.pathsep}{os.environ['PATH']}",
            PYTHONHASHSEED="4711",
            LC_ALL="C",
            RUFF_CONFIG=str(tmp_path / "ruff.toml"),
        )
    finally:
        os.umask(umask)
    assert tree.compare(made, tree.read(fresh)) == []


def interpreter(minor: str) -> Path | None:
    """Find an interpreter on the path, or among those that pyenv has."""
    on_path = shutil.which(f"python{minor}")
    folder = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [*([Path(on_path)] if on_path else []), *sorted(folder.glob(f"{minor}.*/bin/python"))]
    asks = "import sys; print('%d.%d' % sys.version_info[:2])"
    for python in found:
        printed = subprocess.run([python, "-c", asks], capture_output=True, text=True, check=False).stdout
        if printed.strip() == minor:
            return python
    return None


OTHERS = [minor for minor in ("3.11", "3.12", "3.13") if minor != "{}.{}".format(*sys.version_info)]


@pytest.mark.slow
@pytest.mark.parametrize("minor", OTHERS)
def test_the_python_does_not_matter(
    fresh: Path, minor: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Each Python's environment is made once and kept in pytest's cache; this Python made `fresh`."""
    python = interpreter(minor)
    if python is None:
        pytest.skip(f"no Python {minor} on the path or among pyenv's")
    environment = request.config.cache.mkdir(f"generator-{minor}")
    ready = environment / "bin" / "python"
    # Its tools, and what the readers of the contract and of the client's surface import.
    imported = ("griffelib", "jsonschema-rs", "openapi-spec-validator", "python-jsonpath")
    needs = [f"{name}=={version(name)}" for name in (*generation.TOOLS, *imported)]
    if not (environment / "ready").is_file():
        subprocess.run([python, "-m", "venv", "--clear", environment], check=True)
        subprocess.run([ready, "-m", "pip", "install", "--quiet", *needs], check=True)
        (environment / "ready").touch()

    made = made_by(ready, tmp_path / "generated", cwd=tmp_path)

    assert tree.compare(made, tree.read(fresh)) == []


# --- other specifications ---


@pytest.mark.slow
def test_what_the_contract_may_come_to_have_is_generated_too(tmp_path: Path) -> None:
    """Ranges instead of a default, answers of no body, text and lists, formats, other enums and choices."""
    spec = YAML(typ="safe").load(SPEC)
    group = spec["paths"]["/connections/aws/connection-groups/{connection_group_id}"]
    error = group["put"]["responses"].pop("default")
    group["put"]["responses"] |= {"204": {"description": "Nothing to do."}, "4XX": error}
    group["delete"] = {
        "operationId": "delete-aws-connection-group",
        "tags": ["aws-connection-groups"],
        "responses": {"204": {"description": "Gone."}},
    }
    links = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
    group["get"]["responses"] |= {
        "202": {"description": "Links.", "content": {"application/json": {"schema": links}}},
        "203": {"description": "Text.", "content": {"text/plain": {"schema": {"type": "string"}}}},
    }
    spec["components"]["schemas"]["ConnectionGroup"]["properties"] |= {
        "level": {"type": "integer", "enum": [1, 2, 3]},
        "when": {"type": "string", "format": "date-time"},
        "either": {"oneOf": [{"type": "string"}, {"type": "integer"}, {"$ref": "#/components/schemas/Link"}]},
        "nested": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
        "maybe": {"type": ["string", "null"]},
    }
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(spec), encoding="utf-8")
    output = tmp_path / "generated"

    assert generate.main(["--output", str(output), "--spec", str(path)]) == 0

    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", output / "clumio_connection_groups"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


# --- failures ---


BROKEN: list[tuple[str, str, list[str]]] = [
    ("openapi: 3.1.0", "openapi: [3.1.0", ["is not YAML"]),
    ("  version: 1.0.0", "  version: 1.0.0\n  version: 2.0.0", [":{after}: has the key 'version' twice"]),
    ('"#/components/schemas/StackOperation"', '"#/components/schemas/Operation"', ["points to nothing"]),
    ("      operationId: read-aws-connection-group\n", "      operationId: 5\n", ["operationId"]),
    (
        "application/api.clumio.aws-connection-groups=v1+json:",
        "image/png:",
        ["reads an answer of image/png as it is", "format: binary"],
    ),
    (
        "        stack_name:\n",
        "        fixed:\n          type: string\n          const: 1\n        stack_name:\n",
        ["`const` has 1, which is not of the type string", "write '1' in quotes"],
    ),
    ("          type: boolean\n", "          type: boolean\n          default: perhaps\n", ["boolean"]),
]


@pytest.mark.parametrize(("old", "new", "causes"), BROKEN)
def test_a_broken_specification_is_named_with_line_and_cause(
    old: str, new: str, causes: list[str], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not YAML, not OpenAPI, or more than the generator understands; the tree stays as it was."""
    spec = edited_spec(output.parent, old, new)
    before = tree.read(output)

    assert generate.main(["--output", str(output), "--spec", str(spec)]) == 3

    printed = capsys.readouterr().err
    assert printed.startswith(f"{spec}:")
    line = int(printed.removeprefix(f"{spec}:").partition(":")[0])
    wanted = SPEC.read_text(encoding="utf-8").partition(old)[0].count("\n") + 1
    assert abs(line - wanted) <= 6
    for cause in causes:
        assert cause.format(after=wanted + 1) in printed
    assert tree.read(output) == before
    assert [path.name for path in output.parent.glob(".generated-*")] == []


def test_a_tool_of_another_version_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generation, "version", lambda _: "0.1.0")
    assert generate.main(["--check"]) == 3
    assert "expected version 0.29.1, found 0.1.0" in capsys.readouterr().err


def test_wrong_usage_has_another_exit_code_than_drift() -> None:
    with pytest.raises(SystemExit) as caught:
        generate.main(["--chek"])
    assert caught.value.code == 4


@pytest.mark.parametrize("number", spread([signal.SIGTERM, signal.SIGINT, signal.SIGKILL], [signal.SIGTERM]))
def test_an_interrupted_run_leaves_the_old_tree_whole(
    fresh: Path, number: signal.Signals, output: Path
) -> None:
    """It is stopped as soon as the generator is at work; the next run is left alone."""
    edit(output)
    before = tree.read(output)
    command = [sys.executable, str(SCRIPT), "--output", str(output)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not list(output.parent.glob(".generated-*/*/*")):
            time.sleep(0.01)
        process.send_signal(number)
    assert process.returncode != 0
    assert tree.read(output) == before
    if number != signal.SIGKILL:
        assert list(output.parent.glob(".generated-*")) == []
    assert generate.main(["--output", str(output)]) == 0
    assert tree.compare(tree.read(output), tree.read(fresh)) == []


def test_where_folders_cannot_be_exchanged_they_are_renamed(
    fresh: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "_exchange", lambda *_: False)
    edit(output)
    assert generate.main(["--output", str(output)]) == 0
    assert tree.compare(tree.read(output), tree.read(fresh)) == []


# --- the receipt ---


def test_the_receipt_names_what_a_changed_specification_touches(
    output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new status: its model, the requirement of the status, and the tests that name it."""
    spec = edited_spec(tmp_path, "        - unlinked\n", "        - unlinked\n        - paused\n")
    file = tmp_path / "receipt.json"

    assert generate.main(["--output", str(output), "--spec", str(spec), "--receipt", str(file)]) == 0

    receipt = json.loads(file.read_text(encoding="utf-8"))
    assert receipt["tools"] == {"openapi-python-client": "0.29.1", "ruff": "0.17.6"}
    assert {"spec", "options.yaml", "templates/model.py.jinja", "package/errors.py"} <= set(receipt["sha256"])
    changed = {"kind": "changed", "path": (MODELS / "connection_group_status.py").as_posix()}
    assert changed in receipt["files"]
    assert receipt["requirements"] == ["UCG-ENUM-02"]
    assert (
        f"tests/scripts/{Path(__file__).name}::{test_the_receipt_names_what_a_changed_specification_touches.__name__}"
        in (receipt["tests"])
    )
    printed = capsys.readouterr().out
    trace(["--json"])
    rows = json.loads(capsys.readouterr().out)["requirements"]
    (traced,) = (row["tests"] for row in rows if row["id"] == "UCG-ENUM-02")
    assert len(receipt["tests"]) == len(traced)
    assert "requirements: 1 touched" in printed
    assert "widened response 200 > status enum" in printed


def test_a_second_run_changes_nothing(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (output / MODELS / "link.py").stat().st_ino
    assert generate.main(["--output", str(output)]) == 0
    assert "files: none touched" in capsys.readouterr().out
    assert (output / MODELS / "link.py").stat().st_ino == before


def test_what_changed_since_an_unknown_specification_is_unknown(
    output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not everything is new then: the receipt says that nothing is known."""
    source = output / generation.SOURCE
    digest = json.loads(source.read_text(encoding="utf-8"))["sha256"]["spec"]
    source.write_text(source.read_text(encoding="utf-8").replace(digest, "0" * 64), encoding="utf-8")
    file = tmp_path / "receipt.json"

    assert generate.main(["--output", str(output), "--receipt", str(file)]) == 0

    receipt = json.loads(file.read_text(encoding="utf-8"))
    assert [receipt[name] for name in ("differences", "requirements", "tests")] == [None] * 3
    assert receipt["files"] == [{"kind": "changed", "path": generation.SOURCE}]
    assert UNKNOWN in capsys.readouterr().out


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def specification(folder: Path, title: str) -> Specification:
    """Write a specification into a checkout."""
    file = folder / "openapi" / "spec.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"openapi: 3.1.0\ninfo: {{title: {title}}}\n", encoding="utf-8")
    return Specification(file)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A checkout below the top of a repository: two good and one broken version are committed, one is not."""
    root = tmp_path / "repository" / "project"
    specification(root, "first")
    git(tmp_path, "init", "-q", "repository")
    for text in ("second", "[", "third"):
        git(root, "add", ".")
        git(root, "commit", "-qm", "a version")
        (root / "openapi" / "spec.yaml").write_text(
            f"openapi: 3.1.0\ninfo: {{title: {text}}}\n", encoding="utf-8"
        )
    return root


def tree_of(folder: Path, digest: str) -> Path:
    """A generated tree that was made from the specification with this digest."""
    folder.mkdir(exist_ok=True)
    (folder / generation.SOURCE).write_text(json.dumps({"sha256": {"spec": digest}}), encoding="utf-8")
    return folder


@pytest.mark.parametrize("title", ["first", "second", "third", "fourth"])
def test_the_specification_of_the_previous_tree_comes_from_git(
    title: str, history: Path, tmp_path: Path
) -> None:
    """Committed, edited since, or the one that is generated from now: it is found by what it says."""
    target = tree_of(tmp_path / "generated", specification(tmp_path / "sought", title).digest)
    found = previous(history, target, specification(tmp_path / "current", "fourth"))
    assert found is not None
    assert found.content == {"openapi": "3.1.0", "info": {"title": title}}


def without_a_source(root: Path, target: Path) -> Path:
    (target / generation.SOURCE).unlink()
    return root


def without_git(root: Path, _target: Path) -> Path:
    os.environ["PATH"] = str(root)
    return root


def outside_of_git(root: Path, _target: Path) -> Path:
    shutil.rmtree(root.parent / ".git")
    return root


def shallow(root: Path, target: Path) -> Path:
    clone = target.parent / "clone"
    git(root, "clone", "-q", "--depth", "1", root.parent.as_uri(), str(clone))
    return clone / root.name


@pytest.mark.parametrize("place", [without_a_source, without_git, outside_of_git, shallow])
def test_a_specification_that_git_does_not_have_is_unknown(
    place: Callable[[Path, Path], Path], history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.environ["PATH"])  # is restored after the test
    first, current = (specification(tmp_path / title, title) for title in ("first", "current"))
    target = tree_of(tmp_path / "generated", first.digest)
    before = previous(history, target, current)
    assert before is not None
    assert before.content == first.content
    assert previous(place(history, target), target, current) is None
