"""Protects a designated group: its state is saved before the first update, and restored at the end."""

from collections.abc import Mapping
from typing import Any

from clumio_conformance.connection_groups.guard.journal import Journal, Original, RestorationError
from clumio_conformance.connection_groups.guard.restore import restore
from clumio_conformance.connection_groups.operations import group_path
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange
from clumio_conformance.options import RunOptions, UsageError
from clumio_conformance.session.session import NotTestable
from clumio_conformance.session.targets import Target
from clumio_conformance.transport.wire import Wire

# A field that is newer than the page; if a read of the group lacks it, an update of it can't be undone.
_NEWER_FIELD = "template_permission_set"


def refuse_unfinished(options: RunOptions) -> None:
    """Check that no earlier run left a group that is not restored.

    Raises:
        UsageError: one did.
    """
    journal = Journal(options.report_dir)
    if journal.exists():
        raise UsageError(
            f"{journal.path}: an earlier run was interrupted and has not restored its group; "
            f"restore it first: {_command(options)}"
        )


class GroupGuard:
    """Protects the group that the user named, in a run that may write; else it does nothing.

    `group_id` is the named group, `left` lists what could not be restored, `untouched` says why the group was
    not updated.
    """

    def __init__(self, target: Target, wire: Wire, options: RunOptions) -> None:
        self.group_id = target.subject_id
        self.left: list[str] = []
        self.untouched: str | None = None
        self._writes = "writes" in target.capabilities
        self._wire = wire
        self._options = options
        self._journal = Journal(options.report_dir)
        self._original: Original | None = None
        self._accepted_invalid = False

    @property
    def is_protecting(self) -> bool:
        """Whether the group under test is somebody's, and is updated."""
        return self._original is not None

    def keep(self, read: Exchange) -> str | None:
        """Save the group's state, then allow updates; return the reason when it must not be updated."""
        if not self._writes or self.group_id is None:
            return None
        try:
            original = Original.of(self._wire.base_url, self.group_id, read)
            self._journal.write(original)
        except RestorationError as why:
            self.untouched = str(why)
            return self.untouched
        self._original = original
        self._wire.permit("PUT", group_path(original.group_id))
        return None

    def watch(self, answer: Exchange, expected: Expectation | None) -> None:
        """Remember that a request was accepted that must be refused."""
        if expected is not None and expected.outcome == "refused" and answer.succeeded:
            self.note_accepted_invalid()

    def note_accepted_invalid(self) -> None:
        """Remember that a request that must be refused changed the group."""
        self._accepted_invalid = True

    def may_try_invalid(self) -> bool:
        """Whether invalid requests may be sent: not to somebody's group after it accepted one."""
        return not (self.is_protecting and self._accepted_invalid)

    def try_invalid(self) -> None:
        """Check that a test may send a request that must be refused.

        Raises:
            NotTestable: somebody's group has accepted such a request.
        """
        if not self.may_try_invalid():
            raise NotTestable(
                "the group accepted a request that must be refused; no more of them are sent to it"
            )

    def check_restorable(self, sent: Any, current: Mapping[str, object]) -> None:
        """Check that the group could be restored after an update; `current` is a read of the group.

        Raises:
            NotTestable: the update would set a field that the read lacks.
        """
        sets = isinstance(sent, dict) and sent.get(_NEWER_FIELD) is not None
        if self.is_protecting and sets and current.get(_NEWER_FIELD) is None:
            raise NotTestable(
                f"a read of the group lacks {_NEWER_FIELD}, so an update of it could not be restored"
            )

    def restore_group(self) -> list[str]:
        """Restore the group and return notes for the user."""
        original = self._original
        if original is None:
            return []
        lost = self._wire.lost
        try:
            self.left = restore(self._wire, original)
        except KeyboardInterrupt:
            self.left = ["the restoration was interrupted"]
        self._wire.lost = lost
        if self.left:
            return [
                f"the group {original.group_id} is not in its original state ({'; '.join(self.left)}); "
                f"try again with: {_command(self._options)}"
            ]
        self._journal.done()
        return [f"the group {original.group_id} is in its original state"]


def _command(options: RunOptions) -> str:
    return f"clumio-conformance restore --report-dir {options.report_dir}"
