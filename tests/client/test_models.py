"""Models keep every value that they get: written, copied, changed."""

import copy
import inspect
import os
import pickle
import subprocess
from pathlib import Path
from typing import Any, get_type_hints

import attrs
import httpx
import pytest
from hostile_answers import GROUP

from clumio_connection_groups import AuthenticatedClient, models, parsing
from clumio_connection_groups.errors import MalformedResponse
from clumio_connection_groups.model import Model
from clumio_connection_groups.models import (
    AssetType,
    ConnectionGroup,
    ConnectionGroupList,
    ErrorResponse,
    UpdateConnectionGroupRequest,
)
from clumio_connection_groups.types import UNSET, Response, Unset

PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"


@pytest.mark.parametrize("values", [None, 5, [None], ["us-east-1", 5], UNSET])
@pytest.mark.parametrize("name", ["asset_types", "aws_regions"])
def test_a_request_without_its_required_fields_is_refused(name: str, values: Any) -> None:
    """A required field is missing, or has another value than documented; the reason names it."""
    body = {"asset_types": ["RDS"], "aws_regions": [], "x": None}
    assert UpdateConnectionGroupRequest.from_dict(body).to_dict() == body
    broken = {**body, name: values}
    if values is UNSET:
        del broken[name]
    with pytest.raises(parsing.NotDocumented, match=f"^{name}: "):
        UpdateConnectionGroupRequest.from_dict(broken)


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
    assert again != ConnectionGroup()
    with pytest.raises(TypeError, match="unhashable"):
        hash(again)
    assert (
        again.to_dict() == group.to_dict() == {"status": "paused", "asset_types_enabled": ["FSX"], "x": None}
    )
    assert again.id is UNSET


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickled, attrs.evolve])
def test_a_copy_keeps_undocumented_fields_as_its_own(duplicate: Any) -> None:
    """A change of the copy's undocumented fields does not change the original's."""
    group = ConnectionGroup.from_dict({"id": "4f1c", "x": 1, "aws_regions": ["us-east-1", None]})
    again = duplicate(group)
    again["x"] = 2
    assert (group["x"], again["x"], again["aws_regions"]) == (1, 2, ["us-east-1", None])


def test_attrs_changes_a_field_and_keeps_the_others() -> None:
    """`attrs.evolve` gives a model with another description, and with everything undocumented."""
    group = ConnectionGroup.from_dict(GROUP | {"status": "paused", "x": None})
    evolved = attrs.evolve(group, description="x")
    assert evolved.to_dict() == GROUP | {"status": "paused", "x": None, "description": "x"}
    assert attrs.evolve(group, additional_properties={}).to_dict() == GROUP | {"status": "paused"}


def test_undocumented_fields_may_be_given_to_the_constructor() -> None:
    given = {"backup_window": "01:00"}
    body = UpdateConnectionGroupRequest(asset_types=[], aws_regions=[], additional_properties=given)
    body["backup_window"] = "02:00"
    assert body.to_dict() == {"asset_types": [], "aws_regions": [], "backup_window": "02:00"}
    assert given == {"backup_window": "01:00"}


def test_a_subclass_is_made_by_its_constructor() -> None:
    """A subclass has a field of its own, with attrs, and reads and copies what its base does."""

    @attrs.define
    class Named(ConnectionGroup):
        team: str = "backup"

    group = Named.from_dict({"id": "4f1c", "x": 1})
    assert (type(group), group.team, group["x"]) == (Named, "backup", 1)
    assert attrs.evolve(copy.copy(group), id="5").to_dict() == {"id": "5", "x": 1}


@pytest.mark.parametrize("name", models.__all__)
def test_the_types_of_a_model_can_be_looked_up(name: str) -> None:
    """By `typing` and by attrs: the same types for the same names, in the order of the arguments."""
    model: Any = getattr(models, name)
    hints = get_type_hints(model)
    if issubclass(model, Model):
        attrs.resolve_types(model)
        fields = attrs.fields(model)
        assert {field.name: field.type for field in fields} == hints
        assert [field.alias for field in fields] == [*hints] == [*inspect.signature(model).parameters]


# --- what was read, sent again ---


BODY: dict[str, Any] = {"aws_regions": ["us-east-1", None, 5], "config": None}


def test_a_list_is_written_as_it_was_read_until_it_changes() -> None:
    """With its undocumented items, unless it is changed, another one is assigned, or it is unset."""
    group = ConnectionGroup.from_dict(BODY)
    assert group.to_dict() == BODY
    group.aws_regions = ["us-east-1"]
    assert group.to_dict() == BODY
    group.aws_regions.append("eu-west-1")
    assert group.to_dict() == BODY | {"aws_regions": ["us-east-1", "eu-west-1"]}
    group.aws_regions = UNSET
    assert group.to_dict() == {"config": None}


def test_a_changed_item_of_a_list_is_written() -> None:
    response = ErrorResponse.from_dict({"errors": [None, {"error_code": 1}]})
    assert not isinstance(response.errors, Unset)
    response.errors[0].error_code = 2
    assert response.to_dict() == {"errors": [{"error_code": 2}]}


def test_what_is_written_is_no_part_of_the_model() -> None:
    group = ConnectionGroup.from_dict(GROUP)
    group.to_dict()["aws_regions"].append("eu-west-1")
    assert group.to_dict() == GROUP


def test_strings_are_sent_for_enum_values() -> None:
    """The asset types of a group are strings, and can be requested as they are."""
    group = ConnectionGroup.from_dict({"intended_asset_types": ["RDS", "FSX"], "aws_regions": ["us-east-1"]})
    body = UpdateConnectionGroupRequest(
        asset_types=group.intended_asset_types,  # type: ignore[arg-type]  # strings work, the types are stricter
        aws_regions=group.aws_regions,  # type: ignore[arg-type]  # it may be unset
    )
    assert body.to_dict() == {"asset_types": ["RDS", "FSX"], "aws_regions": ["us-east-1"]}


@pytest.mark.parametrize("value", [None, 5, "RDS", {"a": 1}, [None, 5], ["RDS"]])
def test_any_value_is_written(value: Any) -> None:
    """A value that is not as declared is sent as it is, and unset fields are not sent."""
    group = ConnectionGroup(status=value, config=value, asset_types_enabled=value, links=UNSET)
    assert group.to_dict() == {"status": value, "config": value, "asset_types_enabled": value}


# --- enums ---


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickled])
def test_enum_values_can_be_copied(duplicate: Any) -> None:
    """An undocumented value is equal to its copy; a documented one is the same object."""
    for value in ("FSX", "", "UNDOCUMENTED"):
        member, again = AssetType(value), duplicate(AssetType(value))
        assert (again, hash(again), again.value, type(again)) == (member, hash(member), value, AssetType)
        assert not again.is_documented
    assert duplicate(AssetType.RDS) is AssetType.RDS
    assert AssetType.RDS.is_documented


OTHER_PYTHONS = ["/usr/bin/python3", *sorted(str(path) for path in PYENV.glob("3.1[1-9]*/bin/python3"))]


@pytest.mark.parametrize("python", OTHER_PYTHONS)
def test_other_pythons_copy_enum_values_and_models(python: str) -> None:
    """Python 3.11.2, that of Debian 12, copies an enum value by its name."""
    asks = "import sys; print(sys.version_info >= (3, 11))"
    asked = [python, "-c", asks] if Path(python).exists() else ["true"]
    if subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() != "True":
        pytest.skip(f"no Python from 3.11 at {python}")
    paths = [Path(str(one.__file__)).parents[levels] for one, levels in ((models, 2), (attrs, 1), (httpx, 1))]
    code = """
import copy, pickle
from clumio_connection_groups.models import AssetType, ConnectionGroup
group = ConnectionGroup.from_dict({"status": "paused", "asset_types_enabled": ["FSX", "RDS"], "x": [1]})
pickled = [pickle.loads(pickle.dumps(group, protocol)) for protocol in range(6)]
for again in (copy.copy(group), copy.deepcopy(group), *pickled):
    assert again == group and again.to_dict() == group.to_dict() and not again.status.is_documented
    assert again.asset_types_enabled[1] is AssetType.RDS
"""
    done = subprocess.run(
        [python, "-B", "-W", "error", "-c", code],
        env={"PYTHONPATH": os.pathsep.join(map(str, paths))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


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
