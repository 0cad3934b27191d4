"""What a run was asked to do; the token is not part of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

TargetName = Literal["mock", "sandbox", "live"]
LIVE_RATE = 5.0
"""Requests a second that a live run makes at the most, unless told otherwise or on loopback."""
LIVE_MAX_REQUESTS = 2000
"""Requests that a live run makes in all at the most, unless told otherwise or on loopback."""


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """The options of `clumio-conformance run`; see its help for their meaning."""

    target: TargetName = "sandbox"
    base_url: str | None = None
    control_url: str | None = None
    unit: str | None = None
    allow_writes: bool = False
    group_id: str | None = None
    strict: bool = False
    quick: bool = False
    seed: int = 0
    known: tuple[str, ...] = ()
    baseline: Path | None = None
    fail_on_change: bool = False
    max_requests: int | None = None
    rate: float | None = None
    report_dir: Path = Path("conformance-report")
    faults: tuple[str, ...] = ()
    until: str | None = None
    confirm: bool = False
    pytest_args: tuple[str, ...] = ()
