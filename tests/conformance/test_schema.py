"""A schema of the contract, resolved: what it finds wrong in an instance, and its place in the spec."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from exchanges import CREATE as NEW
from exchanges import ERROR, GROUP, PAGE, SENT, changed, without

from clumio_conformance.connection_groups.operations import CREATE, LIST, READ, UPDATE
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.schema import Schema, as_json, json_type
from clumio_conformance.contract.specification import Specification


def answered(operation: str, status: int = 200) -> Schema:
    """The schema of an answer."""
    answer = contract().operation(operation).answer(status)
    assert answer is not None
    assert answer.schema is not None
    return answer.schema


def resolved(folder: Path, document: dict[str, Any]) -> Schema:
    """The schema `a` of a description."""
    file = folder / "spec.yaml"
    file.write_text(json.dumps(document))
    return Schema.at(Specification(file), "/a", "o")


def schemas() -> dict[str, tuple[Schema, Any]]:
    """Every schema of the contract with an instance that keeps it."""
    found: dict[str, tuple[Schema, Any]] = {}
    for name, good in ((UPDATE, GROUP), (CREATE, GROUP), (READ, GROUP), (LIST, PAGE)):
        operation = contract().operation(name)
        found[f"{name} success"] = (answered(name), good)
        found[f"{name} error"] = (answered(name, 400), ERROR)
        if operation.request:
            found[f"{name} request"] = (operation.request, SENT if name == UPDATE else NEW)
    return found


@pytest.mark.parametrize("name", schemas())
def test_what_keeps_a_schema_has_no_violation(name: str) -> None:
    schema, good = schemas()[name]

    assert schema.violations(good) == []
    assert all(visit.node for visit in schema.visits(good))


@pytest.mark.parametrize("name", schemas())
def test_a_resolved_schema_is_valid_and_refers_to_nothing(name: str) -> None:
    plain = schemas()[name][0].plain

    jsonschema_rs.meta.validate(plain)
    assert "$ref" not in json.dumps(plain)
    assert "oneOf" not in json.dumps(plain)


REQUESTS = [
    (
        {"asset_types": 7},
        {("UCG-BODY-02", "type", "/asset_types"), ("UCG-BODY-09", "required", "/aws_regions")},
    ),
    ({}, {("UCG-BODY-03", "required", "/asset_types"), ("UCG-BODY-09", "required", "/aws_regions")}),
    ([], {("UCG-BODY-14", "type", "")}),
    (None, {("UCG-BODY-14", "type", "")}),
    (
        changed(SENT, {"/asset_types/0": 7}),
        {("UCG-BODY-02", "type", "/asset_types/0"), ("UCG-BODY-04", "if", "/asset_types")},
    ),
    (changed(SENT, {"/asset_types/1": None}), {("UCG-BODY-02", "type", "/asset_types/1")}),
    (changed(SENT, {"/asset_types/1": "rds"}), {("UCG-ENUM-01", "enum", "/asset_types/1")}),
    ({**SENT, "asset_types": ["EC2MSSQL"]}, {("UCG-BODY-04", "if", "/asset_types")}),
    ({**SENT, "asset_types_enabled": ["EC2MSSQL"]}, {("UCG-BODY-07", "if", "/asset_types_enabled")}),
    (
        {**SENT, "asset_types_enabled": [1, "x"]},
        {
            ("UCG-BODY-06", "type", "/asset_types_enabled/0"),
            ("UCG-ENUM-03", "enum", "/asset_types_enabled/1"),
        },
    ),
    ({**SENT, "description": []}, {("UCG-BODY-10", "type", "/description")}),
    ({**SENT, "aws_regions": None}, {("UCG-BODY-08", "type", "/aws_regions")}),
    ({**SENT, "description": None, "asset_types_enabled": None, "extra": [{}]}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("body", "violations"), REQUESTS)
def test_each_violation_of_a_request_names_its_source(
    body: Any, violations: set[tuple[str, str, str]]
) -> None:
    schema = contract().operation(UPDATE).request
    assert schema is not None

    assert {(one.requirement, one.keyword, one.path) for one in schema.violations(body)} == violations


def test_a_wrong_type_is_not_a_wrong_value_too() -> None:
    [violation] = answered(UPDATE).violations({"status": 7})

    assert (violation.requirement, violation.keyword) == ("UCG-RESP-22", "type")
    assert (violation.expected, violation.actual) == ("string", "7")


def test_a_violation_points_into_the_spec() -> None:
    [violation] = answered(UPDATE).violations({"status": "active"})

    assert violation.pointer == "/components/schemas/ConnectionGroupStatus"
    line = contract().line(violation.pointer)
    assert line is not None
    assert contract().spec.file.read_text().splitlines()[line - 1] == "    ConnectionGroupStatus:"


def test_every_value_is_visited_with_what_describes_it() -> None:
    body = {
        "config": {"ebs": {"installed_template_version": "1"}},
        "new/field": {"x": 1},
        "aws_regions": ["r"],
    }

    visits = {visit.path: visit for visit in answered(UPDATE).visits(body)}

    assert set(visits) == {
        "", "/config", "/config/ebs", "/config/ebs/installed_template_version", "/new~1field", "/aws_regions",
        "/aws_regions/0",
    }  # fmt: skip
    described = {path: visit.node for path, visit in visits.items() if visit.node}
    assert set(visits) - set(described) == {"/new~1field"}
    assert described["/config/ebs"].source("type", None) == "UCG-CONF-05"
    assert described["/aws_regions/0"].source("type", None) == "UCG-RESP-07"
    assert described["/config"].nullable


@pytest.mark.parametrize(
    "body", [{"config": ["x"]}, {"_links": "x"}, {"aws_regions": {"0": 1}}, [1], "x", None]
)
def test_what_is_inside_a_value_of_a_wrong_type_is_not_visited(body: Any) -> None:
    paths = {visit.path for visit in answered(UPDATE).visits(body)}

    assert paths == {"", *(f"/{name}" for name in (body if isinstance(body, dict) else ()))}


def test_a_property_of_other_operations_counts_as_undocumented() -> None:
    body = {"_embedded": 7}

    for name, documented in ((UPDATE, False), (CREATE, False), (READ, True)):
        schema = answered(name)
        [_, visit] = schema.visits(body)
        assert (visit.node is not None) is documented
        assert bool(schema.violations(body)) is documented


def test_a_keyword_without_a_source_is_our_own_fault(tmp_path: Path) -> None:
    document = {"a": {"type": "object", "x-requirements": {"type": "X"}, "properties": {"b": {"minimum": 3}}}}
    schema = resolved(tmp_path, document)

    with pytest.raises(LookupError, match=r"^/a/properties/b: the keyword minimum names no requirement"):
        schema.violations({"b": 2})


def test_what_a_node_says_itself_wins_over_what_it_refers_to(tmp_path: Path) -> None:
    document = {
        "a": {"$ref": "#/b", "description": "own", "x-requirements": {"type": "OWN"}},
        "b": {"type": "string", "enum": ["x"], "x-requirements": {"type": "OTHER", "enum": "KEPT"}},
    }

    node = resolved(tmp_path, document).root

    assert node.sources == {"type": "OWN", "enum": "KEPT"}
    assert (node.pointer, node.enum) == ("/b", ("x",))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"), (True, "boolean"), (1, "integer"), (1.0, "number"), ("", "string"), ([], "array"),
        ({}, "object"), (b"", "nothing"),
    ],
)  # fmt: skip
def test_types_have_the_names_of_json(value: Any, name: str) -> None:
    assert json_type(value) == name


def test_values_are_shown_as_short_json() -> None:
    assert as_json({"ü": [None, True]}) == '{"ü": [null, true]}'
    assert as_json("x" * 158) == f'"{"x" * 158}"'
    assert as_json("x" * 159) == f'"{"x" * 119}... (161 characters)'
    assert pointer_of(["a/b", "c~d", 0]) == "/a~1b/c~0d/0"


def test_a_request_that_lacks_a_field_lacks_nothing_else() -> None:
    schema = contract().operation(CREATE).request
    assert schema is not None
    for name in schema.plain["required"]:
        assert [one.path for one in schema.violations(without(NEW, name))] == [f"/{name}"]
