"""Protects a designated group: its state is saved before the first update, and restored at the end."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from clumio_conformance.connection_groups.guard.journal import Journal, Original, RestorationError
from clumio_conformance.connection_groups.guard.lock import locked
from clumio_conformance.connection_groups.guard.mark import new_mark
from clumio_conformance.connection_groups.guard.restore import GONE, OTHERS, is_of_others, restore
from clumio_conformance.connection_groups.guard.state import State, written
from clumio_conformance.connection_groups.operations import COLLECTION, group_path, ids_of
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange, parse_json
from clumio_conformance.options import RunOptions, UsageError
from clumio_conformance.session.session import NotTestable
from clumio_conformance.session.targets import Target
from clumio_conformance.transport.policy import Outgoing
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
            f"{journal.path}: an earlier run was interrupted and has not restored its group, "
            f"or a run is under way; restore it first: {_command(options)}"
        )


@contextmanager
def alone(target: Target, options: RunOptions) -> Iterator[None]:
    """Keep other runs on this machine away from the group that this run may update.

    Raises:
        UsageError: one is under way, or an earlier one left a group that is not restored.
    """
    refuse_unfinished(options)
    if "writes" not in target.capabilities or target.subject_id is None:
        yield
        return
    with locked(target.base_url, target.subject_id, options.report_dir):
        # A run that has just ended may have left its journal meanwhile.
        refuse_unfinished(options)
        yield


class GroupGuard:
    """Protects the group that the user named, in a run that may write; else it does nothing.

    `group_id` is the named group, `left` lists what could not be restored, `untouched` says why the group was
    not updated. `mark` is in the texts that the run writes to the group.
    """

    def __init__(self, target: Target, wire: Wire, options: RunOptions) -> None:
        self.group_id = target.subject_id
        self.left: list[str] = []
        self.untouched: str | None = None
        self._writes = "writes" in target.capabilities
        self.mark = new_mark() if self._writes and self.group_id is not None else ""
        self._wire = wire
        self._options = options
        self._journal = Journal(options.report_dir)
        self._original: Original | None = None
        self._state = State({})
        self._ended: str | None = None
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
            self._state = State(written(read.resource))
            original = replace(original, written=self._state.digests())
            self._journal.create(original)
        except RestorationError as why:
            self.untouched = str(why)
            return self.untouched
        self._original = original
        self._wire.before = self.before
        self._wire.permit("PUT", group_path(original.group_id))
        return None

    def before(self, outgoing: Outgoing) -> None:
        """Enter an update of the group into the journal before it is sent.

        Raises:
            TargetLostError: the journal can't be written.
        """
        if self._original is None or outgoing.method != "PUT" or outgoing.body is None:
            return
        self._state.sent(parse_json(outgoing.body))
        self._original = replace(self._original, written=self._state.digests())
        try:
            self._journal.update(self._original)
        except RestorationError as why:
            self._wire.lose(str(why))

    def after(self, _outgoing: Outgoing, answer: Exchange) -> None:
        """Look at an answer before it is judged: it may show that somebody else writes to the group.

        Raises:
            TargetLostError: somebody else updates the group, or has deleted it.
        """
        about = answer.placement.parameters if answer.placement else ()
        if self._original is None or self._ended or about != (self._original.group_id,):
            return
        if answer.succeeded and answer.request.method == "PUT":
            self._state.enter(written(answer.resource))
        elif answer.succeeded and answer.resource:
            self._compare(answer)
        elif answer.response is not None and answer.response.status == 404:
            self._look_for(self._original)

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
        # The journal has the original; a full disk must not keep it from being restored.
        self._wire.before = lambda _outgoing: None
        try:
            self.left = [self._ended] if self._ended else self._restored(original)
        except KeyboardInterrupt:
            self.left = ["the restoration was interrupted"]
        self._wire.lost = lost
        if self.left:
            return [
                f"the group {original.group_id} is not in its original state ({'; '.join(self.left)}); "
                f"its original is in {self._journal.path}; {self._way_out()}"
            ]
        self._journal.done()
        return [f"the group {original.group_id} is in its original state"]

    def _restored(self, original: Original) -> list[str]:
        return restore(
            self._wire,
            original,
            seconds=self._options.restore_seconds,
            not_ours=lambda read: list(self._state.strange(written(read.resource))),
            say=lambda text: print(f"clumio-conformance: {text}", file=sys.stderr, flush=True),
        )

    def _way_out(self) -> str:
        overwriting = is_of_others(self.left)
        return (
            f"to {'put it back all the same' if overwriting else 'try again'}: {_command(self._options)}"
            + (" --overwrite" if overwriting else "")
        )

    def _compare(self, read: Exchange) -> None:
        """Compare a read with what this run wrote and saw; a second read confirms a suspicion."""
        strange = self._state.strange(written(read.resource))
        if strange and self._original is not None:
            again = self._wire.send(self._wire.outgoing("GET", group_path(self._original.group_id)))[-1]
            if written(again.resource) == written(read.resource):
                values = ", ".join(f"{field} = {value!r}" for field, value in strange.items())
                self._end(f"{OTHERS} updates this group: a read has {values}, which this run never sent")
        self._state.enter(written(read.resource))

    def _look_for(self, original: Original) -> None:
        """End the run if the group is really gone: a second read and the list do not have it either."""
        again = self._wire.send(self._wire.outgoing("GET", group_path(original.group_id)))[-1]
        listed = self._wire.send(self._wire.outgoing("GET", f"{COLLECTION}?limit=100"))[-1]
        if again.response is None or again.response.status != 404 or original.group_id in ids_of(listed):
            return
        self._end(f"{GONE} ({original.group_id})")

    def _end(self, why: str) -> None:
        self._ended = why
        self._wire.lose(why)


def _command(options: RunOptions) -> str:
    return f"clumio-conformance restore --report-dir {options.report_dir}"
