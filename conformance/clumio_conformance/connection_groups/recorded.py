"""What recorded traffic about connection groups shows beyond one exchange."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from clumio_conformance.connection_groups.client_effect import effect
from clumio_conformance.connection_groups.expectations import expectation
from clumio_conformance.connection_groups.operations import (
    COLLECTION,
    ITEMS,
    NAME,
    NEEDS,
    PAIRS,
    UPDATE,
    redaction,
)
from clumio_conformance.connection_groups.rules import life_cycle, saving
from clumio_conformance.connection_groups.rules.comparing import sound
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import UNDECIDED, Verdict
from clumio_conformance.judging.known import KnownList
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.recording.evidence import Knowledge
from clumio_conformance.recording.judgement import UNFINISHED
from clumio_conformance.recording.reading import Progress, judged
from clumio_conformance.recording.remarks import Counts
from clumio_conformance.reporting.merging import merged
from clumio_conformance.result import Result
from clumio_conformance.watching.observer import Observer, OnFinding

_VERSION: Final = "_etag"
_STATE: Final = (
    "status",
    "ongoing_stack_operation",
    "asset_types_enabled",
    "aws_regions",
    "account_native_ids",
)


def follow(before: Exchange, between: Sequence[Exchange], after: Exchange) -> Iterator[Verdict]:
    """Judge two answers that show a group one after the other, with the refused requests between them.

    Others may use the same group, and its stack changes outside of the API: answers are compared only if the
    stack looks the same in both. Only if the group's version is the same, too, nobody else can be to blame.
    """
    if _is_update(after):
        yield from saving.left_alone(before, after)
        yield from _unless_finished(before, after)
        return
    if any(before.resource.get(field) != after.resource.get(field) for field in _STATE):
        return
    version = before.resource.get(_VERSION)
    is_same_version = isinstance(version, str) and version == after.resource.get(_VERSION)
    attempts = [one for one in between if one.request.method not in {"GET", "HEAD"}]
    verdicts = saving.read_back(before, after) if _is_update(before) else saving.read_twice(before, after)
    if attempts:
        verdicts = saving.refused(before, after, attempts[-1])
    for verdict in verdicts:
        deviation = verdict.deviation
        if deviation is None or is_same_version:
            yield verdict
        elif deviation.location != f"/{_VERSION}":
            expected = f"{deviation.expected}, if nobody else has changed the group since"
            yield replace(verdict, deviation=replace(deviation, expected=expected, blame=UNDECIDED))


def _is_update(exchange: Exchange) -> bool:
    return exchange.placement is not None and exchange.placement.operation == UPDATE


def _unless_finished(before: Exchange, update: Exchange) -> Iterator[Verdict]:
    """Judge whether an update has changed at once what is connected.

    The stack may have been updated since the previous answer: then the types and regions that were intended
    before it are connected. What only this update asks for can't be connected in its own answer.
    """
    asked, was, now = update.request.json, sound(before), sound(update)
    if not isinstance(asked, dict):
        return
    for verdict in life_cycle.pending(before, update):
        field = verdict.deviation.location.removeprefix("/") if verdict.deviation else ""
        intended = was.get(f"intended_{field.removesuffix('_enabled')}")
        new = asked.get(field.removesuffix("_enabled"))
        if not field or (_same(now.get(field), new) and not _same(now.get(field), intended)):
            yield verdict


def _same(one: Any, other: Any) -> bool:
    if not isinstance(one, list) or not isinstance(other, list):
        return False
    return sorted(map(repr, one)) == sorted(map(repr, other))


KNOWLEDGE: Final = Knowledge(
    subject=NAME,
    paths=COLLECTION,
    expectation=expectation,
    follow=follow,
    opaque=frozenset({_VERSION, "etag"}),
    redaction=redaction,
)
"""The facts for the judgement of recorded traffic."""


def ledger(*, strict: bool = False, known: KnownList | None = None) -> Ledger:
    """Make the ledger of a judgement of recorded traffic."""
    return Ledger(
        contract=contract(),
        strict=strict,
        capabilities=frozenset(NEEDS),
        needs=NEEDS,
        pairs=PAIRS,
        items=ITEMS,
        earliest=True,
        known=known or KnownList(),
        unfinished=UNFINISHED,
        effect=effect,
    )


def judged_files(
    files: Sequence[str | Path],
    *,
    base_url: str | None = None,
    strict: bool = False,
    known: KnownList | None = None,
    progress: Progress | None = None,
) -> Result:
    """Judge recordings.

    Raises:
        RecordingError: a file is not a recording, or nothing of it can be read.
    """
    return judged(files, ledger(strict=strict, known=known), KNOWLEDGE, base_url, progress=progress)


def joined(reports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Join reports of recorded traffic.

    Raises:
        BaselineError: they can't be joined.
    """

    def conclude(runs: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], str | None, list[str]]:
        counts = Counts.joined(runs)
        files = sorted({file for run in runs for file in run["files"]})
        run = {**runs[0], "files": files, **counts.run()}
        notes = list(counts.notes(KNOWLEDGE.subject))
        return run, counts.inconclusive(KNOWLEDGE.subject, KNOWLEDGE.paths), notes

    return merged(reports, contract(), conclude, finished=datetime.now(UTC))


def observer(
    *,
    on_finding: OnFinding | None = None,
    base_url: str | None = None,
    strict: bool = False,
    known: KnownList | None = None,
    share: float = 1.0,
    threaded: bool = False,
) -> Observer:
    """Make an observer of exchanges about connection groups; see `Observer`.

    `base_url` limits it to one host and path; by default the path alone decides. `strict`: deviations from
    inferred requirements are findings, too. Deviations in `known` are none.
    """
    return Observer(
        ledger(strict=strict, known=known),
        KNOWLEDGE,
        on_finding=on_finding,
        base_url=base_url,
        share=share,
        threaded=threaded,
    )
