"""The plugin for tests of users: right mocks pass, and what is wrong in a mock or a request is found."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent
from typing import Any

import httpx
import pytest

from clumio_conformance.connection_groups.mocking import ANSWER, REQUEST, ClumioMock
from clumio_conformance.connection_groups.operations import COLLECTION, GROUP_MEDIA_TYPE
from clumio_conformance.connection_groups.scenarios import scenarios
from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import (
    read_aws_connection_group,
    update_aws_connection_group,
)
from clumio_connection_groups.models import (
    AssetType,
    ConnectionGroup,
    ConnectionGroupStatus,
    UpdateConnectionGroupRequest,
)
from clumio_sandbox.driver import Driver

pytest_plugins = ["pytester"]

# Under its module's name it would be loaded twice where the package is installed with its entry point.
PLUGIN = "clumio" if entry_points(group="pytest11", name="clumio") else "clumio_conformance.pytest_plugin"
ID = "5a1e0000-0000-4000-8000-0000000000a1"
URL = f"https://any.example{COLLECTION}/{ID}"
TOKEN = "a-token-that-nobody-may-see"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
SENT = {"asset_types": ["EC2/EBS", "RDS"], "aws_regions": ["us-east-1", "us-west-2"], "description": "new"}
LIFE_CYCLES = ("update completes", "update fails", "update is discarded", "group is deleted")
INNER = f"""
import httpx
import pytest

URL = {URL!r}
AUTHORIZED = {AUTHORIZED!r}
SENT = {SENT!r}

def put():
    return httpx.put(URL, json=SENT, headers=AUTHORIZED)
"""


@pytest.fixture
def mock() -> Iterator[ClumioMock]:
    """The mock without its fixture: nothing fails by itself."""
    with ClumioMock() as mock:
        yield mock


@pytest.fixture
def client() -> Iterator[AuthenticatedClient]:
    with AuthenticatedClient(base_url="https://any.example", token=TOKEN) as client:
        yield client


def put(body: Any = SENT, **headers: str) -> httpx.Response:
    return httpx.put(URL, json=body, headers=AUTHORIZED | headers)


def get() -> httpx.Response:
    return httpx.get(URL, headers=AUTHORIZED)


def found(mock: ClumioMock) -> set[tuple[str, str, str]]:
    """Whose mistakes there are, of which requirement and where."""
    return {(one.by, one.requirement, one.location) for one in mock.mistakes}


def binding(mock: ClumioMock) -> set[str]:
    return {one.requirement for one in mock.mistakes if one.binding}


def run(pytester: pytest.Pytester, test: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(INNER + dedent(test))
    # Our own run turns warnings into errors, also in here.
    return pytester.runpytest_inprocess("-p", PLUGIN, "-p", "no:schemathesis", "-Wdefault", *arguments)


# --- answers that keep the contract ---


def test_an_answer_is_about_the_group_of_the_request(mock: ClumioMock) -> None:
    mock.update()
    mock.read()

    updated, read = put().json(), get().json()

    assert updated["id"] == ID
    assert updated["_links"]["_self"]["href"] == f"{COLLECTION}/{ID}"
    assert updated["intended_asset_types"] == SENT["asset_types"]
    assert updated["intended_aws_regions"] == SENT["aws_regions"]
    assert updated["description"] == SENT["description"]
    assert (updated["status"], updated["asset_types_enabled"]) == ("connecting", [])
    assert read == updated
    assert mock.mistakes == {}


def test_fields_are_those_that_the_test_names_and_stay(mock: ClumioMock) -> None:
    mock.update(status="deployment_failed", account_name="data")
    mock.read()
    mock.read(account_name="other")

    first, second, third = put().json(), get().json(), get().json()

    assert first["status"] == second["status"] == third["status"] == "deployment_failed"
    assert [one["account_name"] for one in (first, second, third)] == ["data", "data", "other"]
    assert first["_etag"] == second["_etag"] != third["_etag"]
    assert mock.mistakes == {}


def test_a_connected_group_has_what_connected_groups_have(mock: ClumioMock) -> None:
    mock.update()
    mock.read(status=ConnectionGroupStatus.FULLY_CONNECTED, master_region="eu-central-1")

    put()
    group = get().json()

    assert group["asset_types_enabled"] == group["config"]["asset_types_enabled"] == SENT["asset_types"]
    assert group["aws_regions"] == SENT["aws_regions"]
    assert group["account_native_ids"] == group["intended_account_native_ids"]
    assert group["stack_arn"].startswith("arn:aws:cloudformation:eu-central-1:123456789012:stack/clumio/")
    assert mock.mistakes == {}


def test_an_update_of_a_connected_group_connects_nothing_at_once(mock: ClumioMock) -> None:
    mock.update(status="fully_connected", organizational_unit_id="ou-1")

    group = put().json()

    assert group["asset_types_enabled"] == ["EC2/EBS"]
    assert group["intended_asset_types"] == SENT["asset_types"]
    assert group["_links"]["read-organizational-unit"]["href"] == "/organizational-units/ou-1"
    assert mock.mistakes == {}


@pytest.mark.parametrize("id_", ["plain", "with space", "a/b", "日本"])
def test_any_id_is_mocked(mock: ClumioMock, client: AuthenticatedClient, id_: str) -> None:
    mock.read()

    group = read_aws_connection_group.sync(id_, client=client)

    assert isinstance(group, ConnectionGroup)
    assert group.id == id_
    assert mock.mistakes == {}


def test_the_generated_client_and_asynchronous_ones_are_answered(
    mock: ClumioMock, client: AuthenticatedClient
) -> None:
    body = UpdateConnectionGroupRequest(asset_types=[AssetType.S3], aws_regions=["us-east-1"])

    async def both() -> tuple[Any, httpx.Response]:
        async with httpx.AsyncClient(headers=AUTHORIZED) as plain:
            return (
                await update_aws_connection_group.asyncio(ID, client=client, body=body),
                await plain.put(URL, json=SENT),
            )

    for _ in range(3):
        mock.update()
    answer = update_aws_connection_group.sync(ID, client=client, body=body)
    other, plain = asyncio.run(both())

    assert isinstance(answer, ConnectionGroup)
    assert isinstance(other, ConnectionGroup)
    assert answer.intended_asset_types == other.intended_asset_types == ["S3"]
    assert plain.json()["intended_asset_types"] == SENT["asset_types"]
    assert [call.request.method for call in mock.calls] == ["PUT"] * 3
    assert mock.mistakes == {}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 429, 499, 500, 503])
def test_an_error_has_the_documented_body(mock: ClumioMock, status: int) -> None:
    mock.error(status, headers={"Retry-After": "1"})

    answer = put()

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json")
    [error] = answer.json()["errors"]
    assert isinstance(error["error_code"], int)
    assert error["error_message"]
    assert answer.headers["Retry-After"] == "1"
    assert mock.mistakes == {}


def test_an_error_is_that_of_the_page_or_of_the_test(mock: ClumioMock) -> None:
    mock.error(401)
    mock.error(400, code=7, message="no")

    assert put().json() == {"errors": [{"error_code": 402, "error_message": "Unauthorized access"}]}
    assert get().json() == {"errors": [{"error_code": 7, "error_message": "no"}]}


def test_answers_come_in_the_order_in_which_they_were_set_up(mock: ClumioMock) -> None:
    mock.read()
    mock.error(503)
    mock.update()
    mock.error(429)

    assert [put().status_code, put().status_code, get().status_code, put().status_code] == [
        503,
        200,
        200,
        429,
    ]


# --- life cycles ---


def states(groups: list[dict[str, Any] | None]) -> list[dict[str, Any] | None]:
    fields = (
        "status", "ongoing_stack_operation", "asset_types_enabled", "aws_regions", "account_native_ids",
        "intended_asset_types", "intended_aws_regions", "description",
    )  # fmt: skip
    return [group and {field: group.get(field) for field in fields} for group in groups]


def in_sandbox(sandbox: Driver, name: str) -> list[dict[str, Any] | None]:
    """The same life cycle of a deployed group in the sandbox: before, the update, and each read after it."""
    group_id = sandbox.create_group(description="under test")["id"]
    sandbox.stack(group_id, "deploy")
    seen: list[dict[str, Any] | None] = [sandbox.read_group(group_id)]
    seen.append(sandbox.update_group(group_id, **SENT))
    for event in {
        "update completes": ("start", "succeed"),
        "update fails": ("start", "fail"),
        "update is discarded": ("", "discard"),
        "group is deleted": ("delete", "succeed"),
    }[name]:
        if event:
            sandbox.stack(group_id, event)
        own = (("Authorization", f"Bearer {sandbox.token}"),)
        status, body = sandbox.exchange("GET", f"{COLLECTION}/{group_id}", None, own)
        seen.append(json.loads(body) if status == 200 else None)
    return seen


@pytest.mark.parametrize("name", LIFE_CYCLES)
def test_a_life_cycle_is_that_of_the_sandbox(mock: ClumioMock, clumio_sandbox: Driver, name: Any) -> None:
    mock.life_cycle(name)

    answers = [get(), put(), get(), get(), get()]
    groups = [answer.json() if answer.status_code == 200 else None for answer in answers]
    real = in_sandbox(clumio_sandbox, name)

    assert states(groups[:4]) == states(real)
    assert groups[4] == groups[3]
    for mocked, answered in zip(groups, real, strict=False):
        assert (mocked or {}).keys() == (answered or {}).keys()
    assert answers[-1].status_code == (404 if name == "group is deleted" else 200)
    assert mock.mistakes == {}


def test_a_deleted_group_refuses_updates_too(mock: ClumioMock) -> None:
    mock.life_cycle("group is deleted")

    assert [put().status_code, get().status_code, get().status_code, put().status_code] == [
        200,
        200,
        404,
        404,
    ]


def test_a_later_update_ends_a_life_cycle(mock: ClumioMock) -> None:
    mock.life_cycle("update completes")
    mock.life_cycle("update completes")
    mock.read(account_name="last")

    put()
    get()
    put({**SENT, "asset_types": ["S3"]})
    groups = [get().json() for _ in range(3)]

    assert [one["ongoing_stack_operation"] for one in groups[:2]] == ["updating_stack", "no_active_operation"]
    assert groups[1]["asset_types_enabled"] == ["S3"]
    assert groups[2]["account_name"] == "last"
    assert (mock.mistakes, mock.unused) == ({}, [])


def test_each_group_has_its_own_life_cycle(mock: ClumioMock) -> None:
    mock.life_cycle("group is deleted")
    mock.life_cycle("update completes")

    put()
    httpx.put(f"{URL}-2", json=SENT, headers=AUTHORIZED)
    other = httpx.get(f"{URL}-2", headers=AUTHORIZED).json()

    assert (other["id"], other["ongoing_stack_operation"]) == (f"{ID}-2", "updating_stack")
    assert [get().status_code for _ in range(2)] == [200, 404]


# --- what can't be set up ---


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("update", {"state": "x"}, "update: the contract has no field state; expected _etag, _links, "),
        ("read", {"status": "active"}, 'clumio_mock.read: status is "active"; expected connecting | '),
        ("update", {"aws_regions": "us-east-1"}, 'aws_regions is "us-east-1"; expected array'),
        ("read", {"asset_types_enabled": ["EC2MSSQL"]}, "expected EC2/EBS together with EC2MSSQL"),
        ("update", {"_embedded": {}}, "the contract has no field _embedded"),
        ("update", {"id": "x"}, "the id is that in the path of the request"),
        ("update", {"status": object()}, "expected values of JSON"),
        ("error", {"status": 200}, "the status is 200; expected one from 400 to 599"),
        ("error", {"status": 400, "code": -1}, "/errors/0/error_code is -1; expected an integer from 0"),
        ("answer", {"json": {}, "content": "x"}, "json and content are both the body"),
        ("life_cycle", {"name": "x"}, "there is no 'x'; expected one of 'update completes', 'update fails'"),
        ("allow", {"requirement": "UCG-NONE", "reason": "x"}, "has no requirement 'UCG-NONE'"),
        ("allow", {"requirement": "UCG-ENUM-02", "reason": " "}, "UCG-ENUM-02 needs a reason"),
    ],
)  # fmt: skip
def test_what_the_contract_lacks_is_refused_at_once(
    mock: ClumioMock, name: str, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match="clumio_mock") as raised:
        getattr(mock, name)(**fields)

    assert message in str(raised.value)
    assert mock.unused == []


def test_what_is_allowed_can_be_set_up(mock: ClumioMock) -> None:
    mock.allow("UCG-ENUM-02", reason="we test unknown values")
    mock.allow("UCG-RESP-24", reason="and unknown fields")
    mock.read(status="active", state="new")

    group = get().json()

    assert (group["status"], group["state"]) == ("active", "new")
    assert (mock.mistakes, mock.stale) == ({}, {})


# --- wrong requests and wrong answers ---


@pytest.mark.parametrize(
    ("body", "requirement", "location"),
    [
        ({"aws_regions": ["us-east-1"]}, "UCG-BODY-03", "request /asset_types"),
        ({"asset_types": ["RDS"]}, "UCG-BODY-09", "request /aws_regions"),
        ({**SENT, "asset_types": ["RDS", "Lambda"]}, "UCG-ENUM-01", "request /asset_types/1"),
        ({**SENT, "asset_types": ["EC2MSSQL"]}, "UCG-BODY-04", "request /asset_types"),
        ({**SENT, "asset_types": "RDS"}, "UCG-BODY-02", "request /asset_types"),
        ({**SENT, "description": 1}, "UCG-BODY-10", "request /description"),
        ([], "UCG-BODY-14", "request body"),
    ],
)
def test_a_request_whose_body_breaks_the_contract_is_found(
    mock: ClumioMock, body: Any, requirement: str, location: str
) -> None:
    mock.update()

    assert put(body).status_code == 200
    assert {one for one in found(mock) if one[1] in binding(mock)} == {(REQUEST, requirement, location)}


def test_every_reason_of_a_wrong_request_is_listed(mock: ClumioMock) -> None:
    mock.error(400)

    put({"asset_types": ["Lambda", 1]})

    assert binding(mock) == {"UCG-ENUM-01", "UCG-BODY-02", "UCG-BODY-09"}


@pytest.mark.parametrize(
    ("headers", "content", "requirement"),
    [
        ({}, json.dumps(SENT), "UCG-AUTH-01"),
        ({"Authorization": "Basic dXNlcjpwYXNzd29yZA=="}, json.dumps(SENT), "UCG-AUTH-02"),
        ({"Authorization": "Bearer"}, json.dumps(SENT), "UCG-AUTH-02"),
        ({"Authorization": TOKEN}, json.dumps(SENT), "UCG-AUTH-02"),
        ({**AUTHORIZED, "Content-Type": "text/plain"}, json.dumps(SENT), "UCG-CTYPE-01"),
        (AUTHORIZED, "", "UCG-BODY-01"),
        (AUTHORIZED, "{", "UCG-BODY-14"),
    ],
)
def test_a_request_without_token_type_or_body_is_found(
    mock: ClumioMock, headers: dict[str, str], content: str, requirement: str
) -> None:
    mock.update()

    httpx.put(URL, content=content, headers={"Content-Type": "application/json", **headers})

    assert binding(mock) == {requirement}
    assert {one.by for one in mock.mistakes} == {REQUEST}
    assert TOKEN not in repr(mock.mistakes)


def test_what_is_valid_or_open_is_no_mistake(mock: ClumioMock) -> None:
    """A type's older name, null for an optional field, an unknown field, empty lists."""
    bodies = (
        {"asset_types": ["EBS"], "aws_regions": ["us-east-1"]},
        {**SENT, "description": None, "asset_types_enabled": None, "template_permission_set": "all"},
        {**SENT, "asset_types": [], "aws_regions": []},
    )
    for body in bodies:
        mock.update()
        put(body, **{"Content-Type": "application/json; charset=utf-8"})

    assert mock.mistakes == {}


def handwritten(mock: ClumioMock, **changed: Any) -> dict[str, Any]:
    """A whole group, as a test may write it."""
    mock.read()
    return {**get().json(), **changed}


@pytest.mark.parametrize(
    ("changed", "requirement", "is_binding"),
    [
        ({}, None, False),
        ({"status": "active"}, "UCG-ENUM-02", True),
        ({"aws_regions": None}, "UCG-RESP-07", True),
        ({"_links": {"_self": {"href": f"{COLLECTION}/other"}}}, "UCG-LINK-07", True),
        ({"id": "other"}, "UCG-RESP-25", False),
        ({"state": "new"}, "UCG-RESP-24", False),
    ],
)  # fmt: skip
def test_a_handwritten_answer_that_breaks_the_contract_is_found(
    mock: ClumioMock, changed: dict[str, Any], requirement: str | None, *, is_binding: bool
) -> None:
    group = handwritten(mock, **changed)
    mock.answer(json=group, headers={"Content-Type": GROUP_MEDIA_TYPE})

    assert get().json() == group

    assert {(one.by, one.requirement, one.binding) for one in mock.mistakes} == (
        {(ANSWER, requirement, is_binding)} if requirement else set()
    )


def test_a_handwritten_answer_is_given_as_it_is(mock: ClumioMock) -> None:
    group = handwritten(mock)
    mock.answer(502, content="<html>", headers={"Content-Type": "text/html"})
    mock.answer(404, json={"message": "no"})
    mock.answer(json=group)

    first, second, third = get(), put(), get()

    assert (first.status_code, first.text) == (502, "<html>")
    assert (second.status_code, second.json()) == (404, {"message": "no"})
    assert third.headers["Content-Type"] == "application/json"
    assert binding(mock) == {"UCG-CTYPE-03", "UCG-ERR-01", "UCG-CTYPE-02"}


def test_a_handwritten_answer_must_be_that_to_the_request(mock: ClumioMock) -> None:
    group = handwritten(mock, description="another")
    mock.answer(json=group, headers={"Content-Type": GROUP_MEDIA_TYPE})

    put()

    assert (ANSWER, "UCG-SAVE-01", "/description") in found(mock)


@pytest.mark.parametrize(
    ("method", "path", "call"),
    [
        ("PUT", f"{COLLECTION}/{ID}", 'clumio_mock.update(), or clumio_mock.life_cycle("update completes")'),
        ("GET", f"{COLLECTION}/{ID}", "clumio_mock.read()"),
        ("GET", COLLECTION, "clumio_mock.answer(json=...)"),
    ],
)
@pytest.mark.usefixtures("mock")
def test_a_request_without_an_answer_names_the_call_to_make(method: str, path: str, call: str) -> None:
    with pytest.raises(AssertionError, match="clumio_mock: no answer is set up") as raised:
        httpx.request(method, f"https://any.example{path}", headers=AUTHORIZED)

    assert f"before it, call {call}, or clumio_mock.error(404)" in str(raised.value)


def test_the_next_request_is_answered_once(mock: ClumioMock) -> None:
    mock.update(status="connecting")

    with pytest.raises(AssertionError, match=r"not for this request: update\(status='connecting'\)"):
        get()
    put()
    with pytest.raises(AssertionError, match="no answer is set up for PUT"):
        put()


def test_an_operation_that_the_contract_lacks_is_found_and_refused(mock: ClumioMock) -> None:
    mock.error(404)
    for method, url in (
        ("DELETE", URL),
        ("POST", URL),
        ("GET", f"{URL}/stack"),
        ("GET", "https://any.example/"),
    ):
        with pytest.raises(AssertionError, match="not mocked"):
            httpx.request(method, url, headers=AUTHORIZED)

    assert {one.operation.partition(" ")[0] for one in mock.mistakes} == {"DELETE", "POST", "GET"}
    assert len(mock.mistakes) == 3
    assert all(one.binding and one.by == REQUEST for one in mock.mistakes)


def test_no_secret_and_no_control_character_is_in_a_mistake(mock: ClumioMock) -> None:
    mock.update()

    put({**SENT, "asset_types": [f"{TOKEN} \x1b[31m\u202e", "ExternalID_00000000-1111"]})

    text = "".join(one.actual for one in mock.mistakes)
    assert "\\u202e" in text
    for hidden in (TOKEN, "\x1b", "\u202e", "ExternalID_0"):
        assert hidden not in text


# --- the fixture ---


def test_a_test_with_right_mocks_passes(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_right(clumio_mock):
            clumio_mock.update(status="connecting")
            clumio_mock.life_cycle("update completes")
            assert put().json()["status"] == "connecting"
            assert put().json()["status"] == "fully_connected"
            assert clumio_mock.confirmed["update"].startswith(("sandbox, 20", "live, 20"))
        """,
        "-Werror",
    )

    result.assert_outcomes(passed=1)


def test_a_wrong_answer_and_a_wrong_request_fail_the_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_wrong(clumio_mock):
            clumio_mock.answer(json={"errors": []}, status=400)
            clumio_mock.answer(201, json={"status": "active"})
            put()
            httpx.put(URL, json=SENT)
        """,
    )

    result.assert_outcomes(passed=1, errors=1, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "clumio_mock: 4 mistakes",
            "UCG-AUTH-01  PUT */{connection_group_id} -> 201   request header authorization",
            "  wrong     the request of the code under test",
            "  says      A request without a token is refused.",
            "  expected  Authorization: Bearer TOKEN",
            "  actual    no Authorization header",
            '  accept    clumio_mock.allow("UCG-AUTH-01", reason="...")',
            "UCG-ENUM-02  PUT */{connection_group_id} -> 201   /status",
            "  wrong     the mocked answer",
            "  expected  connecting | fully_connected | *",
            '  actual    "active"',
            "The mocks: * confirmed, last by * on *.",
            "*UCG-ERR-04  errors is not empty.  (the mocked answer: /errors)",
        ]
    )


def test_what_is_only_likely_to_be_wrong_is_a_warning(pytester: pytest.Pytester) -> None:
    test = """
        def test_likely(clumio_mock):
            clumio_mock.error(404)
            httpx.post(URL.rpartition("/")[0], json={}, headers=AUTHORIZED)
    """
    run(pytester, test).assert_outcomes(passed=1, warnings=1)

    result = run(pytester, test, "-Werror")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ClumioMockWarning: clumio_mock: likely to be wrong", "*UCG-CREATE-02*"])


def test_an_excuse_must_be_needed(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_needed(clumio_mock):
            clumio_mock.allow("UCG-AUTH-01", reason="the token comes later")
            clumio_mock.update()
            httpx.put(URL, json=SENT)

        def test_not_needed(clumio_mock):
            clumio_mock.allow("UCG-AUTH-01", reason="the token comes later")
            clumio_mock.update()
            put()
        """,
    )

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_not_needed*",
            "allowed, but nothing deviated: UCG-AUTH-01 (the token comes later); remove clumio_mock.allow",
        ]
    )


def test_an_answer_that_is_not_used_and_a_hidden_failure_fail_the_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_unused(clumio_mock):
            clumio_mock.read(status="connecting")

        def test_hidden(clumio_mock):
            try:
                put()
            except Exception:
                pass

        def test_fails_by_itself(clumio_mock):
            clumio_mock.read()
            clumio_mock.allow("UCG-AUTH-01", reason="not reached")
            put()
        """,
    )

    result.assert_outcomes(passed=2, failed=1, errors=2)
    result.stdout.fnmatch_lines(
        [
            "set up, but no request asked for it: clumio_mock.read(status='connecting')",
            "no answer was set up for PUT *, and the test did not notice",
        ]
    )
    result.stdout.no_fnmatch_line("*not reached*remove*")


@pytest.mark.parametrize("arguments", [(), ("-p", "clumio_sandbox.pytest_plugin")], ids=["alone", "beside"])
def test_other_mocks_and_the_sandbox_work_beside_it(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    result = run(
        pytester,
        """
        def test_both(clumio_mock, respx_mock, clumio_sandbox):
            respx_mock.get("https://other.example/").respond(204)
            clumio_mock.update()
            assert httpx.get("https://other.example/").status_code == 204
            assert put().status_code == 200
            assert clumio_sandbox.create_group()["status"] == "connecting"

        def test_next(clumio_mock, clumio_sandbox_base_url):
            assert clumio_mock.calls == []
        """,
        *arguments,
    )

    result.assert_outcomes(passed=2)


def test_the_header_says_when_the_mocks_were_confirmed(pytester: pytest.Pytester) -> None:
    confirmed = [one.confirmed for one in scenarios() if one.confirmed]
    last = max(confirmed, key=lambda one: one["date"])

    result = run(pytester, "def test_nothing(): pass")

    counts = f"{len(confirmed)} of {len(scenarios())} confirmed"
    result.stdout.fnmatch_lines([f"clumio mocks: {counts}, last by {last['target']} on {last['date']}"])


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("sandbox", "2026-11-24"), "1 of 2 confirmed, last by sandbox on 2026-11-24"),
        (("sandbox", "2026-11-24", "live", "2027-01-02"), "2 of 2 confirmed, last by live on 2027-01-02"),
        (("live", "2027-01-02", "sandbox", "2026-11-24"), "2 of 2 confirmed, last by live on 2027-01-02"),
        ((), "none of 2 confirmed"),
    ],
)
def test_the_latest_confirmation_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dates: tuple[str, ...], expected: str
) -> None:
    file = tmp_path / "scenarios.yaml"
    lines = [
        f'    confirmed: {{target: {target}, date: "{date}"}}'
        for target, date in zip(dates[::2], dates[1::2], strict=True)
    ]
    file.write_text("\n".join(["scenarios:", "  - id: one", *lines[:1], "  - id: two", *lines[1:], ""]))
    plugin = import_module("clumio_conformance.pytest_plugin")
    monkeypatch.setattr(plugin, "_SCENARIOS", file)

    assert plugin.confirmation() == expected


def test_the_class_can_be_named_in_annotations(pytester: pytest.Pytester) -> None:
    test = """
        from clumio_conformance import pytest_plugin

        def test_named(clumio_mock: pytest_plugin.ClumioMock):
            assert isinstance(clumio_mock, pytest_plugin.ClumioMock)
            assert not hasattr(pytest_plugin, "Other")
    """

    run(pytester, test).assert_outcomes(passed=1)


def test_loading_the_plugin_loads_neither_judge_nor_mock() -> None:
    """With the client alone its dependencies are absent; and each run of any test pays for what it loads."""
    code = (
        "import sys, pytest; before = set(sys.modules); import clumio_conformance.pytest_plugin as plugin; "
        "plugin.pytest_report_header(); "
        "print({name.partition('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "{'clumio_conformance'}"


def test_with_the_client_alone_the_fixture_says_what_to_install(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import sys

        sys.modules |= dict.fromkeys(["jsonschema_rs", "respx", "ruamel", "starlette"])
        """
    )
    pytester.makepyfile("def test_mock(clumio_mock): pass\ndef test_other(): pass")

    result = pytester.runpytest_subprocess("-p", PLUGIN, "-p", "no:schemathesis", "-p", "no:respx")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["clumio_mock needs the package *: pip install 'clumio-connection-groups[[]conformance[]]'"]
    )
    result.stdout.no_fnmatch_line("clumio mocks:*")
