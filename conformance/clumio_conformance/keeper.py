"""Keeps a designated group from harm: its original goes to disk before the first update, and is given back at the end."""

from clumio_conformance.exchange import Exchange
from clumio_conformance.options import RunOptions
from clumio_conformance.restoration import Journal, Original, RestorationError, restore
from clumio_conformance.session import Session
from clumio_conformance.targets import UsageError


class Keeper:
    """Watches over the designated group of a run that may write; over no group otherwise.

    Raises:
        UsageError: an earlier run left a group to be restored first.
    """

    def __init__(self, session: Session, options: RunOptions) -> None:
        self.left: list[str] = []
        self._session = session
        self._options = options
        self._journal = Journal(options.report_dir)
        if self._journal.exists():
            raise UsageError(
                f"{self._journal.path}: an earlier run was cut short and left a group as it was then; "
                f"give it back first: clumio-conformance restore --report-dir {options.report_dir}"
            )

    def keep(self, read: Exchange) -> str | None:
        """Put on disk how the group was found; gives the reason why it must not be updated, or None."""
        if not (self._options.allow_writes and self._options.group_id):
            return None
        try:
            original = Original.of(self._session.wire.base_url, self._options.group_id, read)
        except RestorationError as why:
            return str(why)
        self._journal.write(original)
        self._session.careful = True
        return None

    def give_back(self) -> list[str]:
        """Restore the group; gives what a person must know of it."""
        if not self._journal.exists():
            return []
        original = self._journal.read()
        lost = self._session.wire.lost
        self.left = restore(self._session.wire, original)
        self._session.wire.lost = lost
        if self.left:
            command = f"clumio-conformance restore --report-dir {self._options.report_dir}"
            return [
                f"the group {original.group_id} is not as it was ({'; '.join(self.left)}); try again with: {command}"
            ]
        self._journal.done()
        return [f"the group {original.group_id} is as it was found"]
