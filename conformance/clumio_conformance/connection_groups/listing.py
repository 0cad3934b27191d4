"""Walks through the pages of the list: bounded, so that no list makes a run endless."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from clumio_conformance.connection_groups.expectations import LISTED
from clumio_conformance.connection_groups.operations import COLLECTION, ids_of, link_of
from clumio_conformance.exchange import Exchange
from clumio_conformance.session.session import Session

MOST_PAGES: Final = 10
"""How many pages one walk reads at most."""
MOST_SECONDS: Final = 60.0
"""How long one walk lasts at most; the page that is being read then is the last."""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The pages of a walk. `is_whole`: it ended on the last page; `repeats`: `_next` led back to one."""

    pages: tuple[Exchange, ...]
    is_whole: bool = False
    repeats: bool = False

    @property
    def last(self) -> Exchange:
        """The last page that was read."""
        return self.pages[-1]


def walk(
    session: Session,
    *,
    limit: int = 100,
    accounts: Sequence[str] = (),
    most: int = MOST_PAGES,
    clock: Callable[[], float] = time.monotonic,
) -> Walk:
    """Read the pages of the list, or of the groups of some accounts if the target has the filter."""
    path = f"{COLLECTION}?{urlencode({'limit': limit} | _filter(accounts))}"
    found: list[Exchange] = []
    seen: set[str] = set()
    until = clock() + MOST_SECONDS
    while path and len(found) < most and clock() < until:
        seen.add(path)
        page = session.exchange(session.wire.outgoing("GET", path), LISTED)
        if accounts and not found and not page.succeeded:
            return walk(session, limit=limit, most=most, clock=clock)
        if _is_again(page, found):
            return Walk(pages=tuple(found), repeats=True)
        found.append(page)
        path = _next(page)
        if path in seen:
            return Walk(pages=tuple(found), repeats=True)
    return Walk(pages=tuple(found), is_whole=not path and found[-1].succeeded)


def _filter(accounts: Sequence[str]) -> dict[str, str]:
    if not accounts:
        return {}
    condition = {"account_native_id": {"$in": [*accounts]}}
    return {"filter": json.dumps(condition, separators=(",", ":"))}


def _is_again(page: Exchange, earlier: Sequence[Exchange]) -> bool:
    """Whether a page has the groups of an earlier one."""
    return bool(ids_of(page)) and any(ids_of(page) == ids_of(one) for one in earlier)


def _next(page: Exchange) -> str:
    """Return the path and query of the next page; empty on the last one."""
    href = link_of(page.resource, "_next")
    if href is None:
        return ""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    # Escape characters that a request line can't carry; existing escapes stay.
    query = quote(parts.query, safe="%&=+,;:@!$'()*/?-._~")
    return f"{COLLECTION}?{query}" if parts.path.endswith(COLLECTION) else ""
