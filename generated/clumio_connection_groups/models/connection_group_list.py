from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import models, parsing
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.connection_group_list_embedded import ConnectionGroupListEmbedded
    from ..models.connection_group_list_links import ConnectionGroupListLinks


@_attrs_define
class ConnectionGroupList:
    """A page of connection groups.

    Attributes:
        embedded (ConnectionGroupListEmbedded | Unset): The groups of this page.
        links (ConnectionGroupListLinks | Unset): Addresses of a page of connection groups and of its neighbours.
        current_count (int | Unset): How many groups this page has.
        filter_applied (str | Unset): The filter that was applied, as JSON text.
        limit (int | Unset): How many groups a page has at the most.
        start (str | Unset): The token of this page.
    """

    embedded: ConnectionGroupListEmbedded | Unset = UNSET
    links: ConnectionGroupListLinks | Unset = UNSET
    current_count: int | Unset = UNSET
    filter_applied: str | Unset = UNSET
    limit: int | Unset = UNSET
    start: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=parsing.names)

    def to_dict(self) -> dict[str, Any]:
        embedded: dict[str, Any] | Unset = UNSET
        if not isinstance(self.embedded, Unset):
            embedded = self.embedded.to_dict()

        links: dict[str, Any] | Unset = UNSET
        if not isinstance(self.links, Unset):
            links = self.links.to_dict()

        current_count = self.current_count

        filter_applied = self.filter_applied

        limit = self.limit

        start = self.start

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if embedded is not UNSET:
            field_dict["_embedded"] = embedded
        if links is not UNSET:
            field_dict["_links"] = links
        if current_count is not UNSET:
            field_dict["current_count"] = current_count
        if filter_applied is not UNSET:
            field_dict["filter_applied"] = filter_applied
        if limit is not UNSET:
            field_dict["limit"] = limit
        if start is not UNSET:
            field_dict["start"] = start

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Make a model from a decoded JSON object.

        A field whose value is not as documented stays unset; `additional_properties` has the received value.

        Raises:
            parsing.NotDocumented: `src_dict` is not an object.
        """
        return parsing.read(cls, _fields(), src_dict)

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties


@cache
def _fields() -> parsing.Fields:
    """The attribute of each field, and the function that reads its value."""
    return {
        "_embedded": ("embedded", models.ConnectionGroupListEmbedded.from_dict),
        "_links": ("links", models.ConnectionGroupListLinks.from_dict),
        "current_count": ("current_count", parsing.integer),
        "filter_applied": ("filter_applied", parsing.string),
        "limit": ("limit", parsing.integer),
        "start": ("start", parsing.string),
    }
