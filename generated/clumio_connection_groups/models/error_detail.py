from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..types import UNSET, Unset


@define(init=False)
class ErrorDetail(Model):
    """One thing that went wrong.

    Attributes:
        error_code (int | Unset): The vendor's number of the error, an unsigned 32-bit integer.
        error_message (str | Unset): The reason, for a person.
    """

    __match_args__ = __slots__ = (
        "error_code",
        "error_message",
    )
    _names = {
        "error_code": "error_code",
        "error_message": "error_message",
    }

    error_code: int | Unset
    error_message: str | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        error_code: int | Unset = UNSET,
        error_message: str | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(ErrorDetail)
        value: Any
        inner: Any
        missed = 0
        made.error_code = value = received.get("error_code", UNSET)
        if not value.__class__ is int:
            missed += value is UNSET or made._accept("error_code", value)
        made.error_message = value = received.get("error_message", UNSET)
        if not value.__class__ is str:
            missed += value is UNSET or made._accept("error_message", value)
        made._rest = None
        if len(received) + missed != 2:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "error_code": parsing.integer,
            "error_message": parsing.string,
        }
