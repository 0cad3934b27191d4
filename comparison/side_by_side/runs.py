"""The results of the tools, kept in a file, so that an interrupted comparison continues."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from clumio_conformance.run.power import HEALTHY

FORMAT: Final = 1

Fault = Mapping[str, Any]
"""As the control API lists it: name, requirement, family, description."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a tool; `ended` is False when it reached its time limit.

    `found` is what the tool reports only because of the fault; on the healthy sandbox, all that it reports.
    """

    tool: str
    fault: str
    found: tuple[str, ...]
    requests: int
    seconds: float
    ended: bool = True
    load: float = 0.0

    @property
    def killed(self) -> bool:
        """Whether the tool found the fault, be it before its time limit."""
        return self.fault != HEALTHY and bool(self.found)


@dataclass(frozen=True)
class Setting:
    """How a tool was run; results of another setting are not kept."""

    version: str
    arguments: str
    contract: str = ""


class UnreadableResultsError(Exception):
    """The file of results holds something else; the message names it."""


class Runs:
    """All runs so far; each is on disk as soon as it is added."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.settings: dict[str, Setting] = {}
        self.runs: list[Run] = []
        if file.exists():
            try:
                self._load(json.loads(file.read_text(encoding="utf-8")))
            except (ValueError, TypeError, KeyError, AttributeError) as why:
                raise UnreadableResultsError(
                    f"{file}: expected results of a comparison ({why}); delete the file"
                ) from why

    def _load(self, document: Mapping[str, Any]) -> None:
        if document.get("format") != FORMAT:
            raise ValueError(f"format {document.get('format')}, expected {FORMAT}")
        self.settings = {tool: Setting(**setting) for tool, setting in document["settings"].items()}
        self.runs = [Run(**{**run, "found": tuple(run["found"])}) for run in document["runs"]]

    def use(self, tool: str, setting: Setting) -> bool:
        """Set how a tool is run; return whether results of another setting were dropped."""
        stale = self.settings.get(tool, setting) != setting
        if stale:
            self.forget(tool)
        self.settings[tool] = setting
        return stale

    def forget(self, tool: str) -> None:
        """Drop a tool's results."""
        self.runs = [run for run in self.runs if run.tool != tool]

    def add(self, run: Run) -> None:
        """Keep a run, on disk too."""
        self.runs.append(run)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_suffix(".new")
        document = {
            "format": FORMAT,
            "settings": {tool: asdict(setting) for tool, setting in sorted(self.settings.items())},
            "runs": [asdict(run) for run in sorted(self.runs, key=lambda run: (run.tool, run.fault))],
        }
        beside.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        beside.replace(self._file)

    def healthy(self, tool: str) -> list[Run]:
        """The runs of a tool against the healthy sandbox."""
        return [run for run in self.runs if run.tool == tool and run.fault == HEALTHY]

    def of(self, tool: str) -> dict[str, Run]:
        """The runs of a tool by fault, without the healthy ones."""
        return {run.fault: run for run in self.runs if run.tool == tool and run.fault != HEALTHY}


def sample(faults: Iterable[Fault], most: int | None) -> list[Fault]:
    """At most so many faults of each family: the same ones each time, and all those of a smaller sample.

    The hash of their names decides. The order takes one fault of each family in turn, so the first faults are
    a sample, too.
    """
    families: dict[str, list[Fault]] = {}
    for fault in sorted(faults, key=lambda fault: hashlib.sha256(fault["name"].encode()).digest()):
        families.setdefault(fault["family"], []).append(fault)
    ranked = [(rank, fault) for members in families.values() for rank, fault in enumerate(members[:most])]
    return [fault for _, fault in sorted(ranked, key=lambda pair: (pair[0], pair[1]["family"]))]


def load() -> float:
    """The machine's load of the last minute, per core; 0 where it is not known."""
    return round(os.getloadavg()[0] / (os.cpu_count() or 1), 1) if hasattr(os, "getloadavg") else 0.0
