"""The scenarios: each is right by the contract, and its mock keeps it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from exchanges import departures

from clumio_conformance.connection_groups.mocks import play
from clumio_conformance.connection_groups.operations import COLLECTION, redaction
from clumio_conformance.connection_groups.scenarios import Scenario, scenarios
from clumio_conformance.contract.contract import contract
from clumio_conformance.judging.judge import judge

ALL = scenarios()


def test_scenarios_are_many_named_and_traced() -> None:
    assert len(ALL) >= 12
    assert len({scenario.id for scenario in ALL}) == len(ALL)
    for scenario in ALL:
        assert scenario.story.endswith(".")
        assert scenario.requirements
        assert set(scenario.requirements) <= set(contract().requirements)
        assert scenario.method in {"GET", "PUT"}


def _without_secrets(body: Any) -> Any:
    return json.loads(redaction().body(json.dumps(body).encode()))


@pytest.mark.parametrize("scenario", ALL, ids=[scenario.id for scenario in ALL])
def test_a_mock_keeps_the_contract_as_its_scenario_expects(scenario: Scenario) -> None:
    expected = scenario.expectation(contract())
    exchange = play(scenario)

    assert departures(judge(exchange, contract(), expected)) == []
    assert exchange.response is not None
    assert exchange.response.status == scenario.answer.status
    assert exchange.response.json == _without_secrets(scenario.answer.body)
    assert expected.outcome == {200: "accepted"}.get(scenario.answer.status, "refused")


@pytest.mark.parametrize("scenario", ALL, ids=[scenario.id for scenario in ALL])
def test_a_mock_is_asked_what_the_scenario_says(scenario: Scenario) -> None:
    request = play(scenario).request

    assert request.method == scenario.method
    assert request.url.partition(COLLECTION)[1] == COLLECTION
    sent = json.loads(scenario.body) if scenario.sends_object and scenario.body else None
    assert sent is None or request.json == sent
    assert "mock-token" not in str(request)


@pytest.mark.parametrize("scenario", [one for one in ALL if one.answer.status >= 400], ids=lambda one: one.id)
def test_what_is_refused_is_accepted_nowhere(scenario: Scenario) -> None:
    """The judge would notice a mock that accepts what its own scenario refuses."""
    accepted = next(one for one in ALL if one.answer.status == 200)
    exchange = replace(play(scenario), response=play(accepted).response)

    wrong = judge(exchange, contract(), scenario.expectation(contract()))

    assert "accepts-invalid" in {verdict.deviation.kind for verdict in wrong if verdict.deviation}


def test_what_a_target_must_offer() -> None:
    for scenario in ALL:
        if scenario.given in {"a group", "no such group"}:
            assert scenario.needs == (("writes",) if scenario.method == "PUT" else ())
        else:
            assert scenario.needs == ("writes", "create", "control")


def test_the_body_decides_how_an_update_must_be_answered() -> None:
    by_id = {scenario.id: scenario.expectation(contract()) for scenario in ALL}

    assert by_id["update"].outcome == "accepted"
    assert by_id["refused-broken-json"].requirements == ("UCG-BODY-14",)
    assert by_id["refused-sql-server-alone"].requirements == ("UCG-BODY-04",)
    assert by_id["refused-without-token"].requirements == ("UCG-AUTH-01",)
    assert by_id["refused-without-token"].location == "request header authorization"
    assert by_id["refused-unknown-group"].location == "request path connection_group_id"
