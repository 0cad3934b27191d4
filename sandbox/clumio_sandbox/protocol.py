"""The HTTP server's protocol, where ASGI does not reach.

Requests that are no HTTP are answered in the vendor's error shape, half-open connections do not stay, and a response
that is to break off finds its connection.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from clumio_sandbox.errors import malformed
from clumio_sandbox.messages import failure

HEAD_PATIENCE = 10.0
"""Seconds in which the head of a connection's first request must have arrived."""


class SandboxProtocol(H11Protocol):
    """One connection."""

    _impatience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in its base
        """Start the time in which the client must say something."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)
        self._impatience = self.loop.call_later(HEAD_PATIENCE, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting for a head that cannot come any more."""
        if self._impatience:
            self._impatience.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP request, and hang up."""
        response = failure(malformed(msg))
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            headers = [
                ("content-type", response.media_type),
                ("content-length", str(len(response.body))),
                ("connection", "close"),
            ]
            self._write(h11.Response(status_code=response.status, headers=headers, reason=b"Bad Request"))
            self._write(h11.Data(data=response.body))
            self._write(h11.EndOfMessage())
        self.transport.close()

    def _write(self, event: Any) -> None:
        self.transport.write(self.conn.send(event) or b"")

    def _give_up(self) -> None:
        if self.cycle is None:
            self.transport.close()
