"""Turns answers into models: documented values become attributes, everything else is kept as received."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from .types import File, Unset

if TYPE_CHECKING:
    from .model import Model

T = TypeVar("T")
E = TypeVar("E", bound=Enum)


class NotDocumented(ValueError):  # noqa: N818 - it describes the value; callers see MalformedResponse
    """A value is not what the specification says."""


class Incomplete(NotDocumented):
    """Some items of a list are not as documented; `items` are the others."""

    def __init__(self, items: list[Any]) -> None:
        super().__init__("a list with items that are not documented")
        self.items = items


def anything(value: Any) -> Any:
    """Return any value."""
    return value


def string(value: object) -> str:
    """Return a string."""
    if isinstance(value, str):
        return value
    raise NotDocumented(f"expected a string, got {json_type(value)}")


def boolean(value: object) -> bool:
    """Return a boolean."""
    if isinstance(value, bool):
        return value
    raise NotDocumented(f"expected a boolean, got {json_type(value)}")


def integer(value: object) -> int:
    """Return an integer; in JSON, 1.0 is an integer."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise NotDocumented(f"expected an integer, got {json_type(value)}")


def number(value: object) -> float:
    """Return a number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise NotDocumented(f"expected a number, got {json_type(value)}")


def null(value: object) -> None:
    """Return null."""
    if value is not None:
        raise NotDocumented(f"expected null, got {json_type(value)}")


def file(value: object) -> File:
    """Return a file of a body, which no JSON has."""
    if isinstance(value, File):
        return value
    raise NotDocumented(f"expected a file, got {json_type(value)}")


def nullable(parse: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """Make a function that returns null, or the result of `parse` for another value."""

    def parse_nullable(value: object) -> T | None:
        return None if value is None else parse(value)

    return parse_nullable


def members_of(enum: type[E]) -> dict[Any, E]:
    """Return the documented members of an enum by value; a dict is faster than a call of the enum."""
    return {member.value: member for member in enum}


def member_of(enum: type[E]) -> Callable[[Any], E]:
    """Make a function that returns the member of an enum."""
    members = members_of(enum)

    def parse_member(value: Any) -> E:
        if isinstance(value, bool):  # in Python, true is 1
            raise NotDocumented("expected a member of an enum, got a boolean")
        return members.get(value) or enum(value) if isinstance(value, str) else enum(value)

    return parse_member


def member_of_one(*enums: type[Enum]) -> Callable[[Any], Enum]:
    """Make a function that returns the documented member of one of several enums, and no other value."""
    members = {value: member for enum in reversed(enums) for value, member in members_of(enum).items()}

    def parse_member(value: Any) -> Enum:
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value in members:
            return members[value]
        raise NotDocumented(f"expected a documented member of an enum, got {json_type(value)}")

    return parse_member


def model_of(*models: "type[Model]") -> Callable[[Any], Any]:
    """Make a function that reads an object as the one of several models that it fits best."""

    def parse_model(value: object) -> Any:
        if not isinstance(value, dict):
            raise NotDocumented(f"expected an object, got {json_type(value)}")
        return max(models, key=lambda model: _fit(model, value)).from_dict(value)

    return parse_model


def _fit(model: "type[Model]", received: Mapping[str, Any]) -> tuple[bool, int, int]:
    """How well an object fits a model: by the values that only this model has, and by its fields."""
    others = any(name in received and received[name] not in values for name, values in model._tags.items())
    known = sum(name in model._names for name in received)
    missing = sum(name not in received for name in model._wanted)
    return not others, known, -missing


def list_of(parse: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    """Make a function that returns a list whose items `parse` reads."""

    def parse_list(value: object) -> list[T]:
        if not isinstance(value, list):
            raise NotDocumented(f"expected a list, got {json_type(value)}")
        items: list[T] = []
        for item in value:
            with suppress(ValueError):
                items.append(parse(item))
        if len(items) != len(value):
            raise Incomplete(items)
        return items

    return parse_list


class OneOf(Generic[T]):
    """Returns the result of the first of `parsers` that accepts a value."""

    def __init__(self, *parsers: Callable[[Any], Any]) -> None:
        self._parsers = parsers

    def __call__(self, value: object) -> T:
        """Return the result for a value."""
        refusals: list[ValueError] = []
        for parse in self._parsers:
            try:
                return cast(T, parse(value))
            except ValueError as error:
                refusals.append(error)
        raise next((error for error in refusals if isinstance(error, Incomplete)), refusals[-1])


def json_type(value: object) -> str:
    """Name the JSON type of a value."""
    names = (
        (bool, "a boolean"),
        (int, "an integer"),
        (float, "a number"),
        (str, "a string"),
        (list, "a list"),
        (type(None), "null"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "an object")


def hidden(value: object) -> str:
    """The text of a secret in a repr."""
    return repr(value) if isinstance(value, Unset) else "'***'"


def without_query(value: object) -> str:
    """The text of an address in a repr: without its query, which may hold a signature."""
    if not isinstance(value, str):
        return repr(value)
    address, mark, _ = value.partition("?")
    return repr(address + mark + ("***" if mark else ""))


def names(values: Mapping[str, object]) -> str:
    """The text of undocumented fields in a repr: without their values, which may be secret."""
    return "{" + ", ".join(f"{name!r}: ..." for name in sorted(values)) + "}"
