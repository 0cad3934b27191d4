"""A model has exactly what the types of its fields say, and keeps everything else."""

import copy
from enum import Enum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hostile_answers import GROUP
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clumio_connection_groups import models
from clumio_connection_groups.model import Model
from clumio_connection_groups.types import UNSET, Unset

MODELS = [
    model
    for name in models.__all__
    if isinstance(model := getattr(models, name), type) and issubclass(model, Model) and not model._required
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
NAMES = st.sampled_from([*GROUP, *GROUP["config"], "items", "errors", "error_code", "_embedded", "x"])
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=5)
# The machine may be busy.
NO_DEADLINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def documented(hint: Any) -> st.SearchStrategy[Any]:
    """JSON that is as documented, or nearly so."""
    if hint in (Any, Unset):
        return JSON
    if isinstance(hint, UnionType):
        return st.one_of([documented(inner) for inner in get_args(hint)])
    if get_origin(hint) is list:
        return st.lists(documented(*get_args(hint)) | SCALARS, max_size=3)
    if issubclass(hint, Model):
        return st.deferred(lambda: objects(hint))
    if issubclass(hint, Enum):
        return st.sampled_from(["paused", "", *(member.value for member in hint)])
    return {
        str: st.text(),
        int: st.integers() | st.floats(allow_nan=False),
        bool: st.booleans(),
        NoneType: st.none(),
    }[hint]


def objects(model: type[Model]) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects with the fields of a model, as documented or not, and with others."""
    hints = get_type_hints(model)
    fields = {
        name: documented(hints[attribute]) | documented(hints[attribute]) | JSON
        for name, attribute in model._names.items()
    }
    return st.fixed_dictionaries({}, optional={**fields, "x": JSON})


def read(hint: Any, value: Any) -> Any:
    """The documented part of a value, by the type hint alone; UNSET if there is none."""
    if hint is Any:
        return value
    if isinstance(hint, UnionType):
        found = [read(inner, value) for inner in get_args(hint) if inner is not Unset]
        return next((one for one in found if one is not UNSET), UNSET)
    if get_origin(hint) is list:
        (inner,) = get_args(hint)
        items = [read(inner, item) for item in value] if isinstance(value, list) else UNSET
        return items and [item for item in items if item is not UNSET]
    if issubclass(hint, Model):
        return hint.from_dict(value) if isinstance(value, dict) else UNSET
    if issubclass(hint, Enum):
        return hint(value) if isinstance(value, str) else UNSET
    if hint is int and isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is hint else UNSET


@NO_DEADLINE
@given(st.data(), st.sampled_from(MODELS))
def test_a_model_has_what_its_types_say_and_keeps_the_rest(data: st.DataObject, model: type[Model]) -> None:
    """Any JSON object: each attribute has the documented part of its value, and nothing else is lost."""
    body = data.draw(objects(model))
    received = copy.deepcopy(body)
    made = model.from_dict(body)
    hints = get_type_hints(model)
    attributes = {
        name: read(hints[attribute], body[name]) if name in body else UNSET
        for name, attribute in model._names.items()
    }
    kept = {
        name: value
        for name, value in body.items()
        if (got := attributes.get(name, UNSET)) is UNSET or (isinstance(got, list) and len(got) != len(value))
    }
    for name, attribute in model._names.items():
        value = getattr(made, attribute)
        assert (type(value), value) == (type(attributes[name]), attributes[name])
    assert made.additional_properties == kept
    assert made.to_dict() == body == received
    assert made.from_dict(made.to_dict()) == made


@NO_DEADLINE
@given(body=st.dictionaries(NAMES, JSON), model=st.sampled_from(MODELS))
def test_any_object_becomes_a_model_and_is_written_back(body: dict[str, Any], model: type[Model]) -> None:
    """Any JSON object, with documented names at random places."""
    assert model.from_dict(body).to_dict() == body
