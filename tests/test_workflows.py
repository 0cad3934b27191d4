"""The workflow and the action: what they run is real, and no secret is where it could be seen."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from clumio_conformance import cli

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "action.yml", ROOT / ".github" / "workflows" / "vendor-watch.yml"]


def read(file: Path) -> Any:
    return YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))


def steps(file: Path) -> Iterator[dict[str, Any]]:
    document = read(file)
    if "runs" in document:
        yield from document["runs"]["steps"]
    for job in document.get("jobs", {}).values():
        yield from job["steps"]


# A file of its own: the one of the project expires, as it should.
KNOWN = """
[[known]]
requirement = "UCG-RESP-24"
location = "/_embedded"
observed = "undocumented field"
why = "may come"
owner = "us"
since = 2026-11-24
expires = 9999-12-31
optional = true
"""
SCRIPTS = [
    pytest.param(step["run"], id=f"{file.name} {step.get('name')}")
    for file in FILES
    for step in steps(file)
    if "run" in step
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_expression_reaches_a_shell(script: str) -> None:
    assert "${{" not in script, (
        "pass it through env: what a shell reads as code, somebody else may have written"
    )
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize("script", SCRIPTS)
def test_options_are_those_of_the_command(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    used = set(re.findall(r"options\+?=\((--[a-z-]+)", script))
    assert cli.main(["run", "--help"]) == 0
    help_text = capsys.readouterr().out
    assert all(option in help_text for option in used)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_actions_are_pinned(file: Path) -> None:
    used = [step["uses"] for step in steps(file) if "uses" in step]
    assert used
    assert all(re.fullmatch(r"\./|[\w-]+/[\w-]+@(v\d+|[0-9a-f]{40})", name) for name in used)


def test_the_watch_may_do_little() -> None:
    workflow = read(FILES[1])
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["watch"]["permissions"] == {
        "actions": "read",
        "contents": "read",
        "issues": "write",
    }
    secrets = [step for step in steps(FILES[1]) if "secrets." in str(step)]
    assert [sorted(step["env"]) for step in secrets] == [["CLUMIO_API_TOKEN"]]
    assert "allow-writes" not in str(workflow)


def run_action(tmp_path: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], str, str]:
    """Run the action's own step as a runner would, with the commands of this environment."""
    script = next(step["run"] for step in steps(FILES[0]) if step.get("id") == "run")
    bin_folder = tmp_path / "conformance" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "clumio-conformance").symlink_to(Path(sys.executable).parent / "clumio-conformance")
    output, summary = tmp_path / "output", tmp_path / "summary"
    names = (
        "TARGET",
        "BASE_URL",
        "KNOWN",
        "BASELINE",
        "FAIL_ON_CHANGE",
        "STRICT",
        "ALLOW_WRITES",
        "GROUP_ID",
    )
    environment = {
        **os.environ,
        **dict.fromkeys(names, ""),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "REPORT_DIR": "report",
        **inputs,
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    texts = [file.read_text(encoding="utf-8") if file.exists() else "" for file in (output, summary)]
    return done, texts[0], texts[1]


@pytest.mark.slow
def test_the_action_runs_against_the_sandbox(tmp_path: Path) -> None:
    known = tmp_path / "known.toml"
    known.write_text(KNOWN, encoding="utf-8")
    done, output, summary = run_action(
        tmp_path, TARGET="sandbox", KNOWN=str(known), BASELINE="nowhere.json", FAIL_ON_CHANGE="true"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert output == "exit-code=0\nreport=report/report.json\n"
    assert (tmp_path / "report" / "report.json").is_file()
    assert summary == (tmp_path / "report" / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", ["", "live"])
def test_a_watch_without_a_target_is_wrong_usage(tmp_path: Path, target: str) -> None:
    """An unset variable must not make the action test its own sandbox, and be green."""
    done, output, _ = run_action(tmp_path, TARGET=target, CLUMIO_API_TOKEN="t")
    assert done.returncode == 4
    assert "base-url is empty" in done.stderr
    assert output == ""


def test_the_action_hands_the_exit_code_on(tmp_path: Path) -> None:
    done, output, _ = run_action(tmp_path, BASE_URL="ftp://nowhere.invalid", CLUMIO_API_TOKEN="t")
    assert done.returncode == 4
    assert "exit-code=4\n" in output


def test_the_action_updates_no_group_that_is_not_named(tmp_path: Path) -> None:
    done, output, _ = run_action(tmp_path, ALLOW_WRITES="true")
    assert done.returncode == 4
    assert output == ""
