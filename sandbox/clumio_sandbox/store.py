"""Organizations and groups in SQLite: in a temporary database by default, in a file on request.

Every change is one transaction, committed before the answer is sent, so it survives the end of the process.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from clumio_sandbox.database import checksum, open_database, private_database
from clumio_sandbox.errors import not_stored
from clumio_sandbox.group import Group

_log = logging.getLogger(__name__)

HISTORY_LENGTH = 50
"""How many changes of each group are kept."""


@dataclass(frozen=True)
class Change:
    """One entry of a group's history."""

    version: int
    at: float
    event: str
    status: str
    operation: str


class Store:
    """Organizations and their groups. It is not thread-safe."""

    def __init__(self, path: Path | None = None) -> None:
        self._database = private_database() if path is None else open_database(path)
        self._name = "the temporary database" if path is None else str(path)
        self._writable = True

    def close(self) -> None:
        """Close the database. The store cannot be used afterwards."""
        self._database.close()

    def register(self, token: str) -> bool:
        """Add an organization with this token; False when it exists. Only a hash of the token is stored."""
        digest = _hash(token)
        with self._transaction():
            added = self._database.execute(
                "INSERT INTO organizations VALUES (?, ?) ON CONFLICT (token_hash) DO NOTHING",
                (f"org-{digest[:12]}", digest),
            )
        return added.rowcount == 1

    def organization(self, token: str) -> str | None:
        """The name of the organization with this token; None when there is none."""
        query = "SELECT name FROM organizations WHERE token_hash = ?"
        row = self._database.execute(query, (_hash(token),)).fetchone()
        return row and str(row[0])

    def add(self, group: Group, *, now: float) -> None:
        """Store a new group."""
        facts = group.dump()
        with self._transaction():
            self._database.execute(
                "INSERT INTO groups (id, organization, deleted, facts, checksum) VALUES (?, ?, ?, ?, ?)",
                (group.id, group.organization, group.deleted, facts, checksum(facts)),
            )
            self._remember(group, "create", now)

    def save(self, before: Group, after: Group, *, event: str, now: float) -> Group:
        """Store the group after `event` with the next version number, unless nothing changed."""
        if after == before:
            return before
        saved = replace(after, version=before.version + 1)
        facts = saved.dump()
        with self._transaction():
            self._database.execute(
                "UPDATE groups SET deleted = ?, facts = ?, checksum = ? WHERE id = ?",
                (saved.deleted, facts, checksum(facts), saved.id),
            )
            self._remember(saved, event, now)
        return saved

    def group(self, group_id: str) -> Group | None:
        """The group with this id, of any organization, even a deleted one."""
        row = self._database.execute("SELECT facts FROM groups WHERE id = ?", (group_id,)).fetchone()
        return row and Group.load(row[0])

    def groups(
        self, organization: str | None = None, *, after: int = 0, deleted: bool = False
    ) -> Iterator[tuple[int, Group]]:
        """Pairs of ordinal and group, in the order of creation, with an ordinal greater than `after`.

        Without an organization: the groups of all. With `deleted`: deleted groups too.
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
            "SELECT version, at, event, status, operation FROM history WHERE group_id = ? ORDER BY version",
            (group_id,),
        )
        return [Change(*row) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit the changes; if that fails, as on a full disk, log it once and raise an `ApiError`."""
        try:
            with self._database:
                yield
        except sqlite3.DatabaseError as error:
            if self._writable:
                _log.error("%s: cannot be written: %s; reads go on", self._name, error)
            self._writable = False
            raise not_stored() from error
        self._writable = True

    def _remember(self, group: Group, event: str, now: float) -> None:
        self._database.execute(
            "INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)",
            (group.id, group.version, now, event, group.status.value, group.operation.value),
        )
        self._database.execute(
            "DELETE FROM history WHERE group_id = ? AND version <= ?",
            (group.id, group.version - HISTORY_LENGTH),
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
