"""Open the SQLite database with the facts, and refuse a file that the sandbox must not use.

Nothing is written to a file before the checks: it is a state file of the sandbox, undamaged, in the supported
format.
"""

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

APPLICATION_ID = 0x436C756D
"""Identifies a SQLite file as a state file of the sandbox."""

SCHEMA_VERSION = 1
"""The format of the file; any other is refused."""

_SCHEMA = (
    "CREATE TABLE organizations (name TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE) WITHOUT ROWID",
    "CREATE TABLE groups (ordinal INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
    " organization TEXT NOT NULL, deleted INTEGER NOT NULL, facts TEXT NOT NULL, checksum INTEGER NOT NULL)",
    "CREATE INDEX groups_of_organization ON groups (organization, deleted, ordinal)",
    "CREATE TABLE history (group_id TEXT NOT NULL, version INTEGER NOT NULL, at REAL NOT NULL,"
    " event TEXT NOT NULL, status TEXT NOT NULL, operation TEXT NOT NULL, PRIMARY KEY (group_id, version))"
    " WITHOUT ROWID",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)


class StateError(Exception):
    """A state file that cannot be used; the message names the file, what is wrong, and what to do."""

    def __init__(self, path: Path, problem: str, action: str = "name another file") -> None:
        unchanged = "the file is unchanged; " if path.is_file() else ""
        super().__init__(f"{path}: {problem}; {unchanged}{action}")


def private_database() -> sqlite3.Connection:
    """Open a temporary database of this process. When it grows large, SQLite moves it to a temporary file."""
    database = sqlite3.connect("", isolation_level="IMMEDIATE")
    _create(database)
    return database


def open_database(path: Path) -> sqlite3.Connection:
    """Open a state file for exclusive use; create it when it does not exist.

    A commit survives the end of the process; after a power failure the last commits can be missing.
    Raises `StateError` for a file that is in use, damaged, of another program, or in another format.
    """
    if str(path) == ":memory:":
        raise StateError(path, "not a file", "leave --state out: the state then ends with the process")
    try:
        database = sqlite3.connect(path, isolation_level="IMMEDIATE", timeout=0.5)
    except sqlite3.OperationalError as error:
        raise StateError(
            path, f"cannot be opened ({error})", "name a file that you may write, in a folder that exists"
        ) from error
    try:
        _claim(database, path)
    except StateError:
        database.close()
        raise
    except sqlite3.OperationalError as error:
        database.close()
        raise StateError(path, f"cannot be used ({error})", _advice(error)) from error
    except sqlite3.DatabaseError as error:
        database.close()
        raise StateError(path, f"damaged or no state file ({error})") from error
    return database


def _advice(error: sqlite3.OperationalError) -> str:
    if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
        return "stop the sandbox that uses it, or name another file"
    return "make room on its disk, and make file and folder writable, or name another file"


def checksum(facts: str) -> int:
    """A checksum of the stored facts, which shows damage that SQLite does not see."""
    return zlib.crc32(facts.encode("ascii", "replace"))


def _claim(database: sqlite3.Connection, path: Path) -> None:
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    database.execute("BEGIN EXCLUSIVE")
    if path.stat().st_size == 0:
        _create(database)
    _check(database, path)
    database.commit()
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")


def _create(database: sqlite3.Connection) -> None:
    for statement in _SCHEMA:
        database.execute(statement)
    database.commit()


def _check(database: sqlite3.Connection, path: Path) -> None:
    if _number(database, "PRAGMA application_id") != APPLICATION_ID:
        raise StateError(path, "not a state file of the sandbox")
    version = _number(database, "PRAGMA user_version")
    if version != SCHEMA_VERSION:
        problem = (
            f"written by another version of the sandbox (format {version}, this one knows {SCHEMA_VERSION})"
        )
        raise StateError(path, problem, "use that version, or name another file")
    (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise StateError(path, f"damaged ({verdict})")
    with closing(private_database()) as new:
        wrong = {name for name, _ in _schema(new) - _schema(database)}
    if wrong:
        raise StateError(path, f"damaged ({', '.join(sorted(wrong))} is missing or changed)")
    for group_id, facts, expected in database.execute("SELECT id, facts, checksum FROM groups"):
        if checksum(facts) != expected:
            raise StateError(path, f"damaged (the facts of group {group_id!a})")


def _schema(database: sqlite3.Connection) -> set[tuple[str, str]]:
    """The name of each table and index, and the statement that made it."""
    return set(database.execute("SELECT name, sql FROM sqlite_master"))


def _number(database: sqlite3.Connection, query: str) -> int:
    (number,) = database.execute(query).fetchone()
    return int(number)
