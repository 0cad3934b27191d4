from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..models.asset_type import AssetType
from ..types import UNSET, Unset


@define(init=False)
class UpdateConnectionGroupRequest(Model):
    """The requested values of a connection group.

    Attributes:
        asset_types (list[AssetType]): The asset types to connect through the group.
        aws_regions (list[str]): The AWS regions to cover.
        asset_types_enabled (list[AssetType] | None | Unset): Deprecated. Use `asset_types`.
        description (None | str | Unset): A free text about the group.
    """

    __match_args__ = __slots__ = (
        "asset_types",
        "aws_regions",
        "asset_types_enabled",
        "description",
    )
    _names = {
        "asset_types": "asset_types",
        "aws_regions": "aws_regions",
        "asset_types_enabled": "asset_types_enabled",
        "description": "description",
    }
    _required = (
        "asset_types",
        "aws_regions",
    )

    asset_types: list[AssetType]
    aws_regions: list[str]
    asset_types_enabled: list[AssetType] | None | Unset
    description: None | str | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        asset_types: list[AssetType],
        aws_regions: list[str],
        asset_types_enabled: list[AssetType] | None | Unset = UNSET,
        description: None | str | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.asset_types = asset_types
        self.aws_regions = aws_regions
        self.asset_types_enabled = asset_types_enabled
        self.description = description
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(UpdateConnectionGroupRequest)
        value: Any
        inner: Any
        missed = 0
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
        made._rest = None
        if len(received) + missed != 4:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "asset_types": parsing.list_of(parsing.member_of(AssetType)),
            "aws_regions": parsing.list_of(parsing.string),
            "asset_types_enabled": parsing.nullable(parsing.list_of(parsing.member_of(AssetType))),
            "description": parsing.nullable(parsing.string),
        }


_AssetType = parsing.members_of(AssetType)
