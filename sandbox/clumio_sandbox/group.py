"""The facts about one connection group; everything that is ever shown is derived from them."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

_ENCODER = json.JSONEncoder(default=vars, separators=(",", ":"))


class Status(StrEnum):
    """The six values of a group's `status` [doc]."""

    CONNECTING = "connecting"
    FULLY_CONNECTED = "fully_connected"
    PARTIALLY_CONNECTED = "partially_connected"
    DEPLOYMENT_FAILED = "deployment_failed"
    CONNECTED_WITH_NO_MANAGED_STACKS = "connected_with_no_managed_stacks"
    UNLINKED = "unlinked"


class Operation(StrEnum):
    """The four values of a group's `ongoing_stack_operation` [doc]."""

    CREATING = "creating_stack"
    UPDATING = "updating_stack"
    DELETING = "deleting_stack"
    NONE = "no_active_operation"


@dataclass(frozen=True)
class Plan:
    """What a create or an update asks for.

    Two plans are equal when they ask for the same; `revision` counts the plans of a group and names its templates.
    """

    asset_types: tuple[str, ...]
    aws_regions: tuple[str, ...]
    description: str | None
    revision: int = field(default=0, compare=False)

    @classmethod
    def restored(cls, facts: dict[str, Any]) -> Self:
        """The plan of which `facts` were stored."""
        return cls(
            asset_types=tuple(facts["asset_types"]),
            aws_regions=tuple(facts["aws_regions"]),
            description=facts["description"],
            revision=facts["revision"],
        )


@dataclass(frozen=True)
class Reach:
    """What a stack operation connected, at last."""

    asset_types: tuple[str, ...]
    aws_regions: tuple[str, ...]
    account_native_ids: tuple[str, ...]
    revision: int

    @classmethod
    def restored(cls, facts: dict[str, Any]) -> Self:
        """The reach of which `facts` were stored."""
        return cls(
            asset_types=tuple(facts["asset_types"]),
            aws_regions=tuple(facts["aws_regions"]),
            account_native_ids=tuple(facts["account_native_ids"]),
            revision=facts["revision"],
        )


@dataclass(frozen=True)
class Stack:
    """The deployed CloudFormation stack's names, and what was seen of it at last when it is a real one."""

    arn: str
    name: str
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """One connection group.

    `settled` is what remains when nothing is pending; `pending` is a requested update that the stack has not made
    yet (`pending_since`, seconds since the epoch); `deploying` is what the ongoing stack operation makes; `reach` is
    what was connected at last, and `legacy` says that it has the deprecated, unconsolidated configuration. `covered` holds each (account, region, asset type, time) that was ever connected: the
    connections and backups that outlive the group.
    """

    id: str
    organization: str
    external_id: str
    account_native_id: str
    master_aws_account_id: str
    master_region: str
    organizational_unit_id: str
    created_at: float
    settled: Plan
    revisions: int = 1
    pending: Plan | None = None
    pending_since: float | None = None
    deploying: Plan | None = None
    reach: Reach | None = None
    stack: Stack | None = None
    status: Status = Status.CONNECTING
    operation: Operation = Operation.NONE
    legacy: bool = False
    deleted: bool = False
    version: int = 1
    covered: tuple[tuple[str, str, str, float], ...] = ()

    @property
    def intended(self) -> Plan:
        """What was asked for last and not discarded."""
        return self.pending or self.settled

    def numbered(self, version: int) -> Self:
        """The same group with another version number.

        What `dataclasses.replace` would give, at a fifth of its time: each write needs it.
        """
        copy = object.__new__(type(self))
        copy.__dict__.update(vars(self), version=version)
        return copy

    def dump(self) -> str:
        """The facts as JSON text, in ASCII."""
        return _ENCODER.encode(vars(self))

    @classmethod
    def load(cls, text: str) -> Self:
        """The group whose `dump` is `text`."""
        facts = json.loads(text)
        for name in ("settled", "pending", "deploying"):
            facts[name] = facts[name] and Plan.restored(facts[name])
        facts["reach"] = facts["reach"] and Reach.restored(facts["reach"])
        facts["stack"] = facts["stack"] and Stack(**facts["stack"])
        facts["status"] = Status(facts["status"])
        facts["operation"] = Operation(facts["operation"])
        facts["covered"] = tuple(tuple(row) for row in facts["covered"])
        return cls(**facts)
