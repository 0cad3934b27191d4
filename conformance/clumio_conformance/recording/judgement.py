"""The judgement of recorded traffic, with the limits of a recording."""

import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.recording.evidence import Knowledge, made_of, verdicts
from clumio_conformance.recording.forms import numbered
from clumio_conformance.recording.har import opened
from clumio_conformance.recording.keys import Key, Keys, Other, Seen
from clumio_conformance.recording.recorded import Recorded, Unread, When, where
from clumio_conformance.recording.remarks import Counts
from clumio_conformance.result import Result
from clumio_conformance.whose_fault import described, is_of_another, proves_something

UNFINISHED: Final = "a recording does not hold everything"
MOST_FORMS: Final = 10_000
"""How many different exchanges are kept until they are judged."""
_MOST_RESOURCES: Final = 10_000
"""Of how many resources the last answer is kept."""
_MOST_BETWEEN: Final = 3


@dataclass(slots=True)
class _Group:
    """Exchanges of one form, or sequences of one form: the first one, and how many there are."""

    example: tuple[Seen, ...]
    count: int = 0


@dataclass(slots=True)
class _Resource:
    """The last answer that shows a resource, and the requests since then that were refused."""

    last: Seen
    between: list[Seen] = field(default_factory=list)


@dataclass
class Judgement:
    """Judges recorded exchanges as they come: each form of an exchange once, the others are counted.

    `by_form` False judges each one: the result is the same, but for the examples.
    """

    contract: Contract
    ledger: Ledger
    knowledge: Knowledge
    base_url: str | None = None
    by_form: bool = True
    files: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)
    _decided: bool | None = None

    def __post_init__(self) -> None:
        self.keys = Keys(self.contract, self.knowledge, self.base_url, self.counts)
        self._addresses = self.keys.addresses
        self._redaction = self.knowledge.redaction()
        self._groups: dict[Key, _Group] = {}
        self._sequences: dict[Key, _Group] = {}
        self._resources: OrderedDict[tuple[str, tuple[str, ...]], _Resource] = OrderedDict()

    def enter(self, items: Iterable[Seen | Other | Unread]) -> None:
        """Enter exchanges, in the order of time."""
        of = self.counts.of
        for item in items:
            if isinstance(item, Unread):
                self._enter_unread(item)
            else:
                of["entries"] += 1
                if isinstance(item, Seen):
                    self._enter(item)
                else:
                    self._enter_other(item)

    def _enter_unread(self, item: Unread) -> None:
        counts = self.counts
        if item.cut:
            counts.cut.append(str(item))
            return
        counts.of.update(("entries", "damaged"))
        if len(counts.unread) < MOST_FORMS:
            counts.unread.append(str(item))

    def _enter(self, seen: Seen) -> None:
        key = seen.key
        if not self.by_form:
            key = seen.key = (*key, self.counts.of["entries"])
        group = self._groups.get(key)
        if group is None:
            if len(self._groups) + len(self._sequences) >= MOST_FORMS:
                self._settle()
            group = self._groups[key] = _Group((seen,))
        group.count += 1
        if seen.route.parameters:
            self._follow(seen)

    def _enter_other(self, other: Other) -> None:
        one = opened(other.recorded)
        if other.is_known:
            self.counts.of["entries"] -= 1
            self._enter_unread(Unread(where(one.place), one.unread))
        else:
            self.counts.of["others"] += 1
            self._break(one)

    def _break(self, one: Recorded) -> None:
        """Forget a resource that something else was done to, for which the contract has no operation."""
        if self._resources and one.request.method not in {"GET", "HEAD", "OPTIONS"}:
            resource = self._addresses.resource(one.request.url)
            if resource:
                self._resources.pop(resource, None)

    def _follow(self, seen: Seen) -> None:
        """Put an exchange into the sequence of its resource."""
        status, key = seen.status, (seen.route.host, seen.parameters)
        resource = self._resources.get(key)
        shows = 200 <= status < 300
        if resource and shows and _in_order(resource.last.when, seen.when):
            self._enter_sequence((resource.last, *resource.between, seen))
        if shows:
            self._resources[key] = _Resource(seen)
            self._resources.move_to_end(key)
            if len(self._resources) > _MOST_RESOURCES:
                self._resources.popitem(last=False)
        elif resource and 400 <= status < 500:
            if len(resource.between) < _MOST_BETWEEN:
                resource.between.append(seen)
        elif resource and seen.method not in {"GET", "HEAD"}:
            del self._resources[key]  # nobody knows what it did

    def _enter_sequence(self, sequence: tuple[Seen, ...]) -> None:
        words = [word for seen in sequence for word in seen.words]
        key = (*(seen.key for seen in sequence), numbered(words))
        group = self._sequences.get(key)
        if group is None:
            group = self._sequences[key] = _Group(sequence)
        group.count += 1

    def _settle(self) -> None:
        """Judge what was collected; whose hosts count is decided the first time."""
        if self._decided is None:
            self._decided = self.base_url is not None or any(
                seen.route.known for group in self._groups.values() for seen in group.example
            )
        self.keys.secrets.tell(self._redaction)
        groups, sequences = self._groups, self._sequences
        self._groups, self._sequences = {}, {}
        for group in groups.values():
            self._judge(group)
        for group in sequences.values():
            self._judge_sequence(group)

    def _counts_here(self, seen: Seen) -> bool:
        return seen.route.known or not self._decided

    def _judge(self, group: _Group) -> None:
        [seen] = group.example
        counts, times = self.counts, group.count
        if not self._counts_here(seen):
            counts.of["elsewhere"] += times
            return
        counts.of["about"] += times
        made = made_of(opened(seen.recorded), self._addresses, self._redaction)
        if made.response_lost:
            counts.lost(made.response_lost, times, answer=True)
            return
        counts.of["judged"] += times
        counts.hosts.add(seen.route.host)
        if made.request_lost:
            counts.lost(made.request_lost, times, answer=False)
        exchange = made.exchange
        if exchange.response is None:
            counts.of["unanswered"] += times
        if is_of_another(exchange):
            counts.foreign(described(exchange), times)
            self.ledger.observe(exchange, (), times=times)
            return
        if proves_something(exchange):
            counts.of["proof"] += times
        self.ledger.observe(exchange, verdicts(made, self.contract, self.knowledge), times=times)

    def _judge_sequence(self, group: _Group) -> None:
        if not all(map(self._counts_here, group.example)):
            return
        parts = [made_of(opened(seen.recorded), self._addresses, self._redaction) for seen in group.example]
        if any(part.response_lost or is_of_another(part.exchange) for part in parts):
            return
        before, *between, after = parts
        if any(part.request_lost for part in (*between, after)):
            return
        verdicts = self.knowledge.follow(before.exchange, [one.exchange for one in between], after.exchange)
        self.ledger.conclude(after.exchange, before.supported(after.supported(verdicts)), times=group.count)

    def result(self) -> Result:
        """Return the result, after all exchanges."""
        self._settle()
        ledger, counts, knowledge = self.ledger, self.counts, self.knowledge
        findings = ledger.sorted_findings()
        failing = [finding for finding in findings if ledger.fails(finding)]
        inconclusive = counts.inconclusive(knowledge.subject, knowledge.paths)
        return Result(
            run={
                "target": "recorded",
                "files": sorted(self.files),
                "strict": ledger.strict,
                "version": version("clumio-connection-groups"),
                **json.loads(self._redaction.text(json.dumps(counts.run()))),
            },
            rows=ledger.rows(),
            findings=findings,
            failing=failing,
            behaviour={},
            scenarios={},
            coverage=ledger.coverage.summary(),
            errors=[],
            inconclusive=inconclusive,
            exit_code=1 if failing else 5 if inconclusive else 0,
            notes=[self._redaction.text(note) for note in counts.notes(knowledge.subject)],
        )


def _in_order(one: When, other: When) -> bool:
    """Whether it is known that one exchange was before the other one, which comes after it."""
    return one is not None and one.__class__ is other.__class__ and (one.__class__ is float or one == other)
