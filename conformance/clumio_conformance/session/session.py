"""The exchanges of a run with its target: each one is judged and entered at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.expectation import Expectation, together
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.attribution import Attribution, Feature
from clumio_conformance.judging.findings import (
    UNDECIDED,
    Blame,
    ConformanceFailure,
    Deviation,
    Finding,
    Verdict,
)
from clumio_conformance.judging.judge import judge
from clumio_conformance.judging.ledger import Ledger, behaviour_of
from clumio_conformance.session.control import Control
from clumio_conformance.session.origin import Origin
from clumio_conformance.transport.wire import Outgoing, Wire
from clumio_conformance.whose_fault import described, is_of_the_api, refuses_caller


class NotTestable(Exception):  # noqa: N818 - not an error: the test that raises it is skipped
    """The target does not offer what a test needs; the message is the reason."""


@dataclass
class Session:
    """The interface between the tests and the target.

    `origin` decides who gave each answer. Knowledge about the tested resources comes in as functions:
    `carried` returns the features of a valid request, to explain a refusal; `effect` says how the result of
    an accepted request differs from what was sent; `watch` gets each answer. `pending` are the failing
    findings of the current test. `kept_back` are the requirements that were to be tested, but could not be.
    `wavering` says where the target answered the same requests differently, without a deviation.
    `restless` are the fields that change without a reason: no further comparison proves more about them.
    """

    contract: Contract = field(repr=False)
    ledger: Ledger = field(repr=False)
    wire: Wire
    attribution: Attribution = field(repr=False)
    origin: Origin = field(repr=False)
    carried: Callable[[Exchange, Expectation], tuple[Feature, ...]] = field(repr=False)
    effect: Callable[[Exchange], str | None] = field(repr=False)
    watch: Callable[[Exchange, Expectation | None], None] = field(repr=False)
    control: Control | None
    pending: list[Finding] = field(default_factory=list, repr=False)
    provisional: dict[str, Finding] = field(default_factory=dict, repr=False)
    kept_back: set[str] = field(default_factory=set, repr=False)
    wavering: list[str] = field(default_factory=list, repr=False)
    restless: set[str] = field(default_factory=set, repr=False)
    _undecided: set[Exchange] = field(default_factory=set, repr=False)
    _several: list[tuple[Exchange, Expectation]] = field(default_factory=list, repr=False)
    _latest: tuple[Finding, ...] = field(default=(), repr=False)
    _held_back: int = 0

    @property
    def capabilities(self) -> frozenset[str]:
        """What the target offers; see `needs` in requirements.yaml."""
        return self.ledger.capabilities

    @property
    def deviations(self) -> int:
        """How many deviations were seen until now, new or not."""
        found = (*self.ledger.findings.values(), *self.ledger.excused.values())
        return sum(finding.count for finding in found) + self._held_back

    def exchange(
        self, outgoing: Outgoing, expected: Expectation | None = None, *, probe: str | None = None
    ) -> Exchange:
        """Send a request, judge the answer, return the exchange; `probe` is its name in the fingerprint.

        An answer that is not the API's is not judged; the exchange has no response then.

        Raises:
            NotTestable: something on the way lets nobody use this method.
            TargetLostError: the run can't go on with this target.
        """
        self.origin.establish()
        if outgoing.method in self.origin.walls:
            raise NotTestable(f"no {outgoing.method} is let pass: {self.origin.walls[outgoing.method]}")
        *throttled, answer = map(self.contract.placed, self.wire.send(outgoing))
        self._enter_throttled(throttled)
        decision = self.origin.decide(outgoing, answer)
        answer = decision.answer
        self._check_token(outgoing, answer)
        if probe is not None:
            self._remember(probe, answer)
        if decision.blame == "environment":
            self._keep_back(answer, expected)
        else:
            self._judge(answer, expected, decision.blame)
        self.watch(answer, expected)
        return answer

    def enter(
        self, exchange: Exchange, verdicts: Iterable[Verdict], provisional: Iterable[Verdict] = ()
    ) -> None:
        """Enter the verdicts on one exchange; a provisional one fails the test, and `settle` enters it."""
        seen, held_back = tuple(verdicts), tuple(provisional)
        self._held_back += len(held_back)
        self.pending += self.ledger.observe(exchange, seen)
        for finding in self.ledger.failing(exchange, held_back):
            if finding.fingerprint not in self.provisional:
                self.provisional[finding.fingerprint] = finding
                self.pending.append(finding)
        self._latest = self.ledger.failing(exchange, (*seen, *held_back))

    def conclude(self, exchange: Exchange, verdicts: Iterable[Verdict]) -> None:
        """Enter verdicts on a sequence of exchanges."""
        seen = [
            one
            for one in verdicts
            if one.deviation is None or self._field(one.deviation) not in self.restless
        ]
        self.pending += self.ledger.conclude(exchange, self._attributed(exchange, seen))

    def compare_once(self, exchange: Exchange, verdicts: Iterable[Verdict]) -> None:
        """Enter verdicts on fields that nothing should change; one that differs is not compared any more."""
        seen = list(verdicts)
        self.conclude(exchange, seen)
        self.restless |= {self._field(one.deviation) for one in seen if one.deviation is not None}

    def record(self, exchange: Exchange, records: Iterable[tuple[str, str]]) -> None:
        """Record the behaviour of the target where the contract leaves it open."""
        for requirement, seen in records:
            self.ledger.record_behaviour(f"open {requirement}", exchange, seen)
            self.conclude(exchange, [Verdict(requirement=requirement)])

    def raise_pending(self) -> None:
        """End a generated example whose last exchange has a new deviation, so that it is minimised.

        Raises:
            ConformanceFailure: it has one.
        """
        new = {finding.fingerprint for finding in self.pending}
        found = tuple(finding for finding in self._latest if finding.fingerprint in new)
        if found:
            raise ConformanceFailure(found)

    def settle(self) -> None:
        """Enter the refusals of valid requests, with their causes, at the end of the run."""
        for exchange, expected in self.attribution.settle():
            self.ledger.conclude(exchange, filter(_is_refusal, self._verdicts(exchange, expected)))
        for exchange, expected in self._several:
            wrong = self._explained(exchange, expected)
            self.ledger.conclude(exchange, filter(_is_acceptance, self._verdicts(exchange, wrong)))
        if self.origin.is_unreliable:
            self.ledger.blame_network()

    def _field(self, deviation: Deviation) -> str:
        """The field of the resource, or of a listed one, that a deviation is at."""
        return deviation.location.removeprefix(self.ledger.items).removeprefix("/").partition("/")[0]

    def _enter_throttled(self, exchanges: Iterable[Exchange]) -> None:
        for exchange in exchanges:
            if is_of_the_api(exchange):
                self.enter(exchange, judge(exchange, self.contract))

    def _keep_back(self, answer: Exchange, expected: Expectation | None) -> None:
        """Remember what an answer would have tested if it were the API's."""
        operation = self.contract.operation_of(answer)
        if expected is not None:
            self.kept_back.update(expected.requirements)
        if operation is not None:
            self.kept_back.update(operation.requirements)

    def _remember(self, probe: str, answer: Exchange) -> None:
        """Enter the answer to a named request, and its effect, into the behaviour fingerprint."""
        self.ledger.record_behaviour(probe, answer, behaviour_of(answer))
        effect = self.effect(answer)
        if effect:
            self.ledger.record_behaviour(f"{probe} shows", answer, effect)

    def _judge(self, answer: Exchange, expected: Expectation | None, blame: Blame) -> None:
        """Judge an answer; what a wrong refusal or acceptance is due to is provisional until the end."""
        if blame == UNDECIDED:
            self._undecided.add(answer)
        carried = self.carried(answer, expected) if expected is not None else ()
        if expected is not None and carried:
            expected = self.attribution.enter(answer, expected, carried)
        verdicts = self._verdicts(answer, expected)
        held_back = [verdict for verdict in verdicts if carried and _is_refusal(verdict)]
        if expected is not None and expected.parts and answer.succeeded:
            self._several.append((answer, expected))
            held_back += filter(_is_acceptance, verdicts)
        self.enter(answer, [verdict for verdict in verdicts if verdict not in held_back], held_back)

    def _explained(self, answer: Exchange, expected: Expectation) -> Expectation:
        """Return why a request was wrongly accepted: for those of its reasons that are accepted alone too.

        Without any, its reasons are accepted together only.
        """
        known = {*self.ledger.findings, *self.ledger.excused}
        alone = tuple(
            part
            for part in expected.parts
            if any(
                self.ledger.cause_of(answer, verdict) in known
                for verdict in filter(_is_acceptance, self._verdicts(answer, part))
            )
        )
        if alone:
            return together(alone)
        return replace(expected, requirements=expected.requirements[:1], parts=())

    def _verdicts(self, answer: Exchange, expected: Expectation | None) -> list[Verdict]:
        return self._attributed(answer, judge(answer, self.contract, expected, blame="vendor"))

    def _attributed(self, answer: Exchange, verdicts: Iterable[Verdict]) -> list[Verdict]:
        """Blame the vendor or a filter where it is not known who gave the answer."""
        unknown = answer in self._undecided
        return [_undecided(verdict) if unknown else verdict for verdict in verdicts]

    def _check_token(self, outgoing: Outgoing, answer: Exchange) -> None:
        """Stop the run when the target no longer accepts its token: this explains every later refusal."""
        if not refuses_caller(answer) or not self.wire.carries_run_token(outgoing):
            return
        health = self.contract.placed(self.wire.send(self.origin.twins.health(None))[-1])
        if not refuses_caller(health) or not is_of_the_api(health):
            return
        for refusal in (answer, health):
            # The token may explain the refusal, but not the form of the answer.
            self.enter(refusal, judge(refusal, self.contract, blame="vendor"))
        self.wire.lose(
            f"the target refuses the token of this run ({described(health)}) for reads too; "
            f"check that CLUMIO_API_TOKEN is valid, not expired, and meant for this base URL{self._regions()}"
        )

    def _regions(self) -> str:
        """Name the other servers of the contract if the target is one: the token may be of another."""
        servers = [server["url"] for server in self.contract.document.get("servers", ())]
        here = urlsplit(self.wire.base_url).hostname
        others = [url for url in servers if urlsplit(url).hostname != here]
        return (
            f"; a token of another region belongs to one of {', '.join(others)}" if others != servers else ""
        )


def _is_refusal(verdict: Verdict) -> bool:
    """Whether a verdict reports the refusal of a valid request."""
    return verdict.deviation is not None and verdict.deviation.kind == "rejects-valid"


def _is_acceptance(verdict: Verdict) -> bool:
    """Whether a verdict reports the acceptance of a request that must be refused."""
    return verdict.deviation is not None and verdict.deviation.kind == "accepts-invalid"


def _undecided(verdict: Verdict) -> Verdict:
    """Blame a deviation on the vendor or on a filter."""
    deviation = verdict.deviation and replace(verdict.deviation, blame=UNDECIDED)
    return replace(verdict, deviation=deviation)
