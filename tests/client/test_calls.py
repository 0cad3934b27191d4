"""What every call has: a time limit, ids that stay ids, retries on request, hooks, a log; and no leak."""

import asyncio
import email.utils
import logging
import pickle
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from rawserver import RawServer, http

from clumio_connection_groups import AuthenticatedClient, Client, errors, from_env
from clumio_connection_groups.api.aws_connection_groups import (
    create_aws_connection_group,
    list_aws_connection_groups,
    read_aws_connection_group,
    update_aws_connection_group,
)
from clumio_connection_groups.errors import InvalidInput, raise_for_error
from clumio_connection_groups.models import (
    AssetType,
    CreateConnectionGroupRequest,
    ErrorResponse,
    UpdateConnectionGroupRequest,
)
from clumio_connection_groups.types import UNSET

TOKEN = "s3cr3t-token"
PATH = "/connections/aws/connection-groups"
BODY = UpdateConnectionGroupRequest(asset_types=[AssetType.RDS], aws_regions=["us-east-1"])
NEW = CreateConnectionGroupRequest(
    account_native_id="1", asset_types=[], aws_regions=[], master_aws_account_id="1", master_region="r"
)


@pytest.fixture
def raw() -> Iterator[RawServer]:
    with RawServer() as server:
        yield server


def made(raw: RawServer, **settings: Any) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=raw.url, token=TOKEN, **settings)


def read(client: AuthenticatedClient, group: Any = "4f1c") -> object:
    return raise_for_error(read_aws_connection_group.sync_detailed(group, client=client)).id


def update(client: AuthenticatedClient) -> object:
    return raise_for_error(update_aws_connection_group.sync_detailed("4f1c", client=client, body=BODY)).id


def update_async(client: AuthenticatedClient) -> object:
    async def main() -> object:
        async with client:
            return raise_for_error(
                await update_aws_connection_group.asyncio_detailed("4f1c", client=client, body=BODY)
            ).id

    return asyncio.run(main())


def create(client: AuthenticatedClient) -> object:
    return raise_for_error(create_aws_connection_group.sync_detailed(client=client, body=NEW)).id


# --- time limits ---


def test_a_call_has_a_time_limit_by_default() -> None:
    client = AuthenticatedClient(base_url="http://mock.invalid", token=TOKEN)
    assert client.get_httpx_client().timeout == httpx.Timeout(30)
    assert client.with_timeout(None).get_httpx_client().timeout == httpx.Timeout(None)


@pytest.mark.parametrize("limit", [0.2, httpx.Timeout(0.2)])
def test_a_time_limit_is_a_number_of_seconds_or_an_httpx_timeout(raw: RawServer, limit: Any) -> None:
    raw.delay = 0.6
    with made(raw, timeout=limit) as client, pytest.raises(httpx.ReadTimeout):
        read(client)
    with made(raw) as client, pytest.raises(httpx.ReadTimeout):
        read(client.with_timeout(limit))


@pytest.mark.parametrize("limit", [0, -1, True, "5", float("nan"), float("inf")])
def test_no_other_time_limit_is_accepted(limit: Any) -> None:
    with pytest.raises(InvalidInput, match="timeout: expected a number of seconds"):
        AuthenticatedClient(base_url="http://mock.invalid", token=TOKEN, timeout=limit)


# --- ids ---


@pytest.mark.requirement("UCG-PATH-01")
@pytest.mark.parametrize("group", ["", ".", "..", None, UNSET, "\ud800"])
def test_an_id_that_would_lead_to_another_path_is_refused(group: Any, raw: RawServer) -> None:
    with made(raw) as client:
        for call in (
            lambda: read_aws_connection_group.sync(group, client=client),
            lambda: update_aws_connection_group.sync(group, client=client, body=BODY),
            lambda: asyncio.run(read_aws_connection_group.asyncio(group, client=client)),
        ):
            with pytest.raises(InvalidInput, match="connection_group_id"):
                call()  # type: ignore[no-untyped-call]  # the three have different types
    assert raw.requests == []


@pytest.mark.parametrize(
    ("group", "segment"),
    [
        ("a/b c", "a%2Fb%20c"), ("../x", "..%2Fx"), ("%2e%2e", "%252e%252e"), ("a?b#c", "a%3Fb%23c"),
        ("...", "..."), (" ", "%20"), ("a\r\nb", "a%0D%0Ab"), ("\0", "%00"), (";x=1", "%3Bx%3D1"),
        ("é", "%C3%A9"), ("\\..\\", "%5C..%5C"),
    ],
)  # fmt: skip
def test_every_other_id_arrives_percent_encoded(group: str, segment: str, raw: RawServer) -> None:
    with made(raw) as client:
        read(client, group)
    assert raw.requests[0].target == f"{PATH}/{segment}"


def test_none_is_not_given(raw: RawServer) -> None:
    raw.default = http(200, {"_embedded": {"items": []}})
    with made(raw) as client:
        list_aws_connection_groups.sync(
            client=client, limit=None, start=None, filter_=None, embed=None,
            x_clumio_organizationalunit_context=None,
        )  # fmt: skip
    assert raw.requests[0].target == PATH
    assert "x-clumio-organizationalunit-context" not in raw.requests[0].headers


# --- retries ---


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which take no time."""
    taken: list[float] = []

    async def pause(seconds: float) -> None:
        taken.append(seconds)

    monkeypatch.setattr(time, "sleep", taken.append)
    monkeypatch.setattr("anyio.sleep", pause)
    return taken


BUSY = http(429, {"errors": []}, headers={"Retry-After": "7"})


@pytest.mark.parametrize("call", [read, update, update_async])
def test_a_read_or_an_update_is_repeated_after_the_pause_that_the_api_asks_for(
    call: Callable[[AuthenticatedClient], object], raw: RawServer, pauses: list[float]
) -> None:
    """Seconds, a date to come, a date gone by, nonsense, nothing; longer pauses are cut."""
    later = email.utils.formatdate(time.time() + 30, usegmt=True)
    for answer in (BUSY, *(http(503, b"<html>", headers={"Retry-After": text}) for text in
                           (later, "Wed, 21 Oct 2015 07:28:00 GMT", "soon", "86400"))):  # fmt: skip
        raw.answers.append(answer)
    raw.answers.append(http(503, b""))
    with made(raw, retries=6) as client:
        assert call(client) == "4f1c"
    assert len(raw.requests) == 7
    assert {(one.line, one.body) for one in raw.requests} == {(raw.requests[0].line, raw.requests[0].body)}
    assert pauses[0] == 7
    assert 25 <= pauses[1] <= 30
    assert pauses[2] == 0
    assert pauses[4] == 60
    assert all(0 <= pause <= 60 for pause in pauses)


def test_retries_are_off_by_default_and_end(raw: RawServer, pauses: list[float]) -> None:
    raw.default = BUSY
    with made(raw) as client, pytest.raises(errors.ThrottledError) as caught:
        read(client)
    assert (len(raw.requests), caught.value.retry_after) == (1, 7)
    with made(raw, retries=2) as client, pytest.raises(errors.ThrottledError):
        read(client)
    assert (len(raw.requests), pauses) == (4, [7, 7])


@pytest.mark.parametrize("status", [400, 401, 404, 409, 500, 502, 504])
def test_no_other_answer_is_repeated(status: int, raw: RawServer, pauses: list[float]) -> None:
    raw.default = http(status, {"errors": []})
    with made(raw, retries=3) as client, pytest.raises(errors.ApiError):
        update(client)
    assert (len(raw.requests), pauses) == (1, [])


def test_a_create_is_never_repeated(raw: RawServer, pauses: list[float]) -> None:
    raw.default = BUSY
    with made(raw, retries=3) as client, pytest.raises(errors.ThrottledError):
        create(client)
    assert (len(raw.requests), pauses) == (1, [])


def refusing(*outcomes: Exception | httpx.Response) -> tuple[httpx.MockTransport, list[str]]:
    """A transport with these outcomes, the last one again and again; and the methods that it got."""
    left, seen = list(outcomes), []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        return found

    return httpx.MockTransport(answer), seen


@pytest.mark.parametrize(
    ("lost", "attempts"),
    [
        (httpx.ConnectError("refused"), 2), (httpx.ConnectTimeout("late"), 2),
        (httpx.ReadError("reset"), 1), (httpx.ReadTimeout("late"), 1),
        (httpx.RemoteProtocolError("closed"), 1),
    ],
)  # fmt: skip
def test_a_lost_connection_is_tried_again_only_when_nothing_was_sent(
    lost: httpx.HTTPError, attempts: int, pauses: list[float]
) -> None:
    transport, seen = refusing(lost, httpx.Response(200, json={"id": "4f1c"}))
    client = AuthenticatedClient(
        base_url="http://mock.invalid", token=TOKEN, retries=3, httpx_args={"transport": transport}
    )
    if attempts == 1:
        with pytest.raises(type(lost)):
            update(client)
    else:
        assert update(client) == "4f1c"
    assert (len(seen), len(pauses)) == (attempts, attempts - 1)
    seen.clear()
    with pytest.raises(type(lost)):
        create(
            AuthenticatedClient(
                base_url="http://mock.invalid",
                token=TOKEN,
                retries=3,
                httpx_args={"transport": refusing(lost)[0]},
            )
        )


def test_the_proxy_of_the_environment_is_kept(raw: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without retries, the request goes to the proxy; a host of NO_PROXY is reached directly."""
    monkeypatch.setenv("HTTP_PROXY", raw.url)
    for retries in (0, 2):
        with AuthenticatedClient(base_url="http://api.invalid", token=TOKEN, retries=retries) as client:
            read(client)
            read(client.with_headers({"X-Team": "a"}))
    assert [one.target for one in raw.requests] == [f"http://api.invalid{PATH}/4f1c"] * 4
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with made(raw, retries=2) as client:
        read(client)
    assert raw.requests[-1].target == f"{PATH}/4f1c"


@pytest.mark.parametrize("retries", [-1, True, 1.5, "3", None])
def test_no_other_number_of_retries_is_accepted(retries: Any) -> None:
    with pytest.raises(InvalidInput, match="retries: expected an integer"):
        AuthenticatedClient(base_url="http://mock.invalid", token=TOKEN, retries=retries)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clumio_connection_groups.checks.find_spec", lambda _: None)
    with pytest.raises(InvalidInput, match=r"clumio-connection-groups\[retries\]"):
        AuthenticatedClient(base_url="http://mock.invalid", token=TOKEN, retries=1)
    AuthenticatedClient(base_url="http://mock.invalid", token=TOKEN)


# --- the environment ---


def test_a_client_from_the_environment(raw: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables of the vendor's Terraform provider; arguments beat them; an empty unit is none."""
    monkeypatch.setenv("CLUMIO_API_BASE_URL", raw.url)
    monkeypatch.setenv("CLUMIO_API_TOKEN", TOKEN)
    monkeypatch.setenv("CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT", "unit-1")
    unit = "x-clumio-organizationalunit-context"
    with from_env() as client, from_env(token="other", headers={unit: "unit-2"}, timeout=3) as other:
        assert read(client) == read(other) == "4f1c"
        assert other.get_httpx_client().timeout == httpx.Timeout(3)
    monkeypatch.setenv("CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT", " ")
    with AuthenticatedClient.from_env() as client:
        read(client)
    assert [one.headers.get(unit) for one in raw.requests] == ["unit-1", "unit-2", None]
    assert [one.headers["authorization"] for one in raw.requests] == [
        f"Bearer {TOKEN}", "Bearer other", f"Bearer {TOKEN}"
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["CLUMIO_API_BASE_URL", "CLUMIO_API_TOKEN"])
def test_a_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUMIO_API_BASE_URL", "https://us-west-2.api.clumio.com")
    monkeypatch.setenv("CLUMIO_API_TOKEN", TOKEN)
    for value in (None, "", " \n"):
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
        with pytest.raises(InvalidInput, match=name):
            from_env()


# --- what the other side and the log see ---


def test_the_user_agent_names_client_and_version(raw: RawServer) -> None:
    with made(raw) as client, made(raw, headers={"user-agent": "mine"}) as other:
        read(client)
        read(other)
    first, second = (one.headers["user-agent"] for one in raw.requests)
    assert first.startswith("clumio-connection-groups/0.1.0 python-httpx/")
    assert second == "mine"


def test_hooks_see_each_request_and_answer(raw: RawServer) -> None:
    """Both for the synchronous and the asynchronous calls; a request can still be changed."""
    seen: list[object] = []

    def stamp(request: httpx.Request) -> None:
        request.headers["X-Trace"] = "1"
        seen.append(request.method)

    client = made(raw, on_request=stamp, on_response=lambda response: seen.append(response.status_code))
    with client:
        update(client)
    update_async(client)
    assert seen == ["PUT", 200, "PUT", 200]
    assert [one.headers["x-trace"] for one in raw.requests] == ["1", "1"]


def test_event_hooks_of_httpx_are_kept(raw: RawServer) -> None:
    seen: list[object] = []
    hooks = {"request": [seen.append], "response": [seen.append]}
    with made(raw, httpx_args={"event_hooks": hooks}) as client:
        read(client)
    assert [type(one).__name__ for one in seen] == ["Request", "Response"]


def test_the_log_has_a_line_for_each_call_and_no_secret(
    raw: RawServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    raw.answers = [
        http(200, {"_embedded": {"items": []}}, headers={"X-Request-Id": "abc\x85forged"}),
        http(401, {"errors": [{"error_code": 402, "error_message": "x\nCRITICAL forged"}]}),
    ]
    base_url = raw.url.replace("http://", "http://user:hunter2@")
    client = AuthenticatedClient(
        base_url=base_url, token=TOKEN, headers={"X-Api-Key": "SECRET-1"}, cookies={"s": "SECRET-2"}
    )
    with client:
        list_aws_connection_groups.sync(client=client, filter_="SECRET-3")
        with pytest.raises(errors.UnauthorizedError):
            read(client)
    gone = AuthenticatedClient(base_url="http://127.0.0.1:9", token=TOKEN)
    with gone, pytest.raises(httpx.ConnectError):
        read(gone)

    lines = [one.getMessage() for one in caplog.records if one.name == "clumio_connection_groups"]
    starts = [f"GET {PATH} -> 200 in ", f"GET {PATH}/4f1c -> 401 in ", f"GET {PATH}/4f1c -> ConnectError in "]
    assert len(lines) == 3
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True))
    assert lines[0].endswith(r"s, request id abc\x85forged")
    ours = [one.getMessage() for one in caplog.records if "SECRET-3" not in one.getMessage()]
    assert not [line for line in ours if any(word in line for word in (TOKEN, "hunter2", "SECRET"))]


def test_a_call_that_is_cancelled_has_its_line_in_the_log(
    raw: RawServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    raw.delay = 0.5

    async def main() -> None:
        async with made(raw) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(read_aws_connection_group.asyncio("4f1c", client=client), 0.1)

    asyncio.run(main())
    assert f"GET {PATH}/4f1c -> CancelledError in " in caplog.text


# --- redirects ---


@pytest.mark.parametrize("call", [update, update_async])
@pytest.mark.parametrize("status", [302, 303])
def test_a_redirect_that_drops_the_update_is_no_success(
    status: int, call: Callable[[AuthenticatedClient], object], raw: RawServer
) -> None:
    """The update became a read, which succeeded."""
    raw.answers = [http(status, b"", headers={"Location": f"{PATH}/4f1c?signature=SECRET"})]
    with made(raw, follow_redirects=True) as client, pytest.raises(errors.MalformedResponse) as caught:
        call(client)
    assert caught.value.status == status
    assert "SECRET" not in str(caught.value)
    assert [one.method for one in raw.requests] == ["PUT", "GET"]


@pytest.mark.parametrize("follow", [True, False])
@pytest.mark.parametrize("location", ["javascript:1", "http://xn--/", f"http://{'a' * 300}/", "http://["])
def test_a_redirect_to_no_address_is_an_error_of_httpx(location: str, follow: bool, raw: RawServer) -> None:
    raw.default = http(307, b"", headers={"Location": location})
    with (
        made(raw, follow_redirects=follow) as client,
        pytest.raises((httpx.HTTPError, errors.MalformedResponse)),
    ):
        update(client)


def test_a_redirect_on_the_same_host_that_keeps_the_update_is_followed(raw: RawServer) -> None:
    raw.answers = [http(307, b"", headers={"Location": "/elsewhere"})]
    with made(raw, follow_redirects=True) as client:
        assert update(client) == "4f1c"
    assert raw.requests[1].line == "PUT /elsewhere HTTP/1.1"
    assert raw.requests[1].headers["authorization"] == f"Bearer {TOKEN}"
    assert raw.requests[1].body == raw.requests[0].body


@pytest.mark.parametrize("call", [update, update_async])
def test_no_secret_follows_a_redirect_to_another_host(
    call: Callable[[AuthenticatedClient], object], raw: RawServer
) -> None:
    """And what another host answers is not the answer of the API."""
    with RawServer() as other:
        raw.answers = [http(307, b"", headers={"Location": f"{other.url}/x", "Set-Cookie": "c=SECRET-0"})]
        client = AuthenticatedClient(
            base_url=raw.url.replace("http://", "http://user:SECRET-1@"),
            token="SECRET-2",
            auth_header_name="X-Token",
            headers={"X-Api-Key": "SECRET-3", "x-clumio-organizationalunit-context": "SECRET-4"},
            cookies={"session": "SECRET-5"},
            follow_redirects=True,
        )
        with client, pytest.raises(errors.MalformedResponse, match="a redirect to http://127"):
            call(client)
        assert b"SECRET-2" in raw.requests[0].head
        assert len(other.requests) == 1
        assert b"SECRET" not in other.requests[0].head


# --- errors ---


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequestError), (401, errors.UnauthorizedError), (403, errors.ForbiddenError),
        (404, errors.NotFoundError), (409, errors.ConflictError), (412, errors.ConflictError),
        (429, errors.ThrottledError), (500, errors.ServerError), (520, errors.ServerError),
        (418, errors.ApiError),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_documented", [True, False])
def test_an_error_has_the_class_of_its_status(
    status: int, kind: type[errors.ApiError], is_documented: bool, raw: RawServer
) -> None:
    """A proxy's page, too; and all that the vendor's support asks for."""
    body: Any = {"errors": [{"error_code": 7, "error_message": "no"}]} if is_documented else b"<html>"
    raw.default = http(status, body, headers={"X-Request-Id": "rid-1"})
    with made(raw) as client, pytest.raises(errors.ApiError) as caught:
        update(client)
    error = caught.value
    assert isinstance(error, errors.ClumioError)
    for one in (error, pickle.loads(pickle.dumps(error))):  # noqa: S301 - the pickle is made here
        assert isinstance(one, kind)
        assert type(one) is kind or not is_documented
        assert isinstance(one, errors.MalformedResponse) != is_documented
        assert (one.status, one.request, one.request_id) == (status, f"PUT {PATH}/4f1c", "rid-1")
        assert [(each.error_code, each.error_message) for each in one.errors] == [(7, "no")] * is_documented
        assert f"status {status}" in str(one)
        assert f"(PUT {PATH}/4f1c, request id rid-1)" in str(one)
    assert error.raw is not None
    assert error.raw.request.method == "PUT"
    assert TOKEN not in repr(error)
    assert TOKEN.encode() not in pickle.dumps(error)


def test_a_text_of_the_server_forges_no_line(raw: RawServer) -> None:
    """Line ends of every kind and terminal codes are escaped; a book is cut; a crowd is counted."""
    crowd = [{"error_code": 1, "error_message": "a\r\nb\x85c\u2028d\x1b[31m\u202e" + "x" * 10_000}] * 50
    raw.answers = [http(400, {"errors": crowd}), http(502, b"", media="text/html\x85forged")]
    with made(raw) as client:
        for _ in range(2):
            with pytest.raises(errors.ApiError) as caught:
                read(client)
            assert str(caught.value).isprintable()
            assert len(str(caught.value)) < 4000


NO_SUCCESS = {
    "an error": {"errors": [{"error_code": 5, "error_message": "no"}]},
    "an error beside a group": {"id": "4f1c", "errors": [{"error_code": 5}]},
    "a portal": {"login": "required", "url": "https://portal.invalid"},
    "a portal with a status": {"status": "login_required", "message": "please log in"},
    "a list": {
        "_embedded": {"items": [{"id": "4f1c"}]},
        "_links": {"_self": {"href": "/"}},
        "current_count": 1,
    },
    "an empty list": {"_embedded": {"items": []}},
    "an array": [{"id": "4f1c"}],
    "links only": {"_links": {"_self": {"href": "/", "templated": False, "type": "get"}}},
}


@pytest.mark.parametrize("body", NO_SUCCESS.values(), ids=NO_SUCCESS)
@pytest.mark.parametrize("call", [read, update, update_async, create])
def test_an_answer_under_200_that_is_no_group_is_no_success(
    call: Callable[[AuthenticatedClient], object], body: Any, raw: RawServer
) -> None:
    raw.default = http(200, body)
    with made(raw) as client, pytest.raises(errors.ApiError) as caught:
        call(client)
    assert caught.value.status == 200


def test_errors_under_200_are_an_error_response(raw: RawServer) -> None:
    raw.default = http(200, NO_SUCCESS["an error"])
    with made(raw) as client:
        answer = read_aws_connection_group.sync("4f1c", client=client)
    assert isinstance(answer, ErrorResponse)


@pytest.mark.parametrize(
    "body", [{"id": "4f1c", "errors": []}, {"status": "unlinked"}, {"aws_regions": []}, {}]
)
def test_a_group_with_few_fields_is_a_group(body: dict[str, Any], raw: RawServer) -> None:
    raw.default = http(200, body)
    with made(raw) as client:
        read(client)


# --- secrets ---


@pytest.mark.parametrize("wrong", ["\n", "\r", "\0", "\ufeff", "\u2019", "ключ", "\x85", "\x7f"])
def test_a_token_that_cannot_be_sent_is_refused_without_being_shown(wrong: str) -> None:
    """At the beginning or within; also when it is set later."""
    client = AuthenticatedClient(base_url="http://mock.invalid", token=TOKEN)
    for token in (f"SECRET{wrong}SECRET", f"\ufeff{wrong}SECRET"):
        for use in (
            lambda token=token: AuthenticatedClient(base_url="http://mock.invalid", token=token),
            lambda token=token: setattr(client, "token", token),
        ):
            with pytest.raises(InvalidInput, match="token: character") as caught:
                use()
            assert "SECRET" not in str(caught.value)
            assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert client.token == TOKEN


@pytest.mark.parametrize("token", [None, "", " \n", 5])
def test_a_missing_token_is_named(token: Any) -> None:
    with pytest.raises(InvalidInput, match=r"token: missing; .*CLUMIO_API_TOKEN"):
        AuthenticatedClient(base_url="http://mock.invalid", token=token)


def test_a_token_of_latin_1_is_sent_as_it_is(raw: RawServer) -> None:
    with AuthenticatedClient(base_url=raw.url, token="né") as client:
        read(client)
    assert raw.requests[0].headers["authorization"] == "Bearer né"


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": {"X-Api-Key": "SECRET\n"}}, {"headers": {"X-Api-Key": "SECRETключ"}},
        {"cookies": {"session": "SECRET\r\n"}}, {"headers": {"no name": "SECRET"}}, {"headers": {"X": 5}},
    ],
)  # fmt: skip
def test_a_header_or_cookie_that_cannot_be_sent_is_refused_without_being_shown(wrong: dict[str, Any]) -> None:
    client = AuthenticatedClient(base_url="http://mock.invalid", token=TOKEN)
    ((name, values),) = wrong.items()
    for use in (
        lambda: AuthenticatedClient(base_url="http://mock.invalid", token=TOKEN, **wrong),
        lambda: getattr(client, f"with_{name}")(values),
    ):
        with pytest.raises(InvalidInput, match=name) as caught:
            use()
        assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"prefix": "Bearer\n"}, {"prefix": "B\u20ac"}, {"auth_header_name": ""},
        {"auth_header_name": "X Token"}, {"auth_header_name": "X\u20ac"},
        {"cookies": {"a\nb": "x"}}, {"httpx_args": {"timeout": 3}}, {"httpx_args": {"headers": {}}},
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_refused_when_the_client_is_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong))) as caught:
        AuthenticatedClient(base_url="http://mock.invalid", token=TOKEN, **wrong)
    assert TOKEN not in str(caught.value)


def test_a_client_that_could_not_be_made_has_a_repr() -> None:
    """Tools that show the local variables of a traceback call it."""
    bare = AuthenticatedClient.__new__(AuthenticatedClient)
    assert repr(bare) == "AuthenticatedClient(base_url='')"


@pytest.mark.parametrize("unit", ["a\nb", "\0", "\u20ac"])
def test_a_parameter_that_cannot_be_sent_in_a_header_is_refused(unit: str, raw: RawServer) -> None:
    with made(raw) as client, pytest.raises(InvalidInput, match="x-clumio-organizationalunit-context"):
        read_aws_connection_group.sync("4f1c", client=client, x_clumio_organizationalunit_context=unit)
    with made(raw) as client:
        read_aws_connection_group.sync("4f1c", client=client, x_clumio_organizationalunit_context="é")
    assert [one.headers["x-clumio-organizationalunit-context"] for one in raw.requests] == ["é"]


def test_a_body_that_is_not_unicode_is_refused(raw: RawServer) -> None:
    body = UpdateConnectionGroupRequest(asset_types=[], aws_regions=["\ud800"])
    with made(raw) as client, pytest.raises(InvalidInput, match="not Unicode"):
        update_aws_connection_group.sync("4f1c", client=client, body=body)
    assert raw.requests == []


def test_headers_of_the_same_name_in_another_case_are_one(raw: RawServer) -> None:
    unit = "x-clumio-organizationalunit-context"
    with made(raw, headers={unit: "one"}) as client:
        derived = client.with_headers({unit.upper(): "two"}).with_headers({unit: "three"})
        read(derived)
    assert raw.requests[0].headers[unit] == "three"


def test_user_and_password_of_the_base_url(raw: RawServer) -> None:
    """In no repr; sent unless the token has their header."""
    base_url = raw.url.replace("http://", "http://us%40er:hunter2@")
    with (
        AuthenticatedClient(base_url=base_url, token=TOKEN) as client,
        AuthenticatedClient(base_url=base_url, token=TOKEN, auth_header_name="X-Token", prefix="") as other,
    ):
        assert read(client) == read(other) == "4f1c"
        shown = repr([client, other, client.with_headers({"a": "b"})])
    assert "hunter2" not in shown
    assert raw.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert raw.requests[1].headers["authorization"] == "Basic dXNAZXI6aHVudGVyMg=="
    assert raw.requests[1].headers["x-token"] == TOKEN


@pytest.mark.parametrize(
    "base_url",
    [
        "", " ", None, "us-west-2.api.clumio.com", "ftp://h", "http://", "http://[", "https://h:99999", "http://h?x=SECRET",
        "http://h#SECRET", "user:SECRET@h", "http://\0",
    ],
)  # fmt: skip
def test_a_base_url_that_cannot_be_used_is_refused(base_url: Any) -> None:
    with pytest.raises(InvalidInput, match="base_url: ") as caught:
        Client(base_url=base_url)
    assert "SECRET" not in str(caught.value)
