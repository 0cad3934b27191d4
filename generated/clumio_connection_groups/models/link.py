from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..types import UNSET, Unset


@define(init=False)
class Link(Model):
    """The address of a resource.

    Attributes:
        href (str | Unset): The URI, or a URI template.
        templated (bool | Unset): Whether `href` is a URI template.
        type_ (str | Unset): The HTTP method to use.
    """

    __match_args__ = __slots__ = (
        "href",
        "templated",
        "type_",
    )
    _names = {
        "href": "href",
        "templated": "templated",
        "type": "type_",
    }

    href: str | Unset
    templated: bool | Unset
    type_: str | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        href: str | Unset = UNSET,
        templated: bool | Unset = UNSET,
        type_: str | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.href = href
        self.templated = templated
        self.type_ = type_
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(Link)
        value: Any
        inner: Any
        missed = 0
        made.href = value = received.get("href", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("href", value)
        made.templated = value = received.get("templated", UNSET)
        if not value.__class__ is bool:
            missed += value is UNSET or made._accept("templated", value)
        made.type_ = value = received.get("type", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("type", value)
        made._rest = None
        if len(received) + missed != 3:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "href": parsing.string,
            "templated": parsing.boolean,
            "type": parsing.string,
        }
