"""The facts, in SQLite: in a private temporary database by default, in a file on request.

Every change is one transaction, committed before it is acknowledged, so it survives the process at any moment.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clumio_sandbox.database import checksum, open_database, private_database
from clumio_sandbox.group import Group

HISTORY_LENGTH = 50
"""How many changes are shown for each group."""

CACHED_GROUPS = 256
"""How many groups are kept in memory, too."""

CACHED_SIZE = 4096
"""Characters of facts up to which a group is kept in memory."""


@dataclass(frozen=True)
class Change:
    """One line of a group's history."""

    version: int
    at: float
    event: str
    status: str
    operation: str


class Store:
    """Organizations and their groups. Not for use by several threads at once."""

    def __init__(self, path: Path | None = None) -> None:
        self._database = private_database() if path is None else open_database(path)
        rows = self._database.execute("SELECT token_hash, name FROM organizations")
        self._recent: dict[str, Group] = {}
        self._organizations: dict[str, str] = dict(rows.fetchall())

    def close(self) -> None:
        """Give the file back; nothing else can be done afterwards."""
        self._database.close()

    def register(self, token: str) -> bool:
        """Make `token` an organization's; false when it is one already. Only a hash of it is stored."""
        digest = _hash(token)
        if digest in self._organizations:
            return False
        name = f"org-{digest[:12]}"
        with self._database:
            self._database.execute("INSERT INTO organizations VALUES (?, ?)", (name, digest))
        self._organizations[digest] = name
        return True

    def organization(self, token: str) -> str | None:
        """The name of the organization whose token it is."""
        return self._organizations.get(_hash(token))

    def add(self, group: Group, *, now: float) -> None:
        """Keep a new group."""
        facts = group.dump()
        with self._database:
            self._database.execute(
                "INSERT INTO groups (id, organization, deleted, facts, checksum) VALUES (?, ?, ?, ?, ?)",
                (group.id, group.organization, group.deleted, facts, checksum(facts)),
            )
            self._remember(group, "create", now)

    def save(self, before: Group, after: Group, *, event: str, now: float) -> Group:
        """Keep what `event` made of a group, with the next version number; nothing happens when nothing changed."""
        if after is before or after == before:
            return before
        saved = after.numbered(before.version + 1)
        facts = saved.dump()
        with self._database:
            self._database.execute(
                "UPDATE groups SET deleted = ?, facts = ?, checksum = ? WHERE id = ?",
                (saved.deleted, facts, checksum(facts), saved.id),
            )
            self._remember(saved, event, now)
        self._cache(saved, len(facts))
        return saved

    def group(self, group_id: str) -> Group | None:
        """The group of this id, deleted ones too, whichever organization it belongs to."""
        if group_id in self._recent:
            return self._recent[group_id]
        row = self._database.execute("SELECT facts FROM groups WHERE id = ?", (group_id,)).fetchone()
        return row and Group.load(row[0])

    def groups(
        self, organization: str | None = None, *, after: int = 0, deleted: bool = False
    ) -> Iterator[tuple[int, Group]]:
        """Groups in the order of their creation with their ordinals, those after the ordinal `after`.

        Of one organization or of all; with `deleted`, those that have gone as well.
        """
        rows = self._database.execute(
            "SELECT ordinal, facts FROM groups WHERE (:organization IS NULL OR organization = :organization)"
            " AND deleted <= :deleted AND ordinal > :after ORDER BY ordinal",
            {"organization": organization, "deleted": deleted, "after": after},
        )
        for ordinal, facts in rows:
            yield ordinal, Group.load(facts)

    def history(self, group_id: str) -> list[Change]:
        """The last changes of a group, oldest first."""
        rows = self._database.execute(
            "SELECT version, at, event, status, operation FROM history WHERE group_id = ?"
            " ORDER BY version DESC LIMIT ?",
            (group_id, HISTORY_LENGTH),
        )
        return [Change(*row) for row in reversed(rows.fetchall())]

    def _cache(self, group: Group, size: int) -> None:
        """Keep small groups at hand; this process alone writes, so they cannot be out of date."""
        if len(self._recent) >= CACHED_GROUPS:
            self._recent.clear()
        self._recent.pop(group.id, None)
        if size <= CACHED_SIZE:
            self._recent[group.id] = group

    def _remember(self, group: Group, event: str, now: float) -> None:
        self._database.execute(
            "INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)",
            (group.id, group.version, now, event, group.status.value, group.operation.value),
        )
        if group.version % HISTORY_LENGTH == 0:
            self._database.execute(
                "DELETE FROM history WHERE group_id = ? AND version <= ?",
                (group.id, group.version - HISTORY_LENGTH),
            )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
