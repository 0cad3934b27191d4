"""Recorded traffic, judged: what it shows, and what it can't."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from clumio_conformance.contract.document import UPDATE, Contract, Operation
from clumio_conformance.contract.expectation import Expectation, expectation
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.client_effect import effect
from clumio_conformance.judging.findings import Verdict
from clumio_conformance.judging.judge import judge
from clumio_conformance.judging.known import KnownList
from clumio_conformance.judging.ledger import NEEDS, Ledger
from clumio_conformance.judging.rules import saving
from clumio_conformance.recording.files import Recordings, host
from clumio_conformance.recording.traffic import Entry
from clumio_conformance.result import Result

# Nothing is known of what the answer must be.
_UNDECIDED = Expectation(outcome="open")
# These come whatever the body was, so they say nothing of it; 502 to 504 come from what stands in between.
_REGARDLESS = frozenset({401, 403, 404, 429, 502, 503, 504})


@dataclass(frozen=True, kw_only=True)
class _Matched:
    """An entry with the operation and the group that it is about."""

    entry: Entry
    operation: Operation
    group_id: str | None


def judged(
    recordings: Recordings, contract: Contract, *, strict: bool = False, known: KnownList | None = None
) -> Result:
    """Judge what was read, each exchange by itself, and updates beside what was seen of their group before."""
    ledger = Ledger(
        contract=contract,
        strict=strict,
        capabilities=frozenset(NEEDS),
        known=known or KnownList(),
        unfinished="a recording shows no more than what was recorded",
        effect=effect,
    )
    matched = list(_matched(recordings.entries, contract))
    for one in matched:
        ledger.observe(one.entry.exchange, _verdicts(one, contract))
    for before, update in _updates(matched):
        ledger.conclude(update, saving.left_alone(before, update))
    return _result(recordings, ledger, [one.entry for one in matched], strict=strict)


def _matched(entries: Sequence[Entry], contract: Contract) -> Iterator[_Matched]:
    for entry in entries:
        match = contract.match(entry.exchange.request.method, entry.exchange.request.url)
        if match is not None and not entry.response_lost:
            yield _Matched(entry=entry, operation=match[0], group_id=match[1])


def _verdicts(one: _Matched, contract: Contract) -> list[Verdict]:
    verdicts = judge(one.entry.exchange, contract, _expected(one))
    # which side of a requirement was shown can't be told of a request whose body is not known
    return (
        [verdict for verdict in verdicts if verdict.side == "holds"] if one.entry.request_lost else verdicts
    )


def _expected(one: _Matched) -> Expectation:
    """What the request tells of its answer, where nobody knows whether token, group and network were sound."""
    exchange = one.entry.exchange
    if one.entry.request_lost or exchange.response is None:
        return _UNDECIDED
    told, status = expectation(exchange.request, one.operation), exchange.response.status
    if told.outcome == "refused":
        return _UNDECIDED if status in _REGARDLESS or 300 <= status < 400 else told
    return told if told.outcome == "open" or exchange.succeeded else _UNDECIDED


def _updates(matched: Sequence[_Matched]) -> Iterator[tuple[Exchange, Exchange]]:
    """Each update with what was seen of the same group before."""
    last: dict[tuple[str, str], Exchange] = {}
    for one in matched:
        exchange = one.entry.exchange
        if one.group_id is not None and exchange.succeeded:
            key = host(exchange.request.url), one.group_id
            if one.operation.id == UPDATE and key in last:
                yield last[key], exchange
            last[key] = exchange


def _result(recordings: Recordings, ledger: Ledger, entries: Sequence[Entry], *, strict: bool) -> Result:
    findings = ledger.sorted_findings()
    failing = [finding for finding in findings if ledger.fails(finding)]
    inconclusive = _inconclusive(recordings, entries)
    return Result(
        run={
            "target": "recorded",
            "files": [str(file) for file in recordings.files],
            "hosts": sorted({host(entry.exchange.request.url) for entry in entries}),
            "entries": recordings.total,
            "requests": len(entries),
            "strict": strict,
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
        notes=list(_notes(recordings, entries)),
    )


def _inconclusive(recordings: Recordings, entries: Sequence[Entry]) -> str | None:
    if not recordings.entries:
        return f"none of the {recordings.total} recorded requests is about connection groups (/connections/aws/connection-groups)"
    if not entries:
        return f"{len(recordings.entries)} requests are about connection groups, but no answer's body is in the recording; export it with content"
    if not any(_telling(entry.exchange) for entry in entries):
        return f"each of the {len(entries)} requests about connection groups was refused for its token, throttled, met a 5xx or got no answer"
    return None


def _telling(exchange: Exchange) -> bool:
    return (
        exchange.response is not None
        and exchange.response.status not in {401, 403, 429}
        and exchange.response.status < 500
    )


def _notes(recordings: Recordings, entries: Sequence[Entry]) -> Iterator[str]:
    others = recordings.total - recordings.elsewhere - len(recordings.entries)
    hosts = ", ".join(sorted({host(entry.exchange.request.url) for entry in entries}))
    yield f"judged {len(entries)} of {recordings.total} recorded requests{f', to {hosts}' if hosts else ''}"
    counts = {
        "not judged: {} that are not about connection groups": others,
        "not judged: {} to other hosts; --base-url names the one that is meant": recordings.elsewhere,
        "not judged: {} whose answer's body is not, or not wholly, in the recording": len(recordings.entries)
        - len(entries),
        "judged by the answer alone: {} whose own body is not in the recording": sum(
            entry.request_lost for entry in entries
        ),
        "without an answer: {}": sum(entry.exchange.response is None for entry in entries),
    }
    yield from (text.format(count) for text, count in counts.items() if count)
