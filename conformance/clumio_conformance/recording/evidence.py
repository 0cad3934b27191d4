"""What a recorded exchange proves: the exchange as far as the recording has it, and the verdicts on it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.contract.operations import Operation
from clumio_conformance.exchange import Exchange, Headers, NotJson, Request, Response, header
from clumio_conformance.judging.findings import UNDECIDED, Verdict
from clumio_conformance.judging.judge import judge
from clumio_conformance.recording import bodies
from clumio_conformance.recording.addresses import Addresses
from clumio_conformance.recording.files import moment
from clumio_conformance.recording.recorded import Recorded, pairs
from clumio_conformance.recording.secrets import redacted
from clumio_conformance.transport.redaction import Redaction
from clumio_conformance.whose_fault import form_of, is_about_the_request

# The answer may be anything.
_UNDECIDED: Final = Expectation(outcome="open")


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Facts about the API under test: `subject` is its name in messages, `paths` are its paths in messages.

    `expectation` gives the expectation for a request. `follow` judges an answer together with the previous
    one of the same resource, and with the refused requests between them. `opaque` are fields and headers
    whose values are only compared with each other.
    """

    subject: str
    paths: str
    expectation: Callable[[Request, Operation], Expectation]
    follow: Callable[[Exchange, Sequence[Exchange], Exchange], Iterable[Verdict]]
    opaque: frozenset[str] = frozenset()
    redaction: Callable[[], Redaction] = Redaction


@dataclass(frozen=True, slots=True)
class Made:
    """An exchange without secrets; `request_lost` and `response_lost` say why a body is not known.

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
    started = moment(one.started)
    exchange = Exchange(
        request=request,
        response=response,
        failure=failure,
        sent=started if started and started.tzinfo else None,
        placement=placement,
    )
    hidden: dict[str, str] = {}
    for value in (request.json, response.json if response else None):
        if not isinstance(value, NotJson):
            hidden |= bodies.placeholders(value)
    for text in placement.parameters if placement else ():
        hidden |= {f"path {text}": text} if bodies.is_placeholder(text) else {}
    return Made(redacted(exchange, redaction), request_lost, response_lost, hidden, without)


def verdicts(made: Made, contract: Contract, knowledge: Knowledge) -> Iterator[Verdict]:
    """Judge an exchange by itself, and yield the verdicts that its recording supports."""
    exchange = made.exchange
    unsure = form_of(exchange) != "api" and exchange.response is not None and exchange.response.status >= 400
    for verdict in made.supported(judge(exchange, contract, _expected(made, contract, knowledge))):
        # Without the request's body nobody knows which side of a requirement was tested.
        if made.request_lost and verdict.side != "holds":
            continue
        deviation = verdict.deviation
        if deviation and unsure and deviation.blame == "vendor":
            yield replace(verdict, deviation=replace(deviation, blame=UNDECIDED))
        else:
            yield verdict


def _expected(made: Made, contract: Contract, knowledge: Knowledge) -> Expectation:
    """Return the expectation for a recorded request, whose token, resource and network may be faulty."""
    exchange, operation = made.exchange, contract.operation_of(made.exchange)
    if made.request_lost or exchange.response is None or operation is None:
        return _UNDECIDED
    expected = knowledge.expectation(exchange.request, operation)
    if expected.outcome == "refused":
        return expected if is_about_the_request(exchange.response.status) else _UNDECIDED
    return expected if expected.outcome == "open" or exchange.succeeded else _UNDECIDED


def _with_media_type(one: Recorded) -> tuple[Headers, bool]:
    """The headers of an answer, and whether its media type is left out; it may be kept beside them."""
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
