"""The examples of CI jobs in the docs: their parts exist, and their commands run."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from clumio_sandbox.driver import Driver

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def blocks() -> Iterator[tuple[str, Any]]:
    """The YAML blocks of the docs, each with the name of its file."""
    for file in sorted((ROOT / "docs").glob("*.md")):
        for text in BLOCK.findall(file.read_text(encoding="utf-8")):
            yield file.name, read(text)


def steps() -> Iterator[dict[str, Any]]:
    """The steps of GitHub's workflows among them."""
    for _, block in blocks():
        found = block if isinstance(block, list) else block.get("steps", [])
        yield from (step for step in found if "uses" in step)


def test_the_inputs_of_the_action_exist() -> None:
    inputs = set(read((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"])
    ours = [step for step in steps() if "clumio-connection-groups@" in step["uses"]]

    assert len(ours) >= 2
    for step in ours:
        assert set(step["with"]) <= inputs
        assert set(step["env"]) == {"CLUMIO_API_TOKEN"}


def test_the_hooks_of_pre_commit_exist() -> None:
    known = {hook["id"] for hook in read((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    (block,) = (block for _, block in blocks() if "repos" in block)
    named = [hook["id"] for repo in block["repos"] for hook in repo["hooks"]]

    assert set(named) == known


@pytest.mark.parametrize("hook", ["contract-lint", "contract-drift"])
def test_a_hook_runs(hook: str) -> None:
    """As pre-commit does: in the root of the repository, with the changed files as arguments."""
    (found,) = (
        one
        for one in read((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
        if one["id"] == hook
    )
    files = [] if found.get("pass_filenames") is False else ["openapi/spec.yaml"]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [*found["entry"].split(), *files],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_job_of_gitlab_runs(clumio_sandbox: Driver, tmp_path: Path) -> None:
    """All lines but the installation, against a sandbox; and its report is where the job looks for it."""
    (job,) = (block["conformance"] for _, block in blocks() if "conformance" in block)
    install, *commands = job["script"]
    assert re.fullmatch(r"pip install 'clumio-connection-groups\[conformance\] @ git\+https://\S+'", install)
    clumio_sandbox.create_group(asset_types=["EC2/EBS"], description="ours")
    (tmp_path / "known-deviations.toml").write_text("")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CLUMIO_API_TOKEN": clumio_sandbox.token,
        **job["variables"],
        "CLUMIO_API_BASE_URL": clumio_sandbox.base_url,
    }
    for command in commands:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in {0, *job["allow_failure"]["exit_codes"]}, done.stdout + done.stderr
        assert "findings" in done.stdout or "promises" in done.stdout
    assert (tmp_path / job["artifacts"]["reports"]["junit"]).is_file()
    assert (tmp_path / job["artifacts"]["paths"][0]).is_dir()
