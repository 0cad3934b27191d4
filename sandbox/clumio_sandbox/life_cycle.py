"""How a connection group changes: by requests, by what happens to its stack, and by time.

Pure functions from facts to facts. What a stack event does stands in `TRANSITIONS`, and nowhere else.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from clumio_sandbox.errors import ApiError, conflict
from clumio_sandbox.group import Group, Operation, Plan, Reach, Stack, Status

UPDATE_LIFETIME = 7 * 24 * 3600.0
"""Seconds until a pending update that no stack operation took up is discarded [guess]: the page gives no number."""


class Event(StrEnum):
    """What can happen to the stack of a group.

    The last four are no doings of the stack's own: its account is unlinked; its accounts stay connected by stacks that
    the group does not manage; its configuration is of the deprecated, unconsolidated kind; a pending update is given up.
    """

    START = "start"
    SUCCEED = "succeed"
    PARTIAL = "partial"
    FAIL = "fail"
    DELETE = "delete"
    UNLINK = "unlink"
    UNMANAGE = "unmanage"
    LEGACY = "legacy"
    DISCARD = "discard"


SHORTCUTS: dict[str, tuple[Event, ...]] = {
    "deploy": (Event.START, Event.SUCCEED),
    "break": (Event.START, Event.FAIL),
    "destroy": (Event.DELETE, Event.SUCCEED),
}
"""Names for events that often follow on one another."""


OUTSIDE_EVENTS = frozenset({Event.UNLINK, Event.UNMANAGE, Event.LEGACY, Event.DISCARD})
"""The events that are no doings of the stack's own."""


@dataclass(frozen=True)
class Transition:
    """In `operation`, and where `when` holds, `event` leads to what `effect` returns.

    `meaning` is the guard in words.
    """

    event: Event
    operation: Operation
    meaning: str
    when: Callable[[Group], bool]
    effect: Callable[[Group, float], Group]


def new_group(
    *,
    organization: str,
    organizational_unit_id: str,
    account_native_id: str,
    master_aws_account_id: str,
    master_region: str,
    plan: Plan,
    now: float,
) -> Group:
    """A group as it is right after its creation: nothing is deployed."""
    return Group(
        id=str(uuid.uuid4()),
        organization=organization,
        external_id=f"ExternalID_{uuid.uuid4()}",
        account_native_id=account_native_id,
        master_aws_account_id=master_aws_account_id,
        master_region=master_region,
        organizational_unit_id=organizational_unit_id,
        created_at=now,
        settled=replace(plan, revision=1),
    )


def request_update(group: Group, plan: Plan, now: float) -> Group:
    """The group after an update was asked for; the same group when it already intends just that."""
    if plan == group.intended:
        return group
    revision = group.revisions + 1
    pending = Plan(plan.asset_types, plan.aws_regions, plan.description, revision)
    return replace(group, pending=pending, pending_since=now, revisions=revision)


def expire(group: Group, now: float) -> Group:
    """The group without an update that waited too long for its stack."""
    waiting = group.pending_since is not None and group.operation is Operation.NONE
    if waiting and now - (group.pending_since or 0.0) >= UPDATE_LIFETIME:
        return _discard(group, now)
    return group


def apply(group: Group, event: Event, now: float) -> Group:
    """The group after `event` happened to its stack.

    Raises a conflict that names the state and what is possible in it.
    """
    for transition in TRANSITIONS:
        if transition.event is event and possible(transition, group):
            return transition.effect(group, now)
    raise _impossible(group, event.value)


def steps(group: Group, name: str) -> tuple[Event, ...]:
    """The events that `name`, an event or a shortcut, stands for.

    Raises a conflict when there is no such name.
    """
    try:
        return SHORTCUTS[name] if name in SHORTCUTS else (Event(name),)
    except ValueError as error:
        raise _impossible(group, name) from error


def allowed(group: Group) -> list[str]:
    """The names of the events and shortcuts that are possible now."""
    events = {transition.event for transition in TRANSITIONS if possible(transition, group)}
    shortcuts = [name for name, (first, *_) in SHORTCUTS.items() if first in events]
    return [event.value for event in Event if event in events] + shortcuts


def possible(transition: Transition, group: Group) -> bool:
    """Whether a row of the table applies to a group as it is."""
    return not group.deleted and transition.operation is group.operation and transition.when(group)


def _impossible(group: Group, name: str) -> ApiError:
    state = "deleted" if group.deleted else f"{group.status.value} with {group.operation.value}"
    return conflict(
        f"{name!a} is not possible: the group is {state}, which allows {', '.join(allowed(group)) or 'nothing'}"
    )


def _start_create(group: Group, _now: float) -> Group:
    name = f"clumio-connection-{group.id}"
    identity = uuid.uuid5(uuid.NAMESPACE_URL, group.id)
    arn = (
        f"arn:aws:cloudformation:{group.master_region}:{group.master_aws_account_id}:stack/{name}/{identity}"
    )
    return replace(
        group,
        operation=Operation.CREATING,
        status=Status.CONNECTING,
        deploying=group.intended,
        stack=Stack(arn, name),
    )


def _start_update(group: Group, _now: float) -> Group:
    return replace(group, operation=Operation.UPDATING, deploying=group.intended)


def _start_delete(group: Group, _now: float) -> Group:
    return replace(group, operation=Operation.DELETING)


def _connect(group: Group, now: float) -> Group:
    return _take_effect(group, now, Status.FULLY_CONNECTED, regions_left_out=0)


def _connect_partly(group: Group, now: float) -> Group:
    return _take_effect(group, now, Status.PARTIALLY_CONNECTED, regions_left_out=1)


def _take_effect(group: Group, now: float, status: Status, *, regions_left_out: int) -> Group:
    plan = group.deploying or group.intended
    regions = plan.aws_regions[: len(plan.aws_regions) - regions_left_out]
    reach = Reach(plan.asset_types, regions, (group.account_native_id,), plan.revision)
    known = {row[:3] for row in group.covered}
    fresh = dict.fromkeys(
        (group.account_native_id, region, kind) for region in regions for kind in plan.asset_types
    )
    done = group.pending == plan
    return replace(
        group,
        status=status,
        operation=Operation.NONE,
        settled=plan,
        deploying=None,
        pending=None if done else group.pending,
        pending_since=None if done else group.pending_since,
        reach=reach,
        legacy=False,
        covered=group.covered + tuple((*row, now) for row in fresh if row not in known),
    )


def _fail_create(group: Group, now: float) -> Group:
    failed = replace(group, status=Status.DEPLOYMENT_FAILED, operation=Operation.NONE, deploying=None)
    return _discard(failed, now) if group.pending == group.deploying else failed


def _fail_update(group: Group, now: float) -> Group:
    failed = replace(group, operation=Operation.NONE, deploying=None)
    return _discard(failed, now) if group.pending == group.deploying else failed


def _fail_delete(group: Group, _now: float) -> Group:
    return replace(group, operation=Operation.NONE)


def _vanish(group: Group, _now: float) -> Group:
    return replace(group, operation=Operation.NONE, deleted=True)


def _unlink(group: Group, _now: float) -> Group:
    return replace(group, status=Status.UNLINKED)


def _unmanage(group: Group, _now: float) -> Group:
    return replace(group, status=Status.CONNECTED_WITH_NO_MANAGED_STACKS)


def _make_legacy(group: Group, _now: float) -> Group:
    return replace(group, legacy=True)


def _discard(group: Group, _now: float) -> Group:
    return replace(group, pending=None, pending_since=None)


def _never_deployed(group: Group) -> bool:
    return group.reach is None


def _deployed(group: Group) -> bool:
    return group.reach is not None


def _has_stack(group: Group) -> bool:
    return group.stack is not None


def _always(_group: Group) -> bool:
    return True


def _is_pending(group: Group) -> bool:
    return group.pending is not None


TRANSITIONS: tuple[Transition, ...] = (
    Transition(Event.START, Operation.NONE, "never deployed", _never_deployed, _start_create),
    Transition(Event.START, Operation.NONE, "deployed before", _deployed, _start_update),
    Transition(Event.SUCCEED, Operation.CREATING, "", _always, _connect),
    Transition(Event.SUCCEED, Operation.UPDATING, "", _always, _connect),
    Transition(Event.SUCCEED, Operation.DELETING, "", _always, _vanish),
    Transition(Event.PARTIAL, Operation.CREATING, "", _always, _connect_partly),
    Transition(Event.PARTIAL, Operation.UPDATING, "", _always, _connect_partly),
    Transition(Event.FAIL, Operation.CREATING, "", _always, _fail_create),
    Transition(Event.FAIL, Operation.UPDATING, "", _always, _fail_update),
    Transition(Event.FAIL, Operation.DELETING, "", _always, _fail_delete),
    Transition(Event.DELETE, Operation.NONE, "there is a stack", _has_stack, _start_delete),
    Transition(Event.UNLINK, Operation.NONE, "deployed before", _deployed, _unlink),
    Transition(Event.UNMANAGE, Operation.NONE, "deployed before", _deployed, _unmanage),
    Transition(Event.LEGACY, Operation.NONE, "deployed before", _deployed, _make_legacy),
    Transition(Event.DISCARD, Operation.NONE, "an update is pending", _is_pending, _discard),
)
