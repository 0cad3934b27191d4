"""The judgement of recorded traffic, with the limits of a recording."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.contract.operations import Operation
from clumio_conformance.exchange import Exchange, Headers, NotJson, Request, Response, header, http_date
from clumio_conformance.judging.findings import UNDECIDED, Verdict
from clumio_conformance.judging.judge import judge
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.recording import bodies
from clumio_conformance.recording.addresses import Addresses, Route, shown
from clumio_conformance.recording.files import seconds
from clumio_conformance.recording.forms import Forms, numbered
from clumio_conformance.recording.order import When
from clumio_conformance.recording.recorded import (
    Answered,
    Asked,
    Recorded,
    Unread,
    fields,
    number,
    pairs,
)
from clumio_conformance.recording.secrets import Secrets, redacted
from clumio_conformance.result import Result
from clumio_conformance.transport.redaction import Redaction
from clumio_conformance.whose_fault import (
    OF_GATEWAY,
    described,
    form_of,
    is_about_the_request,
    is_of_another,
    proves_something,
)

UNFINISHED: Final = "a recording does not hold everything"
MOST_FORMS: Final = 10_000
"""How many different exchanges are kept until they are judged."""
_MOST_RESOURCES: Final = 10_000
"""Of how many resources the last answer is kept."""
_MOST_BETWEEN: Final = 3
_MOST_NAMED: Final = 20
"""How many parts that can't be read are named one by one."""
# The answer may be anything.
_UNDECIDED: Final = Expectation(outcome="open")
_HEADERS: Final = frozenset({"content-type", "content-encoding", "transfer-encoding", "location"})
"""Headers whose values count for every contract."""
_PLAIN: Final = frozenset("{[<")
"""How a text begins that is JSON or a page, and nothing in base64."""
_NOTHING, _SECRET, _LENGTH = "", "secret", "content-length"
"""What a header is, unless it is one that counts: that one is its name."""

Key = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Facts about the API under test: `subject` is its name in messages, `paths` are its paths in messages.

    `expectation` gives the expectation for a request. `follow` judges an answer together with the previous
    one of the same resource, and with the refused requests between them. `opaque` are fields and headers whose
    values are only compared with each other.
    """

    subject: str
    paths: str
    expectation: Callable[[Request, Operation], Expectation]
    follow: Callable[[Exchange, Sequence[Exchange], Exchange], Iterable[Verdict]]
    opaque: frozenset[str] = frozenset()
    redaction: Callable[[], Redaction] = Redaction


@dataclass(slots=True)
class Seen:
    """An exchange whose form is known: `words` are its volatile words, `parameters` the values in its path."""

    recorded: Recorded
    route: Route
    parameters: tuple[str, ...]
    key: Key
    words: list[str]
    when: When


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
        self._forms = Forms(self.knowledge.opaque)
        self.addresses = Addresses(self.contract, self._forms, self.base_url)
        self._kinds: dict[str, str] = {}
        self._secrets = Secrets()
        self._redaction = self.knowledge.redaction()
        self._groups: dict[Key, _Group] = {}
        self._sequences: dict[Key, _Group] = {}
        self._resources: OrderedDict[tuple[str, tuple[str, ...]], _Resource] = OrderedDict()
        self._number = 0

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
        words: list[str] = []
        request = one.request
        found = self.addresses.find(request.method, request.url, words)
        if found is None:
            self._of["others"] += 1
            self._break(one)
            return
        route, path = found
        if one.unread:
            self._enter_unread(Unread(one.where, one.unread))
            return
        response = one.response
        key: Key = (
            route,
            path,
            request.method,
            response.status,
            self._side(request, words),
            self._side(response, words),
            numbered(words),
        )
        if "?" in request.url or "@" in request.url:
            self._secrets.url(request.url)
        for cookies in (request.cookies, response.cookies):
            if cookies:
                self._secrets.values(cookies)
        if not self.by_form:
            self._number += 1
            key = (*key, self._number)
        group = self._groups.get(key)
        seen = Seen(one, route, route.values(words), key, words, when)
        if group is None:
            if len(self._groups) + len(self._sequences) >= MOST_FORMS:
                self._settle()
            group = self._groups[key] = _Group((seen,))
        group.count += 1
        if route.parameters:
            self._follow(seen)

    def _side(self, side: Asked | Answered, words: list[str]) -> Key:
        """The form of a request or an answer: of the headers that count, and of the body.

        The text of the body is made from what the recording has if that is needed; else its size is compared.
        """
        form: list[object] = []
        length = -1.0
        headers, kinds = side.headers, self._kinds
        for one in headers if isinstance(headers, list) else fields(pairs(headers)) or ():
            kind = kinds.get(one.name)
            if kind is None:
                kind = self._kind(one.name)
            if kind is _NOTHING:
                continue
            value = one.value
            if kind is _SECRET:
                self._secrets.header(one.name, value)
            elif kind is _LENGTH:
                length = float(value) if value.isdecimal() else -1.0
            else:
                form += (kind, self._forms.header(kind, value, words))
        content = side.content
        text = content.text if content else None
        if content is None or not text:
            sizes = number(side.size, -1), number(content.size, -1) if content else -1, length
            transferred = side.transferred if isinstance(side, Answered) else None
            form += (headers is None, _signs(sizes), number(transferred) > 0)
            if content and content.parameters:
                form.append(str(content.parameters))
        elif text.__class__ is str and text[0] in _PLAIN and content.encoding is None:
            size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
            stated = side.size
            is_cut = (stated is not None and number(stated) > size) or length > size
            is_cut = is_cut or (content.size is not None and number(content.size) > size)
            form += (self._forms.text(text, words), is_cut)
        else:
            form += self._decoded(side, words)
        if content:
            form += [
                one if one is None or one.__class__ is str else repr(one)
                for one in (content.media_type, content.comment, content.file)
            ]
        return tuple(form)

    def _decoded(self, side: Asked | Answered, words: list[str]) -> tuple[str, str]:
        found, lost = bodies.sent(side) if isinstance(side, Asked) else bodies.received(side, "GET")
        return self._forms.text((found or b"").decode("utf-8", "backslashreplace"), words), lost

    def _kind(self, name: str) -> str:
        lower = name.lower()
        kind = _NOTHING
        if self._secrets.is_secret(name):
            kind = _SECRET
        elif lower in _HEADERS or lower in self.knowledge.opaque:
            kind = lower
        elif lower == _LENGTH:
            kind = _LENGTH
        if len(self._kinds) < MOST_FORMS:
            self._kinds[name] = kind
        return kind

    def _break(self, one: Recorded) -> None:
        """Forget a resource that something else was done to, for which the contract has no operation."""
        if self._resources and one.request.method not in {"GET", "HEAD", "OPTIONS"}:
            resource = self.addresses.resource(one.request.url)
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
        self._secrets.tell(self._redaction)
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
        made = self._made(seen.recorded)
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
        self.ledger.observe(exchange, made.supported(self._verdicts(made)), times=group.count)

    def _judge_sequence(self, group: _Group) -> None:
        if not all(map(self._counts_here, group.example)):
            return
        parts = [self._made(seen.recorded) for seen in group.example]
        if any(part.response_lost or is_of_another(part.exchange) for part in parts):
            return
        before, *between, after = parts
        if any(part.request_lost for part in (*between, after)):
            return
        verdicts = self.knowledge.follow(before.exchange, [one.exchange for one in between], after.exchange)
        self.ledger.conclude(after.exchange, before.supported(after.supported(verdicts)), times=group.count)

    def _made(self, one: Recorded) -> "Made":
        return made_of(one, self.addresses, self._redaction)

    def _verdicts(self, made: "Made") -> Iterator[Verdict]:
        """Judge an exchange; without the request's body nobody knows which side of a requirement was tested."""
        exchange = made.exchange
        unsure = (
            form_of(exchange) != "api" and exchange.response is not None and exchange.response.status >= 400
        )
        for verdict in judge(exchange, self.contract, self._expected(made)):
            if made.request_lost and verdict.side != "holds":
                continue
            deviation = verdict.deviation
            if deviation and unsure and deviation.blame == "vendor":
                verdict = replace(verdict, deviation=replace(deviation, blame=UNDECIDED))  # noqa: PLW2901 - surer
            yield verdict

    def _expected(self, made: "Made") -> Expectation:
        """Return the expectation for a recorded request, whose token, resource and network may be faulty."""
        exchange, operation = made.exchange, self.contract.operation_of(made.exchange)
        if made.request_lost or exchange.response is None or operation is None:
            return _UNDECIDED
        expected = self.knowledge.expectation(exchange.request, operation)
        if expected.outcome == "refused":
            return expected if is_about_the_request(exchange.response.status) else _UNDECIDED
        return expected if expected.outcome == "open" or exchange.succeeded else _UNDECIDED

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
        near = self.addresses.near.most_common(1)
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
        for method, count in self.addresses.other_methods.most_common(5):
            yield f"not judged: {count} {method} of such a path, for which the contract has no operation"
        if of["elsewhere"]:
            yield f"not judged: {of['elsewhere']} to other hosts; --base-url selects another host"
        if of["matching"] and self.addresses.near:
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


@dataclass(frozen=True, slots=True)
class Made:
    """An exchange without secrets; `request_lost` and `response_lost` say why a body is not known, or are empty.

    `hidden` are the values that were taken out of the recording, by their places.
    """

    exchange: Exchange
    request_lost: str
    response_lost: str
    hidden: dict[str, str]
    without_headers: bool

    def supported(self, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
        """Yield the verdicts that the recording supports: not those about values or headers that it lacks."""
        for verdict in verdicts:
            deviation = verdict.deviation
            if deviation is not None:
                if self.without_headers and deviation.location.startswith("header "):
                    continue
                place = deviation.location.removeprefix("request ").removeprefix("status for ")
                if any(place == one or place.startswith(f"{one}/") for one in self.hidden):
                    continue
                texts = f"{deviation.expected}\n{deviation.actual}"
                if any(value in texts for value in self.hidden.values()):
                    continue
            yield verdict


def made_of(one: Recorded, addresses: Addresses, redaction: Redaction) -> Made:
    """Make the exchange of a recorded one, which has a place in the contract."""
    path, placement = addresses.placed(one.request.method, one.request.url) or ("", None)
    body, request_lost = bodies.sent(one.request, one.beside)
    request = Request(
        method=one.request.method.upper(),
        url=one.request.url,
        headers=pairs(one.request.headers) or (),
        body=body,
        path=path,
    )
    response, response_lost, without, failure = None, "", False, None
    if one.status:
        received, response_lost = bodies.received(one.response, request.method, one.beside)
        headers, without = _with_media_type(one)
        response = Response(status=one.status, headers=headers, body=received or b"")
    else:
        reasons = (one.response.error, one.response.failure, one.response.reason)
        failure = next((str(reason) for reason in reasons if reason), "no answer")
    exchange = Exchange(
        request=request, response=response, failure=failure, sent=_time(one.started), placement=placement
    )
    hidden: dict[str, str] = {}
    for value in (request.json, response.json if response else None):
        if not isinstance(value, NotJson):
            hidden |= bodies.placeholders(value)
    for text in placement.parameters if placement else ():
        hidden |= {f"path {text}": text} if bodies.is_placeholder(text) else {}
    return Made(redacted(exchange, redaction), request_lost, response_lost, hidden, without)


def _in_order(one: When, other: When) -> bool:
    """Whether it is known that one exchange was before the other one, which comes after it."""
    return one is not None and one.__class__ is other.__class__ and (one.__class__ is float or one == other)


def _signs(sizes: tuple[float, float, float]) -> tuple[int, int, int]:
    """Which of the stated sizes are unknown, nothing, or something."""
    one, two, three = sizes
    return (one > 0) - (one < 0), (two > 0) - (two < 0), (three > 0) - (three < 0)


def _with_media_type(one: Recorded) -> tuple[Headers, bool]:
    """The headers of an answer, and whether its media type is left out; a recorder may keep that beside them."""
    recorded = pairs(one.response.headers)
    headers = recorded or ()
    stated = header(headers, "content-type")
    if stated is not None and not bodies.is_placeholder(stated):
        return headers, False
    kept = tuple(pair for pair in headers if pair[0].lower() != "content-type")
    beside = one.response.content.media_type if one.response.content else None
    if isinstance(beside, str) and "/" in beside and not beside.startswith("x-unknown"):
        return (*kept, ("content-type", beside.strip())), False
    return kept, stated is not None or recorded is None


def _time(started: object) -> datetime | None:
    """When the request was sent; None if the recording does not say it with an offset."""
    if isinstance(started, str):
        try:
            time = datetime.fromisoformat(started)
        except ValueError:
            return http_date(started)
        return time if time.tzinfo else None
    known = seconds(started)
    return None if known is None else datetime.fromtimestamp(known, UTC)
