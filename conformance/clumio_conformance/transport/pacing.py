"""The pace of a run: its own rate, and the pauses that the target asks for."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from clumio_conformance.exchange import Response, header, http_date

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.1, 10.0, 1.5
"""The pause after a 429 without Retry-After: first and longest in seconds, and the factor of growth."""
ANNOUNCED_FROM: Final = 3.0
"""Seconds; a longer wait is announced on the terminal."""


class Pace:
    """Delays requests: at most `rate` per second, and none before the end of a pause."""

    def __init__(
        self,
        rate: float | None,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        announce: Callable[[str], None],
    ) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._clock, self._sleep, self._announce = clock, sleep, announce
        self._due = float("-inf")

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        now = self._clock()
        if self._due > now:
            if self._due - now > ANNOUNCED_FROM:
                self._announce(f"waiting {self._due - now:.0f} s, as the target asks for")
            self._sleep(self._due - now)
        self._due = max(now, self._due) + self._interval

    def hold(self, seconds: float) -> None:
        """Let no request pass for so many seconds."""
        self._due = max(self._due, self._clock() + seconds)


def pause(answer: Response, attempt: int) -> float:
    """Seconds to wait after an answer that asks to retry later: Retry-After, but at least our own pause."""
    own = min(FIRST_PAUSE * GROWTH**attempt, LONGEST_PAUSE)
    return max(own, retry_after(answer) or 0.0)


def retry_after(answer: Response) -> float | None:
    """Seconds of Retry-After, a number or a date (RFC 9110, 10.2.3); None when it is neither.

    A date is compared with the Date header of the answer if it has one, since our clock may differ.
    """
    value = (header(answer.headers, "retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until = http_date(value)
    if until is None:
        return None
    now = http_date(header(answer.headers, "date")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())
