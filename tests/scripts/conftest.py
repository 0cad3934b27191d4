"""The links of this checkout take seconds to read, and no test changes them: they are read once."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import change
from contract_tools import receipt
from tracing import cli, links

ROOT = Path(__file__).resolve().parents[2]
_of_this_checkout = cache(links.read_links)


def read_links(root: Path) -> links.Links:
    """Read the links of a checkout."""
    return _of_this_checkout(ROOT) if root.resolve() == ROOT else links.read_links(root)


@pytest.fixture(scope="session", autouse=True)
def _read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (receipt, cli, change):
            patch.setattr(module, "read_links", read_links)
        yield
