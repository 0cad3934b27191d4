"""What a run is asked to do; the token is not part of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

TOKEN_VARIABLE: Final = "CLUMIO_API_TOKEN"  # noqa: S105 - the name of a variable


class UsageError(Exception):
    """The run can't be made as it was asked for; the message names the option or variable."""


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """The options of `clumio-conformance run` but for its target; see its help for their meaning."""

    strict: bool = False
    quick: bool = False
    seed: int = 0
    known: tuple[str, ...] = ()
    baseline: Path | None = None
    fail_on_change: bool = False
    max_requests: int | None = None
    rate: float | None = None
    report_dir: Path = Path("conformance-report")
    until: str | None = None
    confirm: bool = False
    pytest_args: tuple[str, ...] = ()
