"""The exchanges of a run with its target: each one is judged and entered at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.attribution import Attribution, Feature
from clumio_conformance.judging.findings import Blame, ConformanceFailure, Finding, Verdict
from clumio_conformance.judging.judge import judge
from clumio_conformance.judging.ledger import Ledger, behaviour_of
from clumio_conformance.session.control import Control
from clumio_conformance.transport.wire import Outgoing, Wire
from clumio_conformance.whose_fault import is_of_the_api, is_silent, refuses_caller

MOST_SILENCES: Final = 5
"""The number of requests without a complete answer after which the run stops."""


class NotTestable(Exception):  # noqa: N818 - not an error: the test that raises it is skipped
    """The target does not offer what a test needs; the message is the reason."""


@dataclass
class Session:
    """The interface between the tests and the target.

    Knowledge about the tested resources comes in as functions. `health` returns a harmless request that a
    working target answers, of another kind than its argument. `carried` returns the features of a valid
    request, to explain a refusal. `effect` says how the result of an accepted request differs from what was
    sent. `watch` gets each answer. `pending` are the failing findings of the current test.
    """

    contract: Contract = field(repr=False)
    ledger: Ledger = field(repr=False)
    wire: Wire
    attribution: Attribution = field(repr=False)
    health: Callable[[Outgoing | None], Outgoing] = field(repr=False)
    carried: Callable[[Exchange, Expectation], tuple[Feature, ...]] = field(repr=False)
    effect: Callable[[Exchange], str | None] = field(repr=False)
    watch: Callable[[Exchange, Expectation | None], None] = field(repr=False)
    control: Control | None
    pending: list[Finding] = field(default_factory=list, repr=False)
    provisional: dict[str, Finding] = field(default_factory=dict, repr=False)
    silences: int = 0
    _latest: tuple[Finding, ...] = field(default=(), repr=False)

    @property
    def capabilities(self) -> frozenset[str]:
        """What the target offers; see `needs` in requirements.yaml."""
        return self.ledger.capabilities

    def exchange(
        self, outgoing: Outgoing, expected: Expectation | None = None, *, probe: str | None = None
    ) -> Exchange:
        """Send a request, judge the answer, return the exchange; `probe` is its name in the fingerprint."""
        *throttled, answer = map(self.contract.placed, self.wire.send(outgoing))
        self._enter_throttled(throttled)
        blame = self._blame(outgoing, answer, expected)
        answer = _without_gateway(answer, blame)
        self._check_token(outgoing, answer)
        if probe is not None:
            self._remember(probe, answer)
        self._judge(answer, expected, blame)
        self._count_silence(answer)
        self.watch(answer, expected)
        return answer

    def enter(
        self, exchange: Exchange, verdicts: Iterable[Verdict], provisional: Iterable[Verdict] = ()
    ) -> None:
        """Enter the verdicts on one exchange; a provisional one fails the test, and `settle` enters it."""
        seen, held_back = tuple(verdicts), tuple(provisional)
        self.pending += self.ledger.observe(exchange, seen)
        for finding in self.ledger.failing(exchange, held_back):
            if finding.fingerprint not in self.provisional:
                self.provisional[finding.fingerprint] = finding
                self.pending.append(finding)
        self._latest = self.ledger.failing(exchange, (*seen, *held_back))

    def conclude(self, exchange: Exchange, verdicts: Iterable[Verdict]) -> None:
        """Enter verdicts on a sequence of exchanges."""
        self.pending += self.ledger.conclude(exchange, verdicts)

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
            self.ledger.conclude(exchange, filter(_is_refusal, judge(exchange, self.contract, expected)))
        if self.wire.flakes:
            self.ledger.blame_network()

    def _enter_throttled(self, exchanges: Iterable[Exchange]) -> None:
        for exchange in exchanges:
            if exchange.response is not None and is_of_the_api(exchange.response):
                self.enter(exchange, judge(exchange, self.contract))

    def _blame(self, outgoing: Outgoing, answer: Exchange, expected: Expectation | None) -> Blame:
        """Return who is blamed for a missing answer; a create is not sent again to find out."""
        if not is_silent(answer) or outgoing.method == "POST":
            return "environment"
        replay = self.wire.replay(outgoing, self.health(outgoing))
        if replay.last is not None:
            self.watch(replay.last, expected)
        return "vendor" if replay.vendor else "environment"

    def _remember(self, probe: str, answer: Exchange) -> None:
        """Enter the answer to a named request, and its effect, into the behaviour fingerprint."""
        self.ledger.record_behaviour(probe, answer, behaviour_of(answer))
        effect = self.effect(answer)
        if effect:
            self.ledger.record_behaviour(f"{probe} shows", answer, effect)

    def _judge(self, answer: Exchange, expected: Expectation | None, blame: Blame) -> None:
        """Judge an answer; the refusal of a valid request is provisional until its cause is known."""
        carried = self.carried(answer, expected) if expected is not None else ()
        if not carried or expected is None:
            self.enter(answer, judge(answer, self.contract, expected, blame=blame))
            return
        expected = self.attribution.enter(answer, expected, carried)
        verdicts = judge(answer, self.contract, expected, blame=blame)
        held_back = [verdict for verdict in verdicts if _is_refusal(verdict)]
        self.enter(answer, [verdict for verdict in verdicts if verdict not in held_back], held_back)

    def _count_silence(self, answer: Exchange) -> None:
        if answer.failure is None:
            return
        self.silences += 1
        if self.silences >= MOST_SILENCES:
            self.wire.lose(
                f"{self.silences} requests got no complete answer, so the run stopped sending; "
                "check the network and the target, then run again"
            )

    def _check_token(self, outgoing: Outgoing, answer: Exchange) -> None:
        """Stop the run when the target no longer accepts its token: this explains every later refusal."""
        if not refuses_caller(answer) or not self.wire.carries_run_token(outgoing):
            return
        health = self.contract.placed(self.wire.send(self.health(None))[-1])
        if health.response is None or not refuses_caller(health):
            return
        for refusal in (answer, health):
            # The token may explain the refusal, but not the form of the answer.
            self.enter(refusal, judge(refusal, self.contract, blame="vendor"))
        self.wire.lose(
            f"the target refuses the token of this run ({health.response.status}) for reads too; "
            "check that CLUMIO_API_TOKEN is valid, not expired, and meant for this base URL"
        )


def _is_refusal(verdict: Verdict) -> bool:
    """Whether a verdict reports the refusal of a valid request."""
    return verdict.deviation is not None and verdict.deviation.kind == "rejects-valid"


def _without_gateway(answer: Exchange, blame: Blame) -> Exchange:
    """Replace an answer of a gateway by no answer."""
    if answer.failure is None and is_silent(answer) and blame == "environment":
        return replace(answer, response=None, failure=f"a gateway answered: {behaviour_of(answer)}")
    return answer
