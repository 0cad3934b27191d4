"""The stored facts about one connection group. Every answer is derived from them."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


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

    `revision` counts the plans of a group and is in the path of its template; it does not count in
    comparisons.
    """

    asset_types: tuple[str, ...]
    aws_regions: tuple[str, ...]
    description: str | None
    revision: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Reach:
    """What the last successful stack operation connected."""

    asset_types: tuple[str, ...]
    aws_regions: tuple[str, ...]
    account_native_ids: tuple[str, ...]
    revision: int


@dataclass(frozen=True)
class Stack:
    """ARN and name of the CloudFormation stack; `mark` identifies the last observed state of a real one."""

    arn: str
    name: str
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """One connection group.

    - `settled`: the plan that applies when no update is pending;
    - `pending`: a requested update that the stack does not have yet, since `pending_since` (seconds since the
      epoch);
    - `deploying`: the plan that the running stack operation deploys;
    - `reach`: what is connected now;
    - `legacy`: the group has the deprecated, unconsolidated configuration;
    - `covered`: each (account, region, asset type, time) that was ever connected. These are the connections
      and backups that stay after the group is deleted.
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
        """The last requested plan that was not discarded."""
        return self.pending or self.settled

    def dump(self) -> str:
        """The facts as JSON text, in ASCII."""
        return json.dumps(vars(self), default=vars, separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> Self:
        """The group whose `dump` is `text`."""
        facts = json.loads(text)
        for name in ("settled", "pending", "deploying"):
            facts[name] = facts[name] and Plan(**_with_tuples(facts[name]))
        facts["reach"] = facts["reach"] and Reach(**_with_tuples(facts["reach"]))
        facts["stack"] = facts["stack"] and Stack(**facts["stack"])
        facts["status"] = Status(facts["status"])
        facts["operation"] = Operation(facts["operation"])
        facts["covered"] = tuple(tuple(row) for row in facts["covered"])
        return cls(**facts)


def _with_tuples(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
