"""The life cycle of a group, driven through its stack."""

from collections.abc import Callable, Iterator

import pytest

from clumio_conformance.connection_groups.expectations import nameless
from clumio_conformance.connection_groups.listing import walk
from clumio_conformance.connection_groups.operations import asset_types
from clumio_conformance.connection_groups.rules import life_cycle, saving
from clumio_conformance.connection_groups.subjects import Subject
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Verdict
from clumio_conformance.session.control import Control
from clumio_conformance.session.session import Session

pytestmark = [pytest.mark.real, pytest.mark.needs("writes", "create", "control"), pytest.mark.sends(6)]

ALL_TYPES = [value for value in asset_types(contract().base) if value != "EBS"]
GONE = nameless("UCG-FLOW-06", sent="a vanished group", cause="vanished")
RARE = Expectation(
    outcome="open", requirements=("UCG-ERR-08",), sent="an update in a rare state of the stack", cause="open"
)


@pytest.fixture
def control(session: Session) -> Control:
    """The control API of the target."""
    assert session.control is not None, "the marker `needs` selects a target with a control API"
    return session.control


@pytest.mark.requirement("UCG-FLOW-04", "UCG-FLOW-09", "UCG-BODY-18", "UCG-SAVE-01", "UCG-SAVE-07")
@pytest.mark.schema_requirements
def test_an_update_is_complete_once_its_stack_is(
    session: Session, fresh: Callable[[], Subject], control: Control
) -> None:
    """A group is deployed and updated, then its stack is updated: each answer has its state."""
    group = fresh()
    new = group.snapshot(fresh=True)
    session.conclude(*_state(group, "no_active_operation", "connecting"))
    control.move(group.id, "start")
    session.conclude(*_state(group, "creating_stack", "connecting"))
    control.move(group.id, "succeed")
    session.conclude(*_state(group, "no_active_operation", "fully_connected"))
    deployed = group.snapshot(fresh=True)
    assert group.creation is not None, "this run has created the group"
    session.conclude(deployed, life_cycle.completed(group.creation, deployed))
    session.conclude(deployed, saving.left_alone(new, deployed))

    group.connected, group.regions = ("EC2/EBS",), ("us-east-1",)
    body = group.body(asset_types=ALL_TYPES, aws_regions=["us-east-1", "eu-central-1"], description="grown")
    update = group.update(body)
    if not update.succeeded:
        return  # this is a finding by itself, and there is no update to follow
    session.conclude(update, life_cycle.pending(deployed, update))
    control.move(group.id, "start")
    running = group.snapshot(fresh=True)
    session.conclude(*_state(group, "updating_stack", "fully_connected", "connecting", "partially_connected"))
    session.conclude(running, life_cycle.pending(deployed, running))
    control.move(group.id, "succeed")
    completed = group.snapshot(fresh=True)
    session.conclude(completed, life_cycle.completed(update, completed))
    session.conclude(completed, saving.sent_values(update, completed))
    session.conclude(*_state(group, "no_active_operation", "fully_connected"))
    session.compare_once(completed, saving.read_twice(completed, group.snapshot(fresh=True)))

    group.connected = tuple(ALL_TYPES)
    last = group.update(group.body(asset_types=["EC2/EBS"]), probe="update removing connected types")
    session.conclude(last, saving.left_alone(update, last))


@pytest.mark.requirement("UCG-FLOW-05", "UCG-FLOW-08", "UCG-FLOW-09")
@pytest.mark.parametrize("event", ["break", "discard"])
def test_an_update_that_is_not_deployed_is_discarded(
    session: Session, fresh: Callable[[], Subject], control: Control, event: str
) -> None:
    """The stack update fails, or is never started: the group has its previous values again."""
    group = fresh()
    group.update(group.body(description="before"))
    control.move(group.id, "deploy")
    before = group.snapshot(fresh=True)
    group.connected, group.regions = ("EC2/EBS",), ("us-east-1",)
    update = group.update(
        group.body(asset_types=["EC2/EBS", "S3"], aws_regions=["us-west-2"], description="never")
    )
    if not update.succeeded:
        return  # this is a finding by itself, and there is no update to discard
    control.move(group.id, event)
    session.conclude(update, life_cycle.discarded(before, update, group.snapshot(fresh=True)))
    session.conclude(*_state(group, "no_active_operation", "fully_connected"))


@pytest.mark.requirement("UCG-FLOW-09", "UCG-FLOW-14", "UCG-ENUM-02", "UCG-ENUM-04")
def test_a_failed_deployment_says_so(
    session: Session, fresh: Callable[[], Subject], control: Control
) -> None:
    """The first stack of a group can't be created; an update may repair it."""
    group = fresh()
    control.move(group.id, "break")
    session.conclude(*_state(group, "no_active_operation", "deployment_failed"))
    group.update(
        group.body(), expected=_any_state("whose deployment failed"), probe="update of a group after break"
    )


@pytest.mark.requirement("UCG-FLOW-14")
@pytest.mark.schema_requirements
@pytest.mark.parametrize("event", ["partial", "unmanage", "unlink", "legacy"])
def test_a_group_in_a_rare_state_keeps_the_contract(
    session: Session, fresh: Callable[[], Subject], control: Control, event: str
) -> None:
    """A stack is in a rare state (some accounts only, unmanaged, unlinked): answers are as documented."""
    group = fresh()
    control.move(group.id, "start" if event == "partial" else "deploy")
    control.move(group.id, event)
    read = group.snapshot(fresh=True)
    if event == "legacy":
        session.conclude(read, life_cycle.unconsolidated(read))
    expected = _any_state("that reached some accounts only") if event == "partial" else RARE
    group.update(group.body(), expected=expected, probe=f"update of a group after {event}")
    walk(session, accounts=[group.account])


@pytest.mark.requirement("UCG-FLOW-06", "UCG-FLOW-07", "UCG-FLOW-09", "UCG-FLOW-10", "UCG-LIST-03")
def test_a_group_is_gone_with_its_stack(
    session: Session, fresh: Callable[[], Subject], control: Control
) -> None:
    """The stack is deleted: read, update and list do not find the group; its backups and connections stay."""
    group = fresh()
    control.move(group.id, "deploy")
    before = control.state(group.id)
    control.move(group.id, "delete")
    session.conclude(
        *_state(group, "deleting_stack", "fully_connected", "connecting", "partially_connected", "unlinked")
    )
    control.move(group.id, "succeed")
    read = group.read(expected=GONE)
    session.conclude(read, life_cycle.vanished(read))
    update = group.update(group.body(), expected=GONE)
    session.conclude(update, life_cycle.vanished(update))
    session.conclude(update, life_cycle.survivors(before, control.state(group.id)))
    listed = walk(session, accounts=[group.account])
    session.conclude(listed.last, saving.listed(listed, [], absent=[group.id]))


def _any_state(what: str) -> Expectation:
    sent = f"an update of a group {what}"
    return Expectation(
        outcome="accepted", requirements=("UCG-FLOW-14",), location="request", sent=sent, cause=sent
    )


def _state(group: Subject, operation: str, *statuses: str) -> tuple[Exchange, Iterator[Verdict]]:
    read = group.snapshot(fresh=True)
    return read, life_cycle.state(read, operation=operation, statuses=statuses)
