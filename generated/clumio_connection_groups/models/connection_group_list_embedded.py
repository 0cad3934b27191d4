from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..types import UNSET, Unset


@define(init=False)
class ConnectionGroupListEmbedded(Model):
    """The groups of this page.

    Attributes:
        items (list[ConnectionGroup] | Unset): The groups, in a stable order.
    """

    __match_args__ = __slots__ = ("items",)
    _names = {
        "items": "items",
    }

    items: list[ConnectionGroup] | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        items: list[ConnectionGroup] | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.items = items
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(ConnectionGroupListEmbedded)
        value: Any
        inner: Any
        missed = 0
        made.items = value = received.get("items", UNSET)
        if value.__class__ is list:
            made.items = items = [ConnectionGroup._read(item) for item in value if isinstance(item, dict)]
            missed += len(items) != len(value)
        else:
            missed += value is UNSET or made._accept("items", value)
        made._rest = None
        if len(received) + missed != 1:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "items": parsing.list_of(ConnectionGroup.from_dict),
        }


from ..models.connection_group import ConnectionGroup
