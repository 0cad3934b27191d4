from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .. import parsing
from ..model import Model, define, new
from ..types import UNSET, Unset


@define(init=False)
class ErrorResponse(Model):
    """Why a request was refused or failed.

    Attributes:
        errors (list[ErrorDetail] | Unset): What went wrong.
    """

    __match_args__ = __slots__ = ("errors",)
    _names = {
        "errors": "errors",
    }

    errors: list[ErrorDetail] | Unset
    additional_properties: dict[str, Any]

    def __init__(
        self,
        errors: list[ErrorDetail] | Unset = UNSET,
        *,
        additional_properties: dict[str, Any] | None = None,
    ) -> None:
        self.errors = errors
        self.additional_properties = {**(additional_properties or {})}

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        made = new(ErrorResponse)
        value: Any
        inner: Any
        missed = 0
        made.errors = value = received.get("errors", UNSET)
        if value.__class__ is list:
            made.errors = items = [ErrorDetail._read(item) for item in value if isinstance(item, dict)]
            missed += len(items) != len(value)
        else:
            missed += value is UNSET or made._accept("errors", value)
        made._rest = None
        if len(received) + missed != 1:
            made._keep(received)
        return made

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        return {
            "errors": parsing.list_of(ErrorDetail.from_dict),
        }


from ..models.error_detail import ErrorDetail
