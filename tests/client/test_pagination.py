"""The iterator over groups: each group once, never to another host, and always with an end."""

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from clumio_connection_groups import AuthenticatedClient, iterate_groups, iterate_groups_async
from clumio_connection_groups.errors import MalformedResponse, ThrottledError, UnusablePage
from clumio_connection_groups.models import ConnectionGroup
from clumio_sandbox.driver import Driver

PATH = "/connections/aws/connection-groups"
Answer = dict[str, Any] | httpx.Response


def page(*ids: str, following: Any = None) -> dict[str, Any]:
    """A page with these groups; `following` is the address of the next one, or the whole link."""
    link = {"href": following, "templated": False, "type": "get"} if isinstance(following, str) else following
    return {"_embedded": {"items": [{"id": one} for one in ids]}, "_links": {"_next": link}}


class Api:
    """Answers with one page after the other, and keeps the requests."""

    def __init__(self, *pages: Answer, base_url: str = "http://mock.invalid") -> None:
        self.requests: list[httpx.Request] = []
        self._pages = list(pages)
        self.client = AuthenticatedClient(
            base_url=base_url,
            token="t",
            headers={"X-Team": "platform"},
            httpx_args={"transport": httpx.MockTransport(self._answer)},
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        found = self._pages.pop(0) if len(self._pages) > 1 else self._pages[0]
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)

    @property
    def targets(self) -> list[str]:
        return [str(request.url) for request in self.requests]


Listed = Callable[..., list[ConnectionGroup]]


@pytest.fixture(params=["sync", "async"])
def listed(request: pytest.FixtureRequest) -> Listed:
    """Both iterators, read to their end."""

    def read(client: AuthenticatedClient, **arguments: Any) -> list[ConnectionGroup]:
        if request.param == "sync":
            return list(iterate_groups(client, **arguments))

        async def main() -> list[ConnectionGroup]:
            async with client:
                return [group async for group in iterate_groups_async(client, **arguments)]

        return asyncio.run(main())

    return read


def ids(groups: list[ConnectionGroup]) -> list[object]:
    return [group.id for group in groups]


@pytest.mark.requirement("UCG-LIST-01", "UCG-LIST-02", "UCG-LIST-04")
def test_all_groups_of_the_sandbox(listed: Listed, clumio_sandbox: Driver) -> None:
    """Seven groups in pages of three; then those of an account."""
    made = [clumio_sandbox.create_group()["id"] for _ in range(6)]
    made.append(clumio_sandbox.create_group(account_native_id="999")["id"])
    client = AuthenticatedClient(base_url=clumio_sandbox.base_url, token=clumio_sandbox.token)
    with client:
        assert ids(listed(client, limit=3)) == made
        assert ids(listed(client)) == made
        condition = {"account_native_id": {"$in": ["999"]}}
        assert ids(listed(client, filter_=condition)) == made[-1:]
        assert ids(listed(client, filter_=json.dumps(condition), limit=1)) == made[-1:]


def test_the_first_request_has_filter_and_limit_and_the_next_ones_are_those_of_the_links(
    listed: Listed,
) -> None:
    api = Api(page("a", following=f"{PATH}?start=x&limit=2"), page("b"))
    unit = "unit-1"
    assert ids(
        listed(api.client, filter_={"x": {"$in": ["ü"]}}, limit=2, x_clumio_organizationalunit_context=unit)
    ) == ["a", "b"]
    assert dict(api.requests[0].url.params) == {"filter": '{"x":{"$in":["\\u00fc"]}}', "limit": "2"}
    assert api.targets[1] == f"http://mock.invalid{PATH}?start=x&limit=2"
    for request in api.requests:
        assert request.headers["authorization"] == "Bearer t"
        assert request.headers["x-team"] == "platform"
        assert request.headers["x-clumio-organizationalunit-context"] == unit
        assert request.headers["accept"] == "application/api.clumio.aws-connection-groups=v1+json"


@pytest.mark.parametrize(
    ("base_url", "link", "target"),
    [
        ("http://mock.invalid", "?start=2", f"http://mock.invalid{PATH}?start=2"),
        ("http://mock.invalid", f"http://mock.invalid:80{PATH}?start=2", f"http://mock.invalid{PATH}?start=2"),
        ("http://mock.invalid", f"//mock.invalid{PATH}?start=2", f"http://mock.invalid{PATH}?start=2"),
        ("http://mock.invalid", "?start=a%2Bb%20c&x=%7B%7D", f"http://mock.invalid{PATH}?start=a%2Bb%20c&x=%7B%7D"),
        ("http://mock.invalid/connections", f"{PATH}?start=2", f"http://mock.invalid/connections{PATH}?start=2"),
        ("http://mock.invalid/gateway", f"{PATH}?start=2", f"http://mock.invalid/gateway{PATH}?start=2"),
        ("http://mock.invalid/gateway/", f"/gateway{PATH}?start=2", f"http://mock.invalid/gateway{PATH}?start=2"),
    ],
)  # fmt: skip
def test_links_on_the_same_origin_are_followed(base_url: str, link: str, target: str) -> None:
    api = Api(page("a", following=link), page("b"), base_url=base_url)
    assert ids(list(iterate_groups(api.client))) == ["a", "b"]
    assert api.targets[1] == target


@pytest.mark.parametrize(
    "link",
    [
        f"https://elsewhere.invalid{PATH}?start=2", f"http://mock.invalid:81{PATH}", f"https://mock.invalid{PATH}",
        f"http://user:pw@mock.invalid{PATH}", f"//elsewhere.invalid{PATH}",
        "http://mock.invalid@elsewhere.invalid/", "http://[", "http://a\u2028b/",
        {"href": f"{PATH}{{?start}}", "templated": True}, {"href": 5}, [], 5, "javascript:alert(1)",
    ],
)  # fmt: skip
def test_no_other_link_is_followed(link: Any, listed: Listed) -> None:
    """Groups may be missing then, so it is an error; the token is not sent to anybody else."""
    api = Api(page("a", following=link), page("b"))
    if link == []:
        assert ids(listed(api.client)) == ["a"]
        return
    with pytest.raises(UnusablePage) as caught:
        listed(api.client)
    assert len(api.requests) == 1
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "last", [page("b"), page("b", following=""), page("b", following={}), {"_embedded": {"items": []}}]
)
def test_the_last_page_has_no_next_one(last: dict[str, Any], listed: Listed) -> None:
    api = Api(page("a", following="?start=2"), last)
    assert len(listed(api.client)) == 2 - (last == {"_embedded": {"items": []}})
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    "pages",
    [
        [page("a", following="?start=2")],
        [page("a", following="?start=2"), page("b", following="?start=3"), page("c", following="?start=2")],
        [page("a", following="?start=2"), page("a", following="?start=3"), page("a", following="?start=4")],
    ],
    ids=["the same link for ever", "a circle", "the same groups for ever"],
)
def test_a_repeated_page_is_the_end(pages: list[Answer], listed: Listed) -> None:
    found = ids(listed(Api(*pages).client))
    assert found == sorted(set(map(str, found)))


def test_a_group_that_moved_to_the_next_page_comes_once(listed: Listed) -> None:
    api = Api(page("a", "b", following="?start=2"), page("b", "c"))
    assert ids(listed(api.client)) == ["a", "b", "c"]


def test_a_repeated_link_is_the_end_even_of_empty_pages(listed: Listed) -> None:
    api = Api(page("a", following="?start=2"), page(following="?start=2#top"))
    assert ids(listed(api.client)) == ["a"]
    assert len(api.requests) == 2


def test_groups_without_an_id_differ_by_their_values(listed: Listed) -> None:
    def bare(*statuses: str, start: int) -> dict[str, Any]:
        return {"_embedded": {"items": [{"status": one} for one in statuses]},
                "_links": {"_next": {"href": f"?start={start}"}}}  # fmt: skip

    api = Api(bare("unlinked", start=2), bare("connecting", start=3), bare("unlinked", start=4))
    assert [group.status for group in listed(api.client)] == ["unlinked", "connecting"]


def endless(*ids: str) -> AuthenticatedClient:
    """A client of an API whose every page has these groups and a new link to a next page."""
    numbers = itertools.count()
    return AuthenticatedClient(
        base_url="http://mock.invalid",
        token="t",
        httpx_args={
            "transport": httpx.MockTransport(
                lambda _: httpx.Response(200, json=page(*ids, following=f"?start={next(numbers)}"))
            )
        },
    )


def test_new_links_to_the_same_groups_end(listed: Listed) -> None:
    assert ids(listed(endless("a", "b"))) == ["a", "b"]


def test_empty_pages_in_between_are_passed_but_not_for_ever(listed: Listed) -> None:
    api = Api(page(following="?start=1"), page(following="?start=2"), page("a"))
    assert ids(listed(api.client)) == ["a"]
    with pytest.raises(UnusablePage, match="1000 pages in a row were empty"):
        listed(endless())


@pytest.mark.parametrize("items", ["abc", {"a": 1}, ["x"], 5])
def test_what_is_in_place_of_groups_is_not_skipped(items: Any, listed: Listed) -> None:
    api = Api({"_embedded": {"items": items}, "current_count": 1})
    with pytest.raises(UnusablePage, match="can't be read"):
        listed(api.client)


def test_parameters_of_every_request_do_not_replace_those_of_the_link() -> None:
    api = Api(page("a", following="?start=2"), page("b"))
    transport = api.client._httpx_args["transport"]
    client = AuthenticatedClient(
        base_url="http://mock.invalid", token="t", httpx_args={"params": {"x": "1"}, "transport": transport}
    )
    assert ids(list(iterate_groups(client))) == ["a", "b"]
    assert dict(api.requests[1].url.params) == {"x": "1", "start": "2"}


def test_a_redirect_of_the_first_page_changes_nothing() -> None:
    moved = httpx.Response(308, headers={"Location": f"http://mock.invalid{PATH}/"})
    api = Api(moved, page("a", following=f"{PATH}?start=2"), page("b"))
    client = AuthenticatedClient(
        base_url="http://mock.invalid", token="t", follow_redirects=True,
        httpx_args={"transport": api.client._httpx_args["transport"]},
    )  # fmt: skip
    assert ids(list(iterate_groups(client))) == ["a", "b"]
    assert api.targets[-1] == f"http://mock.invalid{PATH}?start=2"


def test_a_page_is_read_when_it_is_needed() -> None:
    api = Api(page("a", following="?start=2"), httpx.Response(429, json={"errors": []}))
    groups = iterate_groups(api.client)
    assert not api.requests
    assert next(groups).id == "a"
    assert len(api.requests) == 1
    with pytest.raises(ThrottledError):
        next(groups)


def test_a_group_in_place_of_a_page_is_an_error(listed: Listed) -> None:
    with pytest.raises(MalformedResponse, match="without any field of a ConnectionGroupList"):
        listed(Api({"id": "4f1c", "status": "unlinked"}).client)
