"""Time as the sandbox sees it: the machine's, plus whatever was skipped through the control API."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch, from `source`, moved on by `advance`."""

    def __init__(self, source: Callable[[], float] = time.time, *, skipped: float = 0.0) -> None:
        self._source = source
        self.skipped = skipped

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._source() + self.skipped

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self.skipped += seconds


def timestamp(seconds: float) -> str:
    """RFC 3339 in UTC, to the second; the page states no format [guess]."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
