"""Ways to read an update's body otherwise than the page says."""

from collections.abc import Callable
from typing import Any

from clumio_sandbox.errors import invalid
from clumio_sandbox.group import Group

BodyHook = Callable[[Any, Group], Any]
Condition = Callable[[dict[str, Any]], bool]


def stand_in(field: str, when: Callable[[Any], bool], value: Any) -> BodyHook:
    """Take `value` for a field whose value meets `when`; of a missing field that is None."""

    def hook(body: Any, _group: Group) -> Any:
        return {**body, field: value} if isinstance(body, dict) and when(body.get(field)) else body

    return hook


def stand_in_for_missing(field: str, value: Any) -> BodyHook:
    """Take `value` for a field that is not there."""

    def hook(body: Any, _group: Group) -> Any:
        return {field: value, **body} if isinstance(body, dict) else body

    return hook


def each(field: str, change: Callable[[Any], Any]) -> BodyHook:
    """Take what `change` makes of each item of an array; items that become None are left out."""

    def hook(body: Any, _group: Group) -> Any:
        if not isinstance(body, dict) or not isinstance(body.get(field), list):
            return body
        return {**body, field: [new for item in body[field] if (new := change(item)) is not None]}

    return hook


def refuse(field: str, when: Condition) -> BodyHook:
    """Refuse a body that meets `when`, and blame a field."""

    def hook(body: Any, _group: Group) -> Any:
        if isinstance(body, dict) and when(body):
            raise invalid(field, "not accepted")
        return body

    return hook
