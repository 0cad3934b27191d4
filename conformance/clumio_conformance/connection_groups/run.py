"""The commands for connection groups: a run of the suite, its plan, and the judgement of recordings."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, TextIO

from clumio_conformance.connection_groups import confirmation, rules
from clumio_conformance.connection_groups.client_effect import effect
from clumio_conformance.connection_groups.features import COMBINATION, carried
from clumio_conformance.connection_groups.fixtures import GroupFixtures
from clumio_conformance.connection_groups.grants import grants, policy
from clumio_conformance.connection_groups.guard.guard import GroupGuard, alone, refuse_unfinished
from clumio_conformance.connection_groups.known_files import known_list
from clumio_conformance.connection_groups.operations import (
    ITEMS,
    NEEDS,
    PAIRS,
    headers,
    redaction,
)
from clumio_conformance.connection_groups.recorded import joined, judged_files
from clumio_conformance.connection_groups.rules import record
from clumio_conformance.connection_groups.scenarios import FILE, scenarios
from clumio_conformance.connection_groups.subjects import Subjects
from clumio_conformance.connection_groups.twins import twins
from clumio_conformance.contract.contract import applied, contract
from clumio_conformance.judging.attribution import Attribution
from clumio_conformance.judging.known import KnownList
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.options import RunOptions, UsageError
from clumio_conformance.recording import reading
from clumio_conformance.reporting.baseline import Naming, read_report
from clumio_conformance.reporting.files import prepare, write_reports
from clumio_conformance.reporting.progress import Progress
from clumio_conformance.reporting.report import report_of
from clumio_conformance.reporting.terminal import Detail, described_by, show
from clumio_conformance.result import Result
from clumio_conformance.run import plan, runner
from clumio_conformance.session.origin import Origin
from clumio_conformance.session.session import Session
from clumio_conformance.session.targets import Reached, Target, seconds_to_wait
from clumio_conformance.signals import held, keep_tracker
from clumio_conformance.transport.policy import Policy
from clumio_conformance.transport.secret import Secret
from clumio_conformance.transport.wire import Wire

SUITE: Final = Path(__file__).with_name("suite")
NAMING: Final = Naming(items=ITEMS, about_errors="UCG-ERR")

__all__ = ["NAMING", "SUITE", "join_reports", "judge_files", "perform", "rules", "run", "show_plan"]


def run(target: Target, options: RunOptions, detail: Detail = "causes") -> int:
    """Run the suite, write the reports, and return the exit code.

    Raises:
        UsageError, KnownError, BaselineError, ReportError, ContractError, ControlError: no run is possible.
    """
    baseline = read_report(options.baseline) if options.baseline else None
    if options.confirm and not confirmation.is_checkout(FILE):
        raise UsageError(f"--confirm: {FILE} is part of an installed package; run in a checkout")
    result = perform(target, options, None if detail == "verdict" else sys.stderr)
    if options.confirm:
        result = _confirmed(target, result)
    if options.baseline and baseline is not None:
        report = report_of(result, contract())
        result = runner.compared(
            result, report, baseline, NAMING, file=options.baseline, fail=options.fail_on_change
        )
    return _reported(result, options.report_dir, detail)


def perform(target: Target, options: RunOptions, progress_to: TextIO | None = None) -> Result:
    """Run the suite and return the result; the stream gets what is tried now."""
    ledger = Ledger(
        contract=contract(),
        strict=options.strict,
        capabilities=target.capabilities,
        needs=NEEDS,
        pairs=PAIRS,
        items=NAMING.items,
        known=known_list(options.known),
        effect=effect,
    )
    with alone(target, options):
        prepare(options.report_dir)
        with (
            Progress(progress_to) as progress,
            target.reached() as reached,
            _wire(target, options, reached, progress.announce) as wire,
        ):
            guard = GroupGuard(target, wire, options)
            subjects = _subjects(ledger, wire, guard, reached)
            session = subjects.session
            return runner.perform(
                target,
                options,
                session,
                suite=SUITE,
                plugins=[GroupFixtures(subjects)],
                describe=described_by(contract()),
                ending=runner.Ending(
                    restore=guard.restore_group,
                    unrestored=lambda: guard.left,
                    untouched=lambda: guard.untouched or subjects.unavailable,
                    created=subjects.created,
                    may_try_invalid=guard.may_try_invalid,
                ),
                progress=progress,
            )


def show_plan(target: Target, options: RunOptions, stream: TextIO) -> int:
    """Print the plan of a run and return the exit code.

    Raises:
        UsageError: the group of an earlier run must be restored first.
    """
    refuse_unfinished(options)
    ledger = Ledger(contract=contract(), capabilities=target.capabilities)
    # A plan opens no connection, and may send nothing.
    nowhere = Reached(base_url=target.base_url, token=Secret("not-a-token"))
    with _wire(target, options, nowhere) as wire:
        wire.policy = Policy(allowed=set())
        guard = GroupGuard(target, wire, options)
        subjects = _subjects(ledger, wire, guard, nowhere)
        return plan.show(
            target,
            options,
            subjects.session,
            suite=SUITE,
            plugins=[GroupFixtures(subjects)],
            limits=policy(target, options),
            sends=[f"{one.method:<5} {plan.short(one.path)}{_condition(one.when)}" for one in grants(target)],
            stream=stream,
        )


def judge_files(
    files: Sequence[str],
    *,
    base_url: str | None,
    strict: bool,
    known: KnownList,
    overlays: Sequence[str] = (),
    report_dir: Path,
    jobs: int = 1,
    progress: reading.Progress | None = None,
    detail: Detail = "causes",
) -> int:
    """Judge recordings, write the reports, and return the exit code.

    With several `jobs`, as many processes share the files, and their reports are joined: rules over several
    exchanges, and the count of exchanges that are in two files, see no further than the files of one process.
    The contract must have the `overlays` already; here they are named for those processes.

    Raises:
        RecordingError: a file is not a recording, or nothing of it can be read; nothing is written then.
        ReportError: the reports can't be written.
    """
    parts = reading.shared(files, jobs) if jobs > 1 else []
    if len(parts) < 2:
        result = judged_files(files, base_url=base_url, strict=strict, known=known, progress=progress)
        prepare(report_dir)
        return _reported(result, report_dir, detail)
    judge_part = partial(_judged_part, overlays=overlays, base_url=base_url, strict=strict, known=known)
    keep_tracker()
    # A process of its own start: a fork would share what this one has open.
    with ProcessPoolExecutor(len(parts), mp_context=get_context("spawn")) as pool:
        whole = joined(list(pool.map(judge_part, parts)))
    prepare(report_dir)
    return _written(whole, report_dir, detail)


def _judged_part(files: Sequence[str], *, overlays: Sequence[str], **options: Any) -> dict[str, Any]:
    with applied(overlays):
        return report_of(judged_files(files, **options), contract())


def join_reports(reports: Sequence[Path], report_dir: Path, detail: Detail = "causes") -> int:
    """Join reports of recorded traffic, write the reports of the whole, and return the exit code.

    Raises:
        BaselineError: a report can't be used.
        ReportError: the reports can't be written.
    """
    whole = joined([read_report(file) for file in reports])
    prepare(report_dir)
    return _written(whole, report_dir, detail)


def _reported(result: Result, folder: Path, detail: Detail) -> int:
    return _written(report_of(result, contract()), folder, detail)


def _written(report: dict[str, Any], folder: Path, detail: Detail) -> int:
    try:
        with held():
            write_reports(report, folder)
    finally:
        show(report, folder, sys.stdout, detail)
    return int(report["exit_code"])


def _subjects(ledger: Ledger, wire: Wire, guard: GroupGuard, reached: Reached) -> Subjects:
    """Open the session of a run, and the groups that it tests."""
    origin = Origin(wire=wire, place=ledger.contract.placed, sent=guard.after)
    session = Session(
        contract=ledger.contract,
        ledger=ledger,
        wire=wire,
        attribution=Attribution(combination=COMBINATION),
        origin=origin,
        carried=carried,
        effect=record.effect,
        watch=guard.watch,
        control=reached.control,
    )
    subjects = Subjects(session=session, guard=guard)
    origin.twins = twins(wire, subjects)
    return subjects


@contextmanager
def _wire(
    target: Target,
    options: RunOptions,
    reached: Reached,
    announce: Callable[[str], None] = lambda _text: None,
) -> Iterator[Wire]:
    wire = Wire(
        reached.base_url,
        reached.token,
        policy=policy(target, options),
        redaction=redaction(reached.token),
        headers=headers(target.unit),
        timeout=seconds_to_wait(reached.base_url),
        announce=announce,
    )
    try:
        yield wire
    finally:
        wire.close()


def _confirmed(target: Target, result: Result) -> Result:
    """Record which mocks the target has confirmed, unless the run proves nothing."""
    if result.exit_code not in {0, 1}:
        return result.noted("no mock was confirmed: the run proves nothing")
    held = [name for name, row in result.scenarios.items() if row["parity"] == "confirmed"]
    written = confirmation.confirm(FILE, held, target.name, datetime.now(UTC).date())
    return result.noted(
        f"{len(written)} of {len(scenarios())} mocks are confirmed by {target.name} in {FILE}"
    )


def _condition(when: str | None) -> str:
    return f"   once {when}" if when else ""
