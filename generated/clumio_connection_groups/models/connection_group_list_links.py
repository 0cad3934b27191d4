from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import models, parsing
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.link import Link


@_attrs_define
class ConnectionGroupListLinks:
    """Addresses of a page of connection groups and of its neighbours.

    Attributes:
        self_ (Link | Unset): The address of a resource.
        first (Link | Unset): The address of a resource.
        next_ (Link | None | Unset): The next page; null or absent on the last one.
        create_aws_connection_group (Link | Unset): The address of a resource.
    """

    self_: Link | Unset = UNSET
    first: Link | Unset = UNSET
    next_: Link | None | Unset = UNSET
    create_aws_connection_group: Link | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=parsing.names)

    def to_dict(self) -> dict[str, Any]:
        from ..models.link import Link  # noqa: PLC0415

        self_: dict[str, Any] | Unset = UNSET
        if not isinstance(self.self_, Unset):
            self_ = self.self_.to_dict()

        first: dict[str, Any] | Unset = UNSET
        if not isinstance(self.first, Unset):
            first = self.first.to_dict()

        next_: dict[str, Any] | None | Unset
        if isinstance(self.next_, Unset):
            next_ = UNSET
        elif isinstance(self.next_, Link):
            next_ = self.next_.to_dict()
        else:
            next_ = self.next_

        create_aws_connection_group: dict[str, Any] | Unset = UNSET
        if not isinstance(self.create_aws_connection_group, Unset):
            create_aws_connection_group = self.create_aws_connection_group.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if self_ is not UNSET:
            field_dict["_self"] = self_
        if first is not UNSET:
            field_dict["_first"] = first
        if next_ is not UNSET:
            field_dict["_next"] = next_
        if create_aws_connection_group is not UNSET:
            field_dict["create-aws-connection-group"] = create_aws_connection_group

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
        "_self": ("self_", models.Link.from_dict),
        "_first": ("first", models.Link.from_dict),
        "_next": ("next_", parsing.nullable(models.Link.from_dict)),
        "create-aws-connection-group": ("create_aws_connection_group", models.Link.from_dict),
    }
