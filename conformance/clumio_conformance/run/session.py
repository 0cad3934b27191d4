"""A run's dealings with its target: every exchange is judged and entered as it happens."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote, urlsplit

from clumio_conformance.contract.document import UPDATE, Contract
from clumio_conformance.contract.expectation import ACCEPTED, Expectation, expectation
from clumio_conformance.contract.probes import UNKNOWN_IDS
from clumio_conformance.exchange import Exchange, Request, parse_json
from clumio_conformance.judging.attribution import Attribution, features
from clumio_conformance.judging.findings import Blame, ConformanceFailure, Finding, Verdict
from clumio_conformance.judging.judge import judge
from clumio_conformance.judging.ledger import Ledger, behaviour_of
from clumio_conformance.judging.rules import record
from clumio_conformance.target.control import Control
from clumio_conformance.target.pacing import silent
from clumio_conformance.target.wire import Outgoing, Wire

COLLECTION: Final = "/connections/aws/connection-groups"


NEAR: Final = ("cut", "longer", "padded")
_LONG_ENOUGH: Final = 16
"""Characters of an id of which no other id is likely to be a part: of shorter ones a neighbour may be somebody's group."""


def near_paths(group_id: str) -> dict[str, str]:
    """Paths of ids that are nearly that of a group and name none, by NEAR; none if the id is so short that they might."""
    if len(group_id) < _LONG_ENOUGH:
        return {}
    near = (group_id[:-1], f"{group_id}x", f"{group_id} ")
    return {name: group_path(one) for name, one in zip(NEAR, near, strict=True)}


def group_path(group_id: str) -> str:
    """The path of a group, its id percent-encoded as clients do."""
    segment = quote(group_id, safe="")
    # a segment of dots alone leads out of the collection
    return f"{COLLECTION}/{segment.replace('.', '%2E') if segment in {'.', '..'} else segment}"


MOST_SILENCES: Final = 5
"""Requests without a whole answer after which a target is given up."""
LISTED: Final = Expectation(
    outcome="accepted", requirements=("UCG-LIST-01",), sent="a list of the groups", cause="list"
)


@dataclass
class Session:
    """What tests talk to.

    `pending` are the failing findings of the test that runs now; `careful` is set when the group under test is somebody's.
    """

    contract: Contract = field(repr=False)
    ledger: Ledger = field(repr=False)
    wire: Wire
    control: Control | None = None
    pending: list[Finding] = field(default_factory=list, repr=False)
    _latest: tuple[Finding, ...] = field(default=(), repr=False)
    attribution: Attribution = field(default_factory=Attribution, repr=False)
    careful: bool = False
    accepted_invalid: bool = False
    silences: int = 0

    @property
    def capabilities(self) -> frozenset[str]:
        """What the target offers; see `needs` in requirements.yaml."""
        return self.ledger.capabilities

    def exchange(
        self, outgoing: Outgoing, expected: Expectation | None = None, *, probe: str | None = None
    ) -> Exchange:
        """Send a request, judge what came back, and give the exchange; `probe` names it in the behaviour fingerprint."""
        exchanges = self.wire.send(outgoing)
        for throttled in exchanges[:-1]:
            # what has no JSON is of a gateway, which knows nothing of the contract
            if throttled.response is not None and "json" in (throttled.response.media_type or ""):
                self._enter(throttled, None, "environment")
        answer, blame = exchanges[-1], self._blame(outgoing, exchanges[-1], expected)
        if silent(answer) and blame == "environment" and answer.failure is None:
            answer = replace(answer, response=None, failure=f"a gateway answered: {behaviour_of(answer)}")
        self._check_token(outgoing, answer)
        if probe is not None:
            self.ledger.behaved(probe, answer, behaviour_of(answer))
            effect = record.effect(answer)
            if effect:
                self.ledger.behaved(f"{probe} shows", answer, effect)
        if expected is not None and expected.outcome == "accepted" and outgoing.method == "PUT":
            expected = self.attribution.enter(
                answer, expected, features(expected, parse_json(outgoing.body or b""))
            )
        self._enter(answer, expected, blame)
        if answer.failure is not None:
            self._count_silence()
        self._watch(answer, expected)
        return answer

    def enter(self, exchange: Exchange, verdicts: Iterable[Verdict]) -> None:
        """Enter the verdicts on one exchange."""
        seen = tuple(verdicts)
        self.pending += self.ledger.observe(exchange, seen)
        self._latest = self.ledger.failing(exchange, seen)

    def may_try_invalid(self) -> bool:
        """Whether requests that must be refused may go on: not on somebody's group once one of them was accepted."""
        return not (self.careful and self.accepted_invalid)

    def conclude(self, exchange: Exchange, verdicts: Iterable[Verdict]) -> None:
        """Enter verdicts on a sequence of exchanges."""
        self.pending += self.ledger.conclude(exchange, verdicts)

    def record(self, exchange: Exchange, records: Iterable[tuple[str, str]]) -> None:
        """Write down what the target does where the contract leaves it open."""
        for requirement, seen in records:
            self.ledger.behaved(f"open {requirement}", exchange, seen)
            self.conclude(exchange, [Verdict(requirement=requirement)])

    def raise_pending(self) -> None:
        """End a generated example whose last exchange departed in a way that no earlier test saw, so that it is minimised.

        Raises:
            ConformanceFailure: it did.
        """
        new = {finding.fingerprint for finding in self.pending}
        found = tuple(finding for finding in self._latest if finding.fingerprint in new)
        if found:
            raise ConformanceFailure(found)

    def settle(self) -> None:
        """Blame the refusals of valid updates on what explains them all, now that everything was seen."""
        self.ledger.retract("rejects-valid", self.contract.operation(UPDATE).title)
        for exchange, expected in self.attribution.settle():
            verdicts = judge(exchange, self.contract, expected)
            self.ledger.conclude(
                exchange, [v for v in verdicts if v.deviation and v.deviation.kind == "rejects-valid"]
            )

    def pages(self, *, limit: int = 100) -> list[Exchange]:
        """Follow the list from page to page to its end, at most a thousand pages."""
        path = f"{COLLECTION}?limit={limit}"
        pages: list[Exchange] = []
        while path and len(pages) < 1000:
            pages.append(self.exchange(self.wire.outgoing("GET", path), LISTED))
            path = _next(pages[-1])
        return pages

    def health(self, beside: Outgoing | None = None) -> Outgoing:
        """A harmless request that a working target answers, of another kind than the one `beside` it."""
        a_list = beside is not None and beside.path.partition("?")[0] == COLLECTION
        path = f"{COLLECTION}/{UNKNOWN_IDS['unknown']}" if a_list else f"{COLLECTION}?limit=1"
        return self.wire.outgoing("GET", path)

    def _blame(self, outgoing: Outgoing, answer: Exchange, expected: Expectation | None) -> Blame:
        """Whose fault it is that there was no answer; a create is not sent again to tell."""
        if not silent(answer) or outgoing.method == "POST":
            return "environment"
        replay = self.wire.replay(outgoing, self.health(outgoing))
        if replay.last is not None:
            self._watch(replay.last, expected)
        return "vendor" if replay.vendor else "environment"

    def _watch(self, answer: Exchange, expected: Expectation | None) -> None:
        """Remember that something forbidden was accepted."""
        if expected is not None and expected.outcome == "refused" and answer.succeeded:
            self.accepted_invalid = True

    def _enter(self, exchange: Exchange, expected: Expectation | None, blame: Blame) -> None:
        self.enter(exchange, judge(exchange, self.contract, expected, blame=blame))

    def _count_silence(self) -> None:
        self.silences += 1
        if self.silences >= MOST_SILENCES:
            self.wire.lose(
                f"{self.silences} requests got no whole answer; nothing more can be learned from this target"
            )

    def _check_token(self, outgoing: Outgoing, answer: Exchange) -> None:
        """Give the target up when it knows the run's token no more: whatever was refused since, was so for that."""
        refused = answer.response is not None and answer.response.status in {401, 403}
        if not refused or not self.wire.vouched(outgoing):
            return
        health = self.wire.send(self.health())[-1]
        if health.response is not None and health.response.status in {401, 403}:
            for refusal in (
                answer,
                health,
            ):  # the token may be to blame for the refusal, but not for its shape
                self._enter(refusal, None, "vendor")
            self.wire.lose(
                f"the target refuses the token of this run ({health.response.status}) for reads too: "
                "is CLUMIO_API_TOKEN valid, not expired, and meant for this base URL?"
            )


@dataclass
class Subject:
    """A group under test. `connected` are the asset types and `regions` the regions that its stack has now."""

    session: Session
    id: str
    connected: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    _seen: Exchange | None = None

    @property
    def path(self) -> str:
        """The path of the group."""
        return group_path(self.id)

    def body(self, **changes: Any) -> dict[str, Any]:
        """Give a valid update that keeps what is connected, with these changes."""
        return {
            "asset_types": list(self.connected) or ["EC2/EBS"],
            "aws_regions": list(self.regions) or ["us-east-1"],
            "description": "under test",
            **changes,
        }

    def update(
        self, body: dict[str, Any], *, expected: Expectation | None = None, probe: str | None = None
    ) -> Exchange:
        """Send an update with a JSON body; unless told otherwise the body tells what to expect."""
        return self.put(self.encoded(body), expected=expected, probe=probe)

    def snapshot(self, *, anew: bool = False) -> Exchange:
        """Give the group as it is: read `anew`, or as it was last read when nothing has changed it since."""
        if self._seen is None or anew:
            self._seen = self.read()
        return self._seen

    def other_body(self) -> dict[str, Any]:
        """Give a valid update that would show in every field, were it made."""
        body = self.body(description="not to be seen")
        return body | {
            "asset_types": [*body["asset_types"], *({"DynamoDB"} - set(body["asset_types"]))],
            "aws_regions": [*body["aws_regions"], "eu-west-1"],
        }

    def forget(self) -> None:
        """Let the next snapshot be read anew: something has changed the group."""
        self._seen = None

    @staticmethod
    def encoded(body: Any) -> bytes:
        """Write a body as JSON."""
        return json.dumps(body).encode()

    def put(
        self,
        body: bytes | None,
        *,
        expected: Expectation | None = None,
        headers: Mapping[str, str] | None = None,
        probe: str | None = None,
    ) -> Exchange:
        """Send an update with any body."""
        return self.send(
            self.session.wire.outgoing("PUT", self.path, body=body, headers=headers), expected, probe=probe
        )

    def send(
        self, outgoing: Outgoing, expected: Expectation | None = None, *, probe: str | None = None
    ) -> Exchange:
        """Send a request about this group."""
        told = expected or self._told(outgoing)
        return self.session.exchange(outgoing, told, probe=probe)

    def read(self, *, expected: Expectation | None = ACCEPTED) -> Exchange:
        """Read the group."""
        told = (
            None
            if expected is None
            else Expectation(outcome=expected.outcome, sent="a read of the group", cause="read")
        )
        return self.session.exchange(self.session.wire.outgoing("GET", self.path), told)

    def _told(self, outgoing: Outgoing) -> Expectation | None:
        match = self.session.contract.match(outgoing.method, outgoing.path)
        if match is None:
            return None
        request = Request(
            method=outgoing.method,
            url=outgoing.path,
            headers=tuple(outgoing.headers.items()),
            body=outgoing.body,
        )
        return expectation(request, match[0], self.connected)


def _next(page: Exchange) -> str:
    """The path and query of the next page; empty on the last one."""
    links = page.group.get("_links")
    link = links.get("_next") if isinstance(links, dict) else None
    href = link.get("href") if isinstance(link, dict) else None
    if not isinstance(href, str):
        return ""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    # what no request line can carry is escaped; an escape stays one
    query = quote(parts.query, safe="%&=+,;:@!$'()*/?-._~")
    return f"{COLLECTION}?{query}" if parts.path.endswith(COLLECTION) else ""
