"""The sandbox's time: the machine's time plus the seconds that were skipped through the control API."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch: those of `source` plus those of `advance`."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._skipped = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._source() + self._skipped

    def advance(self, seconds: float) -> None:
        """Skip `seconds`."""
        self._skipped += seconds


def timestamp(seconds: float) -> str:
    """RFC 3339 in UTC, to the second; the page states no format [guess]."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
