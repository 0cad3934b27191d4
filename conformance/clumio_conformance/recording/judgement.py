"""The judgement of recorded traffic, with the limits of a recording."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.contract.operations import Operation
from clumio_conformance.exchange import Exchange, Request
from clumio_conformance.judging.findings import Verdict
from clumio_conformance.judging.judge import judge
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.recording.load import Recordings, host
from clumio_conformance.recording.traffic import Entry
from clumio_conformance.result import Result
from clumio_conformance.whose_fault import is_about_the_request, proves_something

UNFINISHED: Final = "a recording does not hold everything"

# The answer may be anything.
_UNDECIDED: Final = Expectation(outcome="open")


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Facts about the API under test: `subject` is its name in messages, `paths` are its paths in messages.

    `expectation` gives the expectation for a request. `compare` judges an exchange together
    with the previous one of the same resource.
    """

    subject: str
    paths: str
    expectation: Callable[[Request, Operation], Expectation]
    compare: Callable[[Exchange, Exchange], Iterable[Verdict]]


def judged(recordings: Recordings, ledger: Ledger, knowledge: Knowledge) -> Result:
    """Judge each recorded exchange by itself, and together with the previous one of the same resource."""
    contract = ledger.contract
    entries = [entry for entry in recordings.entries if not entry.response_lost]
    for entry in entries:
        ledger.observe(entry.exchange, _verdicts(entry, contract, knowledge))
    for before, exchange in _pairs(entry.exchange for entry in entries):
        ledger.conclude(exchange, knowledge.compare(before, exchange))
    return _result(recordings, ledger, entries, knowledge)


def _verdicts(entry: Entry, contract: Contract, knowledge: Knowledge) -> list[Verdict]:
    verdicts = judge(entry.exchange, contract, _expected(entry, contract, knowledge))
    # Without the request's body, it is unknown which side of a requirement was tested.
    return [verdict for verdict in verdicts if verdict.side == "holds"] if entry.request_lost else verdicts


def _expected(entry: Entry, contract: Contract, knowledge: Knowledge) -> Expectation:
    """Return the expectation for a recorded request, whose token, resource and network may be faulty."""
    exchange, operation = entry.exchange, contract.operation_of(entry.exchange)
    if entry.request_lost or exchange.response is None or operation is None:
        return _UNDECIDED
    expected = knowledge.expectation(exchange.request, operation)
    if expected.outcome == "refused":
        return expected if is_about_the_request(exchange.response.status) else _UNDECIDED
    return expected if expected.outcome == "open" or exchange.succeeded else _UNDECIDED


def _pairs(exchanges: Iterable[Exchange]) -> Iterator[tuple[Exchange, Exchange]]:
    """Yield each successful exchange about a resource, with the previous one about the same resource."""
    last: dict[tuple[str, tuple[str, ...]], Exchange] = {}
    for exchange in exchanges:
        if exchange.placement and exchange.placement.parameters and exchange.succeeded:
            key = host(exchange.request.url), exchange.placement.parameters
            if key in last:
                yield last[key], exchange
            last[key] = exchange


def _result(recordings: Recordings, ledger: Ledger, entries: Sequence[Entry], knowledge: Knowledge) -> Result:
    findings = ledger.sorted_findings()
    failing = [finding for finding in findings if ledger.fails(finding)]
    inconclusive = _inconclusive(recordings, entries, knowledge)
    return Result(
        run={
            "target": "recorded",
            "files": [str(file) for file in recordings.files],
            "hosts": sorted({host(entry.exchange.request.url) for entry in entries}),
            "entries": recordings.total,
            "requests": len(entries),
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
        notes=list(_notes(recordings, entries, knowledge)),
    )


def _inconclusive(recordings: Recordings, entries: Sequence[Entry], knowledge: Knowledge) -> str | None:
    about, count = f"about {knowledge.subject}", len(recordings.entries)
    if not recordings.entries:
        return f"none of the {recordings.total} recorded requests is {about} ({knowledge.paths})"
    if not entries:
        return (
            f"{count} requests are {about}, but the recording has no bodies of answers; export with content"
        )
    if not any(proves_something(entry.exchange) for entry in entries):
        return (
            f"each of the {len(entries)} requests {about} was refused for its token, throttled, answered "
            "with a 5xx or not answered; record traffic that the API accepts"
        )
    return None


def _notes(recordings: Recordings, entries: Sequence[Entry], knowledge: Knowledge) -> Iterator[str]:
    others = recordings.total - recordings.elsewhere - len(recordings.entries)
    hosts = ", ".join(sorted({host(entry.exchange.request.url) for entry in entries}))
    yield f"judged {len(entries)} of {recordings.total} recorded requests{f', to {hosts}' if hosts else ''}"
    counts = {
        f"not judged: {{}} that are not about {knowledge.subject}": others,
        "not judged: {} to other hosts; --base-url selects another host": recordings.elsewhere,
        "not judged: {} whose answer's body is missing or incomplete in the recording": (
            len(recordings.entries) - len(entries)
        ),
        "judged by the answer alone: {} whose request body is not in the recording": sum(
            entry.request_lost for entry in entries
        ),
        "without an answer: {}": sum(entry.exchange.response is None for entry in entries),
    }
    yield from (text.format(count) for text, count in counts.items() if count)
