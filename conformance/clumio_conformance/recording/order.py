"""The exchanges of several recordings in the order of time, each once."""

from collections.abc import Iterable, Iterator
from typing import Final

from clumio_conformance.recording.files import seconds
from clumio_conformance.recording.har import opened
from clumio_conformance.recording.keys import Other, Seen
from clumio_conformance.recording.recorded import Unread
from clumio_conformance.recording.stencils import Alike

MOST_AHEAD: Final = 4000
"""How many exchanges are kept to be sorted."""
_LARGEST_AHEAD: Final = 24 * 1024 * 1024
"""Bytes of bodies that are kept to be sorted."""

Item = Seen | Other
_Timed = tuple[float, int, Item]


class Order:
    """Sorts exchanges by time while they are read: recorders write them when they end, not when they begin.

    Exchanges that are further from their place than `MOST_AHEAD` stay where they are. `again` counts those
    that were read before: with the same time, request and answer.
    """

    def __init__(self) -> None:
        self.again = 0
        self._ahead: list[_Timed] = []
        self._bytes = 0
        self._time = 0.0
        self._same_time: list[Item] = []

    def sorted(self, items: Iterable[Item | Unread]) -> Iterator[Item | Unread]:
        """Yield each exchange, and set when it was."""
        last, ahead = 0.0, self._ahead
        for number, item in enumerate(items):
            if isinstance(item, Unread):
                yield item
                continue
            time = seconds(item.recorded.started)
            if time is None:
                item.recorded.started = None
            else:
                last = time
            ahead.append((last, number, item))
            self._bytes += _size(item)
            if len(ahead) >= 2 * MOST_AHEAD or self._bytes > _LARGEST_AHEAD:
                yield from self._some(max(len(ahead) // 2, 1))
        yield from self._some(len(ahead))

    def _some(self, count: int) -> Iterator[Item]:
        self._ahead.sort(key=_when)
        self._bytes -= self._bytes * count // max(len(self._ahead), 1)
        leaving = self._ahead[:count]
        del self._ahead[:count]
        for time, _, item in leaving:
            if item.recorded.started is None:
                item.when = item.recorded.place[0]
            elif time >= self._time:
                item.when = time
                if time != self._time:
                    self._time, self._same_time = time, [item]
                elif any(_same(item, other) for other in self._same_time):
                    self.again += 1
                    continue
                else:
                    self._same_time.append(item)
            yield item


def _when(one: _Timed) -> tuple[float, int]:
    return one[0], one[1]


def _same(one: Item, other: Item) -> bool:
    first, second = opened(one.recorded), opened(other.recorded)
    return first.request == second.request and first.response == second.response


def _size(item: Item) -> int:
    recorded = item.recorded
    if isinstance(recorded, Alike):
        return len(recorded.text)
    content = recorded.response.content
    return len(content.text) if content is not None and isinstance(content.text, str | bytes) else 0
