"""One sandbox for all tests of live runs: each takes an organization of its own."""

from collections.abc import Iterator

import pytest
from far_target import Clock

from clumio_conformance.connection_groups.guard.restore import restore
from clumio_conformance.session.control import Control
from clumio_conformance.session.sandbox_process import sandbox as started
from clumio_conformance.transport.wire import Wire


@pytest.fixture(scope="session")
def sandbox() -> Iterator[tuple[str, Control]]:
    with started() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing that the user has set reach a run."""
    for name in ("CLUMIO_API_TOKEN", "CLUMIO_API_BASE_URL", "CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time pass only while a run in this process sleeps."""
    clock = Clock()
    for defaults in (Wire.__init__.__kwdefaults__, restore.__kwdefaults__):
        assert defaults
        for name, fake in {"clock": clock, "sleep": clock.sleep}.items():
            if name in defaults:
                monkeypatch.setitem(defaults, name, fake)
