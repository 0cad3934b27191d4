"""Writes into scenarios.yaml which mocked answers a target has confirmed, and when."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from clumio_conformance.options import UsageError
from clumio_conformance.reporting.files import write_whole

# A confirmation by the vendor is not replaced by one of the sandbox.
_WEIGHT: Final = {"sandbox": 1, "live": 2}
_SCENARIO: Final = re.compile(r"^  - id: (?P<id>\S+)$")
_CONFIRMED: Final = re.compile(r"^    confirmed: \{target: (?P<target>\w+), date: .*\}$")


def is_checkout(file: Path) -> bool:
    """Whether the file is in a checkout, not in an installed package."""
    return any((folder / "pyproject.toml").exists() for folder in file.parents)


def confirm(file: Path, scenarios: Iterable[str], target: str, today: date) -> list[str]:
    """Record the mocks that a target has confirmed; nothing else changes. Return the recorded ids.

    Raises:
        UsageError: the file can't be written.
    """
    try:
        text, written = _dated(file.read_text(encoding="utf-8"), set(scenarios), target, today)
        write_whole(file, text)
    except OSError as why:
        raise UsageError(f"--confirm: {file}: {why.strerror}") from why
    return written


def _dated(text: str, chosen: set[str], target: str, today: date) -> tuple[str, list[str]]:
    line = f'    confirmed: {{target: {target}, date: "{today.isoformat()}"}}'
    kept: list[str] = []
    written: list[str] = []
    for block in _blocks(text.splitlines()):
        found = _SCENARIO.match(block[0])
        if found and found["id"] in chosen and _outweighs(block, target):
            written.append(found["id"])
            rest = [other for other in block if not _CONFIRMED.match(other)]
            block = [*rest[:2], line, *rest[2:]]  # noqa: PLW2901 - the block, dated
        kept += block
    return "\n".join(kept) + "\n", written


def _blocks(lines: list[str]) -> list[list[str]]:
    """Cut a file before each scenario."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if _SCENARIO.match(line):
            blocks.append([])
        blocks[-1].append(line)
    return [block for block in blocks if block]


def _outweighs(block: list[str], target: str) -> bool:
    before = next((found["target"] for line in block if (found := _CONFIRMED.match(line))), None)
    return _WEIGHT[target] >= _WEIGHT.get(before or "", 0)
