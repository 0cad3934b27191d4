"""The judge as functions."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clumio_conformance.connection_groups.known_files import known_list
from clumio_conformance.connection_groups.recorded import joined, judged_files, observer
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Finding
from clumio_conformance.reporting.report import report_of
from clumio_conformance.result import Result
from clumio_conformance.watching.capture import Passed


def judge_exchange(exchange: Exchange, *, strict: bool = False) -> list[Finding]:
    """Judge one exchange with the API; return its findings, one for each cause, without secrets.

    Only findings that would fail a run are returned: deviations from `must` requirements, with `strict` also
    those from `inferred` ones. An answer that is not the API's own, as of a proxy, has none; nor has a
    request to another path than the contract's.
    """
    found: list[Finding] = []
    with observer(on_finding=found.append, strict=strict) as watching:
        watching.enter(Passed.of(exchange))
        if watching.last_error is not None:
            raise watching.last_error
    return found


def judge_file(
    *files: str | Path, base_url: str | None = None, strict: bool = False, known: Sequence[str] = ()
) -> Result:
    """Judge recordings, folders or archives of them, as `clumio-conformance judge` does.

    The result has `findings`, those that are new and fail in `failing`, `exit_code`, `notes` on what was
    not judged and why, and `inconclusive`, the reason if they prove nothing. `base_url` and `known` are as
    for the command.

    Raises:
        RecordingError: a file is not a recording, or nothing of it can be read.
        KnownError: a file of known deviations is wrong.
    """
    return judged_files(files, base_url=base_url, strict=strict, known=known_list(known))


def judge_report(*files: str | Path, base_url: str | None = None, strict: bool = False) -> dict[str, Any]:
    """Judge recordings, and return what `report.json` holds: JSON values, which `join_reports` joins.

    Raises:
        RecordingError: a file is not a recording, or nothing of it can be read.
    """
    return report_of(judge_file(*files, base_url=base_url, strict=strict), contract())


def join_reports(reports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the report of all recordings that some reports are about; their order does not matter.

    Raises:
        BaselineError: a report is not of recorded traffic, or of another contract or strictness.
    """
    return joined(reports)
