"""How fast a run goes: its own rate, and the pauses that the target asks for."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from clumio_conformance.exchange import Exchange, Response, header

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.1, 10.0, 1.5
"""Seconds to wait after a 429 that does not say how long: at first, at the most, and how it grows each time."""
UNAVAILABLE: Final = 3
"""How often a request is sent again that was answered with 503 and Retry-After; after that it is judged."""
GATEWAY: Final = frozenset({502, 503, 504})
"""What somebody between us and the target answers when the target itself does not."""
TOLD_FROM: Final = 3.0
"""Seconds: a longer wait is told to whoever sits at the terminal."""


class Pace:
    """Holds requests back: no more than `rate` a second, and none before the end of a pause."""

    def __init__(
        self,
        rate: float | None,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        tell: Callable[[str], None],
    ) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._clock, self._sleep, self._tell = clock, sleep, tell
        self._due = float("-inf")

    def wait(self) -> None:
        """Return when the next request may go out."""
        now = self._clock()
        if self._due > now:
            if self._due - now > TOLD_FROM:
                self._tell(f"waiting {self._due - now:.0f} s, as the target asks for")
            self._sleep(self._due - now)
        self._due = max(now, self._due) + self._interval

    def hold(self, seconds: float) -> None:
        """Send nothing for so long."""
        self._due = max(self._due, self._clock() + seconds)


def silent(exchange: Exchange) -> bool:
    """Whether the target itself gave no whole answer."""
    return exchange.failure is not None or (
        exchange.response is not None and exchange.response.status in GATEWAY
    )


def later(answer: Response, method: str, attempts: int) -> bool:
    """Whether an answer asks to come back later; after a 503 nothing is created twice, so a create is not sent again."""
    if answer.status == 503 and attempts <= UNAVAILABLE and method != "POST":
        return header(answer.headers, "retry-after") is not None
    return answer.status == 429


def pause(answer: Response, attempt: int) -> float:
    """Seconds to wait after an answer that asks to come back later: what Retry-After says, and never less than our own pause."""
    own = min(FIRST_PAUSE * GROWTH**attempt, LONGEST_PAUSE)
    return max(own, retry_after(answer) or 0.0)


def retry_after(answer: Response) -> float | None:
    """Seconds that an answer asks to wait, told as a number or as a date (RFC 9110, 10.2.3); None when it says nothing.

    A date is held against the Date of the answer where there is one: the two clocks need not agree with ours.
    """
    told = (header(answer.headers, "retry-after") or "").strip()
    if told.isascii() and told.isdigit():
        return float(told)
    until = _date(told)
    if until is None:
        return None
    now = _date(header(answer.headers, "date") or "") or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def terminal() -> Callable[[str], None]:
    """Make what tells a person at the terminal something, also while pytest captures what is printed."""
    if not sys.stderr.isatty():
        return lambda _text: None
    stderr = os.dup(sys.stderr.fileno())

    def tell(text: str) -> None:
        os.write(stderr, f"clumio-conformance: {text}\n".encode())

    return tell
