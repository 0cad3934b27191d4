"""The options of a run; the token is not one of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

TOKEN_VARIABLE: Final = "CLUMIO_API_TOKEN"  # noqa: S105 - the name of a variable


class UsageError(Exception):
    """An option or variable is wrong; the message names it."""


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """The options of `clumio-conformance run`, except the target; `run --help` explains them."""

    strict: bool = False
    quick: bool = False
    seed: int = 0
    known: tuple[str, ...] = ()
    baseline: Path | None = None
    fail_on_change: bool = False
    max_requests: int | None = None
    max_seconds: float | None = None
    rate: float | None = None
    report_dir: Path = Path("conformance-report")
    restore_seconds: float = 300.0
    until: str | None = None
    confirm: bool = False
    pytest_args: tuple[str, ...] = ()
