from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..models.asset_type import AssetType
from ..types import UNSET, Unset


@define(init=False)
class CreateConnectionGroupRequest(Model):
    """The connection group to create.

    Attributes:
        account_native_id (str): The AWS account to connect.
        asset_types (list[AssetType]): The asset types to connect through the group.
        aws_regions (list[str]): The AWS regions to cover.
        master_aws_account_id (str): The AWS account that holds the group's stack.
        master_region (str): The AWS region that holds the group's stack.
        asset_types_enabled (list[AssetType] | None | Unset): Deprecated. Use `asset_types`.
        description (None | str | Unset): A free text about the group.
        organizational_unit_id (None | str | Unset): The organizational unit that the group belongs to.
    """

    __match_args__ = __slots__ = (
        "account_native_id",
        "asset_types",
        "aws_regions",
        "master_aws_account_id",
        "master_region",
        "asset_types_enabled",
        "description",
        "organizational_unit_id",
    )
    _names = {
        "account_native_id": "account_native_id",
        "asset_types": "asset_types",
        "aws_regions": "aws_regions",
        "master_aws_account_id": "master_aws_account_id",
        "master_region": "master_region",
        "asset_types_enabled": "asset_types_enabled",
        "description": "description",
        "organizational_unit_id": "organizational_unit_id",
    }
    _required = (
        "account_native_id",
        "asset_types",
        "aws_regions",
        "master_aws_account_id",
        "master_region",
    )

    account_native_id: str
    asset_types: list[AssetType]
    aws_regions: list[str]
    master_aws_account_id: str
    master_region: str
    asset_types_enabled: list[AssetType] | None | Unset
    description: None | str | Unset
    organizational_unit_id: None | str | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        account_native_id: str,
        asset_types: list[AssetType],
        aws_regions: list[str],
        master_aws_account_id: str,
        master_region: str,
        asset_types_enabled: list[AssetType] | None | Unset = UNSET,
        description: None | str | Unset = UNSET,
        organizational_unit_id: None | str | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.account_native_id = account_native_id
        self.asset_types = asset_types
        self.aws_regions = aws_regions
        self.master_aws_account_id = master_aws_account_id
        self.master_region = master_region
        self.asset_types_enabled = asset_types_enabled
        self.description = description
        self.organizational_unit_id = organizational_unit_id
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(CreateConnectionGroupRequest)
        value: Any
        inner: Any
        missed = 0
        made.account_native_id = value = received.get("account_native_id", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("account_native_id", value)
        made.asset_types = value = received.get("asset_types", UNSET)
        if value.__class__ is list:
            try:
                made.asset_types = [_AssetType[item] for item in value]
            except (KeyError, TypeError):
                missed += made._accept("asset_types", value)
        else:
            missed += value is UNSET or made._accept("asset_types", value)
        made.aws_regions = value = received.get("aws_regions", UNSET)
        if value.__class__ is list:
            for item in value:
                if item.__class__ is not str:
                    missed += made._accept("aws_regions", value)
                    break
        else:
            missed += value is UNSET or made._accept("aws_regions", value)
        made.master_aws_account_id = value = received.get("master_aws_account_id", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("master_aws_account_id", value)
        made.master_region = value = received.get("master_region", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("master_region", value)
        made.asset_types_enabled = value = received.get("asset_types_enabled", UNSET)
        if value.__class__ is list:
            try:
                made.asset_types_enabled = [_AssetType[item] for item in value]
            except (KeyError, TypeError):
                missed += made._accept("asset_types_enabled", value)
        elif value is not None:
            missed += value is UNSET or made._accept("asset_types_enabled", value)
        made.description = value = received.get("description", UNSET)
        if value is not None and not value.__class__ is str:
            missed += value is UNSET or made._accept("description", value)
        made.organizational_unit_id = value = received.get("organizational_unit_id", UNSET)
        if value is not None and not value.__class__ is str:
            missed += value is UNSET or made._accept("organizational_unit_id", value)
        made._rest = None
        if len(received) + missed != 8:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "account_native_id": parsing.string,
            "asset_types": parsing.list_of(parsing.member_of(AssetType)),
            "aws_regions": parsing.list_of(parsing.string),
            "master_aws_account_id": parsing.string,
            "master_region": parsing.string,
            "asset_types_enabled": parsing.nullable(parsing.list_of(parsing.member_of(AssetType))),
            "description": parsing.nullable(parsing.string),
            "organizational_unit_id": parsing.nullable(parsing.string),
        }


_AssetType = parsing.members_of(AssetType)
