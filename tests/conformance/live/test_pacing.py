"""A target that asks to come back later is asked again, later, and blamed for nothing."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from far_target import Far, far

from clumio_conformance.connection_groups.operations import COLLECTION
from clumio_conformance.exchange import Response
from clumio_conformance.transport.pacing import FIRST_PAUSE, Pace, retry_after
from clumio_conformance.transport.wire import PATIENCE, TargetLostError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answering(answers: Iterable[httpx.Response]) -> Far:
    rest = iter(answers)
    target = far(lambda _: next(rest))
    target.wire.permit("POST", COLLECTION)
    return target


def later(status: int = 429, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def statuses(target: Far, method: str = "GET") -> list[int]:
    sent = target.wire.send(target.wire.outgoing(method, COLLECTION))
    return [exchange.response.status for exchange in sent if exchange.response]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("9" * 400, float("inf")),
        (format_datetime(NOON + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOON - timedelta(seconds=90), usegmt=True), 0.0),
        ("Sun, 01 Mar 2026 12:01:30", 90.0),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("\N{SUPERSCRIPT TWO}", None),
        ("Mon, 01 Jan 2024 00:00:00 +99999999999999", None),
        ("", None),
        (None, None),
    ],
)  # fmt: skip
def test_both_forms_of_retry_after_are_read(header: str | None, seconds: float | None) -> None:
    """A date is compared with the answer's own Date: the clocks of the two sides need not agree."""
    headers = [("Date", format_datetime(NOON, usegmt=True))]
    headers += [] if header is None else [("Retry-After", header)]

    assert retry_after(Response(status=429, headers=tuple(headers))) == seconds


def test_a_date_without_a_date_is_held_against_our_clock() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    until = format_datetime(before + timedelta(seconds=30), usegmt=True)

    seconds = retry_after(Response(status=429, headers=(("Retry-After", until),)))

    passed = datetime.now(UTC) - before
    assert seconds is not None
    assert 30 - passed.total_seconds() <= seconds <= 30


def test_what_the_target_asks_for_is_waited() -> None:
    target = answering([later(Retry_After="7"), httpx.Response(200)])

    assert statuses(target) == [429, 200]
    assert target.clock.slept == [7.0]
    assert target.wire.throttled == 1


def test_pauses_grow_without_retry_after() -> None:
    """Also where Retry-After is 0: a target that can't be served is not hammered."""
    target = answering([later(), later(Retry_After="0"), later(), httpx.Response(200)])

    statuses(target)

    assert target.clock.slept == pytest.approx([FIRST_PAUSE, FIRST_PAUSE * 1.5, FIRST_PAUSE * 2.25])


def test_a_target_that_never_answers_otherwise_is_given_up() -> None:
    target = far(lambda _: later())

    with pytest.raises(TargetLostError, match=r"429 .* times in a row"):
        statuses(target)

    assert PATIENCE / 2 < sum(target.clock.slept) <= PATIENCE


def test_nobody_waits_for_an_hour() -> None:
    """It is neither sat out nor cut short: a request before its time would only make things worse."""
    target = far(lambda _: later(Retry_After="3600"))

    with pytest.raises(TargetLostError, match="3600 s"):
        statuses(target)

    assert len(target.seen) == 1
    assert target.clock.slept == []


def test_503_with_retry_after_is_asked_again_and_then_judged() -> None:
    target = far(lambda _: later(503, Retry_After="1"))

    assert statuses(target) == [503] * 4


def test_503_without_it_is_an_answer() -> None:
    assert statuses(far(lambda _: later(503))) == [503]


def test_nothing_is_created_twice() -> None:
    """A create that was answered with 503 may have been done all the same."""
    assert statuses(answering([later(503, Retry_After="1")]), "POST") == [503]


def test_a_long_wait_is_printed() -> None:
    printed: list[str] = []
    now = [0.0]
    pace = Pace(None, clock=lambda: now[0], sleep=lambda _: None, announce=printed.append)
    for seconds in (1.0, 30.0):
        pace.hold(seconds)
        pace.wait()

    assert printed == ["waiting 30 s, as the target asks for"]
