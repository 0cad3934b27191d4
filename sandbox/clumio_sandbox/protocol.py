"""The HTTP server's protocol: what an ASGI application cannot do.

Bytes that are not HTTP, and requests that arrive too slowly, get an error in the vendor's shape. The
application gets the connection's transport, so that a fault can close it.
"""

import asyncio
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from clumio_sandbox.errors import ApiError, malformed, too_slow
from clumio_sandbox.messages import failure

PATIENCE = 10.0
"""Seconds that a request may take to arrive. It is checked at this interval, so up to twice as many."""


class SandboxProtocol(H11Protocol):
    """One connection."""

    _timer: asyncio.TimerHandle | None = None
    _arriving: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in its base
        """Start the timer."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer."""
        if self._timer:
            self._timer.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are not HTTP with a 400, and close the connection."""
        self._refuse(malformed(msg))

    def _watch(self) -> None:
        arriving = self._incomplete()
        if arriving is not None and arriving is self._arriving:
            self._refuse(too_slow(PATIENCE))
            return
        self._arriving = arriving
        self._timer = self.loop.call_later(PATIENCE, self._watch)

    def _incomplete(self) -> object:
        """Identifies the request that is expected or incomplete; None when there is none."""
        if self.cycle is None:
            return self
        if not self.cycle.response_complete:
            return self.cycle if self.cycle.more_body else None
        received, _ = self.conn.trailing_data
        return self.cycle if received else None

    def _refuse(self, error: ApiError) -> None:
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            response = failure(error)
            headers = [
                ("content-type", response.media_type),
                ("content-length", str(len(response.body))),
                ("connection", "close"),
            ]
            head = h11.Response(
                status_code=response.status, headers=headers, reason=HTTPStatus(response.status).phrase
            )
            for event in (head, h11.Data(data=response.body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
