from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..types import UNSET, Unset


@define(init=False)
class AssetInfo(Model):
    """What is installed for one asset type.

    Attributes:
        installed_template_version (str | Unset): The version of the installed template.
    """

    __match_args__ = __slots__ = ("installed_template_version",)
    _names = {
        "installed_template_version": "installed_template_version",
    }

    installed_template_version: str | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        installed_template_version: str | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.installed_template_version = installed_template_version
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(AssetInfo)
        value: Any
        inner: Any
        missed = 0
        made.installed_template_version = value = received.get("installed_template_version", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("installed_template_version", value)
        made._rest = None
        if len(received) + missed != 1:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "installed_template_version": parsing.string,
        }
