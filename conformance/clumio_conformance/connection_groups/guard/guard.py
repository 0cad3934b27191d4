"""Protects a designated group: its original goes to disk before the first update, and is restored at the end."""

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

# A field that is newer than the page: a value of it can't be taken back from a group that does not show it.
_NEWER_FIELD = "template_permission_set"


def refuse_unfinished(options: RunOptions) -> None:
    """Make sure that no earlier run left a group to be restored first.

    Raises:
        UsageError: one did.
    """
    journal = Journal(options.report_dir)
    if journal.exists():
        raise UsageError(
            f"{journal.path}: an earlier run was cut short and has not restored its group; "
            f"restore it first: {_command(options)}"
        )


class GroupGuard:
    """Watches over the group that the user named, in a run that may write; over no group otherwise.

    `group_id` is the named group, `left` is what could not be restored, `untouched` why the group was not updated at all.
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
        """Put on disk how the group was found, and only then allow updates; gives why it must not be updated."""
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
        """Remember that something forbidden was accepted."""
        if expected is not None and expected.outcome == "refused" and answer.succeeded:
            self.note_accepted_invalid()

    def note_accepted_invalid(self) -> None:
        """Remember that a request that must be refused has changed something."""
        self._accepted_invalid = True

    def may_try_invalid(self) -> bool:
        """Whether requests that must be refused may go on: not on somebody's group once one of them was accepted."""
        return not (self.is_protecting and self._accepted_invalid)

    def try_invalid(self) -> None:
        """Let a test send what must be refused.

        Raises:
            NotTestable: somebody's group has accepted such a request.
        """
        if not self.may_try_invalid():
            raise NotTestable(
                "a request that must be refused was accepted; no more of them are sent to this group"
            )

    def check_restorable(self, sent: Any, shown: Mapping[str, object]) -> None:
        """Let a test send a body to the group that shows this.

        Raises:
            NotTestable: it would set what the group does not show, so that it could not be restored.
        """
        sets = isinstance(sent, dict) and sent.get(_NEWER_FIELD) is not None
        if self.is_protecting and sets and shown.get(_NEWER_FIELD) is None:
            raise NotTestable(
                "the group does not show what this would change, so that it could not be restored"
            )

    def give_back(self) -> list[str]:
        """Restore the group; gives what a person must know of it."""
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
                f"the group {original.group_id} is not as it was ({'; '.join(self.left)}); "
                f"try again with: {_command(self._options)}"
            ]
        self._journal.done()
        return [f"the group {original.group_id} is as it was found"]


def _command(options: RunOptions) -> str:
    return f"clumio-conformance restore --report-dir {options.report_dir}"
