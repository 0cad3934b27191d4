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
WORKFLOWS = ROOT / ".github" / "workflows"
FILES = [
    ROOT / "action.yml",
    *(WORKFLOWS / f"{name}.yml" for name in ("vendor-watch", "contract-change", "weekly")),
]


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


# --- the comment on a change of the contract ---

TOOLS = ("python", "clumio-conformance")
MARKER = "<!-- contract-change -->"
# Prints what it is called with, and ends as the test says; the release notes go to their file.
TOOL = """#!/bin/sh
echo "ran $(basename "$0") $*"
for word; do
    if [ "$last" = --release-notes ]; then echo "the notes" > "$word"; fi
    last=$word
done
case "$*" in *"$FAILS"*) exit "$CODE" ;; esac
"""
GH = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in *--jq*) echo "$KNOWN" ;; esac
"""


def script_of(name: str) -> str:
    return next(str(step["run"]) for step in steps(FILES[2]) if step.get("name") == name)


def run_script(name: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step as a runner does: its default shell has no `pipefail`."""
    return subprocess.run(
        ["bash", "-e", "-c", script_of(name)],
        env={**os.environ, **environment}, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("fails", "code", "worst"),
    [
        ("nothing at all", "0", "0"),
        ("scripts/lint.py", "1", "1"),
        ("scripts/trace.py", "1", "1"),
        ("generate.py --check", "1", "1"),
        ("diff --format markdown", "1", "0"),
        ("diff --format markdown", "3", "1"),
    ],
)
def test_the_report_has_each_part_and_fails_on_what_must_be_fixed(
    tmp_path: Path, fails: str, code: str, worst: str
) -> None:
    """A break of callers is shown, and fails nothing; a failure of a tool itself does."""
    for name in TOOLS:
        program(tmp_path / ".venv" / "bin" / name, TOOL)
    (tmp_path / "openapi").mkdir()
    (tmp_path / "openapi" / "spec.yaml").write_text("openapi: 3.1.0", encoding="utf-8")
    for arguments in (["init", "-q"], ["add", "openapi"],
                  ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "x"]):  # fmt: skip
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    output, summary = tmp_path / "output", tmp_path / "summary"

    done = run_script(
        "Report", tmp_path, BASE="HEAD", RUNNER_TEMP=str(tmp_path), GITHUB_OUTPUT=str(output),
        GITHUB_STEP_SUMMARY=str(summary), FAILS=fails, CODE=code,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert f"worst={worst}\n" in output.read_text(encoding="utf-8")
    text = summary.read_text(encoding="utf-8")
    assert text.startswith(MARKER)
    for words in ("lint.py", "trace.py", "generate.py --check", "diff --format markdown"):
        assert f"{words}" in text
    assert text.rstrip().endswith("the notes")
    assert text == (tmp_path / "contract" / "comment.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("known", "call"),
    [
        ("", "--method POST repos/a/b/issues/7/comments -F body=@report.md"),
        ("41", "--method PATCH repos/a/b/issues/comments/41 -F body=@report.md"),
    ],
)
def test_there_is_one_comment(tmp_path: Path, known: str, call: str) -> None:
    program(tmp_path / "gh", GH)
    calls = tmp_path / "calls"
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = run_script(
        "Update the comment", tmp_path,
        PATH=path, REPOSITORY="a/b", NUMBER="7", FILE="report.md", KNOWN=known, CALLS=str(calls),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    asked, sent = calls.read_text(encoding="utf-8").splitlines()
    assert MARKER in asked
    assert call in sent


def test_each_week_the_tests_of_pure_volume_run() -> None:
    assert any('-m "slow or soak"' in step.get("run", "") for step in steps(WORKFLOWS / "weekly.yml"))


def test_a_comment_is_all_that_the_report_may_write() -> None:
    """Code of the pull request runs without the token, and a fork without a comment."""
    workflow = read(FILES[2])
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["report"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    with_token = [step for step in steps(FILES[2]) if "github.token" in str(step)]
    assert [step["name"] for step in with_token] == ["Update the comment"]
    assert "head.repo.full_name == github.repository" in with_token[0]["if"]
    assert "pull_request_target" not in str(workflow)


def test_the_hooks_run_what_is_there() -> None:
    """Each hook of `.pre-commit-hooks.yaml` is a script of the checkout, or a command of the package."""
    hooks = read(ROOT / ".pre-commit-hooks.yaml")
    assert [hook["id"] for hook in hooks] == ["contract-lint", "contract-drift", "contract-diff"]
    for hook in hooks:
        words = hook["entry"].split()
        assert words[0] == "clumio-conformance" or (words[0] == "python" and (ROOT / words[1]).is_file())
        assert all(re.search(hook["files"], name) for name in ("openapi/spec.yaml",))
