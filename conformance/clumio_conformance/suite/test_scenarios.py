"""Each scenario, played against a mock and against the target, and the two answers held against each other."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from clumio_conformance.contract.document import contract
from clumio_conformance.contract.probes import UNKNOWN_IDS
from clumio_conformance.contract.scenarios import Scenario, scenarios
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.judge import judge
from clumio_conformance.judging.rules import mock
from clumio_conformance.options import RunOptions
from clumio_conformance.run import mocks
from clumio_conformance.run.session import COLLECTION, Session, Subject
from clumio_conformance.run.subjects import try_invalid

ALL = [pytest.param(scenario, id=scenario.id) for scenario in scenarios()]
FORBIDDEN_FIRST = [
    pytest.param(scenario, id=scenario.id, marks=[pytest.mark.negative] if scenario.forbidden else [])
    for scenario in scenarios()
]


@pytest.mark.schema_requirements
@pytest.mark.parametrize("scenario", ALL)
def test_each_mock_keeps_the_contract(session: Session, options: RunOptions, scenario: Scenario) -> None:
    """A mock answers the scenario: what it says is judged like any answer."""
    exchange = mocks.play(scenario)
    verdicts = judge(exchange, contract(), scenario.expectation(contract()))
    if options.target == "mock":
        session.enter(exchange, verdicts)
    session.conclude(exchange, mock.contradicted(scenario, verdicts))
    session.ledger.played(scenario.id, "mock", exchange)


@pytest.mark.real
@pytest.mark.sends(3)
@pytest.mark.requirement("UCG-MOCK-02")
@pytest.mark.parametrize("scenario", FORBIDDEN_FIRST)
def test_each_scenario_on_the_target(
    request: pytest.FixtureRequest, session: Session, scenario: Scenario, fresh: Callable[[], Subject]
) -> None:
    """The target answers the scenario: its answer is judged, and the mock's is held against it."""
    missing = [need for need in scenario.needs if need not in session.capabilities]
    if missing:
        pytest.skip(f"this target does not offer: {', '.join(missing)}")
    subject = _given(request, session, scenario, fresh)
    if subject is not None and scenario.forbidden:
        try_invalid(session)
    answer = _play(session, scenario, subject.path if subject else f"{COLLECTION}/{UNKNOWN_IDS['unknown']}")
    told = judge(answer, contract(), scenario.expectation(contract()))
    departs = any(verdict.deviation for verdict in told)
    if not departs:  # else the target is at fault, and the finding is there already
        session.conclude(answer, mock.parity(scenario, answer, contract()))
    session.ledger.played(scenario.id, "target", answer, departs=departs)


def _play(session: Session, scenario: Scenario, path: str) -> Exchange:
    outgoing = session.wire.outgoing(scenario.method, path, body=scenario.body, headers=scenario.headers)
    if scenario.authorization is not None:
        outgoing = replace(outgoing, authorization=session.wire.authorization(scenario.authorization))
    return session.exchange(outgoing, scenario.expectation(contract()))


def _given(
    request: pytest.FixtureRequest, session: Session, scenario: Scenario, fresh: Callable[[], Subject]
) -> Subject | None:
    """Bring about what a scenario presupposes; None where it presupposes that there is no group."""
    if scenario.given == "no such group":
        return None
    if scenario.given == "a group":
        if "create" in session.capabilities and session.control:
            group = fresh()
            group.update(group.body(asset_types=["EC2/EBS", "RDS"]))
            return group
        shared: Subject = request.getfixturevalue("subject" if scenario.method == "PUT" else "readable")
        shared.forget()
        return shared
    group = fresh()
    assert session.control is not None, "these scenarios need a control API"
    group.update(group.body())
    session.control.move(group.id, "deploy")
    group.connected, group.regions = ("EC2/EBS",), ("us-east-1",)
    if scenario.given == "a group with a running update":
        group.update(group.body(asset_types=["EC2/EBS", "RDS"]))
        session.control.move(group.id, "start")
    elif scenario.given == "a vanished group":
        session.control.move(group.id, "destroy")
    return group
