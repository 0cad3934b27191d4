"""The result of a run, and its exit code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any, Final

from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Finding
from clumio_conformance.judging.known import Known
from clumio_conformance.judging.ledger import Ledger, Row
from clumio_conformance.options import RunOptions
from clumio_conformance.session.session import Session
from clumio_conformance.session.targets import Target
from clumio_conformance.transport.wire import Wire

UNTESTED: Final = "no answer tested these requirements"
"""The reason of a run in which nothing could show a requirement begins so."""
NOT_RESTORED: Final = "the group could not be restored"
"""How the reason of an inconclusive run begins that has changed somebody's resource."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result of a run, or of a judgement of recorded traffic: the input of every report.

    `run` describes the run and its target, without secrets. `rows` has one entry for each requirement,
    `findings` one for each cause. `behaviour` is how the target answered each named request. `inconclusive`
    is the reason why the run proves nothing, or None. `notes` are further remarks for the user. `changes` are
    the differences from the baseline, `stale` the known deviations that no longer happen. `conforming` has an
    exchange for each requirement that was seen to conform; reports leave it out.
    """

    run: dict[str, Any]
    rows: list[Row]
    findings: list[Finding]
    failing: list[Finding]
    behaviour: dict[str, str]
    scenarios: dict[str, dict[str, str]]
    coverage: dict[str, Any]
    errors: list[str]
    inconclusive: str | None
    exit_code: int
    notes: list[str] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    stale: list[dict[str, str]] = field(default_factory=list)
    conforming: dict[str, Exchange] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        target: Target,
        options: RunOptions,
        session: Session,
        *,
        pytest_code: int,
        left_out: str = "",
        untried: bool = False,
        unrestored: Sequence[str] = (),
        untouched: str | None = None,
    ) -> "Result":
        """Sum up a run.

        `left_out` says how many tests pytest left out, `untried` whether no test was called. `unrestored`
        lists what could not be restored, `untouched` says why the resource was not updated.
        """
        ledger, wire = session.ledger, session.wire
        findings = ledger.sorted_findings()
        failing = [finding for finding in findings if ledger.fails(finding)]
        inconclusive = (
            _unrestored(unrestored) or untouched or _inconclusive(target, session, left_out, untried=untried)
        )
        stale = [_stale(entry) for entry in ledger.stale()]
        code = _exit_code(ledger, inconclusive, pytest_code, failed=bool(failing or stale))
        return cls(
            run=_run(target, options, wire, ledger),
            rows=ledger.rows(),
            findings=findings,
            failing=failing,
            behaviour=dict(sorted(ledger.behaviour.items())),
            scenarios={
                name: {"parity": "not_run", **played} for name, played in sorted(ledger.scenarios.items())
            },
            coverage=ledger.coverage.summary(),
            errors=list(ledger.errors),
            inconclusive=inconclusive,
            exit_code=5 if unrestored else code,
            stale=stale,
            conforming=ledger.conforming,
        )

    def compared(
        self,
        changes: list[dict[str, Any]],
        *,
        baseline: dict[str, str],
        date: Callable[[Finding], Finding],
        fail: bool,
    ) -> "Result":
        """Add the changes since the baseline; with `fail` a change makes a run fail that passed.

        `baseline` is the file and the time of the baseline, and `date` adds since when there is a finding.
        """
        code = 1 if changes and fail and self.exit_code == 0 else self.exit_code
        findings = [date(finding) for finding in self.findings]
        run = {**self.run, "baseline": baseline}
        return replace(self, run=run, findings=findings, changes=changes, exit_code=code)

    def noted(self, *notes: str) -> "Result":
        """Add remarks for the user."""
        return replace(self, notes=[*self.notes, *notes])


def _run(target: Target, options: RunOptions, wire: Wire, ledger: Ledger) -> dict[str, Any]:
    return {
        "target": target.name,
        "base_url": wire.redaction.text(wire.base_url),
        "writes": "writes" in target.capabilities,
        "strict": options.strict,
        "quick": options.quick,
        "seed": options.seed,
        "known": list(options.known),
        "unfinished": ledger.unfinished,
        "requests": wire.requests,
        "throttled": wire.throttled,
        "version": version("clumio-connection-groups"),
    }


def _stale(entry: Known) -> dict[str, str]:
    return {
        "requirement": entry.requirement,
        "operation": entry.operation or "every operation",
        "location": entry.location,
        "observed": entry.observed,
        "where": entry.where,
    }


def _exit_code(ledger: Ledger, inconclusive: str | None, pytest_code: int, *, failed: bool) -> int:
    if ledger.errors or pytest_code == 3:
        return 3
    if pytest_code in {2, 4}:
        return pytest_code
    if failed:
        return 1
    return 5 if inconclusive else 0


def _unrestored(left: Sequence[str]) -> str | None:
    return f"{NOT_RESTORED}: {'; '.join(left)}" if left else None


def _inconclusive(target: Target, session: Session, left_out: str, *, untried: bool) -> str | None:
    ledger, origin = session.ledger, session.origin
    if session.wire.lost:
        return session.wire.lost
    if origin.is_unreliable:
        return (
            f"{origin.strays} requests got the API's answer at another try only: "
            "the network is not reliable; run again"
        )
    if session.wavering:
        return f"{'; '.join(session.wavering)}: run again, with another --seed if it stays"
    unseen = [row.requirement.id for row in ledger.unseen()] if target.answers else []
    if left_out:
        unseen = [one for one in unseen if one in session.kept_back]
    if unseen and origin.strangers:
        return f"{'; '.join(origin.causes())}; so no answer tested {', '.join(unseen)}"
    if untried or not ledger.exchanges:
        return "nothing was judged: none of the chosen tests sent a request; choose other tests"
    return f"{UNTESTED}: {', '.join(unseen)}" if unseen else None
