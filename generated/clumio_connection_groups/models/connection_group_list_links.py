from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..types import UNSET, Unset


@define(init=False)
class ConnectionGroupListLinks(Model):
    """Addresses of a page of connection groups and of its neighbours.

    Attributes:
        self_ (Link | Unset): This page.
        first (Link | Unset): The first page.
        next_ (Link | None | Unset): The next page; null or absent on the last one.
        create_aws_connection_group (Link | Unset): Where a connection group is created.
    """

    __match_args__ = __slots__ = (
        "self_",
        "first",
        "next_",
        "create_aws_connection_group",
    )
    _names = {
        "_self": "self_",
        "_first": "first",
        "_next": "next_",
        "create-aws-connection-group": "create_aws_connection_group",
    }

    self_: Link | Unset
    first: Link | Unset
    next_: Link | None | Unset
    create_aws_connection_group: Link | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        self_: Link | Unset = UNSET,
        first: Link | Unset = UNSET,
        next_: Link | None | Unset = UNSET,
        create_aws_connection_group: Link | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.self_ = self_
        self.first = first
        self.next_ = next_
        self.create_aws_connection_group = create_aws_connection_group
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(ConnectionGroupListLinks)
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
        made.first = value = received.get("_first", UNSET)
        if value.__class__ is dict:
            made.first = inner = new(Link)
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
                made.first = Link._read(value)
        else:
            missed += value is UNSET or made._accept("_first", value)
        made.next_ = value = received.get("_next", UNSET)
        if value.__class__ is dict:
            made.next_ = inner = new(Link)
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
                made.next_ = Link._read(value)
        elif value is not None:
            missed += value is UNSET or made._accept("_next", value)
        made.create_aws_connection_group = value = received.get("create-aws-connection-group", UNSET)
        if value.__class__ is dict:
            made.create_aws_connection_group = inner = new(Link)
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
                made.create_aws_connection_group = Link._read(value)
        else:
            missed += value is UNSET or made._accept("create-aws-connection-group", value)
        made._rest = None
        if len(received) + missed != 4:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "_self": Link.from_dict,
            "_first": Link.from_dict,
            "_next": parsing.nullable(Link.from_dict),
            "create-aws-connection-group": Link.from_dict,
        }


from ..models.link import Link
