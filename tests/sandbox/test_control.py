"""The control API: its answers, its errors, and who may use it."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from tests.sandbox.conftest import Client

from clumio_sandbox.application import application
from clumio_sandbox.driver import Driver, RefusedError

API = "/_sandbox/api"


def call(driver: Driver, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    status, answer = driver.exchange(method, API + path, content, named)
    return status, json.loads(answer)


def test_health(clumio_sandbox: Driver) -> None:
    status, document = call(clumio_sandbox, "GET", "/health")
    assert (status, document["ready"], set(document)) == (200, True, {"ready", "version"})


def test_an_organization_is_registered_once(clumio_sandbox: Driver) -> None:
    body = {"token": clumio_sandbox.token + "-2"}
    answers = [call(clumio_sandbox, "POST", "/organizations", body) for _ in range(2)]
    assert [status for status, _ in answers] == [201, 200]
    assert answers[0][1] == answers[1][1]
    assert clumio_sandbox.token not in json.dumps(answers)


def test_groups_are_listed_without_tokens(clumio_sandbox: Driver) -> None:
    group = clumio_sandbox.create_group()
    _, document = call(clumio_sandbox, "GET", "/groups")
    (row,) = [row for row in document["groups"] if row["id"] == group["id"]]
    assert set(row) == {"id", "organization", "status", "ongoing_stack_operation"}
    assert clumio_sandbox.token not in json.dumps(document)


def test_exchanges_are_listed_without_secrets(clumio_sandbox: Driver) -> None:
    group = clumio_sandbox.create_group(description=f"not {clumio_sandbox.token}")
    clumio_sandbox.read_group(group["id"])
    _, document = call(clumio_sandbox, "GET", "/exchanges")
    text = json.dumps(document)
    signature = group["deployment_template_url"].partition("X-Amz-Signature=")[2]
    assert group["id"] in text
    for secret in (clumio_sandbox.token, group["external_id"].removeprefix("ExternalID_"), signature):
        assert secret
        assert secret not in text


def test_time_passes(clumio_sandbox: Driver) -> None:
    group = clumio_sandbox.create_group()
    clumio_sandbox.update_group(group["id"], asset_types=["S3"], aws_regions=[])
    clumio_sandbox.advance(8 * 24 * 3600)
    assert clumio_sandbox.read_group(group["id"])["intended_asset_types"] == ["EC2/EBS"]
    assert [row["event"] for row in clumio_sandbox.state(group["id"])["history"]] == [
        "create",
        "update",
        "expire",
    ]


def test_an_impossible_event_is_a_conflict(clumio_sandbox: Driver) -> None:
    group = clumio_sandbox.create_group()
    with pytest.raises(
        RefusedError, match=r"409.*connecting with no_active_operation, which allows start, deploy"
    ):
        clumio_sandbox.stack(group["id"], "succeed")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("GET", "/groups/nothing", None, 404),
        ("POST", "/groups/nothing/stack", {"event": "start"}, 404),
        ("DELETE", "/health", None, 405),
        ("POST", "/organizations", b"{", 400),
        ("POST", "/organizations", b"\xff", 400),
        ("POST", "/organizations", [], 400),
        ("POST", "/organizations", {}, 400),
        ("POST", "/organizations", {"token": ""}, 400),
        ("POST", "/organizations", {"token": 1}, 400),
        ("POST", "/clock", {}, 400),
        ("POST", "/clock", {"advance_seconds": True}, 400),
        ("POST", "/clock", {"advance_seconds": -1}, 400),
        ("POST", "/clock", b'{"advance_seconds": 1e999}', 400),
        ("POST", "/clock", b'{"advance_seconds": NaN}', 400),
        ("PUT", "/faults", {"names": "status-number"}, 400),
        ("PUT", "/faults", {"names": [1]}, 400),
        ("PUT", "/faults", {"names": ["no-such"]}, 400),
        ("PUT", "/faults", {"names": [], "token": "unknown"}, 400),
        ("POST", "/groups/x/stack", {"event": 1}, 400),
    ],
)
def test_mistakes_are_answered_in_the_vendors_shape(
    clumio_sandbox: Driver, method: str, path: str, body: Any, status: int
) -> None:
    answered, document = call(clumio_sandbox, method, path, body)
    assert answered == status
    assert set(document) == {"errors"}
    assert set(document["errors"][0]) == {"error_code", "error_message"}


@pytest.mark.parametrize("path", ["/_sandbox/api/groups", "/_sandbox/", "/_sandbox/faults"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.test"},
        {"Host": "127.0.0.1.evil.test"},
        {"Host": "localhost.evil.test"},
        {"Host": "localhost@evil.test"},
        {"Host": "[::1"},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_foreign_requests_are_refused(clumio_sandbox: Driver, path: str, headers: dict[str, str]) -> None:
    status, answer = clumio_sandbox.exchange("GET", path, None, tuple(headers.items()))
    assert status == 403
    assert json.loads(answer)["errors"]


@pytest.mark.parametrize("headers", [{"Host": "rebound.test"}, {"Origin": "http://evil.test"}], ids=str)
def test_a_page_of_another_site_changes_nothing(clumio_sandbox: Driver, headers: dict[str, str]) -> None:
    """A browser sends such a request without asking first: a form's media type, or DNS that was rebound."""
    group = clumio_sandbox.create_group()
    with_type = {**headers, "Content-Type": "text/plain"}
    for path in (f"{API}/groups/{group['id']}/stack", f"/_sandbox/groups/{group['id']}"):
        body = b'{"event": "deploy"}' if path.startswith(API) else b"event=deploy"
        assert clumio_sandbox.exchange("POST", path, body, tuple(with_type.items()))[0] == 403
    assert clumio_sandbox.read_group(group["id"])["status"] == "connecting"


def test_own_requests_are_not(clumio_sandbox: Driver) -> None:
    headers = {"Origin": clumio_sandbox.base_url, "Sec-Fetch-Site": "same-origin"}
    assert clumio_sandbox.exchange("GET", "/_sandbox/", None, tuple(headers.items()))[0] == 200


@pytest.mark.parametrize(("host", "status"), [("sandbox.test:8080", 200), ("evil.test", 403)])
def test_another_host_can_be_allowed(client: Client, host: str, status: int) -> None:
    app = application(client.sandbox, hosts=frozenset({"sandbox.test"}))

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
            return await http.get(f"{API}/groups", headers={"Host": host})

    assert asyncio.run(get()).status_code == status
