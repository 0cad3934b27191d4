from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from ..model import Model, define, new
from ..types import UNSET, Unset


@define(init=False)
class ConnectionGroupLinks(Model):
    """Addresses of a connection group and of what belongs to it.

    Attributes:
        self_ (Link | Unset): This group.
        read_organizational_unit (Link | Unset): The organizational unit of the group.
    """

    __match_args__ = __slots__ = (
        "self_",
        "read_organizational_unit",
    )
    _names = {
        "_self": "self_",
        "read-organizational-unit": "read_organizational_unit",
    }

    self_: Link | Unset
    read_organizational_unit: Link | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        self_: Link | Unset = UNSET,
        read_organizational_unit: Link | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.self_ = self_
        self.read_organizational_unit = read_organizational_unit
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(ConnectionGroupLinks)
        value: Any
        inner: Any
        missed = 0
        made.self_ = value = received.get("_self", UNSET)
        if value.__class__ is dict:
            made.self_ = inner = new(Link)
            inner.href = value.get("href", UNSET)
            inner.templated = value.get("templated", UNSET)
            inner.type_ = value.get("type", UNSET)
            inner._rest = None
            if not (
                len(value) == 3
                and inner.href.__class__ is str
                and inner.templated.__class__ is bool
                and inner.type_.__class__ is str
            ):
                made.self_ = Link._read(value)
        else:
            missed += value is UNSET or made._accept("_self", value)
        made.read_organizational_unit = value = received.get("read-organizational-unit", UNSET)
        if value.__class__ is dict:
            made.read_organizational_unit = inner = new(Link)
            inner.href = value.get("href", UNSET)
            inner.templated = value.get("templated", UNSET)
            inner.type_ = value.get("type", UNSET)
            inner._rest = None
            if not (
                len(value) == 3
                and inner.href.__class__ is str
                and inner.templated.__class__ is bool
                and inner.type_.__class__ is str
            ):
                made.read_organizational_unit = Link._read(value)
        else:
            missed += value is UNSET or made._accept("read-organizational-unit", value)
        made._rest = None
        if len(received) + missed != 2:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "_self": Link.from_dict,
            "read-organizational-unit": Link.from_dict,
        }


from ..models.link import Link
