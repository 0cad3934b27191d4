"""What a target answers: who it is, whether it takes the token, the time and the limits that it names."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from clumio_conformance.doctor.checks import Check, skipped
from clumio_conformance.exchange import Exchange, header, http_date
from clumio_conformance.transport.wire import Outgoing, TargetLostError, Wire
from clumio_conformance.whose_fault import described, is_of_the_api, likely

SKEW: Final = 60.0
"""Seconds by which the clocks may differ."""
OF_ANSWERS: Final = ("answer", "clock", "token", "group", "rate")
_LIMITS: Final = ("ratelimit", "x-ratelimit", "x-rate-limit", "retry-after")


def answers(wire: Wire, listing: Outgoing, own: Outgoing | None, *, has_token: bool) -> Iterator[Check]:
    """Check the answer to a read of the list, and to one of the named resource `own`."""
    try:
        answer = wire.send(listing if has_token else replace(listing, authorization=None))[-1]
        group = wire.send(own)[-1] if own and answer.succeeded else None
    except TargetLostError as why:
        yield Check(name="answer", state="fail", seen=str(why), way_out="come back later")
        yield from skipped(OF_ANSWERS[1:], "there is no answer")
        return
    if not is_of_the_api(answer):
        yield Check(name="answer", state="fail", seen=described(answer), way_out=f"likely {likely(answer)}")
        yield from skipped(OF_ANSWERS[1:], "the answer is not the API's")
        return
    yield Check(name="answer", state="ok", seen=described(answer))
    yield _clock(answer)
    yield _token(answer, has_token=has_token)
    yield _group(group, is_named=own is not None)
    yield _rate(answer)


def _clock(answer: Exchange) -> Check:
    date = http_date(header(answer.response.headers, "date") if answer.response else None)
    if date is None:
        return Check(name="clock", state="skipped", seen="the answer has no usable Date")
    # A Date has whole seconds, so that less than a second is no difference.
    skew = ((answer.sent or datetime.now(UTC)) - date).total_seconds()
    seen = f"this machine is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the target"
    if abs(skew) > SKEW:
        return Check(name="clock", state="warn", seen=seen, way_out="set this machine's clock, as by NTP")
    return Check(name="clock", state="ok", seen=seen)


def _token(answer: Exchange, *, has_token: bool) -> Check:
    status = answer.response.status if answer.response else 0
    if not has_token:
        return Check(name="token", state="skipped", seen="there is none, so it was not tried")
    if status == 401:
        way_out = "make a new token in Clumio, for this region, and set the variable again"
        return Check(name="token", state="fail", seen="refused with 401", way_out=way_out)
    if status == 403:
        way_out = "use a token of a user who may see connection groups, or another organizational unit"
        return Check(name="token", state="fail", seen="known, but refused with 403", way_out=way_out)
    if not answer.succeeded:
        seen = f"nobody can say: the list is answered with {status}"
        way_out = "check the path of the base URL" if status == 404 else "come back later"
        return Check(name="token", state="fail", seen=seen, way_out=way_out)
    return Check(name="token", state="ok", seen="accepted")


def _group(answer: Exchange | None, *, is_named: bool) -> Check:
    if answer is None:
        why = "the list can't be read" if is_named else "none is named"
        return Check(name="group", state="skipped", seen=why)
    if answer.succeeded:
        return Check(name="group", state="ok", seen="readable")
    return Check(
        name="group",
        state="fail",
        seen=described(answer),
        way_out="check its id, and that the token is of the organization that has it",
    )


def _rate(answer: Exchange) -> Check:
    headers = answer.response.headers if answer.response else ()
    named = [f"{name}: {value}" for name, value in headers if name.lower().startswith(_LIMITS)]
    return Check(name="rate", state="ok", seen="; ".join(named) or "the answer names no limit")
