"""What the comparison asks of a tool."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from side_by_side.process import Ended
from side_by_side.target import Target


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a tool found in one run, and how the run ended."""

    found: frozenset[str]
    ended: Ended


class Tool(Protocol):
    """A contract-testing tool of others."""

    name: str
    version: str
    arguments: str
    seconds: float
    about: str

    def report(self, target: Target, folder: Path, *, attempt: int) -> Report:
        """Run the tool against a target in an empty folder; each attempt has another seed."""
