"""Many calls leave nothing behind; soak.py on the command line makes as many as wanted."""

import pytest
from soak import soak


@pytest.mark.slow
def test_many_calls_leave_nothing() -> None:
    """Threads, derived clients, event loops, iterations, waits: no socket, no thread, no growing memory."""
    left = soak(30_000)
    assert (left["sockets_left"], left["threads_left"]) == (0, 0)
    assert left["growth"] < 8_000_000, left
