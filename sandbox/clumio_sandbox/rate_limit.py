"""The rate limit of each organization."""

import time

from clumio_sandbox.errors import too_many_requests


class RateLimit:
    """At most `per_second` requests in each second for each organization; 0 means no limit.

    The vendor's own limit is 100 [doc]; how it counts is a guess.
    """

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._second = 0
        self._counts: dict[str, int] = {}

    def count(self, organization: str) -> None:
        """Count one request; raises the vendor's 429 when the organization is over the limit."""
        if not self._per_second:
            return
        second = int(time.monotonic())
        if second != self._second:
            self._second = second
            self._counts.clear()
        self._counts[organization] = self._counts.get(organization, 0) + 1
        if self._counts[organization] > self._per_second:
            raise too_many_requests(1)
