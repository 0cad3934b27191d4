"""Each scenario is played against a mock and against the target, and the two answers are compared."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from clumio_conformance.connection_groups import mocks
from clumio_conformance.connection_groups.guard.guard import GroupGuard
from clumio_conformance.connection_groups.operations import UNKNOWN_GROUP
from clumio_conformance.connection_groups.rules import mock
from clumio_conformance.connection_groups.scenarios import Scenario, scenarios
from clumio_conformance.connection_groups.subjects import Subject
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Verdict
from clumio_conformance.judging.judge import judge
from clumio_conformance.judging.ledger import behaviour_of
from clumio_conformance.session.session import NotTestable, Session
from clumio_conformance.session.targets import Target

ALL = [pytest.param(scenario, id=scenario.id) for scenario in scenarios()]
FORBIDDEN_FIRST = [
    pytest.param(scenario, id=scenario.id, marks=[pytest.mark.negative] if scenario.forbidden else [])
    for scenario in scenarios()
]


@pytest.mark.schema_requirements
@pytest.mark.parametrize("scenario", ALL)
def test_each_mock_keeps_the_contract(session: Session, target: Target, scenario: Scenario) -> None:
    """A mock answers the scenario: its answer is judged like any other."""
    exchange = mocks.play(scenario)
    verdicts = judge(exchange, contract(), scenario.expectation(contract()))
    if not target.answers:
        session.enter(exchange, verdicts)
    contradicted = list(mock.contradicted(scenario, verdicts))
    session.conclude(exchange, contradicted)
    _played(session, scenario, "mock", exchange, _differs(contradicted))


@pytest.mark.real
@pytest.mark.sends(3)
@pytest.mark.requirement("UCG-MOCK-02")
@pytest.mark.parametrize("scenario", FORBIDDEN_FIRST)
def test_each_scenario_on_the_target(
    request: pytest.FixtureRequest,
    session: Session,
    guard: GroupGuard,
    scenario: Scenario,
    fresh: Callable[[], Subject],
) -> None:
    """The target answers the scenario: its answer is judged, and compared with the mock's."""
    missing = [need for need in scenario.needs if need not in session.capabilities]
    if missing:
        raise NotTestable(f"this target does not offer: {', '.join(missing)}")
    subject = _given(request, session, scenario, fresh)
    if subject is not None and scenario.forbidden:
        guard.try_invalid()
    answer = _play(session, scenario, subject.path if subject else UNKNOWN_GROUP)
    verdicts = judge(answer, contract(), scenario.expectation(contract()))
    if any(verdict.deviation for verdict in verdicts):
        # The deviation of the target is a finding of its own, and the target confirms no mock.
        _played(session, scenario, "target", answer, "target departs")
        return
    compared = list(mock.parity(scenario, answer, contract()))
    different = [one.deviation for one in compared if one.deviation]
    # The answer keeps the contract, so a difference is no finding, but shows what the mock does not prove.
    session.conclude(answer, [Verdict(requirement="UCG-MOCK-02")] if compared else [])
    _played(session, scenario, "target", answer, _differs(compared) or ("confirmed" if compared else None))
    if different:
        session.ledger.scenarios[scenario.id]["differences"] = "; ".join(
            f"{one.location}: {one.expected}, and {one.actual} here" for one in different
        )


def _played(session: Session, scenario: Scenario, where: str, exchange: Exchange, parity: str | None) -> None:
    """Enter the answer to a scenario, and whether the mock and the target agree."""
    entry = session.ledger.scenarios[scenario.id]
    entry[where] = behaviour_of(exchange)
    if scenario.confirmed:
        entry["confirmed"] = f"{scenario.confirmed['target']} {scenario.confirmed['date']}"
    if parity and entry.get("parity") != "differs":
        entry["parity"] = parity


def _differs(verdicts: Iterable[Verdict]) -> str | None:
    return "differs" if any(verdict.deviation for verdict in verdicts) else None


def _play(session: Session, scenario: Scenario, path: str) -> Exchange:
    outgoing = session.wire.outgoing(scenario.method, path, body=scenario.body, headers=scenario.headers)
    if scenario.authorization is not None:
        outgoing = replace(outgoing, authorization=session.wire.authorization(scenario.authorization))
    return session.exchange(outgoing, scenario.expectation(contract()))


def _given(
    request: pytest.FixtureRequest, session: Session, scenario: Scenario, fresh: Callable[[], Subject]
) -> Subject | None:
    """Make the precondition of a scenario, and return its group; None when it must have no group."""
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
