"""What a request must be answered with, known from the request alone."""

import json
from typing import Any

import pytest
from exchanges import CREATE as NEW
from exchanges import SENT, changed, without

from clumio_conformance.connection_groups.expectations import expectation
from clumio_conformance.connection_groups.operations import CREATE, LIST, READ, UPDATE, asset_types
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.expectation import Expectation, is_labelled
from clumio_conformance.exchange import Headers, Request


def expected_of(body: Any, *, operation: str = UPDATE, connected: tuple[str, ...] = ()) -> Expectation:
    """Return the expectation of a request with this body: bytes as they are, everything else as JSON."""
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = Request(method="PUT", url="https://api.invalid", body=content)
    return expectation(request, contract().operation(operation), connected)


VALID = {
    "ordinary": SENT,
    "bare": without(SENT, "description"),
    "null": {**SENT, "description": None, "asset_types_enabled": None, "template_permission_set": None},
    "an extra field": {**SENT, "extra": {"x": [1]}},
    "the deprecated field beside the new one, in another order": {
        **SENT, "asset_types_enabled": SENT["asset_types"][::-1],
    },
    "the deprecated value": {**SENT, "asset_types": ["EBS"]},
    "both names": {**SENT, "asset_types": ["EBS", "EC2/EBS", "EC2MSSQL"]},
    "a region of a partition": {**SENT, "aws_regions": ["us-gov-west-1", "cn-north-1", "ap-southeast-2"]},
    "any text": {**SENT, "description": "\0 \u00fc" * 1000},
    "all types": {**SENT, "asset_types": list(asset_types(contract()))},
}  # fmt: skip


@pytest.mark.parametrize("body", VALID.values(), ids=VALID)
def test_a_valid_update(body: Any) -> None:
    expected = expected_of(body)

    assert (expected.outcome, expected.requirements, expected.location) == (
        "accepted",
        ("UCG-OP-01",),
        "request",
    )


INVALID = [
    (None, "UCG-BODY-01", "request body", "no body", "missing"),
    (b"", "UCG-BODY-01", "request body", "no body", "missing"),
    (b" \r\n\t", "UCG-BODY-01", "request body", "no body", "missing"),
    (b"{} {}", "UCG-BODY-14", "request body", "Extra data: line 1 column 4 (char 3)", "not JSON"),
    (b"[NaN]", "UCG-BODY-14", "request body", "NaN is not JSON", "not JSON"),
    (b'{"a": "\\ud800"}', "UCG-BODY-14", "request body", "a string holds half a surrogate pair", "not JSON"),
    (b"null", "UCG-BODY-14", "request body", "body = null", "type"),
    ([SENT], "UCG-BODY-14", "request body", 'body = [{"asset_types"', "type"),
    ("text", "UCG-BODY-14", "request body", 'body = "text"', "type"),
    (
        without(SENT, "asset_types"), "UCG-BODY-03", "request /asset_types", "/asset_types = no such field",
        "required",
    ),
    (
        without(SENT, "aws_regions"), "UCG-BODY-09", "request /aws_regions", "/aws_regions = no such field",
        "required",
    ),
    ({**SENT, "asset_types": None}, "UCG-BODY-02", "request /asset_types", "/asset_types = null", "type"),
    (
        {**SENT, "asset_types": ["fsx"]}, "UCG-ENUM-01", "request /asset_types/0", '/asset_types/0 = "fsx"',
        "enum",
    ),
    (
        {**SENT, "asset_types": ["EC2MSSQL", "RDS"]}, "UCG-BODY-04", "request /asset_types",
        "/asset_types = [", "if",
    ),
    (
        {**SENT, "asset_types_enabled": True}, "UCG-BODY-06", "request /asset_types_enabled",
        "/asset_types_enabled = true", "type",
    ),
    (
        {**SENT, "asset_types": ["FSX"]}, "UCG-ENUM-01", "request /asset_types/0", '/asset_types/0 = "FSX"',
        'enum "FSX"',
    ),
    (
        {**SENT, "asset_types_enabled": [""]}, "UCG-ENUM-03", "request /asset_types_enabled/0",
        '/asset_types_enabled/0 = ""', "enum",
    ),
    (
        {**SENT, "asset_types_enabled": ["EC2MSSQL"]}, "UCG-BODY-07", "request /asset_types_enabled",
        "/asset_types_enabled = [", "if",
    ),
    (
        {**SENT, "aws_regions": ["us-east-1", 7]}, "UCG-BODY-08", "request /aws_regions/1",
        "/aws_regions/1 = 7", "type",
    ),
    ({**SENT, "description": 7}, "UCG-BODY-10", "request /description", "/description = 7", "type"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "requirement", "location", "sent", "cause"), INVALID)
def test_an_invalid_update(body: Any, requirement: str, location: str, sent: str, cause: str) -> None:
    expected = expected_of(body)

    assert expected.outcome == "refused"
    assert expected.requirements == (requirement,)
    assert expected.location == location
    assert expected.sent.startswith(sent)
    assert expected.cause == cause


def test_an_update_that_breaks_several_requirements_names_each() -> None:
    expected = expected_of({"asset_types": ["EC2MSSQL"], "description": 7})

    assert expected.outcome == "refused"
    assert set(expected.requirements) == {"UCG-BODY-04", "UCG-BODY-09", "UCG-BODY-10"}


OPEN = [
    ({**SENT, "asset_types": []}, "UCG-BODY-15", "asset_types"),
    ({**SENT, "aws_regions": []}, "UCG-BODY-15", "aws_regions"),
    ({**SENT, "asset_types_enabled": []}, "UCG-BODY-15", "asset_types_enabled"),
    ({**SENT, "asset_types": ["RDS", "S3", "RDS"]}, "UCG-BODY-16", "asset_types"),
    ({**SENT, "aws_regions": ["us-east-1"] * 2}, "UCG-BODY-16", "aws_regions"),
    (
        {**SENT, "asset_types_enabled": [*SENT["asset_types"], "EC2/EBS"]}, "UCG-BODY-16",
        "asset_types_enabled",
    ),
    ({**SENT, "asset_types_enabled": ["S3"]}, "UCG-BODY-17", "asset_types_enabled"),
    ({**SENT, "aws_regions": ["mars-north-1x"]}, "UCG-BODY-19", "aws_regions"),
    ({**SENT, "aws_regions": ["us-east-1", "US-EAST-1"]}, "UCG-BODY-19", "aws_regions"),
    ({**SENT, "aws_regions": [""]}, "UCG-BODY-19", "aws_regions"),
    ({**SENT, "aws_regions": ["us-east-1\n"]}, "UCG-BODY-19", "aws_regions"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "requirement", "field"), OPEN)
def test_what_the_contract_leaves_open(body: dict[str, Any], requirement: str, field: str) -> None:
    expected = expected_of(body)

    assert (expected.outcome, expected.requirements, expected.cause) == ("open", (requirement,), "open")
    assert expected.location == f"request /{field}"
    assert expected.sent == f"{field} = {json.dumps(body[field])}"


@pytest.mark.parametrize(
    "body",
    [
        b'{"asset_types": ["RDS"], "aws_regions": ["us-east-1"], "asset_types": ["x"]}',
        b'{"asset_types": ["x"], "aws_regions": ["us-east-1"], "asset_types": ["RDS"]}',
        b'{"asset_types": ["RDS"], "aws_regions": ["us-east-1"], "extra": [{"a": 1, "\\u0061": 2}]}',
    ],
)
def test_what_becomes_of_a_key_that_stands_twice_is_open(body: bytes) -> None:
    assert (expected_of(body).outcome, expected_of(body).requirements) == ("open", ("UCG-BODY-21",))


@pytest.mark.parametrize("field", ["asset_types", "asset_types_enabled"])
def test_whether_the_older_name_satisfies_sql_server_is_open(field: str) -> None:
    body = {**SENT, field: ["EBS", "EC2MSSQL"]}

    assert (expected_of(body).outcome, expected_of(body).requirements) == ("open", ("UCG-BODY-05",))


def test_what_else_is_wrong_is_not_made_open_by_the_older_name() -> None:
    expected = expected_of({**SENT, "asset_types": ["EBS", "EC2MSSQL"], "description": 7})

    assert expected.outcome == "refused"
    assert set(expected.requirements) == {"UCG-BODY-04", "UCG-BODY-10"}


def test_asking_for_less_than_is_connected_is_open() -> None:
    assert expected_of(SENT, connected=("EC2/EBS",)).outcome == "accepted"
    assert expected_of(SENT, connected=("EC2/EBS", "EC2MSSQL")).outcome == "accepted"
    expected = expected_of(SENT, connected=("EC2/EBS", "RDS"))
    assert (expected.outcome, expected.requirements) == ("open", ("UCG-BODY-18",))
    assert expected.location == "request /asset_types"


def test_what_is_invalid_is_refused_whatever_is_connected() -> None:
    assert expected_of({**SENT, "asset_types": ["FSX"]}, connected=("RDS",)).outcome == "refused"


def test_a_create_is_held_to_its_own_requirements() -> None:
    assert expected_of(NEW, operation=CREATE).requirements == ("UCG-CREATE-01",)
    assert expected_of({**NEW, "organizational_unit_id": None}, operation=CREATE).outcome == "accepted"
    assert expected_of(SENT, operation=CREATE).requirements == ("UCG-CREATE-02",)
    assert expected_of(changed(NEW, {"/asset_types/0": "x"}), operation=CREATE).requirements == (
        "UCG-CREATE-03",
    )
    assert expected_of({**NEW, "asset_types": []}, operation=CREATE).outcome == "open"


@pytest.mark.parametrize(("operation", "requirements"), [(READ, ()), (LIST, ("UCG-LIST-01",))])
def test_a_read_is_valid_by_itself(operation: str, requirements: tuple[str, ...]) -> None:
    expected = expected_of(None, operation=operation)

    assert (expected.outcome, expected.requirements) == ("accepted", requirements)


@pytest.mark.parametrize(
    ("headers", "other"),
    [
        ((), True),
        ((("Content-Type", "text/plain; charset=utf-8"),), True),
        ((("Content-Type", "application/jsonp"),), True),
        ((("content-type", "Application/JSON ; charset=utf-8"),), False),
        ((("Content-Type", "application/json"),), False),
    ],
)
def test_a_label_other_than_json(headers: Headers, other: object) -> None:
    request = Request(method="PUT", url="", headers=headers)

    assert is_labelled(request, contract().operation(UPDATE)) is not other
