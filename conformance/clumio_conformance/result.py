"""What came of a run, and its exit code."""

from collections import Counter
from dataclasses import dataclass

from clumio_conformance.findings import Finding
from clumio_conformance.ledger import Ledger, Row
from clumio_conformance.options import RunOptions
from clumio_conformance.wire import Wire


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result of a run; `inconclusive` says why it proves nothing, when it does."""

    options: RunOptions
    rows: list[Row]
    findings: list[Finding]
    failing: list[Finding]
    errors: list[str]
    inconclusive: str | None
    exit_code: int

    @classmethod
    def of(cls, options: RunOptions, ledger: Ledger, wire: Wire, *, pytest_code: int) -> "Result":
        """Sum up a run."""
        if wire.flakes:
            ledger.absolve()
        findings = ledger.sorted_findings()
        failing = [finding for finding in findings if ledger.fails(finding)]
        inconclusive = _inconclusive(options, ledger, wire)
        if ledger.errors or pytest_code in {2, 3}:
            code = 3
        elif pytest_code == 4:
            code = 4
        elif failing:
            code = 1
        else:
            code = 5 if inconclusive else 0
        return cls(
            options=options, rows=ledger.rows(), findings=findings, failing=failing, errors=list(ledger.errors),
            inconclusive=inconclusive, exit_code=code,
        )  # fmt: skip

    def print_summary(self) -> None:
        """Write what a person wants to know at the end."""
        for row in self.rows:
            if row.outcome != "conforms":
                print(f"{row.requirement.id:<15} {row.requirement.level:<9} {row.outcome:<10} {row.reason}")
        print(Counter(row.outcome for row in self.rows))
        for error in self.errors:
            print("ERROR", error)
        print(self.inconclusive or "", "exit", self.exit_code)


def _inconclusive(options: RunOptions, ledger: Ledger, wire: Wire) -> str | None:
    if wire.lost:
        return wire.lost
    if wire.flakes:
        return f"{wire.flakes} requests got no answer although the same request got one at another time: the network is not sound"
    if options.pytest_args:
        return None
    unseen = ledger.unseen()
    if options.target != "mock" and unseen:
        return f"not seen, although the target can show it: {', '.join(row.requirement.id for row in unseen)}"
    return None
