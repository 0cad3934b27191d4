"""All connection groups of an organization, page after page."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx

from .api.aws_connection_groups import list_aws_connection_groups as pages
from .client import AuthenticatedClient
from .errors import UnusableLink, raise_for_error
from .models.connection_group import ConnectionGroup
from .models.connection_group_list import ConnectionGroupList
from .models.link import Link
from .texts import printable
from .types import Unset

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
        UnusableLink: The link to the next page leads to another host, or can't be read.
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
        self._ids: set[str] = set()
        self._empty = 0

    def groups(self, response: httpx.Response) -> Iterator[ConnectionGroup]:
        """Yield the groups of a page that were on none before, and find the next page."""
        page = raise_for_error(pages._build_response(client=self._client, response=response))
        self._home = self._home or response.request.url
        self._requested.add(str(response.request.url))
        found = [] if isinstance(page.embedded, Unset) else page.embedded.items or []
        fresh = [group for group in found if isinstance(group.id, Unset) or group.id not in self._ids]
        self._ids |= {group.id for group in fresh if not isinstance(group.id, Unset)}
        self._empty = 0 if found else self._empty + 1
        url = self._next_url(page)
        if url is None or str(url) in self._requested or (found and not fresh):
            self.following = {}
        else:
            self.following = {"method": "get", "url": url, "headers": self.following["headers"]}
        yield from fresh

    def _next_url(self, page: ConnectionGroupList) -> httpx.URL | None:
        href = _href(page)
        if href is None:
            return None
        assert self._home is not None  # noqa: S101 - a page was read
        try:
            url = self._home.join(href)
        except (httpx.InvalidURL, ValueError):
            raise UnusableLink(f"the link to the next page is no URL: {printable(href, 200)}") from None
        if (url.scheme, url.host, url.port) != (self._home.scheme, self._home.host, self._home.port):
            raise UnusableLink(
                f"the link to the next page leads to {printable(url.host, 200)}, not to {self._home.host}; "
                "it is not followed, since the request has the token"
            )
        if self._empty >= _MOST_EMPTY:
            raise UnusableLink(f"{_MOST_EMPTY} pages in a row were empty, each with a link to a next one")
        prefix = self._home.path.removesuffix(self._path)  # of a gateway; the API does not know it
        return url if url.path.startswith(f"{prefix}/") else url.copy_with(path=prefix + url.path)


def _href(page: ConnectionGroupList) -> str | None:
    """Return the address of the next page, or None on the last one."""
    place: Any = page.additional_properties.get("_links")
    if not isinstance(page.links, Unset):
        link = page.links.next_
        place = page.links.additional_properties.get("_next")
        if isinstance(link, Link):
            if not isinstance(link.href, Unset) and not link.templated:
                return link.href or None
            place = link.to_dict()
    if place:
        raise UnusableLink(f"the link to the next page can't be read: {printable(json.dumps(place), 200)}")
    return None
