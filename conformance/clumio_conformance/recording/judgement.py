"""The judgement of recorded traffic, with the limits of a recording."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.recording.addresses import shown
from clumio_conformance.recording.evidence import Knowledge, made_of, verdicts
from clumio_conformance.recording.forms import numbered
from clumio_conformance.recording.keys import Key, Keys, Seen
from clumio_conformance.recording.order import When
from clumio_conformance.recording.recorded import Recorded, Unread
from clumio_conformance.result import Result
from clumio_conformance.whose_fault import described, is_of_another, proves_something

UNFINISHED: Final = "a recording does not hold everything"
MOST_FORMS: Final = 10_000
"""How many different exchanges are kept until they are judged."""
_MOST_RESOURCES: Final = 10_000
"""Of how many resources the last answer is kept."""
_MOST_BETWEEN: Final = 3
_MOST_NAMED: Final = 20
"""How many parts that can't be read are named one by one."""


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
    """Judges recorded exchanges as they come; each form of an exchange is judged once, the others are counted.

    `by_form` False judges each one: the result is the same, but for the examples.
    """

    contract: Contract
    ledger: Ledger
    knowledge: Knowledge
    base_url: str | None = None
    by_form: bool = True
    files: tuple[str, ...] = ()
    total: int = 0
    again: int = 0
    cut: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    unreadable: int = 0
    _counts: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    _of: Counter[str] = field(default_factory=Counter)
    _lost: Counter[str] = field(default_factory=Counter)
    _foreign: Counter[str] = field(default_factory=Counter)
    _proof: bool = False
    _decided: bool | None = None

    def __post_init__(self) -> None:
        self._keys = Keys(self.contract, self.knowledge, self.base_url)
        self._addresses = self._keys.addresses
        self._redaction = self.knowledge.redaction()
        self._groups: dict[Key, _Group] = {}
        self._sequences: dict[Key, _Group] = {}
        self._resources: OrderedDict[tuple[str, tuple[str, ...]], _Resource] = OrderedDict()

    def enter(self, items: Iterable[tuple[When, Recorded] | Unread]) -> None:
        """Enter exchanges, in the order of time."""
        for item in items:
            self.total += 1
            if isinstance(item, Unread):
                self._enter_unread(item)
            else:
                self._enter(item[1], item[0])

    def _enter_unread(self, item: Unread) -> None:
        if item.cut:
            self.total -= 1
            self.cut.append(str(item))
            return
        self.unreadable += 1
        if len(self.unread) < _MOST_NAMED:
            self.unread.append(item)

    def _enter(self, one: Recorded, when: When) -> None:
        seen = self._keys.of(one, when)
        if seen is None:
            self._of["others"] += 1
            self._break(one)
            return
        if one.unread:
            self._enter_unread(Unread(one.where, one.unread))
            return
        key = seen.key
        if not self.by_form:
            key = seen.key = (*key, self.total)
        group = self._groups.get(key)
        if group is None:
            if len(self._groups) + len(self._sequences) >= MOST_FORMS:
                self._settle()
            group = self._groups[key] = _Group((seen,))
        group.count += 1
        if seen.route.parameters:
            self._follow(seen)

    def _break(self, one: Recorded) -> None:
        """Forget a resource that something else was done to, for which the contract has no operation."""
        if self._resources and one.request.method not in {"GET", "HEAD", "OPTIONS"}:
            resource = self._addresses.resource(one.request.url)
            if resource:
                self._resources.pop(resource, None)

    def _follow(self, seen: Seen) -> None:
        """Put an exchange into the sequence of its resource."""
        status, key = seen.recorded.status, (seen.route.host, seen.parameters)
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
        elif resource and seen.recorded.request.method not in {"GET", "HEAD"}:
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
        self._keys.secrets.tell(self._redaction)
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
        if not self._counts_here(seen):
            self._of["elsewhere"] += group.count
            return
        self._of["matching"] += group.count
        made = made_of(seen.recorded, self._addresses, self._redaction)
        if made.response_lost:
            self._lost[f"answers: {made.response_lost}"] += group.count
            return
        self._of["judged"] += group.count
        self._counts[seen.route.host, "", True] += group.count
        if made.request_lost:
            self._lost[f"requests: {made.request_lost}"] += group.count
        exchange = made.exchange
        self._of["unanswered"] += group.count if exchange.response is None else 0
        if is_of_another(exchange):
            self._foreign[described(exchange)] += group.count
            self.ledger.observe(exchange, (), times=group.count)
            return
        self._proof = self._proof or proves_something(exchange)
        self.ledger.observe(exchange, verdicts(made, self.contract, self.knowledge), times=group.count)

    def _judge_sequence(self, group: _Group) -> None:
        if not all(map(self._counts_here, group.example)):
            return
        parts = [made_of(seen.recorded, self._addresses, self._redaction) for seen in group.example]
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
        ledger = self.ledger
        findings = ledger.sorted_findings()
        failing = [finding for finding in findings if ledger.fails(finding)]
        inconclusive = self._inconclusive()
        return Result(
            run={
                "target": "recorded",
                "files": list(self.files),
                "hosts": sorted({host for host, _, _ in self._counts}),
                "entries": self.total,
                "requests": self._of["judged"],
                "strict": ledger.strict,
                "version": version("clumio-connection-groups"),
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
            notes=[self._redaction.text(note) for note in self._notes()],
        )

    def _inconclusive(self) -> str | None:
        about, count = f"about {self.knowledge.subject}", self._of["matching"]
        if not count:
            none = f"none of the {self.total} recorded requests is {about} ({self.knowledge.paths})"
            return f"{none}{self._nearly()}"
        if not self._of["judged"]:
            return f"{count} requests are {about}, but the recording has no bodies of answers; export with content"
        if not self._proof:
            return (
                f"each of the {self._of['judged']} requests {about} was refused for its token, throttled, answered "
                "by a gateway or with a 5xx, or not answered; record traffic that the API accepts"
            )
        return None

    def _nearly(self) -> str:
        near = self._addresses.near.most_common(1)
        if near:
            prefix, count = near[0]
            return f", but {count} would be with --base-url {shown(prefix)}"
        if self._of["elsewhere"]:
            return f"; {self._of['elsewhere']} went to other hosts"
        return ""

    def _notes(self) -> Iterator[str]:
        of, total = self._of, self.total
        hosts = ", ".join(sorted({host for host, _, _ in self._counts}))
        yield f"judged {of['judged']} of {total} recorded requests{f', to {hosts}' if hosts else ''}"
        if of["others"]:
            yield f"not judged: {of['others']} that are not about {self.knowledge.subject}"
        for method, count in self._addresses.other_methods.most_common(5):
            yield f"not judged: {count} {method} of such a path, for which the contract has no operation"
        if of["elsewhere"]:
            yield f"not judged: {of['elsewhere']} to other hosts; --base-url selects another host"
        if of["matching"] and self._addresses.near:
            yield f"not judged: some look like it{self._nearly()}"
        lost = of["matching"] - of["judged"]
        if lost:
            yield f"not judged: {lost} whose answer's body is missing or incomplete in the recording"
        yield from (f"  {count} {why}" for why, count in self._lost.most_common(_MOST_NAMED))
        missing = sum(count for why, count in self._lost.items() if why.startswith("requests"))
        if missing:
            yield f"judged by the answer alone: {missing} whose request body is not in the recording"
        if of["unanswered"]:
            yield f"without an answer: {of['unanswered']}"
        for what, count in self._foreign.most_common(_MOST_NAMED):
            yield f"not the API's own answer: {count} x {what}"
        if self.again:
            yield f"counted once: {self.again} that were recorded twice"
        if self.unreadable:
            yield f"not read: {self.unreadable} damaged entries"
            yield from (f"  {one}" for one in self.unread)
        yield from self.cut


def _in_order(one: When, other: When) -> bool:
    """Whether it is known that one exchange was before the other one, which comes after it."""
    return one is not None and one.__class__ is other.__class__ and (one.__class__ is float or one == other)
