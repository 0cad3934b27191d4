from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import parsing
from ..models.asset_type import AssetType
from ..types import UNSET, Unset


@_attrs_define
class UpdateConnectionGroupRequest:
    """The requested values of a connection group.

    Attributes:
        asset_types (list[AssetType]): Asset types. `EC2MSSQL` needs `EC2/EBS` in the same list.
        aws_regions (list[str]): The AWS regions to cover.
        asset_types_enabled (list[AssetType] | None | Unset): Deprecated. Use `asset_types`.
        description (None | str | Unset): A free text about the group.
    """

    asset_types: list[AssetType]
    aws_regions: list[str]
    asset_types_enabled: list[AssetType] | None | Unset = UNSET
    description: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=parsing.names)

    def to_dict(self) -> dict[str, Any]:
        asset_types = []
        for componentsschemas_asset_types_item_data in self.asset_types:
            componentsschemas_asset_types_item = componentsschemas_asset_types_item_data.value
            asset_types.append(componentsschemas_asset_types_item)

        aws_regions = self.aws_regions

        asset_types_enabled: list[str] | None | Unset
        if isinstance(self.asset_types_enabled, Unset):
            asset_types_enabled = UNSET
        elif isinstance(self.asset_types_enabled, list):
            asset_types_enabled = []
            for componentsschemas_asset_types_item_data in self.asset_types_enabled:
                componentsschemas_asset_types_item = componentsschemas_asset_types_item_data.value
                asset_types_enabled.append(componentsschemas_asset_types_item)

        else:
            asset_types_enabled = self.asset_types_enabled

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "asset_types": asset_types,
                "aws_regions": aws_regions,
            }
        )
        if asset_types_enabled is not UNSET:
            field_dict["asset_types_enabled"] = asset_types_enabled
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Make a model from a decoded JSON object.

        A field whose value is not as documented stays unset; `additional_properties` has the received value.

        Raises:
            parsing.NotDocumented: `src_dict` is not an object, or a required field is missing or not as documented.
        """
        parsing.need(
            src_dict,
            _fields(),
            "asset_types",
            "aws_regions",
        )
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
        "asset_types": ("asset_types", parsing.list_of(parsing.member_of(AssetType))),
        "aws_regions": ("aws_regions", parsing.list_of(parsing.string)),
        "asset_types_enabled": (
            "asset_types_enabled",
            parsing.nullable(parsing.list_of(parsing.member_of(AssetType))),
        ),
        "description": ("description", parsing.nullable(parsing.string)),
    }
