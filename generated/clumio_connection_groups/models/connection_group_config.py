from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..types import UNSET, Unset


@define(init=False)
class ConnectionGroupConfig(Model):
    """What is installed for each asset type.

    Attributes:
        asset_types_enabled (list[str] | Unset): The asset types that the installed version supports.
        dynamodb (AssetInfo | Unset): What is installed for DynamoDB.
        ebs (AssetInfo | Unset): What is installed for EBS.
        ec2 (AssetInfo | Unset): What is installed for EC2.
        ec2_mssql (AssetInfo | Unset): What is installed for SQL Server on EC2.
        installed_template_version (str | Unset): The version of the installed template.
        rds (AssetInfo | Unset): What is installed for RDS.
        s3 (AssetInfo | Unset): What is installed for S3.
        warm_tier_protect (WarmTierProtect | Unset): What is installed for warm-tier protection.
    """

    __match_args__ = __slots__ = (
        "asset_types_enabled",
        "dynamodb",
        "ebs",
        "ec2",
        "ec2_mssql",
        "installed_template_version",
        "rds",
        "s3",
        "warm_tier_protect",
    )
    _names = {
        "asset_types_enabled": "asset_types_enabled",
        "dynamodb": "dynamodb",
        "ebs": "ebs",
        "ec2": "ec2",
        "ec2_mssql": "ec2_mssql",
        "installed_template_version": "installed_template_version",
        "rds": "rds",
        "s3": "s3",
        "warm_tier_protect": "warm_tier_protect",
    }

    asset_types_enabled: list[str] | Unset
    dynamodb: AssetInfo | Unset
    ebs: AssetInfo | Unset
    ec2: AssetInfo | Unset
    ec2_mssql: AssetInfo | Unset
    installed_template_version: str | Unset
    rds: AssetInfo | Unset
    s3: AssetInfo | Unset
    warm_tier_protect: WarmTierProtect | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        asset_types_enabled: list[str] | Unset = UNSET,
        dynamodb: AssetInfo | Unset = UNSET,
        ebs: AssetInfo | Unset = UNSET,
        ec2: AssetInfo | Unset = UNSET,
        ec2_mssql: AssetInfo | Unset = UNSET,
        installed_template_version: str | Unset = UNSET,
        rds: AssetInfo | Unset = UNSET,
        s3: AssetInfo | Unset = UNSET,
        warm_tier_protect: WarmTierProtect | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.asset_types_enabled = asset_types_enabled
        self.dynamodb = dynamodb
        self.ebs = ebs
        self.ec2 = ec2
        self.ec2_mssql = ec2_mssql
        self.installed_template_version = installed_template_version
        self.rds = rds
        self.s3 = s3
        self.warm_tier_protect = warm_tier_protect
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(ConnectionGroupConfig)
        value: Any
        inner: Any
        missed = 0
        made.asset_types_enabled = value = received.get("asset_types_enabled", UNSET)
        if value.__class__ is list:
            for item in value:
                if item.__class__ is not str:
                    missed += made._accept("asset_types_enabled", value)
                    break
        else:
            missed += value is UNSET or made._accept("asset_types_enabled", value)
        made.dynamodb = value = received.get("dynamodb", UNSET)
        if value.__class__ is dict:
            made.dynamodb = inner = new(AssetInfo)
            inner.installed_template_version = value.get("installed_template_version", UNSET)
            inner._rest = None
            if not (len(value) == 1 and inner.installed_template_version.__class__ is str):
                made.dynamodb = AssetInfo._read(value)
        else:
            missed += value is UNSET or made._accept("dynamodb", value)
        made.ebs = value = received.get("ebs", UNSET)
        if value.__class__ is dict:
            made.ebs = inner = new(AssetInfo)
            inner.installed_template_version = value.get("installed_template_version", UNSET)
            inner._rest = None
            if not (len(value) == 1 and inner.installed_template_version.__class__ is str):
                made.ebs = AssetInfo._read(value)
        else:
            missed += value is UNSET or made._accept("ebs", value)
        made.ec2 = value = received.get("ec2", UNSET)
        if value.__class__ is dict:
            made.ec2 = inner = new(AssetInfo)
            inner.installed_template_version = value.get("installed_template_version", UNSET)
            inner._rest = None
            if not (len(value) == 1 and inner.installed_template_version.__class__ is str):
                made.ec2 = AssetInfo._read(value)
        else:
            missed += value is UNSET or made._accept("ec2", value)
        made.ec2_mssql = value = received.get("ec2_mssql", UNSET)
        if value.__class__ is dict:
            made.ec2_mssql = inner = new(AssetInfo)
            inner.installed_template_version = value.get("installed_template_version", UNSET)
            inner._rest = None
            if not (len(value) == 1 and inner.installed_template_version.__class__ is str):
                made.ec2_mssql = AssetInfo._read(value)
        else:
            missed += value is UNSET or made._accept("ec2_mssql", value)
        made.installed_template_version = value = received.get("installed_template_version", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("installed_template_version", value)
        made.rds = value = received.get("rds", UNSET)
        if value.__class__ is dict:
            made.rds = inner = new(AssetInfo)
            inner.installed_template_version = value.get("installed_template_version", UNSET)
            inner._rest = None
            if not (len(value) == 1 and inner.installed_template_version.__class__ is str):
                made.rds = AssetInfo._read(value)
        else:
            missed += value is UNSET or made._accept("rds", value)
        made.s3 = value = received.get("s3", UNSET)
        if value.__class__ is dict:
            made.s3 = inner = new(AssetInfo)
            inner.installed_template_version = value.get("installed_template_version", UNSET)
            inner._rest = None
            if not (len(value) == 1 and inner.installed_template_version.__class__ is str):
                made.s3 = AssetInfo._read(value)
        else:
            missed += value is UNSET or made._accept("s3", value)
        made.warm_tier_protect = value = received.get("warm_tier_protect", UNSET)
        if value.__class__ is dict:
            made.warm_tier_protect = WarmTierProtect._read(value)
        else:
            missed += value is UNSET or made._accept("warm_tier_protect", value)
        made._rest = None
        if len(received) + missed != 9:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "asset_types_enabled": parsing.list_of(parsing.string),
            "dynamodb": AssetInfo.from_dict,
            "ebs": AssetInfo.from_dict,
            "ec2": AssetInfo.from_dict,
            "ec2_mssql": AssetInfo.from_dict,
            "installed_template_version": parsing.string,
            "rds": AssetInfo.from_dict,
            "s3": AssetInfo.from_dict,
            "warm_tier_protect": WarmTierProtect.from_dict,
        }


from ..models.asset_info import AssetInfo
from ..models.warm_tier_protect import WarmTierProtect
