"""The exchanges of several recordings in the order of time, each once."""

from collections.abc import Iterable, Iterator
from typing import Final

from clumio_conformance.recording.files import seconds
from clumio_conformance.recording.recorded import Recorded, Unread

MOST_AHEAD: Final = 4000
"""How many exchanges are kept to be sorted."""
_LARGEST_AHEAD: Final = 24 * 1024 * 1024
"""Bytes of bodies that are kept to be sorted."""

Timed = tuple[float, int, Recorded]
When = float | str | None
"""When an exchange was, in seconds since 1970. If no time is recorded, the recording in whose order it
stands; None if it is earlier than one before."""


class Order:
    """Sorts exchanges by time while they are read: recorders write them when they end, not when they begin.

    Exchanges that are further from their place than `MOST_AHEAD` stay where they are. `again` counts those
    that were read before: with the same time, request and answer.
    """

    def __init__(self) -> None:
        self.again = 0
        self._ahead: list[Timed] = []
        self._bytes = 0
        self._time = 0.0
        self._same_time: list[Recorded] = []

    def sorted(self, items: Iterable[Recorded | Unread]) -> Iterator[tuple[When, Recorded] | Unread]:
        """Yield each exchange with when it was."""
        last, ahead = 0.0, self._ahead
        for number, item in enumerate(items):
            if isinstance(item, Unread):
                yield item
                continue
            time = seconds(item.started)
            if time is None:
                item.started = None
            else:
                last = time
            ahead.append((last, number, item))
            content = item.response.content
            if content is not None and content.text.__class__ is str:
                self._bytes += len(content.text)
            if len(ahead) >= 2 * MOST_AHEAD or self._bytes > _LARGEST_AHEAD:
                yield from self._some(max(len(ahead) // 2, 1))
        yield from self._some(len(ahead))

    def _some(self, count: int) -> Iterator[tuple[When, Recorded]]:
        self._ahead.sort(key=_when)
        self._bytes -= self._bytes * count // max(len(self._ahead), 1)
        leaving = self._ahead[:count]
        del self._ahead[:count]
        for time, _, item in leaving:
            if item.started is None:
                yield item.place[0], item
                continue
            if time < self._time:
                yield None, item
                continue
            if time != self._time:
                self._time, self._same_time = time, [item]
            elif any(_same(item, other) for other in self._same_time):
                self.again += 1
                continue
            else:
                self._same_time.append(item)
            yield time, item


def _when(one: Timed) -> tuple[float, int]:
    return one[0], one[1]


def _same(one: Recorded, other: Recorded) -> bool:
    return one.request == other.request and one.response == other.response
