"""One sandbox: its parts, and the operations of the control API."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clumio_sandbox import life_cycle
from clumio_sandbox.behaviour import Behaviours
from clumio_sandbox.clock import Clock, timestamp
from clumio_sandbox.errors import conflict, unknown_group
from clumio_sandbox.exchanges import Recorder
from clumio_sandbox.faults import FAULTS
from clumio_sandbox.group import Group
from clumio_sandbox.group_document import group_document
from clumio_sandbox.life_cycle import Event
from clumio_sandbox.rate_limit import RateLimit
from clumio_sandbox.stacks import SimulatedStacks, Stacks, observed
from clumio_sandbox.store import Store
from clumio_sandbox.vendor_api import VendorApi


class Sandbox:
    """The vendor's API with its state, stacks, clock and faults."""

    def __init__(
        self,
        *,
        state: Path | None = None,
        rate_limit: int = 0,
        clock: Clock | None = None,
        stacks: Stacks | None = None,
    ) -> None:
        self.stacks: Stacks = stacks or SimulatedStacks()
        self.store = Store(state)
        self.clock = clock or Clock()
        self.behaviours = Behaviours(FAULTS)
        self.recorder = Recorder()
        self.api = VendorApi(
            store=self.store,
            clock=self.clock,
            behaviours=self.behaviours,
            rate_limit=RateLimit(rate_limit),
        )

    def group(self, group_id: str) -> Group:
        """The group with this id, even a deleted one; raises an `ApiError` for an unknown id."""
        group = self.store.group(group_id)
        if group is None:
            raise unknown_group(group_id)
        now = self.clock.now()
        return self.store.save(group, life_cycle.expire(group, now), event="expire", now=now)

    async def follow(self, group_id: str | None = None) -> None:
        """Update a group, or all groups, from their real stacks; simulated stacks need no update."""
        if self.stacks.simulated:
            return
        group = group_id and self.store.group(group_id)
        groups = [group] if group else [] if group_id else [group for _, group in self.store.groups()]
        for group in groups:
            view = None if group.deleted else await asyncio.to_thread(self.stacks.look, group)
            if view:
                # During the wait, another request may have changed the group.
                current = self.group(group.id)
                self._keep(current, observed(current, view, self.clock.now()))

    def move(self, group_id: str, name: str) -> Group:
        """Apply a stack event, or all events of a shortcut, to a group.

        Raises an `ApiError` for an unknown group, for an event that its state does not allow, and for an
        event that only a real stack can cause; then nothing changes.
        """
        group = self.group(group_id)
        events = life_cycle.steps(group, name)
        if not self.stacks.simulated and not life_cycle.OUTSIDE_EVENTS.issuperset(events):
            raise conflict(f"{name!a} is not possible: the stack is a real one; use CloudFormation")
        now = self.clock.now()
        after = group
        moves = []
        for event in events:
            after = life_cycle.apply(after, event, now)
            moves.append((event, after))
        return self._keep(group, moves)

    def _keep(self, group: Group, moves: list[tuple[Event, Group]]) -> Group:
        behaviour = self.behaviours.of(group.organization)
        before = group
        for event, after in moves:
            moved = behaviour.moved(event.value, before, after)
            group = self.store.save(group, moved, event=event.value, now=self.clock.now())
            before = after
        return group

    def advance(self, seconds: float) -> None:
        """Skip time; updates that are pending for too long are discarded."""
        self.clock.advance(seconds)
        for _, group in list(self.store.groups()):
            self.group(group.id)

    def state(self, group: Group, *, base_url: str) -> dict[str, Any]:
        """The state of a group, deleted or not, for the control API and the console."""
        return {
            "id": group.id,
            "organization": group.organization,
            "deleted": group.deleted,
            "group": group_document(group, base_url=base_url),
            "history": [
                asdict(change) | {"at": timestamp(change.at)} for change in self.store.history(group.id)
            ],
            "stack": {
                "arn": group.stack.arn if group.stack else None,
                "name": group.stack.name if group.stack else None,
                "operation": group.operation.value,
                "update_pending": group.pending is not None,
                "allowed_events": life_cycle.allowed(group),
            },
            "connections": _connections(group),
            "backups": _backups(group),
        }


def _connections(group: Group) -> list[dict[str, str]]:
    pairs = dict.fromkeys((account, region) for account, region, _, _ in group.covered)
    return [{"account_native_id": account, "aws_region": region} for account, region in pairs]


def _backups(group: Group) -> list[dict[str, str]]:
    return [
        {"account_native_id": account, "aws_region": region, "asset_type": kind, "taken_at": timestamp(at)}
        for account, region, kind, at in group.covered
    ]
