"""Connections that clients keep for later."""

import httpx

from clumio_sandbox.server import KEEP_ALIVE


def test_a_client_gives_up_an_idle_connection_before_the_sandbox_does() -> None:
    """The other way round a request may be sent while the connection is closed, and gets no answer."""
    limit = httpx.Limits().keepalive_expiry
    assert limit is not None
    assert limit < KEEP_ALIVE
