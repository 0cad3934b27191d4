from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import parsing
from ..types import UNSET, Unset


@_attrs_define
class Link:
    """The address of a resource.

    Attributes:
        href (str | Unset): The URI, or a URI template.
        templated (bool | Unset): Whether `href` is a URI template.
        type_ (str | Unset): The HTTP method to use.
    """

    href: str | Unset = UNSET
    templated: bool | Unset = UNSET
    type_: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=parsing.names)

    def to_dict(self) -> dict[str, Any]:
        href = self.href

        templated = self.templated

        type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if href is not UNSET:
            field_dict["href"] = href
        if templated is not UNSET:
            field_dict["templated"] = templated
        if type_ is not UNSET:
            field_dict["type"] = type_

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
        "href": ("href", parsing.string),
        "templated": ("templated", parsing.boolean),
        "type": ("type_", parsing.string),
    }
