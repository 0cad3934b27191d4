from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from ..model import Model, define, new


@define(init=False)
class ConnectionGroupEmbedded(Model):
    """Related resources that were requested with `embed`."""

    __match_args__ = __slots__ = ()
    _names = {}

    additional_properties: dict[str, Any]

    def __init__(
        self,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(ConnectionGroupEmbedded)
        made._rest = None
        if len(received) != 0:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {}
