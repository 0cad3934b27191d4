"""The judge as a whole: it finds nothing in what is right, and nothing on the wire stops it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from exchanges import (
    COLLECTION,
    CREATE,
    ERROR,
    GOOD,
    GROUP,
    PAGE,
    PATH,
    SENT,
    changed,
    departures,
    exchange,
    judged,
    kept,
    read,
    unanswered,
    update,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from clumio_conformance.connection_groups.expectations import ACCEPTED, expectation
from clumio_conformance.connection_groups.features import COMBINATION, features
from clumio_conformance.connection_groups.listing import Walk
from clumio_conformance.connection_groups.rules import life_cycle, mock, saving
from clumio_conformance.connection_groups.scenarios import Scenario, scenarios
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.coverage import Coverage
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange, NotJson, Request, Response
from clumio_conformance.judging.attribution import Attribution
from clumio_conformance.judging.findings import Verdict
from clumio_conformance.judging.judge import judge
from clumio_conformance.judging.ledger import Ledger, behaviour_of
from clumio_conformance.reporting.terminal import described_by
from clumio_conformance.transport.redaction import Redaction

REFUSED = Expectation(outcome="refused", requirements=("UCG-BODY-14",), sent="x", cause="x")
OPEN = Expectation(outcome="open", requirements=("UCG-BODY-15",), sent="x", cause="x")


@pytest.mark.parametrize("name", GOOD)
def test_a_good_exchange_has_no_deviation(name: str) -> None:
    verdicts = judged(GOOD[name])

    assert departures(verdicts) == []
    assert len(kept(verdicts)) > 4


def test_what_is_outside_the_contract_is_not_judged() -> None:
    for method, path in (
        ("DELETE", PATH),
        ("GET", "/organizational-units"),
        ("PUT", COLLECTION),
        ("GET", f"{PATH}/x"),
    ):
        assert judged(exchange(method, path, answer=b"?", status=500)) == []
    assert judge(Exchange(request=Request(method="GET", url="http://[")), contract()) == []


@pytest.mark.parametrize(
    ("seen", "expected", "requirement"),
    [
        (unanswered(), ACCEPTED, "UCG-OP-01"),
        (unanswered(), None, "UCG-ERR-01"),
        (unanswered(), REFUSED, "UCG-ERR-01"),
        (unanswered(read()), ACCEPTED, "UCG-ERR-01"),
    ],
)
def test_no_answer_is_blamed_on_whom_it_was_seen_to_come_from(
    seen: Exchange, expected: Expectation | None, requirement: str
) -> None:
    for blame in ("environment", "vendor"):
        [verdict] = judge(seen, contract(), expected, blame=blame)

        assert departures([verdict]) == [
            (requirement, "transport", "connection", "an answer", "ReadTimeout: too late")
        ]
        assert verdict.deviation
        assert verdict.deviation.blame == blame


def test_an_answer_that_was_cut_off_is_judged_only_when_the_target_cut_it() -> None:
    cut = replace(update(b'{"id": "7c'), failure="RemoteProtocolError within the body")

    assert departures(judge(cut, contract()))[0][1] == "transport"
    assert departures(judge(cut, contract(), blame="vendor"))[0][:3] == ("UCG-RESP-02", "type", "body")


def test_without_expectation_only_refusals_are_expected() -> None:
    """Recorded traffic: whether group and token were valid is not known, so a refusal is no deviation."""
    assert departures(judged(update(ERROR, status=404))) == []
    sent = {name: SENT[name] for name in ("asset_types", "description")}
    [found] = departures(judged(update(sent=sent)))
    assert found[:3] == ("UCG-BODY-09", "accepts-invalid", "request /aws_regions")


# --- any bytes on the wire ---

numbers = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), 2**32, 2**64, 402.0, 1e300])
texts = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ["", "\0", "\ud800", "http://[", "²", "0", "-1", "{x}", "$CLUMIO_API_TOKEN", "EC2MSSQL", "EBS"]
)
names = texts | st.sampled_from(
    [
        "id",
        "_links",
        "_self",
        "href",
        "_embedded",
        "items",
        "errors",
        "error_code",
        "status",
        "config",
        "_next",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


def _pointers(document: Any, path: str = "") -> Iterator[str]:
    for name, child in document.items() if isinstance(document, dict) else enumerate(document):
        yield f"{path}/{name}"
        if isinstance(child, dict | list):
            yield from _pointers(child, f"{path}/{name}")


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A good body with anything at one or two places of it."""
    document = draw(st.sampled_from([GROUP, PAGE, ERROR, SENT, CREATE]))
    for pointer in draw(st.lists(st.sampled_from(list(_pointers(document))), min_size=1, max_size=2)):
        try:
            document = changed(document, {pointer: draw(values)})
        except (KeyError, IndexError, TypeError, ValueError):
            continue  # the first change took the place away
    return document


def _twice(document: Any) -> bytes:
    """The JSON of an object in which each member occurs twice."""
    text = json.dumps(document)
    return f"{text[:-1]}, {text[1:]}".encode() if isinstance(document, dict) and document else text.encode()


bodies = st.one_of(
    mutated().map(lambda document: json.dumps(document).encode()),
    values.map(lambda document: json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")),
    mutated().map(_twice),
    st.binary(max_size=50),
    st.integers(1, 5000).map(lambda depth: b'{"errors": ' + b'[{"_links": ' * depth),
    st.integers(1, 300).map(lambda depth: b'{"config": ' + b"[" * depth + b"]" * depth + b"}"),
    st.sampled_from(
        [
            b'{"id": "' + b"x" * 1_000_000 + b'"}',
            b'{"status": ' + b"9" * 4300 + b"}",
            b'{"id": NaN}',
            b'{"errors": [{"error_code": 1e999}], "current_count": -1e999}',
        ]
    ),
)
headers = st.lists(
    st.tuples(st.sampled_from(["Content-Type", "ETag", "x", "Content-Type "]), texts), max_size=3
).map(tuple)
operations = st.sampled_from(
    [("PUT", PATH), ("GET", PATH), ("POST", COLLECTION), ("GET", COLLECTION), ("PUT", f"{COLLECTION}/%FF%00")]
)


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    method, path = draw(operations)
    request = Request(
        method=method,
        url=f"https://api.invalid{path}{draw(st.sampled_from(['', '?limit=²', '?x=%', '#x']))}",
        headers=draw(headers),
        body=draw(st.none() | bodies),
    )
    if draw(st.integers(0, 19)) == 0:
        return contract().placed(Exchange(request=request, failure=draw(texts)))
    status = draw(st.sampled_from([200, 200, 400, 404]) | st.integers(100, 999))
    answered = Exchange(
        request=request,
        response=Response(status=status, headers=draw(headers), body=draw(bodies)),
        failure=draw(st.sampled_from([None, None, "cut"])),
    )
    return contract().placed(answered)


@settings(max_examples=400)
@given(
    seen=exchanges(),
    expected=st.sampled_from([None, ACCEPTED, REFUSED, OPEN]),
    blame=st.sampled_from(["environment", "vendor"]),
)
def test_nothing_stops_the_judge(seen: Exchange, expected: Expectation | None, blame: Any) -> None:
    """Any answer to any request, on to the finding as it is written for a person."""
    ledger = Ledger(contract=contract())

    ledger.observe(seen, judge(seen, contract(), expected, blame=blame))

    for finding in ledger.sorted_findings():
        assert described_by(contract())(finding).startswith(finding.requirement)
    assert len(ledger.rows()) == len(contract().requirements)
    assert ledger.coverage.summary()
    assert behaviour_of(seen)
    assert seen.request.curl()


@settings(max_examples=300)
@given(before=exchanges(), after=exchanges(), scenario=st.sampled_from(scenarios()))
def test_nothing_stops_the_rules_over_sequences(
    before: Exchange, after: Exchange, scenario: Scenario
) -> None:
    verdicts: list[Verdict] = [
        *saving.sent_values(before, after),
        *saving.read_back(before, after),
        *saving.read_twice(before, after),
        *saving.refused(before, after, after),
        *saving.repeated(before, after),
        *saving.left_alone(before, after),
        *saving.created(CREATE, after),
        *saving.untouched([before], [after], updated="7c3e"),
        *saving.listed(Walk(pages=(before, after), is_whole=True), ["7c3e"], ["0000"]),
        *saving.filtered(after),
        *saving.envelope(after, limit=1),
        *life_cycle.pending(before, after),
        *life_cycle.completed(before, after),
        *life_cycle.discarded(before, after, after),
        *life_cycle.state(after, operation="no_active_operation", statuses=("connecting",)),
        *life_cycle.vanished(after),
        *life_cycle.fetched(after),
        *life_cycle.unknown(after),
        *mock.parity(scenario, after, contract()),
    ]
    ledger = Ledger(contract=contract())
    ledger.conclude(after, verdicts)
    assert all(finding.fingerprint for finding in ledger.sorted_findings())


@settings(max_examples=200)
@given(seen=exchanges())
def test_nothing_stops_the_expectation_and_what_follows_from_it(seen: Exchange) -> None:
    operation = contract().operation_of(seen)
    assert operation is not None
    expected = expectation(seen.request, operation, ("RDS",))
    body = seen.request.json
    if expected.outcome == "accepted" and operation.request is not None:
        assert not isinstance(body, NotJson)
        attribution = Attribution(combination=COMBINATION)
        assert attribution.enter(seen, expected, features(expected, body)).requirements
        attribution.settle()
    Coverage(contract()).observe(seen)


@given(seen=exchanges())
def test_nothing_stops_the_redaction(seen: Exchange) -> None:
    redaction = Redaction("a-token-that-is-nowhere")
    redaction.headers(seen.request.headers)
    redaction.text(seen.request.url + (seen.failure or ""))
    if seen.response:
        redaction.headers(seen.response.headers)
        redaction.body(seen.response.body)
