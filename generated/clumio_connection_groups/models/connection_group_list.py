from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..types import UNSET, Unset


@define(init=False)
class ConnectionGroupList(Model):
    """A page of connection groups.

    Attributes:
        embedded (ConnectionGroupListEmbedded | Unset): The groups of this page.
        links (ConnectionGroupListLinks | Unset): Addresses of this page and of its neighbours.
        current_count (int | Unset): How many groups this page has.
        filter_applied (str | Unset): The filter that was applied, as JSON text.
        limit (int | Unset): How many groups a page has at the most.
        start (str | Unset): The token of this page.
    """

    __match_args__ = __slots__ = (
        "embedded",
        "links",
        "current_count",
        "filter_applied",
        "limit",
        "start",
    )
    _names = {
        "_embedded": "embedded",
        "_links": "links",
        "current_count": "current_count",
        "filter_applied": "filter_applied",
        "limit": "limit",
        "start": "start",
    }

    embedded: ConnectionGroupListEmbedded | Unset
    links: ConnectionGroupListLinks | Unset
    current_count: int | Unset
    filter_applied: str | Unset
    limit: int | Unset
    start: str | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        embedded: ConnectionGroupListEmbedded | Unset = UNSET,
        links: ConnectionGroupListLinks | Unset = UNSET,
        current_count: int | Unset = UNSET,
        filter_applied: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        start: str | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.embedded = embedded
        self.links = links
        self.current_count = current_count
        self.filter_applied = filter_applied
        self.limit = limit
        self.start = start
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(ConnectionGroupList)
        value: Any
        inner: Any
        missed = 0
        made.embedded = value = received.get("_embedded", UNSET)
        if value.__class__ is dict:
            made.embedded = ConnectionGroupListEmbedded._read(value)
        else:
            missed += value is UNSET or made._accept("_embedded", value)
        made.links = value = received.get("_links", UNSET)
        if value.__class__ is dict:
            made.links = ConnectionGroupListLinks._read(value)
        else:
            missed += value is UNSET or made._accept("_links", value)
        made.current_count = value = received.get("current_count", UNSET)
        if not value.__class__ is int:
            missed += value is UNSET or made._accept("current_count", value)
        made.filter_applied = value = received.get("filter_applied", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("filter_applied", value)
        made.limit = value = received.get("limit", UNSET)
        if not value.__class__ is int:
            missed += value is UNSET or made._accept("limit", value)
        made.start = value = received.get("start", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("start", value)
        made._rest = None
        if len(received) + missed != 6:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "_embedded": ConnectionGroupListEmbedded.from_dict,
            "_links": ConnectionGroupListLinks.from_dict,
            "current_count": parsing.integer,
            "filter_applied": parsing.string,
            "limit": parsing.integer,
            "start": parsing.string,
        }


from ..models.connection_group_list_embedded import ConnectionGroupListEmbedded
from ..models.connection_group_list_links import ConnectionGroupListLinks
