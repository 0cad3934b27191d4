"""What is said about judged recordings beside the findings, from counts that can be added up."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_MOST: Final = 20
"""How many parts, causes and prefixes are named one by one."""
_NEAR, _METHOD, _FOREIGN = "near: ", "method: ", "foreign: "
_ANSWER, _REQUEST = "answers: ", "requests: "


@dataclass
class Counts:
    """The counts of a judgement: they add up to those of several.

    `of` counts exchanges: `entries` is all of them, `about` those of the contract, `judged` those with an
    answer, `proof` those that say how the API handles requests. `hosts` are those of judged exchanges,
    `unread` and `cut` are the places that can't be read, and the recordings that are cut off.
    """

    of: Counter[str] = field(default_factory=Counter)
    hosts: set[str] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)

    def near(self, prefix: str) -> None:
        """Count a request that would be of the contract below this URL."""
        self._some(_NEAR, prefix, 1)

    def method(self, name: str) -> None:
        """Count a request to a path of the contract by a method that it has no operation for."""
        self._some(_METHOD, name, 1)

    def foreign(self, described: str, times: int) -> None:
        """Count answers that are not the API's own."""
        self._some(_FOREIGN, described, times)

    def lost(self, why: str, times: int, *, answer: bool) -> None:
        """Count bodies that are not proven to be whole."""
        self._some(_ANSWER if answer else _REQUEST, why, times)

    def _some(self, kind: str, name: str, times: int) -> None:
        key = kind + name
        if key in self.of or sum(one.startswith(kind) for one in self.of) < 10 * _MOST:
            self.of[key] += times

    def run(self) -> dict[str, Any]:
        """Return the counts for a report."""
        return {
            "hosts": sorted(self.hosts),
            "entries": self.of["entries"],
            "requests": self.of["judged"],
            "counts": {name: count for name, count in sorted(self.of.items()) if count},
            "unread": sorted(self.unread)[:_MOST],
            "cut": sorted(self.cut),
        }

    @classmethod
    def joined(cls, runs: Sequence[Mapping[str, Any]]) -> "Counts":
        """Return the counts of several reports together."""
        whole = cls()
        for run in runs:
            whole.of.update(run.get("counts", {}))
            whole.hosts.update(run.get("hosts", ()))
            whole.unread += run.get("unread", ())
            whole.cut += run.get("cut", ())
        return whole

    def inconclusive(self, subject: str, paths: str) -> str | None:
        """Say why the recordings prove nothing; None if they do."""
        of, about = self.of, f"about {subject}"
        if not of["about"]:
            none = f"none of the {of['entries']} recorded requests is {about} ({paths})"
            elsewhere = f"; {of['elsewhere']} went to other hosts" if of["elsewhere"] else ""
            return f"{none}{self._nearly() or elsewhere}"
        if not of["judged"]:
            return (
                f"{of['about']} requests are {about}, but the recording has no bodies of answers; "
                "export with content"
            )
        if not of["proof"]:
            return (
                f"each of the {of['judged']} requests {about} was refused for its token, throttled, answered "
                "by a gateway or with a 5xx, or not answered; record traffic that the API accepts"
            )
        return None

    def notes(self, subject: str) -> Iterator[str]:
        """Say what was judged, and what was not, and why."""
        of = self.of
        hosts = ", ".join(sorted(self.hosts))
        yield f"judged {of['judged']} of {of['entries']} recorded requests{f', to {hosts}' if hosts else ''}"
        yield from self._not_judged(subject)
        missing = sum(count for _, count in self._named(_REQUEST))
        if missing:
            yield f"judged by the answer alone: {missing} whose request body is not in the recording"
            yield from (f"  {count} because {why}" for why, count in self._named(_REQUEST))
        if of["unanswered"]:
            yield f"without an answer: {of['unanswered']}"
        yield from (f"not the API's own answer: {count} x {what}" for what, count in self._named(_FOREIGN))
        if of["twice"]:
            yield f"counted once: {of['twice']} that were recorded twice"
        if of["damaged"]:
            yield f"not read: {of['damaged']} damaged entries"
            yield from (f"  {place}" for place in sorted(self.unread)[:_MOST])
        yield from sorted(self.cut)

    def _not_judged(self, subject: str) -> Iterator[str]:
        of = self.of
        if of["others"]:
            yield f"not judged: {of['others']} that are not about {subject}"
        for method, count in self._named(_METHOD):
            yield f"not judged: {count} {method} of such a path, for which the contract has no operation"
        if of["elsewhere"]:
            yield f"not judged: {of['elsewhere']} to other hosts; --base-url selects another host"
        if of["about"] and self._nearly():
            yield f"not judged: some look like it{self._nearly()}"
        lost = of["about"] - of["judged"]
        if lost:
            yield f"not judged: {lost} whose answer's body is missing or incomplete in the recording"
            yield from (f"  {count} because {why}" for why, count in self._named(_ANSWER))

    def _nearly(self) -> str:
        return next(
            (f", but {count} would be with --base-url {url}" for url, count in self._named(_NEAR)), ""
        )

    def _named(self, kind: str) -> list[tuple[str, int]]:
        found = [(key.removeprefix(kind), count) for key, count in self.of.items() if key.startswith(kind)]
        return sorted(found, key=lambda one: (-one[1], one[0]))[:_MOST]
