"""Models keep every value that they get."""

import copy
import pickle
from contextlib import nullcontext, suppress
from typing import Any

import pytest
from hostile_answers import GROUP
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clumio_connection_groups import AuthenticatedClient, parsing
from clumio_connection_groups.errors import MalformedResponse
from clumio_connection_groups.models import (
    AssetType,
    ConnectionGroup,
    ConnectionGroupList,
    ErrorResponse,
    UpdateConnectionGroupRequest,
)
from clumio_connection_groups.types import UNSET, Response

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
NAMES = st.sampled_from([*GROUP, *GROUP["config"], "items", "errors", "error_code", "_embedded", "x"])
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=5)
# The machine may be busy.
NO_DEADLINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
OBJECTS = st.dictionaries(NAMES, JSON)


@NO_DEADLINE
@given(body=OBJECTS, model=st.sampled_from([ConnectionGroup, ConnectionGroupList, ErrorResponse]))
def test_any_object_becomes_a_model_and_is_written_back(
    body: dict[str, Any], model: type[ConnectionGroup | ConnectionGroupList | ErrorResponse]
) -> None:
    """Any JSON object, with documented names at random places."""
    assert without_refused_items(model.from_dict(body).to_dict()) == without_refused_items(body)


def without_refused_items(value: Any) -> Any:
    """Replace lists: only their documented items are written back."""
    if isinstance(value, dict):
        return {name: without_refused_items(one) for name, one in value.items()}
    return "a list" if isinstance(value, list) else value


@NO_DEADLINE
@given(body=OBJECTS)
def test_a_request_without_its_required_fields_is_refused(body: dict[str, Any]) -> None:
    is_complete = all(isinstance(body.get(name), list) for name in ("asset_types", "aws_regions"))
    refused = (
        nullcontext()
        if is_complete
        else pytest.raises(parsing.NotDocumented, match=r"asset_types|aws_regions")
    )
    with refused, suppress(parsing.Incomplete):
        assert UpdateConnectionGroupRequest.from_dict(body).to_dict().keys() == body.keys()


@pytest.mark.parametrize("value", [[], None, "x", 5, True])
def test_a_value_that_is_not_an_object_is_refused(value: Any) -> None:
    with pytest.raises(parsing.NotDocumented, match="expected an object"):
        ConnectionGroup.from_dict(value)


def test_a_whole_group_is_read_and_written_back() -> None:
    group = ConnectionGroup.from_dict(GROUP)
    assert group.to_dict() == GROUP
    assert group.additional_properties == {}


def pickled(value: Any) -> Any:
    """The value that another process would get."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - the pickle is made here


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_equals_the_original(duplicate: Any) -> None:
    """An unset field stays unset, and an unknown enum value stays the same."""
    group = ConnectionGroup.from_dict({"status": "paused", "asset_types_enabled": ["FSX"], "x": None})
    again = duplicate(group)
    assert again == group
    assert (
        again.to_dict() == group.to_dict() == {"status": "paused", "asset_types_enabled": ["FSX"], "x": None}
    )
    assert again.id is UNSET


def test_an_exception_survives_pickling() -> None:
    response: Response[Any] = Response(502, b"<html>", {"Retry-After": "3"}, None, "the body is not JSON")
    again = pickled(MalformedResponse(response))
    assert (again.status, again.content, again.retry_after) == (502, b"<html>", 3.0)
    assert str(again) == str(MalformedResponse(response))


def test_field_names_are_readable() -> None:
    """No name starts with a prefix or an underscore; a word that Python reserves ends with one."""
    names = [*ConnectionGroup.__annotations__, *ConnectionGroupList.__annotations__]
    assert [name for name in names if name.startswith(("field_", "_"))] == []
    assert {"etag", "links", "embedded"} <= set(names)


def test_docstrings_name_what_is_deprecated() -> None:
    documented = UpdateConnectionGroupRequest.__doc__ or ""
    assert "Deprecated. Use `asset_types`." in documented
    assert "`EBS` is deprecated" in (AssetType.__doc__ or "")


def test_blanks_around_a_token_are_removed() -> None:
    assert AuthenticatedClient(base_url="http://mock.invalid", token=" t\n").token == "t"


def test_only_json_numbers_are_numbers() -> None:
    """1.0 is an integer in JSON; true is not a number, although it is one in Python."""
    assert parsing.integer(1.0) == 1
    assert parsing.number(1) == 1
    for refused in (True, "1", None, 1.5, float("inf"), float("nan")):
        with pytest.raises(parsing.NotDocumented):
            parsing.integer(refused)
    with pytest.raises(parsing.NotDocumented):
        parsing.number(value=True)
