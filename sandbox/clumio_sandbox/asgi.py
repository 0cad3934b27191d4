"""Conversion between ASGI and the sandbox's own messages, with a limit on the size of bodies."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from clumio_sandbox.errors import too_large
from clumio_sandbox.messages import Delivery, Request, Response

BODY_LIMIT = 1024 * 1024
"""The maximum size of a body in bytes; documented requests are much smaller."""

LATENESS = 2.0
"""Seconds by which a late response is delayed."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class DisconnectedError(Exception):
    """The connection was closed before the request was complete."""


def head(scope: Scope, body: bytes = b"") -> Request:
    """The request of an ASGI scope, with this body."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host, port = scope["server"] or ("localhost", 80)
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        base_url=f"{scope['scheme']}://{headers.get('host') or f'{host}:{port}'}",
        body=body,
    )


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The body; raises an `ApiError` when it is too large, `DisconnectedError` when it does not arrive."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if length.isdigit() and int(length) > BODY_LIMIT:
        raise too_large(BODY_LIMIT)
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > BODY_LIMIT:
            raise too_large(BODY_LIMIT)
    return body


async def deliver(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the response as its `delivery` says."""
    if response.delivery is Delivery.LATE:
        await asyncio.sleep(LATENESS)
    if response.delivery is Delivery.DROPPED:
        await _hang_up(scope, receive)
        return
    headers = {
        "Content-Type": response.media_type,
        "Content-Length": str(len(response.body)),
        **response.headers,
    }
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        }
    )
    if response.delivery is Delivery.CUT:
        half = response.body[: len(response.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await _hang_up(scope, receive)
        return
    await send({"type": "http.response.body", "body": response.body})


async def _hang_up(scope: Scope, receive: Receive) -> None:
    scope["state"]["transport"].close()
    while (await receive())["type"] != "http.disconnect":
        pass
