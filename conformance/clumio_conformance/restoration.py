"""Gives a designated group back as it was found, also after the run was cut short: from a journal on disk."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from clumio_conformance.exchange import Exchange
from clumio_conformance.session import group_path
from clumio_conformance.wire import TargetLostError, Wire

ATTEMPTS: Final = 6
"""How often a restoration is tried, with a longer pause each time."""


class RestorationError(Exception):
    """A group can't be restored, or a journal can't be used; the message says which and what to do."""


@dataclass(frozen=True, kw_only=True)
class Original:
    """What a group was like before the run: the fields that an update writes. `description` None means that it had none."""

    base_url: str
    group_id: str
    asset_types: list[str]
    aws_regions: list[str]
    description: str | None

    @classmethod
    def of(cls, base_url: str, group_id: str, read: Exchange) -> "Original":
        """Take it from a read of the group.

        Raises:
            RestorationError: the read does not show what an update would overwrite.
        """
        group = read.group
        types = group.get("intended_asset_types", group.get("asset_types_enabled"))
        regions = group.get("intended_aws_regions", group.get("aws_regions"))
        description = group.get("description")
        if (
            not isinstance(types, list)
            or not isinstance(regions, list)
            or not isinstance(description, str | None)
        ):
            raise RestorationError(
                f"the group {group_id} shows no intended types and regions, so that it could not be restored: it is not updated"
            )
        return cls(
            base_url=base_url,
            group_id=group_id,
            asset_types=types,
            aws_regions=regions,
            description=description,
        )

    def body(self) -> dict[str, Any]:
        """The update that restores it."""
        told = {} if self.description is None else {"description": self.description}
        return {"asset_types": self.asset_types, "aws_regions": self.aws_regions, **told}

    def differences(self, read: Exchange) -> list[str]:
        """What a group shows that is not as it was, in words."""
        group = read.group
        shown = {
            "asset types": (
                self.asset_types,
                group.get("intended_asset_types", group.get("asset_types_enabled")),
            ),
            "regions": (self.aws_regions, group.get("intended_aws_regions", group.get("aws_regions"))),
            "description": (self.description or "", group.get("description") or ""),
        }
        return [f"{name}: {now!r} instead of {was!r}" for name, (was, now) in shown.items() if was != now]


class Journal:
    """The file that outlives the run; it is there exactly as long as a group is to be restored."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "restore.json"

    def write(self, original: Original) -> None:
        """Put the original on disk before the first update is sent."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".tmp")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(original), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self) -> Original:
        """Give what is to be restored.

        Raises:
            RestorationError: there is no journal, or it is damaged.
        """
        try:
            return Original(**json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError as why:
            raise RestorationError(
                f"{self.path}: there is no journal, so nothing is to be restored there"
            ) from why
        except (OSError, ValueError, TypeError) as why:
            raise RestorationError(
                f"{self.path}: is no restore journal ({why}); look at the group by hand"
            ) from why

    def exists(self) -> bool:
        """Whether a group is still to be restored."""
        return self.path.exists()

    def done(self) -> None:
        """Take the journal away: the group is as it was."""
        self.path.unlink(missing_ok=True)


def restore(wire: Wire, original: Original, *, sleep: Callable[[float], None] = time.sleep) -> list[str]:
    """Give the group back as it was; gives what could not be restored, in words."""
    left = ["nothing was tried"]
    for attempt in range(ATTEMPTS):
        if attempt:
            sleep(min(0.25 * 2**attempt, 8.0))
        try:
            left = _attempt(wire, original)
        except TargetLostError as why:
            left = [str(why)]
        if not left:
            break
    return left


def _attempt(wire: Wire, original: Original) -> list[str]:
    wire.revive()
    path = group_path(original.group_id)
    for method in ("GET", "PUT"):
        wire.permit(method, path)
    read = wire.send(wire.outgoing("GET", path))[-1]
    if read.succeeded and not original.differences(read):
        return []
    for body in _bodies(original):
        answer = wire.send(wire.outgoing("PUT", path, body=json.dumps(body).encode()))[-1]
        read = wire.send(wire.outgoing("GET", path))[-1]
        if read.succeeded and not original.differences(read):
            return []
    if not read.succeeded:
        return [f"the group can't be read: {_told(read)}"]
    return (
        original.differences(read) if answer.succeeded else [f"the update was not accepted: {_told(answer)}"]
    )


def _bodies(original: Original) -> list[dict[str, Any]]:
    """Where there was no description, it is open whether leaving it out or an empty one takes it away."""
    body = original.body()
    return [body] if original.description is not None else [body, {**body, "description": ""}]


def _told(answer: Exchange) -> str:
    if answer.response is None:
        return answer.failure or "no answer"
    return f"{answer.response.status} {answer.response.body[:200].decode('utf-8', 'replace')}"
