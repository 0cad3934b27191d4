"""Wrong usage: each mistake has exit code 4 and a line that says what, where and what to do."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clumio_conformance import cli
from clumio_conformance.reporting.tally import EXIT_CODES
from clumio_sandbox import cli as sandbox

ROOT = Path(__file__).parents[2]
LIVE = "run --base-url https://api.invalid"
TOKEN = {"CLUMIO_API_TOKEN": "canary-4711"}

# The words of a command line, the environment, and what the message must say.
CONFORMANCE: list[tuple[str, dict[str, str], str]] = [
    ("", {}, "required: COMMAND"),
    ("runn", {}, "invalid choice: 'runn'.*did you mean run"),
    ("exlpain", {}, "did you mean explain"),
    ("run --strit", {}, r"run: --strit: no such option; did you mean --strict"),
    ("run extra", {}, "run: extra: not expected here"),
    ("run --target lve", {}, "--target: invalid choice: 'lve'.*did you mean live"),
    ("run --rate x", {}, "--rate: expected a number, 0 or more, found 'x'"),
    ("run --rate -1", {}, "--rate: expected a number, 0 or more, found -1"),
    ("run --rate inf", {}, "--rate: expected a number, 0 or more"),
    ("run --max-requests 0", {}, "--max-requests: expected a whole number, 1 or more, found 0"),
    ("run --max-requests 1.5", {}, "--max-requests: expected a whole number, 1 or more, found '1.5'"),
    ("run --max-seconds -3", {}, "--max-seconds: expected a number, 0 or more"),
    ("run --restore-seconds x", {}, "--restore-seconds: expected a number"),
    ("run --seed x", {}, "--seed: expected a whole number, found 'x'"),
    ("run -v -q", {}, "not allowed with"),
    ("run --known", {}, "--known: expected one argument"),
    ("run --known nope.toml", {}, "nope.toml: can't be read.*name a file of known deviations"),
    ("run --baseline README.md", {}, "README.md: is not JSON.*name a report.json"),
    ("run --baseline nope.json", {}, "nope.json: can't be read.*name a report.json"),
    ("run --overlay sdk-drit", {}, "sdk-drit: there is no such file.*sdk-drift"),
    (
        "run --report-dir README.md",
        {},
        "--report-dir README.md: reports can't be written.*name another folder",
    ),
    ("run --target mock --allow-writes", {}, "--allow-writes needs --target live, not mock"),
    ("run --connection-group-id x", {}, "--connection-group-id needs --target live, not sandbox"),
    ("run --target live", TOKEN, "--target live needs --base-url or CLUMIO_API_BASE_URL; set one"),
    (LIVE, {}, "CLUMIO_API_TOKEN is not set.*set it"),
    (LIVE, {"CLUMIO_API_TOKEN": "  "}, "CLUMIO_API_TOKEN is not set.*set it"),
    (LIVE, {"CLUMIO_API_TOKEN": "a\nb"}, "CLUMIO_API_TOKEN holds characters that no HTTP header can carry"),
    ("run --base-url ftp://api.invalid", TOKEN, r"--base-url: is not an http\(s\) URL"),
    ("run --base-url http://api.invalid", TOKEN, "--base-url: .*https"),
    ("run --base-url https://u:canary-4711@api.invalid", TOKEN, "--base-url: holds credentials"),
    ("run --base-url https://api.invalid?x=1", TOKEN, "--base-url: "),
    (f"{LIVE} --allow-writes --connection-group-id ..", TOKEN, "'..' can't be a group's id"),
    ("judge", {}, "required: FILE"),
    ("judge nope.har", {}, "nope.har: can't be read.*name a recording"),
    ("judge README.md", {}, "README.md: is no recording.*HAR"),
    ("judge README.md --jobs 0", {}, "--jobs: expected a whole number, 1 or more"),
    ("merge README.md", {}, "README.md: is not JSON"),
    ("ticket nope", {}, "nope: can't be read"),
    ("report README.md --format htm", {}, "invalid choice: 'htm'.*did you mean html"),
    ("explain UCG-ENUM2", {}, "UCG-ENUM2: is no requirement; did you mean UCG-ENUM-0"),
    ("known check nope.toml", {}, "nope.toml: can't be read"),
    ("known ad", {}, "did you mean add"),
    ("compare README.md README.md", {}, "README.md: is not JSON"),
    ("trend", {}, "required: REPORT"),
    ("trend README.md", {}, "README.md: is not JSON"),
    ("diff nowhere", {}, "nowhere: is no revision|is in no git repository"),
    ("diff --explain response-field-removd", {}, "there is no rule response-field-removd"),
    ("power status-undocumentd", {}, "no such fault: status-undocumentd; did you mean status-undocumented"),
    ("power --workers 0", {}, "--workers: expected a whole number, 1 or more"),
    ("demo --fault status-undocumentd", {}, "no such fault: status-undocumentd; did you mean"),
    ("restore --report-dir nowhere", {}, "nowhere/restore.json: there is no journal.*check --report-dir"),
]
SANDBOX = [
    ("", "required: command"),
    ("serve --port 99999", "--port: expected a whole number from 0 to 65535, found '99999'"),
    ("serve --port -1", "--port: expected"),
    ("serve --port http", "--port: expected a whole number from 0 to 65535, found 'http'"),
    ("serve --rate-limit -1", "--rate-limit: expected a whole number, 0 or more"),
    ("serve --token=", "--token: expected a token"),
    (
        "serve --fault status-undocumentd",
        "--fault: no fault named 'status-undocumentd'; did you mean status-undocumented",
    ),
    ("serve --state README.md", "--state README.md: damaged or no state file.*name another file"),
    ("serve --state nowhere/x", "--state nowhere/x: cannot be opened"),
    ("serve --host no.such.host.invalid", "--host no.such.host.invalid --port 0: cannot listen there"),
    ("serv", "invalid choice: 'serv'"),
    ("serve --prt 1", "--prt"),
]


@pytest.mark.parametrize(("line", "environment", "message"), CONFORMANCE)
def test_wrong_usage_is_said_in_a_line(
    line: str,
    environment: dict[str, str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("CLUMIO_API_TOKEN", "CLUMIO_API_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)

    code = cli.main(line.split())

    printed = capsys.readouterr()
    assert (code, printed.out) == (4, "")
    assert re.search(message, printed.err, re.DOTALL), printed.err
    assert printed.err.startswith("clumio-conformance")
    assert "Traceback" not in printed.err
    assert "canary-4711" not in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(("line", "message"), SANDBOX)
def test_wrong_usage_of_the_sandbox(
    line: str, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    try:
        code = sandbox.main(line.split())
    except SystemExit as stop:
        code = int(str(stop.code))

    printed = capsys.readouterr()
    assert (code, printed.out) == (4, "")
    assert re.search(message, printed.err, re.DOTALL), printed.err
    assert "Traceback" not in printed.err


def test_a_port_in_use_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    import socket  # noqa: PLC0415 - only here

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert sandbox.main(["serve", "--port", str(port)]) == 4
    assert f"--port {port}: cannot listen there" in capsys.readouterr().err


def test_versions_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert re.fullmatch(
        r"clumio-conformance \d+\.\d+\.\d+ \(Python \d+\.\d+\.\d+\S*\)\n", capsys.readouterr().out
    )


def test_the_documentation_has_each_exit_code() -> None:
    table = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8").partition("## Exit codes")[2]
    codes = re.findall(r"^\| (\d+) \|", table.partition("\n## ")[0], re.MULTILINE)
    assert codes == [*map(str, EXIT_CODES), "130", "141"]


@pytest.mark.parametrize("script", ["generate", "change", "lint", "trace", "spec_diff", "bench"])
def test_a_script_without_its_packages_says_what_to_install(script: str, tmp_path: Path) -> None:
    """`-I -S` leaves all installed packages away; the scripts' own folder is added, as Python does."""
    file = ROOT / "scripts" / f"{script}.py"
    code = (
        f"import runpy, sys; sys.path.insert(0, {str(file.parent)!r}); sys.argv = [{str(file)!r}, '--help']; "
    )
    words = [sys.executable, "-I", "-S", "-c", code + f"runpy.run_path({str(file)!r}, run_name='__main__')"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (4, "")
    assert re.fullmatch(
        rf"{script}.py: needs \w+: install the project with python -m pip install -e '.\[contract\]'\n",
        done.stderr,
    )


@pytest.mark.parametrize(
    "line",
    [
        "clumio-sandbox faults",
        "clumio-conformance explain",
        "clumio-conformance diff --explain",
        "clumio-conformance --help",
    ],
)
def test_a_closed_pipe_is_quiet(line: str) -> None:
    bin_folder = Path(sys.executable).parent
    words = f"set -o pipefail; {bin_folder}/{line} | head -c 10 >/dev/null"
    done = subprocess.run(
        ["bash", "-c", words], capture_output=True, text=True, check=False, env={**os.environ}
    )

    assert done.returncode in {0, 141}
    assert done.stderr == ""
