"""The original state of a designated group, in a file until the group is restored."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from clumio_conformance.connection_groups.guard.mark import is_marked
from clumio_conformance.connection_groups.guard.state import FIELDS, comparable, digest, unexplained, written
from clumio_conformance.exchange import Exchange

IDLE: Final = "no_active_operation"


class RestorationError(Exception):
    """A group can't be restored, or a journal can't be used; the message names it and the fix."""


@dataclass(frozen=True, kw_only=True)
class Original:
    """The fields that an update writes. `description` None means that the group had none.

    `template_permission_set` is newer than the page: None means that a read of the group lacks it. `written`
    has short names of the values that the run wrote, by field; None in the journal of an older version.
    """

    base_url: str
    group_id: str
    asset_types: list[str]
    aws_regions: list[str]
    description: str | None
    template_permission_set: str | None = None
    written: dict[str, list[str]] | None = None

    def __post_init__(self) -> None:
        """Refuse a state that an update can't restore.

        Raises:
            RestorationError: a value is missing or has a wrong type.
        """
        texts = (self.base_url, self.group_id, self.description or "", self.template_permission_set or "")
        lists = (self.asset_types, self.aws_regions)
        if (
            not all(isinstance(text, str) for text in texts)
            or not all(isinstance(values, list) and values for values in lists)
            or not all(isinstance(value, str) for values in lists for value in values)
            or not isinstance(self.written or {}, dict)
        ):
            raise RestorationError(
                f"a read of the group {self.group_id} lacks intended types or regions, or its description is "
                "not a text: it could not be restored, so it is not updated; name another group"
            )

    @classmethod
    def of(cls, base_url: str, group_id: str, read: Exchange) -> "Original":
        """Take the state from a read of the group.

        Raises:
            RestorationError: the read lacks what an update would overwrite, or the stack is being changed.
        """
        group = read.resource
        if group.get("id", group_id) != group_id:
            raise RestorationError(
                f"a read of the group {group_id} gives another group, so it is not updated; check the id"
            )
        if group.get("ongoing_stack_operation", IDLE) != IDLE:
            raise RestorationError(
                f"the stack of the group {group_id} is being changed ({group['ongoing_stack_operation']}): "
                "it is not updated; run again when this is finished"
            )
        original = cls(base_url=base_url, group_id=group_id, **written(group))
        if is_marked(original.description):
            raise RestorationError(
                f"the description of the group {group_id} was written by a run of this suite "
                f"({original.description!r}): another run is under way, or left it; wait until it ends, "
                "or restore the group with its journal: clumio-conformance restore --report-dir DIR"
            )
        return original

    def body(self) -> dict[str, Any]:
        """The update that restores it."""
        optional = {
            "description": self.description,
            "template_permission_set": self.template_permission_set,
        }
        present = {name: value for name, value in optional.items() if value is not None}
        return {"asset_types": self.asset_types, "aws_regions": self.aws_regions, **present}

    def differences(self, read: Exchange) -> list[str]:
        """Describe the differences of a read from this state; the order of types and regions is ignored."""
        now = written(read.resource)
        return [
            f"{name}: {value!r} instead of {getattr(self, name)!r}"
            for name, value in now.items()
            if comparable(value) != comparable(getattr(self, name))
        ]

    def not_ours(self, read: Exchange) -> list[str]:
        """Return the fields of a read that neither the run wrote nor the original has."""
        if self.written is None or is_marked(read.resource.get("description")):
            return []
        digests = {field: [*self.written.get(field, ()), digest(getattr(self, field))] for field in FIELDS}
        return unexplained(written(read.resource), digests)


class Journal:
    """The file with the original state; it exists until the group is restored."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "restore.json"

    def create(self, original: Original) -> None:
        """Write the original state to disk, and flush it, before the first update is sent.

        Raises:
            RestorationError: it can't be written, or there is a journal already, maybe of another run.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._draft(original)
            try:
                # Unlike a rename, a link never replaces the journal of another run.
                os.link(draft, self.path)
            finally:
                draft.unlink()
            _settle(self.path.parent)
        except FileExistsError as why:
            raise RestorationError(
                f"{self.path}: another run has its journal there, so the group is not updated; "
                "name another folder with --report-dir"
            ) from why
        except OSError as why:
            raise RestorationError(
                f"{self.path}: the journal can't be written ({why.strerror}), so the group is not updated; "
                "name another folder with --report-dir"
            ) from why

    def update(self, original: Original) -> None:
        """Replace the journal that this run has created.

        Raises:
            RestorationError: it can't be written.
        """
        try:
            self._draft(original).replace(self.path)
        except OSError as why:
            raise RestorationError(f"{self.path}: the journal can't be written ({why.strerror})") from why

    def _draft(self, original: Original) -> Path:
        draft = self.path.with_name(f".restore-{os.getpid()}.tmp")
        try:
            with draft.open("w", encoding="utf-8") as file:
                json.dump(asdict(original), file, indent=2)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        return draft

    def read(self) -> Original:
        """Return the original state.

        Raises:
            RestorationError: there is no journal, or it is damaged.
        """
        try:
            return Original(**json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError as why:
            raise RestorationError(
                f"{self.path}: there is no journal, so there is nothing to restore; check --report-dir"
            ) from why
        except (OSError, ValueError, TypeError, RestorationError) as why:
            raise RestorationError(
                f"{self.path}: is not a journal ({why}); check the group by hand, then remove the file"
            ) from why

    def exists(self) -> bool:
        """Whether a group must still be restored."""
        return self.path.exists()

    def done(self) -> None:
        """Remove the journal after the group is restored."""
        self.path.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Flush the folder, so that the name of a new file survives a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
