"""Restores a designated group to its original state, also after an interrupted run."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from clumio_conformance.connection_groups.guard.journal import Original
from clumio_conformance.connection_groups.operations import group_path
from clumio_conformance.exchange import Exchange
from clumio_conformance.options import TOKEN_VARIABLE
from clumio_conformance.transport.pacing import pause
from clumio_conformance.transport.wire import TargetLostError, Wire
from clumio_conformance.whose_fault import described, is_of_the_api, refuses_caller

REFUSALS: Final = 6
"""How often a restoration is tried again after the API refused it."""
GONE: Final = "the group no longer exists: somebody has deleted it"
OTHERS: Final = "somebody else"
"""The words in each reason why nothing is overwritten; only --overwrite restores the group then."""
LONGEST_PAUSE: Final = 15.0
"""Seconds between two attempts, at most."""


@dataclass(frozen=True)
class Left:
    """What could not be restored, and whether it is worth waiting."""

    what: list[str]
    answer: Exchange | None = None
    waits: bool = True


def restore(
    wire: Wire,
    original: Original,
    *,
    seconds: float,
    not_ours: Callable[[Exchange], list[str]],
    say: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> list[str]:
    """Restore the group and verify it with a read; return descriptions of what could not be restored.

    Attempts end after so many `seconds`, sooner if the API itself refuses. `not_ours` names the fields of a
    read that another writer wrote: then nothing is sent. `say` tells the user about long waits.
    """
    deadline, attempt, refusals, announced = clock() + seconds, 0, 0, float("-inf")
    while True:
        left = _attempt(wire, original, not_ours)
        refusals += left.answer is not None and (is_of_the_api(left.answer) or refuses_caller(left.answer))
        wait = min(0.25 * 2 ** min(attempt, 10), LONGEST_PAUSE)
        if left.answer is not None and left.answer.response is not None:
            wait = max(wait, pause(left.answer.response, 0))
        if not left.what or not left.waits or refusals >= REFUSALS or clock() + wait > deadline:
            return left.what
        if wait >= 1 and clock() - announced >= LONGEST_PAUSE:
            announced = clock()
            say(
                f"the group {original.group_id} is not restored yet ({left.what[0]}); trying for "
                f"{deadline - clock():.0f} s more; Ctrl-C ends this, and the journal stays"
            )
        sleep(wait)
        attempt += 1


def is_of_others(left: Iterable[str]) -> bool:
    """Whether a group is left as it is because somebody else has updated it."""
    return any(OTHERS in reason for reason in left)


def _attempt(wire: Wire, original: Original, not_ours: Callable[[Exchange], list[str]]) -> Left:
    wire.revive()
    try:
        return _tried(wire, original, not_ours)
    except TargetLostError as why:
        return Left([str(why)])


def _tried(wire: Wire, original: Original, not_ours: Callable[[Exchange], list[str]]) -> Left:
    path = group_path(original.group_id)
    for method in ("GET", "PUT"):
        wire.permit(method, path)
    answer: Exchange | None = None
    for body in _bodies(original):
        read = wire.send(wire.outgoing("GET", path))[-1]
        if not read.succeeded or not is_of_the_api(read):
            return _unread(read)
        if not original.differences(read):
            return Left([])
        others = not_ours(read)
        if others:
            return Left(
                [f"{OTHERS} has updated it ({', '.join(others)}), so nothing is overwritten"],
                waits=False,
            )
        answer = wire.send(wire.outgoing("PUT", path, body=json.dumps(body).encode()))[-1]
    read = wire.send(wire.outgoing("GET", path))[-1]
    if not read.succeeded or not is_of_the_api(read):
        return _unread(read)
    left = original.differences(read)
    if left and answer is not None and not answer.succeeded:
        left = [f"the update was not accepted: {_answered(answer)}"]
    return Left(left, answer=answer)


def _unread(read: Exchange) -> Left:
    if refuses_caller(read):
        way_out = f"it may have expired; set a new one in {TOKEN_VARIABLE}"
        return Left([f"the token is refused ({described(read)}): {way_out}"], answer=read)
    if read.response is not None and read.response.status == 404 and is_of_the_api(read):
        return Left([GONE], answer=read)
    return Left([f"the group can't be read: {_answered(read)}"], answer=read)


def _bodies(original: Original) -> list[dict[str, Any]]:
    """Return the updates to try: it is open whether a missing or an empty description removes one."""
    body = original.body()
    return [body] if original.description is not None else [body, {**body, "description": ""}]


def _answered(answer: Exchange) -> str:
    if answer.response is None or not is_of_the_api(answer):
        return described(answer)
    return f"{answer.response.status} {answer.response.body[:200].decode('utf-8', 'replace')}"
