"""How a connection group changes: by requests, by stack events, and by time.

Pure functions from group to group. `TRANSITIONS` is the only place that defines the effect of a stack event.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from clumio_sandbox.errors import ApiError, conflict
from clumio_sandbox.group import Group, Operation, Plan, Reach, Stack, Status

UPDATE_LIFETIME = 7 * 24 * 3600.0
"""Seconds after which a pending update is discarded [guess]: the page gives no number."""


class Event(StrEnum):
    """What can happen to the stack of a group.

    The last four come from outside the stack: the account is unlinked; stacks that the group does not manage
    connect its accounts; the configuration becomes the deprecated, unconsolidated one; a pending update is
    discarded.
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
"""Names for events that often follow each other."""

OUTSIDE_EVENTS = frozenset({Event.UNLINK, Event.UNMANAGE, Event.LEGACY, Event.DISCARD})
"""The events that come from outside the stack."""


Effect = Callable[[Group, float], Group]
"""From a group and the time of the event to the group after it."""


@dataclass(frozen=True)
class Transition:
    """During `operation`, and if `when` is true, `event` leads to the result of `effect`."""

    event: Event
    operation: Operation
    effect: Effect
    when: Callable[[Group], bool] = lambda _group: True


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
    """A group right after its creation: nothing is deployed."""
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
    """The group after an update request; the same group when the update asks for what is already intended."""
    if plan == group.intended:
        return group
    revision = group.revisions + 1
    pending = Plan(plan.asset_types, plan.aws_regions, plan.description, revision)
    return replace(group, pending=pending, pending_since=now, revisions=revision)


def expire(group: Group, now: float) -> Group:
    """The group, without its pending update if that is too old."""
    waiting = group.pending_since is not None and group.operation is Operation.NONE
    if waiting and now - (group.pending_since or 0.0) >= UPDATE_LIFETIME:
        return _discard(group, now)
    return group


def apply(group: Group, event: Event, now: float) -> Group:
    """The group after `event`.

    Raises a conflict that names the state and the events that it allows.
    """
    for transition in TRANSITIONS:
        if transition.event is event and possible(transition, group):
            return transition.effect(group, now)
    raise _impossible(group, event.value)


def steps(group: Group, name: str) -> tuple[Event, ...]:
    """The events of `name`, which is an event or a shortcut.

    Raises a conflict for an unknown name.
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
    """Whether a row of the table applies to a group in its present state."""
    return not group.deleted and transition.operation is group.operation and transition.when(group)


def _impossible(group: Group, name: str) -> ApiError:
    state = "deleted" if group.deleted else f"{group.status.value} with {group.operation.value}"
    events = ", ".join(allowed(group)) or "nothing"
    return conflict(f"{name!a} is not possible: the group is {state}, which allows {events}")


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


def _set(**facts: Any) -> Effect:
    return lambda group, _now: replace(group, **facts)


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


def _fail(group: Group, now: float) -> Group:
    status = Status.DEPLOYMENT_FAILED if group.operation is Operation.CREATING else group.status
    failed = replace(group, status=status, operation=Operation.NONE, deploying=None)
    return _discard(failed, now) if group.pending == group.deploying else failed


def _deployed(group: Group) -> bool:
    return group.reach is not None


def _has_stack(group: Group) -> bool:
    return group.stack is not None


_discard = _set(pending=None, pending_since=None)
_unmanaged = _set(status=Status.CONNECTED_WITH_NO_MANAGED_STACKS)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(Event.START, Operation.NONE, _start_create, lambda group: group.reach is None),
    Transition(Event.START, Operation.NONE, _start_update, _deployed),
    Transition(Event.SUCCEED, Operation.CREATING, _connect),
    Transition(Event.SUCCEED, Operation.UPDATING, _connect),
    Transition(Event.SUCCEED, Operation.DELETING, _set(operation=Operation.NONE, deleted=True)),
    Transition(Event.PARTIAL, Operation.CREATING, _connect_partly),
    Transition(Event.PARTIAL, Operation.UPDATING, _connect_partly),
    Transition(Event.FAIL, Operation.CREATING, _fail),
    Transition(Event.FAIL, Operation.UPDATING, _fail),
    Transition(Event.FAIL, Operation.DELETING, _set(operation=Operation.NONE)),
    Transition(Event.DELETE, Operation.NONE, _set(operation=Operation.DELETING), _has_stack),
    Transition(Event.UNLINK, Operation.NONE, _set(status=Status.UNLINKED), _deployed),
    Transition(Event.UNMANAGE, Operation.NONE, _unmanaged, _deployed),
    Transition(Event.LEGACY, Operation.NONE, _set(legacy=True), _deployed),
    Transition(Event.DISCARD, Operation.NONE, _discard, lambda group: group.pending is not None),
)
