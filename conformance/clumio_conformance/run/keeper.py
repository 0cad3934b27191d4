"""Keeps a designated group from harm: its original goes to disk before the first update, and is given back at the end."""

from clumio_conformance.exchange import Exchange
from clumio_conformance.options import RunOptions
from clumio_conformance.run.restoration import Journal, Original, RestorationError, restore
from clumio_conformance.run.session import Session, group_path
from clumio_conformance.run.targets import UsageError


def refuse_unfinished(options: RunOptions) -> None:
    """Make sure that no earlier run left a group to be restored first.

    Raises:
        UsageError: one did.
    """
    journal = Journal(options.report_dir)
    if journal.exists():
        raise UsageError(
            f"{journal.path}: an earlier run was cut short and left a group as it was then; "
            f"give it back first: {_command(options)}"
        )


class Keeper:
    """Watches over the designated group of a run that may write; over no group otherwise.

    `left` is what could not be restored, `untouched` why the group was not updated at all.
    """

    def __init__(self, session: Session, options: RunOptions) -> None:
        self.left: list[str] = []
        self.untouched: str | None = None
        self._session = session
        self._options = options
        self._journal = Journal(options.report_dir)
        self._original: Original | None = None

    def keep(self, read: Exchange) -> str | None:
        """Put on disk how the group was found, and only then allow updates; gives the reason why it must not be updated."""
        if not self._options.allow_writes or self._options.group_id is None:
            return None
        wire = self._session.wire
        try:
            original = Original.of(wire.base_url, self._options.group_id, read)
            self._journal.write(original)
        except RestorationError as why:
            self.untouched = str(why)
            return self.untouched
        self._original = original
        self._session.careful = True
        wire.permit("PUT", group_path(original.group_id))
        return None

    def give_back(self) -> list[str]:
        """Restore the group; gives what a person must know of it."""
        original = self._original
        if original is None:
            return []
        lost = self._session.wire.lost
        try:
            self.left = restore(self._session.wire, original)
        except KeyboardInterrupt:
            self.left = ["the restoration was interrupted"]
        self._session.wire.lost = lost
        if self.left:
            told = "; ".join(self.left)
            return [
                f"the group {original.group_id} is not as it was ({told}); try again with: {_command(self._options)}"
            ]
        self._journal.done()
        return [f"the group {original.group_id} is as it was found"]


def _command(options: RunOptions) -> str:
    return f"clumio-conformance restore --report-dir {options.report_dir}"
