from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import models, parsing
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.asset_info import AssetInfo
    from ..models.warm_tier_protect import WarmTierProtect


@_attrs_define
class ConnectionGroupConfig:
    """What is installed for each asset type.

    Attributes:
        asset_types_enabled (list[str] | Unset): The asset types that the installed version supports.
        dynamodb (AssetInfo | Unset): What is installed for one asset type.
        ebs (AssetInfo | Unset): What is installed for one asset type.
        ec2 (AssetInfo | Unset): What is installed for one asset type.
        ec2_mssql (AssetInfo | Unset): What is installed for one asset type.
        installed_template_version (str | Unset): The version of the installed template.
        rds (AssetInfo | Unset): What is installed for one asset type.
        s3 (AssetInfo | Unset): What is installed for one asset type.
        warm_tier_protect (WarmTierProtect | Unset): What is installed for warm-tier protection.
    """

    asset_types_enabled: list[str] | Unset = UNSET
    dynamodb: AssetInfo | Unset = UNSET
    ebs: AssetInfo | Unset = UNSET
    ec2: AssetInfo | Unset = UNSET
    ec2_mssql: AssetInfo | Unset = UNSET
    installed_template_version: str | Unset = UNSET
    rds: AssetInfo | Unset = UNSET
    s3: AssetInfo | Unset = UNSET
    warm_tier_protect: WarmTierProtect | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict, repr=parsing.names)

    def to_dict(self) -> dict[str, Any]:
        asset_types_enabled: list[str] | Unset = UNSET
        if not isinstance(self.asset_types_enabled, Unset):
            asset_types_enabled = self.asset_types_enabled

        dynamodb: dict[str, Any] | Unset = UNSET
        if not isinstance(self.dynamodb, Unset):
            dynamodb = self.dynamodb.to_dict()

        ebs: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ebs, Unset):
            ebs = self.ebs.to_dict()

        ec2: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ec2, Unset):
            ec2 = self.ec2.to_dict()

        ec2_mssql: dict[str, Any] | Unset = UNSET
        if not isinstance(self.ec2_mssql, Unset):
            ec2_mssql = self.ec2_mssql.to_dict()

        installed_template_version = self.installed_template_version

        rds: dict[str, Any] | Unset = UNSET
        if not isinstance(self.rds, Unset):
            rds = self.rds.to_dict()

        s3: dict[str, Any] | Unset = UNSET
        if not isinstance(self.s3, Unset):
            s3 = self.s3.to_dict()

        warm_tier_protect: dict[str, Any] | Unset = UNSET
        if not isinstance(self.warm_tier_protect, Unset):
            warm_tier_protect = self.warm_tier_protect.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if asset_types_enabled is not UNSET:
            field_dict["asset_types_enabled"] = asset_types_enabled
        if dynamodb is not UNSET:
            field_dict["dynamodb"] = dynamodb
        if ebs is not UNSET:
            field_dict["ebs"] = ebs
        if ec2 is not UNSET:
            field_dict["ec2"] = ec2
        if ec2_mssql is not UNSET:
            field_dict["ec2_mssql"] = ec2_mssql
        if installed_template_version is not UNSET:
            field_dict["installed_template_version"] = installed_template_version
        if rds is not UNSET:
            field_dict["rds"] = rds
        if s3 is not UNSET:
            field_dict["s3"] = s3
        if warm_tier_protect is not UNSET:
            field_dict["warm_tier_protect"] = warm_tier_protect

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
        "asset_types_enabled": ("asset_types_enabled", parsing.list_of(parsing.string)),
        "dynamodb": ("dynamodb", models.AssetInfo.from_dict),
        "ebs": ("ebs", models.AssetInfo.from_dict),
        "ec2": ("ec2", models.AssetInfo.from_dict),
        "ec2_mssql": ("ec2_mssql", models.AssetInfo.from_dict),
        "installed_template_version": ("installed_template_version", parsing.string),
        "rds": ("rds", models.AssetInfo.from_dict),
        "s3": ("s3", models.AssetInfo.from_dict),
        "warm_tier_protect": ("warm_tier_protect", models.WarmTierProtect.from_dict),
    }
