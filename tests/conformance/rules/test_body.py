"""The body of an answer: each field with each wrong type, each enum with a value that is not documented.

The tables are written by hand from the vendor's page; a test compares them with the contract.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from exchanges import (
    ERROR,
    GROUP,
    PAGE,
    Departure,
    changed,
    create,
    departures,
    judged,
    kept,
    listed,
    read,
    refused,
    update,
    without,
)

from clumio_conformance.connection_groups.operations import CREATE, LIST, READ, UPDATE
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.schema import Node
from clumio_conformance.exchange import Exchange

GROUP_TYPES = {
    "/_etag": ("string", "UCG-ETAG-01"),
    "/_links": ("object", "UCG-LINK-01"),
    "/_links/_self": ("object", "UCG-LINK-02"),
    "/_links/_self/href": ("string", "UCG-LINK-04"),
    "/_links/_self/templated": ("boolean", "UCG-LINK-05"),
    "/_links/_self/type": ("string", "UCG-LINK-06"),
    "/_links/read-organizational-unit": ("object", "UCG-LINK-03"),
    "/_links/read-organizational-unit/href": ("string", "UCG-LINK-04"),
    "/_links/read-organizational-unit/templated": ("boolean", "UCG-LINK-05"),
    "/_links/read-organizational-unit/type": ("string", "UCG-LINK-06"),
    "/account_name": ("string", "UCG-RESP-03"),
    "/account_native_ids": ("array", "UCG-RESP-04"),
    "/account_native_ids/0": ("string", "UCG-RESP-04"),
    "/asset_types_enabled": ("array", "UCG-RESP-05"),
    "/asset_types_enabled/0": ("string", "UCG-RESP-05"),
    "/aws_regions": ("array", "UCG-RESP-07"),
    "/aws_regions/0": ("string", "UCG-RESP-07"),
    "/config": ("object or null", "UCG-CONF-01"),
    "/config/asset_types_enabled": ("array", "UCG-CONF-03"),
    "/config/asset_types_enabled/0": ("string", "UCG-CONF-03"),
    "/config/dynamodb": ("object", "UCG-CONF-04"),
    "/config/dynamodb/installed_template_version": ("string", "UCG-CONF-11"),
    "/config/ebs": ("object", "UCG-CONF-05"),
    "/config/ebs/installed_template_version": ("string", "UCG-CONF-11"),
    "/config/ec2": ("object", "UCG-CONF-06"),
    "/config/ec2/installed_template_version": ("string", "UCG-CONF-11"),
    "/config/ec2_mssql": ("object", "UCG-CONF-07"),
    "/config/ec2_mssql/installed_template_version": ("string", "UCG-CONF-11"),
    "/config/installed_template_version": ("string", "UCG-CONF-11"),
    "/config/rds": ("object", "UCG-CONF-08"),
    "/config/rds/installed_template_version": ("string", "UCG-CONF-11"),
    "/config/s3": ("object", "UCG-CONF-09"),
    "/config/s3/installed_template_version": ("string", "UCG-CONF-11"),
    "/config/warm_tier_protect": ("object", "UCG-CONF-10"),
    "/config/warm_tier_protect/dynamodb": ("object", "UCG-CONF-04"),
    "/config/warm_tier_protect/dynamodb/installed_template_version": ("string", "UCG-CONF-11"),
    "/config/warm_tier_protect/installed_template_version": ("string", "UCG-CONF-11"),
    "/created_timestamp": ("string", "UCG-RESP-08"),
    "/deployment_template_url": ("string", "UCG-RESP-09"),
    "/description": ("string", "UCG-RESP-10"),
    "/external_id": ("string", "UCG-RESP-11"),
    "/id": ("string", "UCG-RESP-12"),
    "/intended_account_native_ids": ("array", "UCG-RESP-13"),
    "/intended_account_native_ids/0": ("string", "UCG-RESP-13"),
    "/intended_asset_types": ("array", "UCG-RESP-14"),
    "/intended_asset_types/0": ("string", "UCG-RESP-14"),
    "/intended_aws_regions": ("array", "UCG-RESP-15"),
    "/intended_aws_regions/0": ("string", "UCG-RESP-15"),
    "/master_aws_account_id": ("string", "UCG-RESP-16"),
    "/master_region": ("string", "UCG-RESP-17"),
    "/ongoing_stack_operation": ("string", "UCG-RESP-18"),
    "/organizational_unit_id": ("string", "UCG-RESP-19"),
    "/stack_arn": ("string", "UCG-RESP-20"),
    "/stack_name": ("string", "UCG-RESP-21"),
    "/status": ("string", "UCG-RESP-22"),
}
PAGE_TYPES = {
    "/_embedded": ("object", "UCG-LIST-01"),
    "/_embedded/items": ("array", "UCG-LIST-01"),
    "/_embedded/items/0": ("object", "UCG-RESP-02"),
    "/_links": ("object", "UCG-LIST-01"),
    **{
        f"/_links/{name}{below}": row
        for name in ("_self", "_first", "_next", "create-aws-connection-group")
        for below, row in {
            "": ("object or null" if name == "_next" else "object", "UCG-LIST-01"),
            "/href": ("string", "UCG-LINK-04"),
            "/templated": ("boolean", "UCG-LINK-05"),
            "/type": ("string", "UCG-LINK-06"),
        }.items()
    },
    "/current_count": ("integer", "UCG-LIST-01"),
    "/filter_applied": ("string", "UCG-LIST-01"),
    "/limit": ("integer", "UCG-LIST-01"),
    "/start": ("string", "UCG-LIST-01"),
    **{f"/_embedded/items/0{path}": row for path, row in GROUP_TYPES.items()},
}
ERROR_TYPES = {
    "/errors": ("array", "UCG-ERR-01"),
    "/errors/0": ("object", "UCG-ERR-01"),
    "/errors/0/error_code": ("integer", "UCG-ERR-02"),
    "/errors/0/error_message": ("string", "UCG-ERR-03"),
}
READ_GROUP = {**GROUP, "_embedded": {"read-organizational-unit": None}}
WHOLE_PAGE = changed(
    PAGE,
    {
        "/_links/_next": {"href": "/next", "templated": False, "type": "get"},
        "/_embedded/items/0": READ_GROUP,
    },
)
EXAMPLES: dict[str, Any] = {
    "null": None, "boolean": True, "integer": 7, "number": 1.5, "string": "text", "array": [], "object": {},
}  # fmt: skip
EMBEDDED = {"/_embedded": ("object", "UCG-READ-04")}
EMBEDDED_ITEM = {"/_embedded/items/0/_embedded": ("object", "UCG-READ-04")}
Answering = Callable[[Any], Exchange]
# Operation, how it answers, the good body, and what each value of the body must be.
BODIES: dict[str, tuple[Answering, Any, dict[str, tuple[str, str]]]] = {
    UPDATE: (update, GROUP, GROUP_TYPES),
    CREATE: (create, GROUP, GROUP_TYPES),
    READ: (read, READ_GROUP, GROUP_TYPES | EMBEDDED),
    LIST: (listed, WHOLE_PAGE, PAGE_TYPES | EMBEDDED_ITEM),
    "error": (refused, ERROR, ERROR_TYPES),
}


def _root(name: str) -> Node:
    """The schema of an answer: of a success of this operation, or of an error."""
    operation = contract().operation(UPDATE if name == "error" else name)
    answer = operation.error if name == "error" else operation.success
    assert answer is not None
    assert answer.schema is not None
    return answer.schema.root


def _paths(node: Node, path: str = "") -> Iterator[str]:
    """Where the contract describes a value, the first item standing for all items."""
    children = {name: child for name, child in node.properties.items() if child.documented}
    for name, child in (children | ({"0": node.items} if node.items else {})).items():
        yield f"{path}/{name}"
        yield from _paths(child, f"{path}/{name}")


@pytest.mark.parametrize("name", BODIES)
def test_the_tables_leave_out_nothing_of_the_contract(name: str) -> None:
    assert sorted(BODIES[name][2]) == sorted(_paths(_root(name)))


def _wrong_types(allowed: str) -> list[str]:
    names = {*allowed.split(" or "), *(["integer"] if allowed == "number" else [])}
    return [wrong for wrong in EXAMPLES if wrong not in names]


@pytest.mark.parametrize("body", BODIES)
def test_a_value_of_a_wrong_type_is_one_deviation(body: str) -> None:
    """One cause is named once, at its place, even if more of the body does not match."""
    answering, good, types = BODIES[body]
    for path, (expected, requirement) in types.items():
        for wrong in _wrong_types(expected):
            value = EXAMPLES[wrong]

            found = departures(judged(answering(changed(good, {path: value}))))

            departed = _schema_departures(found)
            assert departed == [(requirement, "type", path, expected, json.dumps(value))], (path, wrong)
            assert _consequences(found) <= CONSEQUENCES.get((path, wrong), set()), (path, wrong)


# What else a value of a wrong type shows: an error without a code or a message is not whole either.
CONSEQUENCES = {
    ("/errors/0/error_code", "null"): {"UCG-ERR-05"},
    ("/errors/0/error_message", "null"): {"UCG-ERR-05"},
    ("/errors", "array"): {"UCG-ERR-04"},
}


def _schema_departures(found: list[Departure]) -> list[Departure]:
    return [departure for departure in found if departure[1] == "type"]


def _consequences(found: list[Departure]) -> set[str]:
    return {departure[0] for departure in found if departure[1] != "type"}


@pytest.mark.parametrize("name", BODIES)
def test_a_good_body_shows_each_of_its_requirements_kept(name: str) -> None:
    answering, good, types = BODIES[name]

    verdicts = judged(answering(good))

    assert departures(verdicts) == []
    assert {requirement for _, requirement in types.values()} <= kept(verdicts)


@pytest.mark.parametrize("name", [UPDATE, CREATE, READ])
def test_config_may_be_null(name: str) -> None:
    answering, good, _ = BODIES[name]

    verdicts = judged(answering({**good, "config": None}))

    assert departures(verdicts) == []
    assert "UCG-CONF-02" in kept(verdicts)
    assert "UCG-CONF-01" not in kept(verdicts)


ENUMS = {
    "/status": (
        "UCG-ENUM-02",
        "connecting fully_connected partially_connected deployment_failed "
        "connected_with_no_managed_stacks unlinked",
    ),
    "/ongoing_stack_operation": (
        "UCG-ENUM-04",
        "creating_stack updating_stack deleting_stack no_active_operation",
    ),
    "/asset_types_enabled/0": ("UCG-ENUM-05", "EC2/EBS RDS DynamoDB EC2MSSQL S3 EBS"),
}


def test_the_enums_are_those_of_the_contract() -> None:
    def enums(node: Node, path: str = "") -> Iterator[tuple[str, str]]:
        if node.enum:
            yield path, " ".join(node.enum)
        for name, child in (dict(node.properties) | ({"0": node.items} if node.items else {})).items():
            yield from enums(child, f"{path}/{name}")

    for name in (UPDATE, CREATE, READ):
        assert dict(enums(_root(name))) == {path: values for path, (_, values) in ENUMS.items()}


@pytest.mark.parametrize("path", ENUMS)
@pytest.mark.parametrize("name", [UPDATE, CREATE, READ, LIST])
@pytest.mark.parametrize("value", ["active", "", "CONNECTING", "Fully_Connected", "ec2/ebs", "FSX", "rds "])
def test_a_value_that_is_not_documented_is_named(name: str, path: str, value: str) -> None:
    answering, good, _ = BODIES[name]
    place = f"/_embedded/items/0{path}" if name == LIST else path
    requirement, values = ENUMS[path]

    found = departures(judged(answering(changed(good, {place: value}))))

    assert found == [(requirement, "undocumented", place, values.replace(" ", " | "), json.dumps(value))]


@pytest.mark.parametrize("path", ENUMS)
def test_each_documented_value_is_right(path: str) -> None:
    requirement, values = ENUMS[path]
    for value in values.split(" "):
        body = {**GROUP, "asset_types_enabled": [value, "EC2/EBS"]}
        verdicts = judged(update(body if path.endswith("/0") else changed(GROUP, {path: value})))

        assert departures(verdicts) == []
        assert requirement in kept(verdicts)


def test_sql_server_needs_ec2_in_an_answer_too() -> None:
    for types in (["EC2MSSQL"], ["EC2MSSQL", "RDS"], ["EBS", "EC2MSSQL"]):
        found = departures(judged(update({**GROUP, "asset_types_enabled": types})))

        assert found == [
            (
                "UCG-RESP-06",
                "semantic",
                "/asset_types_enabled",
                "EC2/EBS together with EC2MSSQL",
                json.dumps(types),
            )
        ]
    assert "UCG-RESP-06" not in kept(judged(update({**GROUP, "asset_types_enabled": ["RDS"]})))


@pytest.mark.parametrize(
    ("path", "requirement"),
    [
        ("/internal_state", "UCG-RESP-24"),
        ("/_links/update-aws-connection-group", "UCG-RESP-24"),
        ("/_links/_self/title", "UCG-RESP-24"),
        ("/config/iceberg_on_glue", "UCG-RESP-24"),
        ("/config/warm_tier_protect/s3", "UCG-RESP-24"),
        ("/_embedded", "UCG-RESP-24"),
        ("/a~1b~0c", "UCG-RESP-24"),
    ],
)
@pytest.mark.parametrize("value", ["ok", None, {"installed_template_version": "1.0"}])
def test_a_field_that_is_not_documented_is_named_once(path: str, requirement: str, value: Any) -> None:
    body = {**GROUP, "a/b~c": value} if "~" in path else changed(GROUP, {path: value})

    assert departures(judged(update(body))) == [
        (requirement, "undocumented", path, "no such field", json.dumps(value))
    ]


def test_a_field_of_an_error_that_is_not_documented_is_named() -> None:
    body = changed(ERROR, {"/trace_id": "x", "/errors/0/hint": None})

    assert departures(judged(refused(body))) == [
        ("UCG-ERR-09", "undocumented", "/errors/0/hint", "no such field", "null"),
        ("UCG-ERR-09", "undocumented", "/trace_id", "no such field", '"x"'),
    ]


def test_what_was_asked_to_be_embedded_is_documented_for_reads_alone() -> None:
    assert departures(judged(read(READ_GROUP))) == []
    assert departures(judged(listed(WHOLE_PAGE))) == []
    assert departures(judged(update(READ_GROUP)))[0][:3] == ("UCG-RESP-24", "undocumented", "/_embedded")


NOT_GROUPS = {
    b"": 'the body is empty: ""',
    b"<html>": 'Expecting value: line 1 column 1 (char 0): "<html>"',
    b'{"id": "7c': 'Unterminated string starting at: line 1 column 8 (char 7): "{\\"id\\": \\"7c"',
    b"null": "null",
    b"7": "7",
    b'"text"': '"text"',
    b"[]": "[]",
    b"true": "true",
}


@pytest.mark.parametrize("body", NOT_GROUPS)
@pytest.mark.parametrize(
    ("answering", "requirement"),
    [
        (update, "UCG-RESP-02"),
        (read, "UCG-RESP-02"),
        (create, "UCG-RESP-02"),
        (listed, "UCG-LIST-01"),
        (refused, "UCG-ERR-01"),
    ],
)
def test_an_answer_that_is_no_object_is_one_deviation(
    body: bytes, answering: Answering, requirement: str
) -> None:
    json_value = body in {b"null", b"7", b'"text"', b"[]", b"true"}

    assert departures(judged(answering(body))) == [
        (requirement, "type", "body", "object" if json_value else "a JSON object", NOT_GROUPS[body])
    ]


def test_an_error_needs_errors() -> None:
    missing = ("UCG-ERR-01", "missing", "/errors", "the required field errors", "no such field")

    assert departures(judged(refused({}))) == [missing]
    # What has no documented field is something else; its fields are not reported one by one.
    assert departures(judged(refused({"error": "x"}))) == [missing]


@pytest.mark.parametrize("code", [-1, 4294967296, 10**400])
def test_an_error_code_beyond_32_bits(code: int) -> None:
    shown = str(code) if code < 10**100 else f"{str(code)[:120]}... (401 characters)"

    assert departures(judged(refused(changed(ERROR, {"/errors/0/error_code": code})))) == [
        ("UCG-ERR-02", "type", "/errors/0/error_code", "an integer from 0 to 4294967295", shown)
    ]


@pytest.mark.parametrize("code", [0, 402, 4294967295])
def test_an_error_code_of_32_bits(code: int) -> None:
    assert departures(judged(refused(changed(ERROR, {"/errors/0/error_code": code})))) == []


def test_several_errors_are_looked_at_each() -> None:
    entries = [
        *ERROR["errors"],
        {"error_code": "1", "error_message": "x"},
        "x",
        {"error_code": 1, "error_message": 2},
    ]

    assert {found[:3] for found in departures(judged(refused({"errors": entries})))} == {
        ("UCG-ERR-02", "type", "/errors/1/error_code"),
        ("UCG-ERR-01", "type", "/errors/2"),
        ("UCG-ERR-03", "type", "/errors/3/error_message"),
    }


@pytest.mark.parametrize("status", [201, 202, 204, 206])
def test_another_status_of_success_may_come_without_a_body(status: int) -> None:
    assert [found[0] for found in departures(judged(update(b"", status=status)))] == ["UCG-RESP-01"]


def test_another_status_of_success_is_held_to_its_body() -> None:
    body = without(GROUP, "status") | {"id": 7}

    assert [found[0] for found in departures(judged(update(body, status=201)))] == [
        "UCG-RESP-01",
        "UCG-RESP-12",
    ]
