"""What the generated client sends, and how it reads answers that are not as documented."""

import asyncio
import json
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import respx
from hostile_answers import ERRORS, GROUP, JSON, SUCCESS, HostileAnswer, answers

from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import (
    create_aws_connection_group,
    list_aws_connection_groups,
    read_aws_connection_group,
    update_aws_connection_group,
)
from clumio_connection_groups.errors import ApiError, MalformedResponse, parsed_or_raise, raise_for_error
from clumio_connection_groups.models import (
    AssetType,
    ConnectionGroup,
    ConnectionGroupStatus,
    CreateConnectionGroupRequest,
    ErrorResponse,
    UpdateConnectionGroupRequest,
)
from clumio_connection_groups.types import UNSET, Response, Unset

BASE = "https://mock.invalid"
GROUPS = f"{BASE}/connections/aws/connection-groups"
TOKEN = "mock-token"
TLS = ssl.create_default_context()  # one for all tests: to make it takes longer than a test
BODY = UpdateConnectionGroupRequest(asset_types=[AssetType.EC2EBS, AssetType.RDS], aws_regions=["us-east-1"])

Parsed = ConnectionGroup | ErrorResponse


@pytest.fixture
def client() -> Iterator[AuthenticatedClient]:
    """A client of the mocked host."""
    with AuthenticatedClient(base_url=BASE, token=TOKEN, verify_ssl=TLS) as made:
        yield made


def update(client: AuthenticatedClient) -> Response[Parsed]:
    """Update a group."""
    return update_aws_connection_group.sync_detailed("4f1c", client=client, body=BODY)


def update_async(client: AuthenticatedClient) -> Response[Parsed]:
    """Update a group with the asynchronous call."""

    async def call() -> Response[Parsed]:
        async with client:
            return await update_aws_connection_group.asyncio_detailed("4f1c", client=client, body=BODY)

    return asyncio.run(call())


def update_short(client: AuthenticatedClient) -> Parsed:
    """Update a group with the short call, which raises MalformedResponse."""
    return update_aws_connection_group.sync("4f1c", client=client, body=BODY)


def update_short_async(client: AuthenticatedClient) -> Parsed:
    """Update a group with the asynchronous short call."""

    async def call() -> Parsed:
        async with client:
            return await update_aws_connection_group.asyncio("4f1c", client=client, body=BODY)

    return asyncio.run(call())


# --- hostile answers ---


def served(answer: HostileAnswer) -> httpx.Response:
    """An answer as httpx gets it from the wire, with its body not yet decoded."""
    return httpx.Response(answer.status, headers=answer.headers, stream=httpx.ByteStream(answer.content))


@pytest.fixture(params=answers(), ids=lambda answer: answer.name)
def answer(request: pytest.FixtureRequest, respx_mock: respx.MockRouter) -> HostileAnswer:
    """A hostile answer; every update gets it."""
    hostile: HostileAnswer = request.param
    respx_mock.put(f"{GROUPS}/4f1c").mock(side_effect=lambda _: served(hostile))
    return hostile


@pytest.mark.parametrize("call", [update, update_async])
def test_a_detailed_call_gives_a_model_or_a_problem_for_a_hostile_answer(
    call: Callable[[AuthenticatedClient], Response[Parsed]],
    answer: HostileAnswer,
    client: AuthenticatedClient,
) -> None:
    """It gives a model without loss, or the reason for none; it raises only httpx's own exceptions."""
    if answer.outcome == "transport":
        with pytest.raises(httpx.HTTPError):
            call(client)
        return

    response = call(client)

    assert response.status_code == answer.status
    if answer.outcome == "malformed":
        assert response.parsed is None
        assert response.problem
    else:
        assert response.problem is None
        assert_nothing_is_lost(response.parsed, answer)


@pytest.mark.parametrize("call", [update_short, update_short_async])
def test_a_short_call_raises_one_exception_for_what_is_not_the_documented_json(
    call: Callable[[AuthenticatedClient], Parsed], answer: HostileAnswer, client: AuthenticatedClient
) -> None:
    """The exception has status, headers and body; a documented body gives the model of the detailed call."""
    if answer.outcome == "parsed":
        assert_nothing_is_lost(call(client), answer)
        return

    with pytest.raises((MalformedResponse, httpx.HTTPError)) as caught:
        call(client)

    error = caught.value
    assert isinstance(error, MalformedResponse) == (answer.outcome == "malformed")
    if isinstance(error, MalformedResponse):
        assert error.status == answer.status
        assert error.errors == []
        assert {name: error.headers[name] for name in answer.headers} == answer.headers
        assert "gzip" in error.headers.get("Content-Encoding", "") or error.content == answer.content
        assert str(answer.status) in str(error)


def assert_nothing_is_lost(parsed: object, answer: HostileAnswer) -> None:
    """The model writes back what was received, and documented values are in its attributes."""
    assert isinstance(parsed, ConnectionGroup if answer.status == 200 else ErrorResponse)
    assert json.dumps(parsed.to_dict(), sort_keys=True) == json.dumps(answer.written, sort_keys=True)
    if answer.content.startswith(b"{") and isinstance(parsed, ConnectionGroup):
        received = json.loads(answer.content)
        as_documented = {name for name in GROUP if received.get(name) == GROUP[name] and name in received}
        assert not as_documented & set(parsed.additional_properties)


# --- values that are not as documented ---


def test_an_unknown_enum_value_equals_its_string_and_is_not_documented() -> None:
    """A status that the page does not list equals its string, works as one, and is written back."""
    group = ConnectionGroup.from_dict({"status": "paused"})

    assert group.status == "paused"
    assert isinstance(group.status, ConnectionGroupStatus)
    assert str(group.status) == f"{group.status}" == group.status.value == "paused"
    assert not group.status.is_documented
    assert ConnectionGroupStatus.UNLINKED.is_documented
    assert {group.status: 1}["paused"] == 1  # type: ignore[index]  # a string works as the key
    assert group.to_dict() == {"status": "paused"}


def test_a_value_that_is_not_as_documented_is_unset_and_kept() -> None:
    """A number for a string, a null for a list: the attribute is unset, and the value is written back."""
    group = ConnectionGroup.from_dict({"account_name": 5, "aws_regions": None, "id": "4f1c"})

    assert group.account_name is UNSET
    assert group.aws_regions is UNSET
    assert group.additional_properties == {"account_name": 5, "aws_regions": None}
    group.account_name = "data-platform"
    assert group.to_dict() == {"account_name": "data-platform", "aws_regions": None, "id": "4f1c"}


def test_a_null_config_is_none() -> None:
    """The page documents null for this field alone, so it is None, not unset."""
    assert ConnectionGroup.from_dict({"config": None}).config is None


def test_of_a_list_the_documented_items_are_read() -> None:
    """A list with a null and a number in it: the attribute has the string, the key has the whole list."""
    group = ConnectionGroup.from_dict({"aws_regions": ["us-east-1", None, 5]})

    assert group.aws_regions == ["us-east-1"]
    assert group["aws_regions"] == ["us-east-1", None, 5]


# --- errors ---


@pytest.mark.requirement("UCG-ERR-01")
def test_a_documented_error_becomes_one_exception(
    respx_mock: respx.MockRouter, client: AuthenticatedClient
) -> None:
    """401 with the documented body: the exception has status, errors and the seconds to wait."""
    respx_mock.put(f"{GROUPS}/4f1c").respond(401, json=ERRORS, headers={"Retry-After": "12"})

    with pytest.raises(ApiError) as caught:
        raise_for_error(update(client))

    error = caught.value
    assert not isinstance(error, MalformedResponse)
    assert error.status == 401
    assert error.retry_after == 12.0
    assert [(one.error_code, one.error_message) for one in error.errors] == [(402, "Unauthorized access")]
    assert str(error) == (
        "status 401: Unauthorized access (402) (PUT /connections/aws/connection-groups/4f1c)"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "status 403: no error was given"),
        ({"errors": None}, "status 403: no error was given"),
        ({"errors": [{"error_message": "no"}, {"error_code": 5}]}, "status 403: no; no message (5)"),
    ],
)
def test_an_error_without_its_documented_fields_raises_too(
    body: dict[str, Any], message: str, respx_mock: respx.MockRouter, client: AuthenticatedClient
) -> None:
    """403 with an incomplete error object: the same exception, with what the object has."""
    respx_mock.put(f"{GROUPS}/4f1c").respond(403, json=body)

    with pytest.raises(ApiError) as caught:
        raise_for_error(update(client))

    assert str(caught.value) == f"{message} (PUT /connections/aws/connection-groups/4f1c)"
    assert [one.to_dict() for one in caught.value.errors] == (body.get("errors") or [])


def test_the_helpers_give_the_requested_model(
    respx_mock: respx.MockRouter, client: AuthenticatedClient
) -> None:
    """200 with a group: both helpers give the group."""
    respx_mock.put(f"{GROUPS}/4f1c").respond(200, json=GROUP)

    assert raise_for_error(update(client)).id == "4f1c"
    assert isinstance(parsed_or_raise(update(client)), ConnectionGroup)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("9" * 5000, None),
        ("Wed, 99 Oct 99999 99:99:99 GMT", None),
        ("Mon, 01 Jan 0000 00:00:00 -9999", None),
    ],
)
def test_retry_after_is_seconds_a_date_or_nothing(header: str, seconds: float | None) -> None:
    """Any value of Retry-After gives seconds to wait, or None, and no exception."""
    response: Response[Any] = Response(429, b"", {"Retry-After": header}, None)
    assert ApiError(response).retry_after == seconds


def test_a_dropped_connection_raises_the_exception_of_httpx(
    respx_mock: respx.MockRouter, client: AuthenticatedClient
) -> None:
    """The connection breaks: httpx's exception is not changed."""
    respx_mock.put(f"{GROUPS}/4f1c").mock(side_effect=httpx.ReadError("reset"))

    with pytest.raises(httpx.ReadError):
        update(client)


def test_endless_redirects_raise_the_exception_of_httpx(respx_mock: respx.MockRouter) -> None:
    """A client follows redirects in a circle: httpx's exception is not changed."""
    respx_mock.put(f"{GROUPS}/4f1c").respond(307, headers={"Location": f"{GROUPS}/4f1c"})

    with pytest.raises(httpx.TooManyRedirects):
        update(AuthenticatedClient(base_url=BASE, token=TOKEN, verify_ssl=TLS, follow_redirects=True))


# --- what is sent ---


@pytest.mark.requirement("UCG-AUTH-01", "UCG-CTYPE-01", "UCG-PATH-01", "UCG-OU-01")
def test_an_update_is_sent_as_documented(respx_mock: respx.MockRouter, client: AuthenticatedClient) -> None:
    """Method, path with the encoded id, token, media types and the unit; of the body only the set fields."""
    route = respx_mock.put(url__eq=f"{GROUPS}/a%2Fb%20c").respond(
        200, json=GROUP, headers={"Content-Type": SUCCESS}
    )

    update_aws_connection_group.sync(
        "a/b c", client=client, body=BODY, x_clumio_organizationalunit_context="unit-1"
    )

    request = route.calls.last.request
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["Accept"] == SUCCESS
    assert request.headers["Content-Type"] == JSON
    assert request.headers["x-clumio-organizationalunit-context"] == "unit-1"
    assert json.loads(request.content) == {"asset_types": ["EC2/EBS", "RDS"], "aws_regions": ["us-east-1"]}


@pytest.mark.requirement("UCG-BODY-12")
def test_an_explicit_null_is_sent_and_an_unset_field_is_not(
    respx_mock: respx.MockRouter, client: AuthenticatedClient
) -> None:
    """An optional field may be null; an unset field is absent."""
    route = respx_mock.put(f"{GROUPS}/4f1c").respond(200, json=GROUP)

    body = UpdateConnectionGroupRequest(asset_types=[], aws_regions=[], asset_types_enabled=None)
    update_aws_connection_group.sync("4f1c", client=client, body=body)

    sent = json.loads(route.calls.last.request.content)
    assert sent == {"asset_types": [], "aws_regions": [], "asset_types_enabled": None}


def test_create_read_and_list_ask_for_the_same_media_type(
    respx_mock: respx.MockRouter, client: AuthenticatedClient
) -> None:
    """A page of the list gives its groups, and a null link at the end of the list."""
    page = {"_embedded": {"items": [GROUP, None]}, "_links": {"_next": None}, "current_count": 1}
    respx_mock.post(GROUPS).respond(200, json=GROUP)
    respx_mock.get(f"{GROUPS}/4f1c").respond(200, json=GROUP)
    respx_mock.get(GROUPS).respond(200, json=page)
    wanted = CreateConnectionGroupRequest(
        account_native_id="123456789012",
        asset_types=[AssetType.S3],
        aws_regions=["us-east-1"],
        master_aws_account_id="123456789012",
        master_region="us-east-1",
    )

    create_aws_connection_group.sync(client=client, body=wanted)
    read_aws_connection_group.sync("4f1c", client=client, return_external_id="true")
    listed = raise_for_error(list_aws_connection_groups.sync_detailed(client=client, limit=1))

    assert {call.request.headers["Accept"] for call in respx_mock.calls} == {SUCCESS}
    assert not isinstance(listed.embedded, Unset)
    assert not isinstance(listed.embedded.items, Unset)
    assert [group.id for group in listed.embedded.items] == ["4f1c"]
    assert not isinstance(listed.links, Unset)
    assert listed.links.next_ is None


# --- secrets ---


def test_no_repr_shows_a_secret(respx_mock: respx.MockRouter, client: AuthenticatedClient) -> None:
    """Not of the client, a response, a model or an exception, even if a secret has the wrong type."""
    signed = GROUP | {"deployment_template_url": "https://templates.invalid/t.yaml?X-Amz-Signature=SECRET-1"}
    secret = signed | {"external_id": "SECRET-2", "undocumented": "SECRET-3"}
    respx_mock.put(f"{GROUPS}/4f1c").respond(200, json=secret)
    response = update(client)
    odd = ConnectionGroup.from_dict(
        {"external_id": ["SECRET-4"], "deployment_template_url": {"x": "SECRET-5"}}
    )
    headers = {"Set-Cookie": "SECRET-6"}
    broken: Response[Any] = Response(502, b"SECRET-7", headers, None, "the body is not JSON")

    shown = [repr(one) for one in (client, response, odd, ApiError(broken), MalformedResponse(broken))]
    shown += [str(ApiError(broken)), str(MalformedResponse(broken)), str(ApiError(response))]

    assert not [text for text in shown if "SECRET" in text or TOKEN in text]
    assert "https://templates.invalid/t.yaml?***" in repr(response)
