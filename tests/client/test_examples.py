"""Each example works as described, against the sandbox."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from httpx_retries import Retry, RetryTransport

from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import update_aws_connection_group
from clumio_connection_groups.models import UpdateConnectionGroupRequest
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


def test_update_and_wait(clumio_sandbox: Driver, group: str) -> None:
    """It waits until the stack is updated, and then ends."""
    process = start("update_and_wait.py", group, sandbox=clumio_sandbox, PAUSE="0.05")
    assert process.stdout
    assert process.stdout.readline() == f"waiting for the stack of {group}\n"
    assert process.poll() is None

    clumio_sandbox.stack(group, "deploy")
    output, errors = process.communicate(timeout=30)

    assert (process.returncode, output, errors) == (0, "complete: fully_connected\n", "")
    assert set(clumio_sandbox.read_group(group)["asset_types_enabled"]) == {"EC2/EBS", "RDS"}


def test_handle_errors(clumio_sandbox: Driver, group: str) -> None:
    """Accepted, refused with the errors of the API, rate-limited, and a web page in place of an answer."""
    assert run("handle_errors.py", group, sandbox=clumio_sandbox)[0] == 0

    code, output = run("handle_errors.py", group, sandbox=clumio_sandbox, CLUMIO_API_TOKEN="nobody's")
    assert code == 1
    assert "402: Unauthorized access" in output
    assert "refused with status 401" in output

    clumio_sandbox.faults("updates-rate-limited")
    assert (
        "refused with status 429; try again in 1 s"
        in run("handle_errors.py", group, sandbox=clumio_sandbox)[1]
    )

    clumio_sandbox.faults("updates-as-503-page")
    assert "no answer of the API: status 503" in run("handle_errors.py", group, sandbox=clumio_sandbox)[1]

    gone = Driver("http://127.0.0.1:9", token=clumio_sandbox.token)
    assert "no answer: ConnectError" in run("handle_errors.py", group, sandbox=gone)[1]


def test_retries() -> None:
    """The sandbox allows two requests a second; the example makes three in a row."""
    with running(["--rate-limit", "2"]) as base_url:
        sandbox = Driver(base_url, token="sandbox-token")
        group = sandbox.create_group()["id"]
        code, output = run("retries.py", group, sandbox=sandbox)
    assert (code, output) == (0, "read: connecting\n" * 3)


def test_retries_wait_as_retry_after_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with seconds, 503 with a past date, then an answer: three requests, and the expected pauses."""
    slept: list[float] = []
    monkeypatch.setattr("httpx_retries.retry.time.sleep", slept.append)
    answers = iter(
        [
            httpx.Response(429, headers={"Retry-After": "7"}),
            httpx.Response(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
            httpx.Response(200, json={"id": "4f1c"}),
        ]
    )
    inner = httpx.MockTransport(lambda _: next(answers))
    transport = RetryTransport(transport=inner, retry=Retry(total=5))
    client = AuthenticatedClient(
        base_url="http://mock.invalid", token="t", httpx_args={"transport": transport}
    )

    body = UpdateConnectionGroupRequest(asset_types=[], aws_regions=[])
    response = update_aws_connection_group.sync_detailed("4f1c", client=client, body=body)

    assert response.status_code == 200
    assert slept == [7.0, 0.0]


def test_organizational_unit(clumio_sandbox: Driver, group: str) -> None:
    """Without a unit, the context is the user's own unit."""
    code, output = run(
        "organizational_unit.py", sandbox=clumio_sandbox, CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT=""
    )
    assert (code, output) == (0, "with the call: 1\nwith the client: 1\n")
    assert group


def test_asynchronous(clumio_sandbox: Driver, group: str) -> None:
    other = clumio_sandbox.create_group()["id"]
    code, output = run("asynchronous.py", group, other, sandbox=clumio_sandbox)
    assert (code, output) == (0, f"{group}: fully_connected\n{other}: connecting\n")


def test_injected_transport(clumio_sandbox: Driver, group: str) -> None:
    code, output = run("injected_transport.py", group, sandbox=clumio_sandbox)
    assert (code, output) == (0, "from the network: fully_connected, {200: 1}\ncanned: unlinked\n")
