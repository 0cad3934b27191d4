"""The base of the models: what all of them do. A model itself has only its fields, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from functools import cache
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, ClassVar, Self

from . import parsing
from .types import UNSET

if TYPE_CHECKING:
    from attrs import define as define  # noqa: PLC0414 - the models import it from here
else:

    def define(**_):
        """Leave a class as it is: to let attrs write its methods takes most of the time of an import."""
        return lambda model: model


new: Any = object.__new__


class _Attributes:
    """The attributes of a model as attrs knows them, made when they are first asked for."""

    def __get__(self, _: object, owner: type[Model]) -> Any:
        import attrs  # noqa: PLC0415 - few programs ask, and its import takes time

        model: Any = next((base for base in owner.__mro__ if "_names" in vars(base)), None)
        if model is None:
            raise AttributeError(f"{owner.__name__} has no fields")
        types, names = model.__annotations__, model.__match_args__
        shown = vars(model).get("_reprs", {})
        defaults = dict(zip(reversed(names), reversed(model.__init__.__defaults__ or ()), strict=False))
        fields: dict[str, Any] = {
            name: attrs.field(
                default=defaults.get(name, attrs.NOTHING),
                type=types[name],
                alias=name,
                repr=shown.get(name, True),
            )
            for name in names
        }
        fields["additional_properties"] = attrs.field(
            factory=dict, kw_only=True, type=types["additional_properties"], repr=parsing.names
        )
        made = attrs.make_class(model.__name__, fields, init=False, repr=False, eq=False)
        model.__attrs_attrs__ = attrs.fields(made)
        return model.__attrs_attrs__


class Model:
    """A JSON object with documented fields.

    Attributes:
        additional_properties: The received values that are not as documented, by the name of the field.
    """

    if TYPE_CHECKING:
        additional_properties: dict[str, Any]
        _rest: dict[str, Any] | None
        _names: ClassVar[Mapping[str, str]]
        """The attribute of each field."""
        _required: ClassVar[tuple[str, ...]]
        """The fields that an object must have."""
        _tags: ClassVar[Mapping[str, Collection[str]]]
        """Values of fields that only this one of several models has."""
        _wanted: ClassVar[tuple[str, ...]]
        """The fields by which this one of several models is known, if they are there."""
        _reprs: ClassVar[Mapping[str, Callable[[object], str]]]
        """How the repr shows an attribute that may be secret."""
        __match_args__: ClassVar[tuple[str, ...]]
    else:  # without annotations, so that the type hints of a model are those of its fields
        __slots__ = ("__weakref__", "_rest")
        __attrs_attrs__ = _Attributes()
        _required = ()
        _tags = {}
        _wanted = ()
        _reprs = {}

        @property
        def additional_properties(self) -> dict[str, Any]:
            """Make the dict when it is first asked for: few models have one, and each takes time."""
            if self._rest is None:
                self._rest = {}
            return self._rest

        @additional_properties.setter
        def additional_properties(self, values: dict[str, Any]) -> None:
            self._rest = values

    @staticmethod
    def _read(received: Mapping[str, Any]) -> Any:
        """Make a model; the fields that it requires may be missing."""
        raise NotImplementedError

    @staticmethod
    @cache
    def _parsers() -> Mapping[str, Callable[[Any], Any]]:
        """The functions that read each field; `_read` leaves to them what it does not expect."""
        raise NotImplementedError

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Make a model from a decoded JSON object.

        A field whose value is not as documented stays unset; `additional_properties` has the received value.

        Raises:
            parsing.NotDocumented: `src_dict` is not an object, is nested too deeply, or a required field is
                missing or not as documented.
        """
        if not isinstance(src_dict, Mapping):
            raise parsing.NotDocumented(f"expected an object, got {parsing.json_type(src_dict)}")
        try:
            made = cls._read(src_dict)
        except RecursionError as error:
            raise parsing.NotDocumented("an object that is nested too deeply") from error
        for name in cls._required:
            if name not in src_dict:
                raise parsing.NotDocumented(f"{name}: missing")
            if name in made:
                got = parsing.json_type(src_dict[name])
                raise parsing.NotDocumented(f"{name}: {got} that is not as documented")
        return made if made.__class__ is cls else cls._of(made)

    @classmethod
    def _of(cls, made: Model) -> Self:
        """Make the same model of a subclass, which may have a constructor of its own."""
        model = cls(**{attribute: getattr(made, attribute) for attribute in made._names.values()})
        model.additional_properties = made.additional_properties
        return model

    def _accept(self, name: str, value: object) -> bool:
        """Set an attribute to what is documented of a value; return whether something is left of it."""
        read: Any = UNSET
        is_left = True
        try:
            read = self._parsers()[name](value)
            is_left = False
        except parsing.Incomplete as error:
            read = error.items
        except ValueError:
            pass
        setattr(self, self._names[name], read)
        return is_left

    def _keep(self, received: Mapping[str, Any]) -> None:
        """Keep the values that no attribute has, and the lists of which an attribute has only a part."""
        self._rest = {
            name: value for name, value in received.items() if not self._has(self._names.get(name), value)
        }

    def _has(self, attribute: str | None, value: object) -> bool:
        read: Any = UNSET if attribute is None else getattr(self, attribute)
        return read is not UNSET and not (isinstance(value, list) and len(read) != len(value))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object; of a list that was read, all items, until the attribute changes."""
        rest = self._rest or {}
        written = {name: _json(value) for name, value in rest.items()}
        for name, attribute in self._names.items():
            value = getattr(self, attribute)
            if name in rest and self._is_as_read(name, rest[name], value):
                continue
            if value is not UNSET:
                written[name] = value if value.__class__ is str else _json(value)
            elif name in rest:
                del written[name]
        return written

    def _is_as_read(self, name: str, received: object, value: object) -> bool:
        """Whether an attribute has what was read of the value that is kept."""
        try:
            self._parsers()[name](received)
        except parsing.Incomplete as error:
            return bool(error.items == value)
        except ValueError:
            pass
        return value is UNSET

    @property
    def additional_keys(self) -> list[str]:
        """The names of the fields that are not as documented."""
        return list(self._rest or ())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in (self._rest or ())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or other.__class__ is not self.__class__:
            return NotImplemented
        return self.__getstate__() == other.__getstate__()

    __hash__ = None  # type: ignore[assignment]  # a model can be changed

    @recursive_repr("...")
    def __repr__(self) -> str:
        shown = [
            f"{name}={self._reprs.get(name, repr)(getattr(self, name))}" for name in self._names.values()
        ]
        rest = f"additional_properties={parsing.names(self.additional_properties)}"
        return f"{self.__class__.__qualname__}({', '.join([*shown, rest])})"

    def __getstate__(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__match_args__}
        return {**getattr(self, "__dict__", {}), **values, "additional_properties": {**(self._rest or {})}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def __copy__(self) -> Self:
        made: Self = new(self.__class__)
        made.__setstate__(self.__getstate__())
        return made

    def __replace__(self, **changes: Any) -> Self:
        import attrs  # noqa: PLC0415 - as above: few programs ask

        return attrs.evolve(self, **changes)  # type: ignore[misc]  # mypy takes only decorated classes


def _json(value: Any) -> Any:
    """Return the JSON of a value; strings are accepted for the members of an enum, as is any other value."""
    if isinstance(value, (list, tuple)):
        return [item if item.__class__ is str else _json(item) for item in value]
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, dict):
        return {name: _json(item) for name, item in value.items()}
    return value.value if isinstance(value, Enum) else value
