"""Restores a designated group to its original state, also after an interrupted run."""

import json
import time
from collections.abc import Callable
from typing import Any, Final

from clumio_conformance.connection_groups.guard.journal import Original
from clumio_conformance.connection_groups.operations import group_path
from clumio_conformance.exchange import Exchange
from clumio_conformance.transport.wire import TargetLostError, Wire

ATTEMPTS: Final = 6
"""How often a restoration is tried, with a longer pause each time."""


def restore(wire: Wire, original: Original, *, sleep: Callable[[float], None] = time.sleep) -> list[str]:
    """Restore the group and verify it with a read; return descriptions of what could not be restored."""
    left = ["nothing was tried"]
    for attempt in range(ATTEMPTS):
        if attempt:
            sleep(min(0.25 * 2**attempt, 4.0))
        try:
            left = _attempt(wire, original)
        except TargetLostError as why:
            left = [str(why)]
        if not left:
            break
    return left


def _attempt(wire: Wire, original: Original) -> list[str]:
    wire.revive()
    path = group_path(original.group_id)
    for method in ("GET", "PUT"):
        wire.permit(method, path)
    read = wire.send(wire.outgoing("GET", path))[-1]
    if read.succeeded and not original.differences(read):
        return []
    for body in _bodies(original):
        answer = wire.send(wire.outgoing("PUT", path, body=json.dumps(body).encode()))[-1]
        read = wire.send(wire.outgoing("GET", path))[-1]
        if read.succeeded and not original.differences(read):
            return []
    if not read.succeeded:
        return [f"the group can't be read: {_answered(read)}"]
    return (
        original.differences(read)
        if answer.succeeded
        else [f"the update was not accepted: {_answered(answer)}"]
    )


def _bodies(original: Original) -> list[dict[str, Any]]:
    """Return the updates to try: it is open whether a missing or an empty description removes one."""
    body = original.body()
    return [body] if original.description is not None else [body, {**body, "description": ""}]


def _answered(answer: Exchange) -> str:
    if answer.response is None:
        return answer.failure or "no answer"
    return f"{answer.response.status} {answer.response.body[:200].decode('utf-8', 'replace')}"
