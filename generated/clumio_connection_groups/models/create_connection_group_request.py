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
class CreateConnectionGroupRequest:
    """The connection group to create.

    Attributes:
        account_native_id (str): The AWS account to connect.
        asset_types (list[AssetType]): Asset types. `EC2MSSQL` needs `EC2/EBS` in the same list.
        aws_regions (list[str]): The AWS regions to cover.
        master_aws_account_id (str): The AWS account that holds the group's stack.
        master_region (str): The AWS region that holds the group's stack.
        asset_types_enabled (list[AssetType] | None | Unset): Deprecated. Use `asset_types`.
        description (None | str | Unset): A free text about the group.
        organizational_unit_id (None | str | Unset): The organizational unit that the group belongs to.
    """

    account_native_id: str
    asset_types: list[AssetType]
    aws_regions: list[str]
    master_aws_account_id: str
    master_region: str
    asset_types_enabled: list[AssetType] | None | Unset = UNSET
    description: None | str | Unset = UNSET
    organizational_unit_id: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=parsing.names)

    def to_dict(self) -> dict[str, Any]:
        account_native_id = self.account_native_id

        asset_types = []
        for componentsschemas_asset_types_item_data in self.asset_types:
            componentsschemas_asset_types_item = componentsschemas_asset_types_item_data.value
            asset_types.append(componentsschemas_asset_types_item)

        aws_regions = self.aws_regions

        master_aws_account_id = self.master_aws_account_id

        master_region = self.master_region

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

        organizational_unit_id: None | str | Unset
        if isinstance(self.organizational_unit_id, Unset):
            organizational_unit_id = UNSET
        else:
            organizational_unit_id = self.organizational_unit_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "account_native_id": account_native_id,
                "asset_types": asset_types,
                "aws_regions": aws_regions,
                "master_aws_account_id": master_aws_account_id,
                "master_region": master_region,
            }
        )
        if asset_types_enabled is not UNSET:
            field_dict["asset_types_enabled"] = asset_types_enabled
        if description is not UNSET:
            field_dict["description"] = description
        if organizational_unit_id is not UNSET:
            field_dict["organizational_unit_id"] = organizational_unit_id

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
            "account_native_id",
            "asset_types",
            "aws_regions",
            "master_aws_account_id",
            "master_region",
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
        "account_native_id": ("account_native_id", parsing.string),
        "asset_types": ("asset_types", parsing.list_of(parsing.member_of(AssetType))),
        "aws_regions": ("aws_regions", parsing.list_of(parsing.string)),
        "master_aws_account_id": ("master_aws_account_id", parsing.string),
        "master_region": ("master_region", parsing.string),
        "asset_types_enabled": (
            "asset_types_enabled",
            parsing.nullable(parsing.list_of(parsing.member_of(AssetType))),
        ),
        "description": ("description", parsing.nullable(parsing.string)),
        "organizational_unit_id": ("organizational_unit_id", parsing.nullable(parsing.string)),
    }
