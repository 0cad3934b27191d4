"""Each example works as described, against the sandbox."""

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clumio_sandbox.driver import Driver
from clumio_sandbox.process import running

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def start(example: str, *arguments: str, sandbox: Driver, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, EXAMPLES / example, *arguments],
        env={
            **os.environ,
            "CLUMIO_API_BASE_URL": sandbox.base_url,
            "CLUMIO_API_TOKEN": sandbox.token,
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(example: str, *arguments: str, sandbox: Driver, **environment: str) -> tuple[int, str]:
    """Run an example to its end; return its exit code and its whole output."""
    process = start(example, *arguments, sandbox=sandbox, **environment)
    output, errors = process.communicate(timeout=30)
    return process.returncode, output + errors


@pytest.fixture
def played(clumio_sandbox: Driver, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs an example in this process, which is quicker; return what `run` does."""

    def play(example: str, *arguments: str, **environment: str) -> tuple[int, str]:
        surroundings = {
            "CLUMIO_API_BASE_URL": clumio_sandbox.base_url,
            "CLUMIO_API_TOKEN": clumio_sandbox.token,
            **environment,
        }
        code = 0
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", [example, *arguments])
            for name, value in surroundings.items():
                patch.setenv(name, value)
            try:
                runpy.run_path(str(EXAMPLES / example), run_name="__main__")
            except SystemExit as end:
                code = 1
                print(end)
        return code, "".join(capsys.readouterr())

    return play


@pytest.fixture
def group(clumio_sandbox: Driver) -> str:
    """A group with a deployed stack."""
    group_id: str = clumio_sandbox.create_group()["id"]
    clumio_sandbox.stack(group_id, "deploy")
    return group_id


def test_every_example_is_run_here() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    assert [
        path.name for path in EXAMPLES.iterdir() if path.suffix == ".py" and f'"{path.name}"' not in here
    ] == []


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_an_example_states_its_usage(example: str, played: Callable[..., tuple[int, str]]) -> None:
    """Without its argument, or with --help where it needs none."""
    needs_none = example in {"asynchronous.py", "organizational_unit.py"}
    code, output = played(example, *(["--help"] if needs_none else []))
    assert code == 1
    assert f"python {example}" in output
    assert "Traceback" not in output


def test_update_and_wait(clumio_sandbox: Driver, group: str) -> None:
    """It waits until the stack is updated, and then ends."""
    process = start("update_and_wait.py", group, sandbox=clumio_sandbox, PAUSE="0.05")
    assert process.stdout
    assert process.stdout.readline() == f"waiting for the stack of {group}\n"
    assert process.poll() is None

    clumio_sandbox.stack(group, "deploy")
    output, errors = process.communicate(timeout=30)

    assert (process.returncode, output) == (0, "complete: connected are EC2/EBS, RDS in us-east-1\n")
    assert "0 s: fully_connected\n" in errors
    assert set(clumio_sandbox.read_group(group)["asset_types_enabled"]) == {"EC2/EBS", "RDS"}


@pytest.mark.parametrize("event", ["break", "discard"])
def test_update_and_wait_does_not_call_a_discarded_update_complete(
    event: str, clumio_sandbox: Driver, group: str
) -> None:
    process = start("update_and_wait.py", group, sandbox=clumio_sandbox, PAUSE="0.05")
    assert process.stdout
    process.stdout.readline()
    clumio_sandbox.stack(group, event)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (1, "")
    assert "the update did not take effect: discarded: " in errors


def test_handle_errors(clumio_sandbox: Driver, group: str, played: Callable[..., tuple[int, str]]) -> None:
    """Accepted, nothing sent, refused, rate-limited, a web page in place of an answer, and no answer."""
    example = "handle_errors.py"
    assert run(example, group, sandbox=clumio_sandbox)[0] == 0
    assert "nothing was sent: connection_group_id" in played(example, "")[1]
    assert "nothing was sent: token" in played(example, group, CLUMIO_API_TOKEN="")[1]

    code, output = played(example, group, CLUMIO_API_TOKEN="nobody's")
    assert code == 1
    assert "the token is not accepted: status 401: Unauthorized access (402)" in output
    assert "refused with status 404" in played(example, "nope")[1]

    clumio_sandbox.faults("updates-rate-limited")
    assert "try again in 1 s" in played(example, group)[1]

    clumio_sandbox.faults("updates-as-503-page")
    assert "no answer of the API: status 503" in played(example, group)[1]

    assert "no answer: ConnectError" in played(example, group, CLUMIO_API_BASE_URL="http://127.0.0.1:9")[1]


def test_retries() -> None:
    """The sandbox allows two requests a second; the example makes three in a row, with a line for each."""
    with running(["--rate-limit", "2"]) as base_url:
        sandbox = Driver(base_url, token="sandbox-token")
        group = sandbox.create_group()["id"]
        process = start("retries.py", group, sandbox=sandbox)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (0, "read: connecting\n" * 3)
    line = f"INFO:clumio_connection_groups:GET /connections/aws/connection-groups/{group} -> 200 in "
    assert errors.count(line) == 3


def test_organizational_unit(clumio_sandbox: Driver, group: str) -> None:
    code, output = run("organizational_unit.py", "a-unit", sandbox=clumio_sandbox)
    assert (code, output) == (0, "with the environment: 1\nwith the call: 1\nwith the client: 1\n")
    assert group


def test_asynchronous(clumio_sandbox: Driver, group: str) -> None:
    """The named groups; all groups; and one that can't be read, beside the others."""
    other = clumio_sandbox.create_group()["id"]
    lines = f"{group}: fully_connected\n{other}: connecting\n"
    assert run("asynchronous.py", group, other, sandbox=clumio_sandbox) == (0, lines)
    assert run("asynchronous.py", sandbox=clumio_sandbox) == (0, lines)
    code, output = run("asynchronous.py", "nope", other, sandbox=clumio_sandbox)
    assert code == 1
    assert "status 404" in output
    assert f"{other}: connecting\n" in output
    assert "1 groups could not be read" in output


def test_scheduled_job(clumio_sandbox: Driver, group: str) -> None:
    """The first run asks for the update and fails, since nobody deploys it; later ones are complete."""
    account = "123456789012"
    quick = {"PAUSE": "0.05", "PATIENCE": "0.3"}
    code, output = run("scheduled_job.py", account, sandbox=clumio_sandbox, **quick)
    assert code == 1
    assert f"group {group}: timed_out: " in output
    clumio_sandbox.stack(group, "deploy")
    code, output = run("scheduled_job.py", account, sandbox=clumio_sandbox, **quick)
    assert code == 0
    assert f"INFO scheduled_job group {group}: nothing to do" in output
    assert set(clumio_sandbox.read_group(group)["asset_types_enabled"]) == {"EC2/EBS", "RDS"}


def test_cloudformation(aws_endpoint: str) -> None:
    """A group without a stack, then with one; then without AWS."""
    aws = {"AWS_ENDPOINT_URL": aws_endpoint, "PAUSE": "0.1"}
    with running(["--cloudformation-endpoint", aws_endpoint]) as base_url:
        sandbox = Driver(base_url, token="sandbox-token")
        group = sandbox.create_group()["id"]
        for kinds in (["EC2/EBS", "RDS"], ["S3"]):
            code, output = run("cloudformation.py", group, *kinds, sandbox=sandbox, **aws)
            assert (code, output) == (0, f"complete: connected are {', '.join(kinds)} in us-east-1\n")
        gone = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
        code, output = run("cloudformation.py", group, "RDS", sandbox=sandbox, **gone)
    assert (code, output) == (1, "the stack was not updated: EndpointConnectionError\n")


def test_injected_transport(clumio_sandbox: Driver, group: str) -> None:
    code, output = run("injected_transport.py", group, sandbox=clumio_sandbox)
    assert (code, output) == (0, "from the network: fully_connected, {200: 1}\ncanned: unlinked\n")
