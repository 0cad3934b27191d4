from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..types import UNSET, Unset


@define(init=False)
class WarmTierProtect(Model):
    """What is installed for warm-tier protection.

    Attributes:
        dynamodb (AssetInfo | Unset): What is installed for DynamoDB.
        installed_template_version (str | Unset): The version of the installed template.
    """

    __match_args__ = __slots__ = (
        "dynamodb",
        "installed_template_version",
    )
    _names = {
        "dynamodb": "dynamodb",
        "installed_template_version": "installed_template_version",
    }

    dynamodb: AssetInfo | Unset
    installed_template_version: str | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        dynamodb: AssetInfo | Unset = UNSET,
        installed_template_version: str | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.dynamodb = dynamodb
        self.installed_template_version = installed_template_version
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(WarmTierProtect)
        value: Any
        inner: Any
        missed = 0
        made.dynamodb = value = received.get("dynamodb", UNSET)
        if value.__class__ is dict:
            made.dynamodb = inner = new(AssetInfo)
            inner.installed_template_version = value.get("installed_template_version", UNSET)
            inner._rest = None
            if not (len(value) == 1 and inner.installed_template_version.__class__ is str):
                made.dynamodb = AssetInfo._read(value)
        else:
            missed += value is UNSET or made._accept("dynamodb", value)
        made.installed_template_version = value = received.get("installed_template_version", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("installed_template_version", value)
        made._rest = None
        if len(received) + missed != 2:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "dynamodb": AssetInfo.from_dict,
            "installed_template_version": parsing.string,
        }


from ..models.asset_info import AssetInfo
