"""All connection groups of an organization, page after page."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx

from .api.aws_connection_groups import list_aws_connection_groups as pages
from .checks import without_credentials
from .client import AuthenticatedClient
from .errors import UnusablePage, raise_for_error
from .models.connection_group import ConnectionGroup
from .models.connection_group_list import ConnectionGroupList
from .models.link import Link
from .types import Response, Unset

_MOST_EMPTY = 1000
"""So many empty pages in a row are no list with a selective filter, but a list without an end."""


def iterate_groups(
    client: AuthenticatedClient,
    *,
    filter_: Mapping[str, Any] | str | None = None,
    limit: int | None = None,
    embed: str | None = None,
    x_clumio_organizationalunit_context: str | None = None,
) -> Iterator[ConnectionGroup]:
    """Yield each active connection group once; the next page is read when it is needed.

    The iteration ends at the page without a next one, and at a page that repeats an earlier one.

    Args:
        client: The client.
        filter_: A condition, as `{"account_native_id": {"$in": ["123456789012"]}}`, or its JSON text.
        limit: The greatest number of groups on a page.
        embed: Related resources to include under `embedded`.
        x_clumio_organizationalunit_context: The organizational unit in whose context the requests are made.

    Raises:
        UnusablePage: A page can't be read, or its link to the next one leads to another host.
        ApiError: The API refused the request for a page, or failed.
        httpx.HTTPError: There is no answer.
    """
    walk = _Walk(
        client,
        limit=limit,
        filter_=_text(filter_),
        embed=embed,
        x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
    )
    while walk.following:
        yield from walk.groups(client.request(**walk.following))


async def iterate_groups_async(
    client: AuthenticatedClient,
    *,
    filter_: Mapping[str, Any] | str | None = None,
    limit: int | None = None,
    embed: str | None = None,
    x_clumio_organizationalunit_context: str | None = None,
) -> AsyncIterator[ConnectionGroup]:
    """Yield each active connection group once, as `iterate_groups` does."""
    walk = _Walk(
        client,
        limit=limit,
        filter_=_text(filter_),
        embed=embed,
        x_clumio_organizationalunit_context=x_clumio_organizationalunit_context,
    )
    while walk.following:
        for group in walk.groups(await client.request_async(**walk.following)):
            yield group


def _text(condition: Mapping[str, Any] | str | None) -> str | None:
    if condition is None or isinstance(condition, str):
        return condition
    return json.dumps(condition, separators=(",", ":"))


class _Walk:
    """The way from page to page; `following` has the arguments of the next request, none at the end."""

    def __init__(self, client: AuthenticatedClient, **parameters: Any) -> None:
        self._client = client
        self.following: dict[str, Any] = pages._get_kwargs(**parameters)
        self._path: str = self.following["url"]
        self._home: httpx.URL | None = None
        self._requested: set[str] = set()
        self._seen: set[str] = set()
        self._empty = 0

    def groups(self, response: httpx.Response) -> Iterator[ConnectionGroup]:
        """Yield the groups of a page that were on none before, and find the next page."""
        answer: Response[Any] = pages._build_response(client=self._client, response=response)
        page: object = raise_for_error(answer)
        if not isinstance(page, ConnectionGroupList):
            raise UnusablePage("the answer is no page of groups")
        self._home = self._home or [*response.history, response][0].request.url
        self._requested.add(str(response.request.url))
        found = {_identity(group): group for group in _groups(page)}
        fresh = [group for identity, group in found.items() if identity not in self._seen]
        self._seen |= found.keys()
        self._empty = 0 if found else self._empty + 1
        url = self._next_url(page, self._home)
        if url is None or str(url) in self._requested or (found and not fresh):
            self.following = {}
        else:
            self.following = {"method": "get", "url": url, "headers": self.following["headers"]}
            if self._client._httpx_args.get(
                "params"
            ):  # of every request: they would replace those of the link
                self.following |= {"url": url.copy_with(query=None), "params": url.params}
        yield from fresh

    def _next_url(self, page: ConnectionGroupList, home: httpx.URL) -> httpx.URL | None:
        href = _href(page)
        if href is None:
            return None
        try:
            url = home.join(href).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError):
            raise UnusablePage(f"the link to the next page is no URL: {without_credentials(href)}") from None
        if (url.scheme, url.host, url.port, url.userinfo) != (
            home.scheme,
            home.host,
            home.port,
            home.userinfo,
        ):
            raise UnusablePage(
                f"the link to the next page leads to {without_credentials(str(url))}, not to {home.host}; "
                "it is not followed, since the request has the token"
            )
        if self._empty >= _MOST_EMPTY:
            raise UnusablePage(f"{_MOST_EMPTY} pages in a row were empty, each with a link to a next one")
        if url.path.startswith(self._path):  # what a gateway puts before the path is unknown to the API
            url = url.copy_with(path=home.path.removesuffix(self._path) + url.path)
        return url


def _identity(group: ConnectionGroup) -> str:
    """Return the id of a group; all that is known of it when it has none."""
    return group.id if isinstance(group.id, str) else json.dumps(group.to_dict(), sort_keys=True)


def _groups(page: ConnectionGroupList) -> list[ConnectionGroup]:
    """Return the groups of a page.

    Raises:
        UnusablePage: There is something in their place.
    """
    place: Any = page.additional_properties.get("_embedded")
    found: list[ConnectionGroup] = []
    if not isinstance(page.embedded, Unset):
        place = page.embedded.additional_properties.get("items")
        found = page.embedded.items or []
    if place and not (isinstance(place, list) and all(one is None or isinstance(one, dict) for one in place)):
        raise UnusablePage("the groups of a page can't be read: expected a list of objects")
    return found


def _href(page: ConnectionGroupList) -> str | None:
    """Return the address of the next page, or None on the last one.

    Raises:
        UnusablePage: There is something in its place.
    """
    place: Any = page.additional_properties.get("_links")
    if not isinstance(page.links, Unset):
        link = page.links.next_
        place = page.links.additional_properties.get("_next")
        if isinstance(link, Link):
            if not isinstance(link.href, Unset) and not link.templated:
                return link.href or None
            place = link.href or link.additional_properties.get("href")
    if place:
        raise UnusablePage("the link to the next page can't be read: expected an address, no template")
    return None
