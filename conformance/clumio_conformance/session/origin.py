"""Finds out who gave an answer before anybody judges it: the API, or something on the way to it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import UNDECIDED, Blame
from clumio_conformance.transport.wire import Outgoing, Wire
from clumio_conformance.whose_fault import (
    OF_LIMIT,
    OF_WALL,
    Form,
    described,
    form_of,
    is_of_the_api,
    likely,
    refuses_caller,
)

REPLAYS: Final = 3
"""How often a request is sent again, to find out whether its answer comes again."""
MOST_SILENCES: Final = 5
"""The number of requests without a complete answer after which the run stops."""
UNRELIABLE: Final = 0.01
"""The share of requests that the API answered at another try only, from which a network is unreliable."""

_Key = tuple[str, str | None, int | None, Form]


@dataclass(frozen=True, kw_only=True)
class Twins:
    """Makes the requests that are sent to find out what the answer to another one depends on.

    `health` returns a harmless request that a working target answers, of another kind than its argument.
    `own` returns a read of the resource that the user named; None when there is none.
    `harmless` returns a request of the same shape without content that a filter may dislike: its argument if
    that has none, None if no such request has this shape. `ordinary` returns a valid request with the same
    method; None when there is none. `may_repeat` says whether a request may be sent again.
    """

    health: Callable[[Outgoing | None], Outgoing]
    own: Callable[[], Outgoing | None]
    harmless: Callable[[Outgoing], Outgoing | None]
    ordinary: Callable[[Outgoing], Outgoing | None]
    may_repeat: Callable[[Outgoing], bool]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The answer to judge, and who is to blame for its deviations.

    If it is the environment, there is no answer, and nothing follows from it.
    """

    answer: Exchange
    blame: Blame = "vendor"


@dataclass
class Origin:
    """Decides about each answer of a run.

    `place` looks an exchange up in the contract. `sent` gets every exchange, also of the requests that are
    sent only to decide. `strays` counts the requests that the API answered at another try only. `strangers`
    describes the answers that were not the API's, with their number. `walls` are the methods that something
    lets nobody use, and why.
    """

    wire: Wire
    place: Callable[[Exchange], Exchange]
    sent: Callable[[Outgoing, Exchange], None]
    twins: Twins = field(init=False, repr=False)
    strays: int = 0
    strangers: Counter[str] = field(default_factory=Counter)
    walls: dict[str, str] = field(default_factory=dict)
    _silences: int = 0
    _established: bool = False
    _accepted: set[str] = field(default_factory=set)
    _vendors: set[_Key] = field(default_factory=set)
    _undecided: set[_Key] = field(default_factory=set)

    @property
    def is_unreliable(self) -> bool:
        """Whether so many requests needed another try that the network proves nothing."""
        return self.strays > 1 and self.strays > UNRELIABLE * self.wire.requests

    def causes(self) -> list[str]:
        """Describe the answers that were not the API's, one text for each cause."""
        return [
            f"not judged, as it is not the API's answer: {count} x {what}"
            for what, count in self.strangers.items()
        ]

    def establish(self) -> None:
        """Find out once, before the first answer is judged, that an API answers at the base URL.

        Raises:
            TargetLostError: something else answers, or nothing.
        """
        if self._established:
            return
        self._established = True
        health = self.twins.health(None)
        for _ in range(REPLAYS):
            one, other = self._ask(health), self._ask(self.twins.health(health))
            if {form_of(one), form_of(other)} != {"none"}:
                break
        where = self.wire.base_url
        if {form_of(one), form_of(other)} == {"none"}:
            self._lose(f"no API answers at {where}", one)
        if not is_of_the_api(one) and not is_of_the_api(other):
            self._lose(f"no API answers at {where}, but this to every request", one)
        if one.response and other.response and one.response.status == other.response.status:
            self._check_status(one.response.status, one)
        if one.succeeded and other.succeeded and _outline(one) == _outline(other):
            self._lose(f"no API answers at {where}, but the same to every request", one)

    def _check_status(self, status: int, answer: Exchange) -> None:
        """End the run if the API answers each request with this error, also a read of the named resource."""
        if status == 404:
            way_out = "check the path of the base URL"
        elif status >= 500:
            way_out = "nothing is to be seen until it works again; come back later"
        else:
            return
        own = self.twins.own()
        if own is None or not self._ask(own).succeeded:
            self.wire.lose(f"{described(answer)} to every request at {self.wire.base_url}; {way_out}")

    def decide(self, outgoing: Outgoing, answer: Exchange) -> Decision:
        """Decide who gave an answer; a suspicious one is asked for again.

        Raises:
            TargetLostError: too many requests got no answer.
        """
        self.sent(outgoing, answer)
        if is_of_the_api(answer):
            return self._of_the_api(outgoing, answer)
        if _key(outgoing, answer) in self._vendors:
            return self._vendor(answer)
        if _key(outgoing, answer) in self._undecided and self.twins.harmless(outgoing) != outgoing:
            return Decision(answer=answer, blame=UNDECIDED)
        if self.twins.may_repeat(outgoing):
            return self._repeated(outgoing, answer)
        if form_of(answer) == "none":
            return self._environment(outgoing, answer)
        return Decision(answer=answer, blame=UNDECIDED)

    def _of_the_api(self, outgoing: Outgoing, answer: Exchange) -> Decision:
        """Decide about an answer of the API; if it refuses every update, the token may not write."""
        method = outgoing.method
        untried = method not in {"GET", *self._accepted} and self.wire.carries_run_token(outgoing)
        if untried and refuses_caller(answer):
            ordinary = self.twins.ordinary(outgoing)
            if ordinary is None or refuses_caller(self._ask(ordinary)):
                cause = f"a token without the permission to {method}: use one that has it"
                if ordinary is not None:
                    self.walls[method] = cause
                return self._environment(outgoing, answer, cause)
            self._accepted.add(method)
        if answer.succeeded:
            self._accepted.add(method)
        return Decision(answer=answer)

    def _repeated(self, outgoing: Outgoing, answer: Exchange) -> Decision:
        """Send a request again, between harmless ones, and decide about its answer."""
        for _ in range(REPLAYS):
            if not self._is_up(outgoing):
                self.strays += 1
                self._count_silence(answer)
                return self._environment(outgoing, answer)
            answer = self._ask(outgoing)
            if is_of_the_api(answer):
                self.strays += 1
                return self._of_the_api(outgoing, answer)
        return self._lasting(outgoing, answer)

    def _lasting(self, outgoing: Outgoing, answer: Exchange) -> Decision:
        """Decide about an answer that comes each time, while the API answers harmless requests."""
        method, form = outgoing.method, form_of(answer)
        status = answer.response.status if answer.response is not None and form != "none" else None
        if status in OF_LIMIT:
            return self._environment(outgoing, answer)
        if status in OF_WALL or form == "redirect":
            ordinary = self.twins.ordinary(outgoing)
            if ordinary is not None and is_of_the_api(self._ask(ordinary)):
                # The content decides, or the credentials, which no filter on the way knows.
                if not self.wire.carries_run_token(outgoing):
                    return Decision(answer=answer, blame=UNDECIDED)
            elif ordinary is not None:
                self.walls[method] = likely(answer)
            return self._environment(outgoing, answer)
        twin = self.twins.harmless(outgoing)
        if twin is None or (twin != outgoing and is_of_the_api(self._ask(twin))):
            self._undecided.add(_key(outgoing, answer))
            return Decision(answer=answer, blame=UNDECIDED)
        if twin == outgoing:
            self._vendors.add(_key(outgoing, answer))
        return self._vendor(answer)

    def _vendor(self, answer: Exchange) -> Decision:
        if form_of(answer) == "none":
            self._count_silence(answer)
        return Decision(answer=answer)

    def _is_up(self, outgoing: Outgoing) -> bool:
        """Whether the API answers a harmless request; the first one is of another kind."""
        health = self.twins.health(outgoing)
        return any(is_of_the_api(self._ask(one)) for one in (health, self.twins.health(health)))

    def _ask(self, outgoing: Outgoing) -> Exchange:
        answer = self.place(self.wire.send(outgoing)[-1])
        self.sent(outgoing, answer)
        return answer

    def _environment(self, outgoing: Outgoing, answer: Exchange, cause: str | None = None) -> Decision:
        what = f"{described(answer)} to {outgoing.method}; likely {cause or likely(answer)}"
        self.strangers[self.wire.redaction.text(what)] += 1
        why = answer.failure or f"not the API's answer: {described(answer)}"
        return Decision(answer=replace(answer, response=None, failure=why), blame="environment")

    def _count_silence(self, answer: Exchange) -> None:
        """Count a request without a complete answer of the API; after several the run stops."""
        self._silences += 1
        if self._silences >= MOST_SILENCES:
            self._lose(
                f"{self._silences} requests got no complete answer, so the run stopped sending", answer
            )

    def _lose(self, why: str, answer: Exchange) -> None:
        self.wire.lose(f"{why}: {described(answer)}; likely {likely(answer)}")


def _outline(answer: Exchange) -> object:
    """What two different requests can't have in common: the fields of the answer, or its body."""
    return sorted(answer.resource) or (answer.response and answer.response.body)


def _key(outgoing: Outgoing, answer: Exchange) -> _Key:
    """The kind of an answer: the method, the operation, the status and the form."""
    form = form_of(answer)
    status = answer.response.status if answer.response is not None and form != "none" else None
    operation = answer.placement.operation if answer.placement else None
    return outgoing.method, operation, status, form
