"""The requests that are enumerated from the contract: complete, named, and each in one way special."""

import json
from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from exchanges import SENT, without

from clumio_conformance.connection_groups.expectations import expectation
from clumio_conformance.connection_groups.operations import UPDATE, asset_types
from clumio_conformance.connection_groups.probes import BROKEN_JSON, Probe, is_odd, update_probes
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import NotJson, Request

BASE: dict[str, Any] = {"asset_types": ["EC2/EBS"], "aws_regions": ["us-east-1"], "description": "under test"}
PROBES = {probe.id: probe for probe in update_probes(contract(), BASE)}
TYPES = asset_types(contract())


def expected(probe: Probe) -> Expectation:
    """What the answer to a probe must be."""
    request = Request(
        method="PUT",
        url="/",
        headers=tuple((name, one) for name, one in probe.headers.items() if one),
        body=probe.body,
    )
    return probe.expectation or expectation(request, contract().operation(UPDATE))


def sent(name: str) -> Any:
    """The body of a probe."""
    return json.loads(PROBES[name].body or b"null")


def test_the_ordinary_update_comes_first() -> None:
    first = next(iter(PROBES.values()))

    assert (first.id, json.loads(first.body or b"")) == ("ordinary", BASE)
    assert expected(first).requirements == ("UCG-OP-01",)


def test_names_are_stable_and_unique() -> None:
    names = Counter(probe.id for probe in update_probes(contract(), BASE))

    assert [name for name, count in names.items() if count > 1] == []
    assert list(PROBES) == [
        probe.id for probe in update_probes(contract(), {**SENT, "description": "another"})
    ]


def test_every_requirement_of_the_body_is_tried_on_its_sides() -> None:
    """What must be refused is probed, and what must be accepted; what is open is recorded."""
    tried: dict[str, set[str]] = {}
    for probe in PROBES.values():
        for requirement in expected(probe).requirements:
            tried.setdefault(requirement, set()).add(expected(probe).outcome)

    for name, row in contract().requirements.items():
        if name.startswith("UCG-BODY") and row.level != "open" and "refuses" in row.sides:
            assert "refused" in tried[name]
    for name in (
        "UCG-BODY-05",
        "UCG-BODY-15",
        "UCG-BODY-16",
        "UCG-BODY-17",
        "UCG-BODY-19",
        "UCG-BODY-21",
        "UCG-CTYPE-05",
    ):
        assert tried[name] == {"open"}
    for name in ("UCG-BODY-13", "UCG-BODY-20", "UCG-CTYPE-04", "UCG-CTYPE-06", "UCG-OU-01"):
        assert tried[name] == {"accepted"}
    assert {"UCG-AUTH-01", "UCG-AUTH-02", "UCG-AUTH-03", "UCG-PATH-02", "UCG-ENUM-01", "UCG-ENUM-03"} <= set(
        tried
    )


@pytest.mark.parametrize("field", ["asset_types", "asset_types_enabled"])
def test_each_type_and_each_pair_is_asked_for(field: str) -> None:
    for value in TYPES:
        assert value in sent(f"{field}-{value}")[field]
    for pair in combinations(TYPES, 2):
        body = sent(f"{field}-{'+'.join(pair)}")
        assert body[field] == list(pair)
        assert body["asset_types"] == list(pair)
    for order in (list(TYPES), list(TYPES[::-1])):
        assert sent(f"{field}-{'+'.join(order)}")[field] == order
    assert sent(f"{field}-EC2MSSQL-alone")[field] == ["EC2MSSQL"]


@pytest.mark.parametrize("field", ["asset_types", "asset_types_enabled"])
@pytest.mark.parametrize("value", ["ec2/ebs", "rds", "s3", "FSX", "IcebergOnGlue", "Rds", ""])
def test_values_that_the_page_does_not_list_are_refused(field: str, value: str) -> None:
    probe = PROBES[f"{field}-foreign-{value or 'empty'}"]

    assert sent(probe.id)[field] == ["EC2/EBS", value]
    assert (expected(probe).outcome, expected(probe).requirements) == (
        "refused",
        ("UCG-ENUM-01" if field == "asset_types" else "UCG-ENUM-03",),
    )


@pytest.mark.parametrize(
    ("field", "allowed", "requirement"),
    [
        ("asset_types", {"array"}, "UCG-BODY-02"),
        ("asset_types_enabled", {"array", "null"}, "UCG-BODY-06"),
        ("aws_regions", {"array"}, "UCG-BODY-08"),
        ("description", {"string", "null"}, "UCG-BODY-10"),
    ],
)
def test_each_field_is_sent_with_each_wrong_type(field: str, allowed: set[str], requirement: str) -> None:
    for kind in ("null", "boolean", "number", "string", "array", "object"):
        probe = PROBES.get(f"{field}-as-{kind}")
        assert (probe is None) == (kind in allowed)
        if probe:
            assert expected(probe).requirements == (requirement,)
        element = PROBES.get(f"{field}-of-{kind}")
        assert (element is None) == (field == "description" or kind == "string")
        if element:
            assert expected(element).requirements == (requirement,)


@pytest.mark.parametrize(
    ("field", "requirement"), [("asset_types", "UCG-BODY-03"), ("aws_regions", "UCG-BODY-09")]
)
def test_each_required_field_is_left_out(field: str, requirement: str) -> None:
    probe = PROBES[f"{field}-missing"]

    assert sent(probe.id) == without(BASE, field)
    assert expected(probe).requirements == (requirement,)


def test_broken_json_is_broken() -> None:
    for name in BROKEN_JSON:
        probe = PROBES[f"body-{name}"]
        assert isinstance(Request(method="PUT", url="", body=probe.body).json, NotJson)
        assert expected(probe).requirements == ("UCG-BODY-14",)


def test_what_must_be_accepted_keeps_what_is_connected() -> None:
    connected = ("S3", "EC2/EBS")

    for probe in update_probes(contract(), {**BASE, "asset_types": list(connected)}, connected):
        expected_of = expected(probe)
        if expected_of.outcome == "accepted" and probe.body:
            assert set(connected) <= set(json.loads(probe.body)["asset_types"]), probe.id


def test_no_probe_names_a_group_by_chance() -> None:
    paths = [probe.path for probe in PROBES.values() if probe.path is not None]

    assert len(paths) == 4
    assert all(expected(probe).outcome == "refused" for probe in PROBES.values() if probe.path)
    assert all(path.isascii() and "/" not in path for path in paths)


def test_tokens_are_missing_malformed_and_unknown() -> None:
    values = {name: probe.authorization for name, probe in PROBES.items() if probe.authorization is not None}

    assert values["authorization-missing"] == ""
    assert all(expected(PROBES[name]).outcome == "refused" for name in values)
    assert {expected(PROBES[name]).requirements[0] for name in values} == {
        "UCG-AUTH-01",
        "UCG-AUTH-02",
        "UCG-AUTH-03",
    }


@pytest.mark.parametrize(
    ("text", "odd"),
    [("", False), ("x" * 1000, False), ("x" * 1001, True), ("a\tb", True), ("\x7f", False), ("ü", False)],
)
def test_odd_texts(text: str, odd: object) -> None:
    assert is_odd(text) is odd
