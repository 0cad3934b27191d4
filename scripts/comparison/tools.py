"""What the comparison asks of a tool."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from comparison.process import Ended
from comparison.target import Target


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a tool found in one run, and how the run ended."""

    found: frozenset[str]
    ended: Ended


class Tool(Protocol):
    """A contract-testing tool that is somebody else's."""

    name: str
    version: str
    arguments: str
    seconds: float

    def report(self, target: Target, spec: dict[str, Any], folder: Path, *, attempt: int) -> Report:
        """Run it against a target, with a contract, in an empty folder; attempts differ in their seed."""
