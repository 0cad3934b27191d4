"""The stacks of groups, behind one interface: simulated stacks and real ones.

The control API sends events to a simulated stack. The observed state of a real stack is converted to the same
events, so there is one table of transitions for both.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from clumio_sandbox import life_cycle
from clumio_sandbox.group import Group, Operation, Plan, Stack
from clumio_sandbox.life_cycle import Event


@dataclass(frozen=True)
class StackView:
    """The observed state of a stack: names, CloudFormation's status, revision of the template, last change.

    `revision` is None when the stack has no output with the revision.
    """

    arn: str
    name: str
    status: str
    revision: int | None
    moved_at: str

    @property
    def mark(self) -> str:
        """Identifies the observed state: another operation has another mark."""
        return f"{self.status} {self.revision} {self.moved_at}"


class Stacks(Protocol):
    """The source of the stacks."""

    @property
    def simulated(self) -> bool:
        """Whether the control API sends their events."""

    def look(self, group: Group) -> StackView | None:
        """The present state of a group's stack; None when there is none."""


class SimulatedStacks:
    """Stacks that exist only in the sandbox: the control API sends their events."""

    simulated = True

    def look(self, _group: Group) -> StackView | None:
        """Return None: there is no real stack."""
        return None


class Phase(Enum):
    """The meaning of a CloudFormation status for a group."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DELETING = "deleting"
    DELETED = "deleted"
    DELETE_FAILED = "delete failed"


PHASES: dict[str, Phase] = {
    "CREATE_IN_PROGRESS": Phase.RUNNING,
    "ROLLBACK_IN_PROGRESS": Phase.RUNNING,
    "UPDATE_IN_PROGRESS": Phase.RUNNING,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": Phase.RUNNING,
    "UPDATE_ROLLBACK_IN_PROGRESS": Phase.RUNNING,
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": Phase.RUNNING,
    "CREATE_COMPLETE": Phase.DONE,
    "UPDATE_COMPLETE": Phase.DONE,
    "CREATE_FAILED": Phase.FAILED,
    "ROLLBACK_FAILED": Phase.FAILED,
    "ROLLBACK_COMPLETE": Phase.FAILED,
    "UPDATE_FAILED": Phase.FAILED,
    "UPDATE_ROLLBACK_FAILED": Phase.FAILED,
    "UPDATE_ROLLBACK_COMPLETE": Phase.FAILED,
    "DELETE_IN_PROGRESS": Phase.DELETING,
    "DELETE_COMPLETE": Phase.DELETED,
    "DELETE_FAILED": Phase.DELETE_FAILED,
}
"""CloudFormation's statuses; all others, such as those of an import, are ignored."""


def observed(group: Group, view: StackView, now: float) -> list[tuple[Event, Group]]:
    """The events that lead from the stored state of a group to the observed state of its stack.

    Each event comes with the group after it.
    """
    phase = PHASES.get(view.status)
    if phase is None or (group.stack and group.stack.mark == view.mark):
        return []
    plan = _plan(group, view)
    group = replace(group, stack=Stack(view.arn, view.name))
    steps = []
    for event in _events(group, phase, known=plan is not None):
        if event is Event.SUCCEED and plan and group.operation is not Operation.DELETING:
            group = replace(group, deploying=plan)
        group = replace(life_cycle.apply(group, event, now), stack=group.stack)
        steps.append((event, group))
    if steps and phase not in {Phase.RUNNING, Phase.DELETING}:
        event, group = steps.pop()
        steps.append((event, replace(group, stack=Stack(view.arn, view.name, view.mark))))
    return steps


def _events(group: Group, phase: Phase, *, known: bool) -> list[Event]:
    idle = group.operation is Operation.NONE
    deleting = group.operation is Operation.DELETING
    begin = [Event.START] if idle else [Event.FAIL, Event.START] if deleting else []
    if phase is Phase.RUNNING:
        return begin
    if phase in {Phase.DONE, Phase.FAILED}:
        return [*begin, Event.SUCCEED if phase is Phase.DONE and known else Event.FAIL]
    begin = [] if deleting else [Event.DELETE] if idle else [Event.FAIL, Event.DELETE]
    end = {Phase.DELETED: [Event.SUCCEED], Phase.DELETE_FAILED: [Event.FAIL]}
    return begin + end.get(phase, [])


def _plan(group: Group, view: StackView) -> Plan | None:
    """The plan that a stack has deployed; None for a plan that a later request has replaced."""
    if view.revision is None:
        return group.deploying or group.intended
    plans = (group.deploying, group.pending, group.settled)
    return next((plan for plan in plans if plan and plan.revision == view.revision), None)
