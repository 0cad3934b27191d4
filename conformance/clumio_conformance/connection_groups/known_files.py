"""Known deviations from files, the project's own among them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from clumio_conformance.contract.contract import contract
from clumio_conformance.judging.known import KnownList, load

KNOWN: Final = {"sdk-drift": Path(__file__).with_name("sdk-drift.toml")}
"""The project's own files of known deviations: `--known sdk-drift` lists what only the vendor's SDKs have."""


def known_list(files: Sequence[str]) -> KnownList:
    """Read files of known deviations.

    Raises:
        KnownError: one of them is wrong.
    """
    return load(files, contract(), today=datetime.now(UTC).date(), named=KNOWN)
