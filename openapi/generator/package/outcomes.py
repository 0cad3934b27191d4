"""What the states of a group show of its update.

An update takes effect when the group's CloudFormation stack is updated from the template of the answer.
Otherwise it is discarded: the intended values are the old ones again, and equal the connected ones. So what
was asked for is compared with what is connected, and with what was connected before.
"""

from enum import StrEnum

from .errors import InvalidInput
from .models.connection_group import ConnectionGroup
from .models.create_connection_group_request import CreateConnectionGroupRequest
from .models.update_connection_group_request import UpdateConnectionGroupRequest
from .texts import printable
from .types import Unset

Request = UpdateConnectionGroupRequest | CreateConnectionGroupRequest


class Outcome(StrEnum):
    """What became of an update."""

    COMPLETE = "complete"
    """The asset types and regions that were asked for are connected."""
    FAILED = "failed"
    """The stack was being changed, and the update did not take effect."""
    DISCARDED = "discarded"
    """The group does not intend what the update asked for, or no longer."""
    PARTIAL = "partial"
    """The stack was changed, and a part of what was asked for is connected."""
    GONE = "gone"
    """The group no longer exists: its stack was deleted."""
    TIMED_OUT = "timed_out"
    """The patience was over before anything of this happened; it may still happen."""


Texts = frozenset[str] | None
"""Asset types or regions; None when the answer does not have them."""
Reach = tuple[Texts, Texts]
"""Asset types and regions."""
Seen = tuple[Outcome, str, str | None]


class Watch:
    """What a group was asked to be, what it was before, and what its states show."""

    def __init__(
        self, update: ConnectionGroup, asked: Request | None, before: ConnectionGroup | None
    ) -> None:
        if not isinstance(update.id, str):
            raise InvalidInput("update: the answer has no id, so its group can't be read")
        self.id = update.id
        self._asked = (
            _intended(update) if asked is None else (_texts(asked.asset_types), _texts(asked.aws_regions))
        )
        if None in self._asked:
            raise InvalidInput(
                "update: the answer does not say what it intends; pass the request's body as `asked`"
            )
        self._update = update
        self._was = _connected(update)
        self._status = update.status
        self._was_intended = _intended(before) if before else None
        if before is not None:  # older than the answer, which counts where it says something
            self._was = _known(self._was, _connected(before))
            self._status = self._status or before.status
        self._other = _operation(update)
        """The operation that ran when the update was answered: the end of it says little about the update."""
        self._is_busy = self._other is not None
        self._operation: str | None = None
        """The operation that was seen to begin after the update."""

    def seen(self, group: ConnectionGroup) -> Seen | None:
        """Return the outcome that a state shows, if it shows one."""
        operation = _operation(group)
        if operation is not None:
            if not self._is_busy and operation in _DEPLOYMENTS:
                self._operation = operation
            return None
        self._is_busy = False
        return self._ended_badly(group) or self._at_rest(group)

    def _ended_badly(self, group: ConnectionGroup) -> Seen | None:
        """Return what a status shows, when it is of a deployment since the update."""
        if not self._is_moved(group):
            return None
        if group.status == "deployment_failed":
            return Outcome.FAILED, "the status of the group is deployment_failed", self._others_doubt()
        if group.status == "partially_connected":
            return (
                Outcome.PARTIAL,
                f"connected are {_words(_connected(group))}, of {_words(self._asked)}",
                None,
            )
        return None

    def _at_rest(self, group: ConnectionGroup) -> Seen | None:
        connected = _connected(group)
        is_connected = _fulfils(connected, self._asked) and group.status not in _NEVER_COMPLETE
        if is_connected and not _fulfils(self._was, self._asked):
            return Outcome.COMPLETE, f"connected are {_words(connected)}", self._doubt(group)
        if self._is_replaced(group):
            return self._not_intended(_intended(group))
        if is_connected:
            doubt = "the same was connected before: whether the stack was updated is not known"
            return Outcome.COMPLETE, f"connected are {_words(connected)}", doubt
        return None

    def _is_moved(self, group: ConnectionGroup) -> bool:
        """Whether the stack was deployed since the update; after an older operation, from its template."""
        if self._operation is not None:
            return True
        connected = _connected(group)
        if self._other is not None:
            gained = [
                bool(((now or frozenset()) & (asked or frozenset())) - (was or frozenset()))
                for now, asked, was in zip(connected, self._asked, self._was, strict=True)
            ]
            failed = "deployment_failed"
            return any(gained) or (group.status == failed != self._status)
        pairs = [*zip(connected, self._was, strict=True)]
        is_changed = any(now != was for now, was in pairs if now is not None and was is not None)
        return is_changed or (bool(self._status) and group.status != self._status)

    def _others_doubt(self) -> str | None:
        if self._other is None or self._operation is not None:
            return None
        return f"{self._other} began before the update, so it may have been another's"

    def _doubt(self, group: ConnectionGroup) -> str | None:
        """What is not known of a complete update."""
        if isinstance(group.ongoing_stack_operation, Unset):
            return "the API does not say whether a stack operation runs"
        if group.status != "fully_connected":
            return f"the status is {_shown(group.status)}"
        return None

    def _is_replaced(self, group: ConnectionGroup) -> bool:
        """Whether the group intends something else than what was asked for."""
        description = self._update.description
        if isinstance(description, str) and group.description != description:
            return True
        return not _fulfils(_known(_intended(group), self._asked), self._asked)

    def _not_intended(self, intended: Reach) -> Seen:
        instead = f"the group intends {_words(intended)}, not {_words(self._asked)}"
        if intended == self._asked:
            instead = "the group has another description than the update"
        if self._operation is not None:
            return Outcome.FAILED, f"after {self._operation} {instead}", None
        old = self._was_intended or (self._was if any(self._was) else None)
        if old is not None and intended not in (old, self._asked):
            return Outcome.DISCARDED, instead, "another update may have taken its place"
        return Outcome.DISCARDED, instead, "whether a deployment failed, or there was none, is not known"

    def state(self, group: ConnectionGroup) -> str:
        """Say in what state a group is, for a wait without an end."""
        operation = _operation(group) or "no stack operation"
        reach = f"connected are {_words(_connected(group))}, not {_words(self._asked)}"
        return f"status {_shown(group.status)}, {operation}; {reach}"


_DEPLOYMENTS = ("creating_stack", "updating_stack")
_NEVER_COMPLETE = frozenset({"connecting", "deployment_failed", "partially_connected", "unlinked"})


def _operation(group: ConnectionGroup) -> str | None:
    """Return the running stack operation; None when there is none, or the API does not say."""
    operation = group.ongoing_stack_operation
    is_idle = isinstance(operation, Unset) or operation == "no_active_operation"
    return None if is_idle else printable(str(operation), 80)


def _texts(values: object) -> Texts:
    return frozenset(map(str, values)) if isinstance(values, list) else None


def _connected(group: ConnectionGroup) -> Reach:
    return _texts(group.asset_types_enabled), _texts(group.aws_regions)


def _intended(group: ConnectionGroup) -> Reach:
    return _texts(group.intended_asset_types), _texts(group.intended_aws_regions)


def _known(reach: Reach, otherwise: Reach) -> Reach:
    """Return asset types and regions, each from another place when the answer does not have them."""
    return (
        otherwise[0] if reach[0] is None else reach[0],
        otherwise[1] if reach[1] is None else reach[1],
    )


def _fulfils(connected: Reach, asked: Reach) -> bool:
    """Whether exactly what was asked for is connected; EC2/EBS is what the deprecated EBS stands for."""
    types, regions = asked
    current = None if types is None else {"EC2/EBS" if one == "EBS" else one for one in types}
    return connected[0] in (types, current) and connected[1] == regions


def _words(reach: Reach) -> str:
    types, regions = (printable(", ".join(sorted(texts))) if texts else "nothing" for texts in reach)
    return f"{types} in {regions}"


def _shown(status: object) -> str:
    return "absent" if isinstance(status, Unset) else printable(str(status), 80)
