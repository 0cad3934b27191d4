"""What type checkers report for the client, and for code that uses it."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "generated" / "clumio_connection_groups"

CONSUMER = """
import asyncio
import logging

import httpx

from clumio_connection_groups import (
    AuthenticatedClient,
    Client,
    from_env,
    iterate_groups,
    iterate_groups_async,
    wait_for_update,
    wait_for_update_async,
)
from clumio_connection_groups.api.aws_connection_groups import (
    list_aws_connection_groups,
    update_aws_connection_group,
)
from clumio_connection_groups.errors import ApiError, ClumioError, ThrottledError, raise_for_error
from clumio_connection_groups.models import (
    AssetType,
    ConnectionGroup,
    ConnectionGroupStatus,
    ErrorDetail,
    UpdateConnectionGroupRequest,
)
from clumio_connection_groups.types import Unset
from clumio_connection_groups.waiting import Outcome, Progress, UpdateResult

client = AuthenticatedClient(
    base_url="https://mock.invalid",
    token="t",
    timeout=5,
    retries=3,
    headers={"X-Team": "platform"},
    on_request=lambda request: logging.info(request.method),
    on_response=lambda response: logging.info(response.status_code),
)
client.token = "another"
public = Client(base_url="https://mock.invalid", timeout=httpx.Timeout(3))
unit: AuthenticatedClient = client.with_headers({"x-clumio-organizationalunit-context": "unit"})
slow: AuthenticatedClient = unit.with_timeout(60.0).with_timeout(None)
other: AuthenticatedClient = from_env(retries=2)
body = UpdateConnectionGroupRequest(
    asset_types=[AssetType.EC2EBS], aws_regions=["us-east-1"], description=None
)
group: ConnectionGroup = raise_for_error(
    update_aws_connection_group.sync_detailed("4f1c", client=client, body=body)
)
status: ConnectionGroupStatus | Unset = group.status
etag: str | Unset = group.etag
if group.status:
    documented: bool = group.status.is_documented
try:
    listed = asyncio.run(list_aws_connection_groups.asyncio_detailed(client=client, limit=1))
    count: int | Unset = raise_for_error(listed).current_count
except ApiError as error:
    wait: float | None = error.retry_after
    reported: list[ErrorDetail] = error.errors
    line: str | None = error.request
    number: str | None = error.request_id
    raw: httpx.Response | None = error.raw


def report(progress: Progress) -> None:
    if progress.group is not None:
        print(progress.seconds, progress.group.status)


result: UpdateResult = wait_for_update(group, client=client, asked=body, patience=60, progress=report)
if result.outcome is Outcome.COMPLETE:
    print(result.group, result.doubt)
for one in iterate_groups(client, filter_={"account_native_id": {"$in": ["1"]}}, limit=10):
    name: str | Unset = one.account_name


async def main() -> list[ConnectionGroup]:
    async with client:
        await wait_for_update_async(group, client=client)
        return [one async for one in iterate_groups_async(client)]


try:
    update_aws_connection_group.sync(
        "4f1c", client=client, body=body, x_clumio_organizationalunit_context=None
    )
except ThrottledError as error:
    pause: float | None = error.retry_after
except ClumioError as error:
    print(error)
"""

MISTAKES = {
    'UpdateConnectionGroupRequest(asset_types=["RDS"], aws_regions=[])': "an enum value as a text",
    "UpdateConnectionGroupRequest(asset_types=[AssetType.FSX], aws_regions=[])": "an unknown enum value",
    "UpdateConnectionGroupRequest(asset_types=[AssetType.RDS])": "a missing required argument",
    "UpdateConnectionGroupRequest(asset_types=[], aws_regions=[], asset_type=[])": "an unknown argument",
    "UpdateConnectionGroupRequest(asset_types=[], aws_regions=None)": "null where it is not allowed",
    'update_aws_connection_group.sync("4f1c", client=client)': "a call without its body",
    "update_aws_connection_group.sync(4, client=client, body=body)": "a number for an id",
    "group.description.upper()": "a field that may be unset",
    'update_aws_connection_group.sync("4f1c", client=public, body=body)': "a client without a token",
    "list(iterate_groups(public))": "a client without a token, for a list",
    'AuthenticatedClient(base_url="https://mock.invalid")': "no token",
    'AuthenticatedClient(base_url="https://mock.invalid", token="t", retries="3")': "a text for a number",
    'client.with_timeout("5")': "a text for a time limit",
    "result.outcome == 5": "an outcome compared with a number",
    "update_aws_connection_group.sync('4f1c', client=client, body=body).status": "a possible error",
}


def check(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def mypy(path: Path) -> str:
    done = check("mypy", "--strict", "--no-error-summary", path)
    return done.stdout + done.stderr


def test_the_client_is_marked_as_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_correct_code_has_no_type_error(tmp_path: Path) -> None:
    """Under mypy and pyright, both strict."""
    (tmp_path / "consumer.py").write_text(CONSUMER, encoding="utf-8")
    assert mypy(tmp_path / "consumer.py") == ""
    settings = {"typeCheckingMode": "strict", "include": ["consumer.py"]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = check("pyright", "--project", tmp_path, "--pythonpath", sys.executable)
    assert done.returncode == 0, done.stdout


def test_each_mistake_is_a_type_error(tmp_path: Path) -> None:
    """One file, one mistake per line; each line has its error."""
    path = tmp_path / "mistakes.py"
    path.write_text("\n".join([CONSUMER, *MISTAKES]) + "\n", encoding="utf-8")
    first = CONSUMER.count("\n") + 2
    output = mypy(path)
    missed = [
        why for line, why in enumerate(MISTAKES.values(), first) if f"mistakes.py:{line}: error" not in output
    ]
    assert missed == [], output
    assert not [line for line in output.splitlines() if "error" in line and int(line.split(":")[1]) < first]
