"""The original state of a designated group, in a file until the group is restored."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from clumio_conformance.exchange import Exchange

IDLE: Final = "no_active_operation"


class RestorationError(Exception):
    """A group can't be restored, or a journal can't be used; the message names it and the fix."""


@dataclass(frozen=True, kw_only=True)
class Original:
    """The fields that an update writes. `description` None means that the group had none.

    `template_permission_set` is newer than the page: None means that a read of the group lacks it.
    """

    base_url: str
    group_id: str
    asset_types: list[str]
    aws_regions: list[str]
    description: str | None
    template_permission_set: str | None = None

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
        return cls(base_url=base_url, group_id=group_id, **_written(group))

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
        now = _written(read.resource)
        return [
            f"{name}: {value!r} instead of {getattr(self, name)!r}"
            for name, value in now.items()
            if _comparable(value) != _comparable(getattr(self, name))
        ]


def _written(group: dict[str, Any]) -> dict[str, Any]:
    return {
        "asset_types": group.get("intended_asset_types", group.get("asset_types_enabled")),
        "aws_regions": group.get("intended_aws_regions", group.get("aws_regions")),
        "description": group.get("description"),
        "template_permission_set": group.get("template_permission_set"),
    }


def _comparable(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list) else value or ""


class Journal:
    """The file with the original state; it exists until the group is restored."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "restore.json"

    def write(self, original: Original) -> None:
        """Write the original state to disk, and flush it, before the first update is sent.

        Raises:
            RestorationError: it can't be written.
        """
        draft = self.path.with_suffix(".tmp")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("w", encoding="utf-8") as file:
                json.dump(asdict(original), file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
            _settle(self.path.parent)
        except OSError as why:
            raise RestorationError(
                f"{self.path}: the journal can't be written ({why.strerror}), so the group is not updated; "
                "name another folder with --report-dir"
            ) from why

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
