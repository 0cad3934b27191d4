"""Whether a mock keeps the contract, and still is like the answers of a target."""

from dataclasses import replace
from typing import Any

import pytest
from exchanges import (
    ERROR,
    GROUP,
    SENT,
    Departure,
    changed,
    departures,
    exchange,
    judged,
    kept,
    unanswered,
    update,
    without,
)

from clumio_conformance.connection_groups.operations import GROUP_MEDIA_TYPE
from clumio_conformance.connection_groups.rules import mock
from clumio_conformance.connection_groups.scenarios import Answer, Scenario
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Verdict

SCENARIO = Scenario(
    id="update", story="An update.", requirements=("UCG-OP-01",), given="a group", method="PUT", body=b"{}",
    answer=Answer(status=200, body=GROUP, media_type=GROUP_MEDIA_TYPE),
)  # fmt: skip
REFUSAL = replace(SCENARIO, answer=Answer(status=400, body=ERROR, media_type="application/json"))


def untrue(real: Exchange, scenario: Scenario = SCENARIO) -> list[Verdict]:
    """The outcome of parity for a mock when the target answers this."""
    return list(mock.parity(scenario, real, contract()))


def _departure(location: str, mocked: str, real: str) -> Departure:
    return ("UCG-MOCK-02", "semantic", location, f"{mocked} in the mock", real)


@pytest.mark.parametrize(
    "real",
    [
        GROUP,
        {**GROUP, "status": "unlinked", "description": "other", "intended_asset_types": ["S3"]},
        {**GROUP, "intended_aws_regions": ["us-east-1", "us-west-2", "eu-central-1"]},
    ],
)
def test_another_value_of_the_same_shape_is_true(real: dict[str, Any]) -> None:
    verdicts = untrue(update(real))

    assert departures(verdicts) == []
    assert kept(verdicts) == {"UCG-MOCK-02"}


@pytest.mark.parametrize(
    ("real", "departure"),
    [
        (update(status=201), _departure("status", "200", "201")),
        (
            update(media_type="application/json"),
            _departure("header content-type", GROUP_MEDIA_TYPE, "application/json"),
        ),
        (update(media_type=""), _departure("header content-type", GROUP_MEDIA_TYPE, "none")),
        (update(without(GROUP, "account_name")), _departure("/account_name", "string", "no such field")),
        (update({**GROUP, "a/²": 1}), _departure("/a~1²", "no such field", "integer")),
        (update({**GROUP, "config": None}), _departure("/config", "object", "null")),
        (
            update({**GROUP, "status": "active"}),
            _departure("/status", "string, documented", "string, undocumented"),
        ),
        (update({**GROUP, "aws_regions": []}), _departure("/aws_regions/0", "string", "no such field")),
        (update({**GROUP, "aws_regions": [7, "x"]}), _departure("/aws_regions/0", "string", "integer")),
        (
            update({**GROUP, "asset_types_enabled": ["FSX"]}),
            _departure("/asset_types_enabled/0", "string, documented", "string, undocumented"),
        ),
        (
            update(changed(GROUP, {"/_links/_self/templated": "no"})),
            _departure("/_links/_self/templated", "boolean", "string"),
        ),
    ],
)
def test_another_shape_is_untrue_and_the_suites_own_fault(real: Exchange, departure: Departure) -> None:
    verdicts = untrue(real)

    assert departure in departures(verdicts)
    assert {verdict.requirement for verdict in verdicts} == {"UCG-MOCK-02"}
    assert kept(verdicts) == set()
    assert {verdict.deviation.blame for verdict in verdicts if verdict.deviation} == {"suite"}


def test_the_shape_of_an_error_is_compared_too() -> None:
    assert departures(untrue(update(ERROR, status=400), REFUSAL)) == []
    assert departures(untrue(update(b"<html>", status=400), REFUSAL))[0] == _departure(
        "body", "object", "nothing"
    )
    assert departures(untrue(update({"errors": []}, status=400), REFUSAL))[0] == _departure(
        "/errors/0", "object", "no such field"
    )


def test_nothing_is_said_without_an_answer() -> None:
    assert untrue(unanswered()) == []


def test_what_is_outside_the_contract_has_types_alone() -> None:
    real = exchange("GET", "/elsewhere", answer={**GROUP, "status": "active"})

    assert _departure("/status", "string, documented", "string, undocumented") not in departures(untrue(real))


def test_a_mock_that_departs_from_the_contract_is_the_suites_fault() -> None:
    found = list(mock.contradicted(SCENARIO, judged(update({**GROUP, "status": "active"}, sent=SENT))))

    assert [(one[0], one[1], one[2], one[4]) for one in departures(found)] == [
        ("UCG-MOCK-01", "undocumented", "mock update UCG-ENUM-02 /status", '"active"')
    ]
    assert [verdict.deviation.blame for verdict in found if verdict.deviation] == ["suite"]
    assert kept(list(mock.contradicted(SCENARIO, judged(update())))) == {"UCG-MOCK-01"}
