"""Between ASGI and the sandbox's own messages: bounded reading, and sending as a response says."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from clumio_sandbox.errors import malformed, too_large, too_slow
from clumio_sandbox.messages import Delivery, Request, Response

BODY_LIMIT = 1024 * 1024
"""Bytes of a body that are read; no documented request comes near."""

BODY_PATIENCE = 10.0
"""Seconds in which a body must have arrived."""

LATENESS = 2.0
"""Seconds by which a late response is late."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def head(scope: Scope) -> Request:
    """The request without its body."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host, port = scope["server"] or ("localhost", 80)
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        base_url=f"{scope['scheme']}://{headers.get('host') or f'{host}:{port}'}",
    )


async def read_body(request: Request, receive: Receive) -> bytes:
    """The body; raises an `ApiError` when it is too large, too slow, or cut off."""
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > BODY_LIMIT:
        raise too_large(BODY_LIMIT)
    try:
        async with asyncio.timeout(BODY_PATIENCE):
            return await _collect(receive)
    except TimeoutError as error:
        raise too_slow(BODY_PATIENCE) from error


async def _collect(receive: Receive) -> bytes:
    parts = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            msg = "the connection ended within the body"
            raise malformed(msg)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BODY_LIMIT:
            raise too_large(BODY_LIMIT)
        if not message.get("more_body", False):
            return b"".join(parts)


async def deliver(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the response the way it wants to be sent."""
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
