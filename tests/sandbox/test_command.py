"""The command: its output, its exit codes, and its reaction to signals."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clumio_sandbox.cli import main
from clumio_sandbox.driver import Driver
from clumio_sandbox.faults import FAULTS
from clumio_sandbox.process import base_url, running, start

COMMAND = [sys.executable, "-m", "clumio_sandbox"]


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_stops_quietly(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    """The base URL is the only output."""
    log = tmp_path / "log"
    with log.open("wb") as stderr:
        process = start(stderr=stderr)
        url = base_url(process)
        Driver(url, "sandbox-token").create_group()
        process.send_signal(sent)
        rest, _ = process.communicate(timeout=10)
    assert process.returncode == code
    assert (rest, log.read_text()) == (b"", "")


def test_it_is_ready_when_it_says_so() -> None:
    with running() as url:
        assert Driver(url, "sandbox-token").exchange("GET", "/_sandbox/api/health", None, ())[0] == 200


def test_options(tmp_path: Path) -> None:
    arguments = [
        "--token",
        "mine",
        "--fault",
        "success-as-201",
        "--rate-limit",
        "3",
        "--state",
        str(tmp_path / "s"),
    ]
    with running(arguments) as url:
        group = Driver(url, "mine").create_group()
        target = f"/connections/aws/connection-groups/{group['id']}"
        token = (("Authorization", "Bearer mine"),)
        statuses = [Driver(url, "mine").exchange("GET", target, None, token)[0] for _ in range(20)]
    assert 201 in statuses
    assert 429 in statuses


def test_an_address_in_use_is_wrong_usage(
    clumio_sandbox_base_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    port = clumio_sandbox_base_url.rpartition(":")[2]
    assert subprocess.run([*COMMAND, "serve", "--port", port], check=False, timeout=20).returncode == 4
    assert f"--port {port}: cannot listen there" in capfd.readouterr().err


def test_without_the_extra_the_command_names_it(tmp_path: Path) -> None:
    """The client alone installs the command, too."""
    (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError('no', name='starlette')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [*COMMAND, "faults"], env=environment, capture_output=True, text=True, check=False, timeout=20
    )
    assert done.returncode == 4
    assert done.stderr == "clumio-sandbox: needs starlette: install clumio-connection-groups[sandbox]\n"


def test_the_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faults"]) == 0
    listed = capsys.readouterr().out
    for fault in FAULTS:
        first = f"{fault.name}  {fault.requirement or 'no requirement'}  {fault.family.value}"
        assert f"{first}\n    {fault.description}\n" in listed


def test_a_reader_may_close_the_list_early() -> None:
    """`clumio-sandbox faults | head -1` prints no traceback."""
    with subprocess.Popen([*COMMAND, "faults"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait(timeout=10)) == (b"", 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--fault", "no-such"], "--fault: no fault named 'no-such'"),
        (["serve", "--state", "/nowhere/file"], "--state /nowhere/file: cannot be opened"),
        (["serve", "--state", os.sep], "--state /: cannot be opened"),
        (["serve", "--state", ":memory:"], "--state :memory:: not a file; leave --state out"),
        (["serve", "--port", "x"], "--port"),
        ([], "command"),
    ],
)
def test_wrong_usage_names_the_option(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    try:
        code = main(arguments)
    except SystemExit as stopped:  # of the parser
        code = int(str(stopped.code))
    assert code == 4
    assert message in capsys.readouterr().err
