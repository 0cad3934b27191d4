"""The output of the judge: verdicts, and findings, which group the deviations by cause."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from clumio_conformance.contract.requirements import Side
from clumio_conformance.exchange import Exchange

Kind = Literal[
    "missing", "undocumented", "type", "enum", "status", "media type",
    "accepts-invalid", "rejects-valid", "semantic", "transport",
]  # fmt: skip
Blame = Literal["vendor", "page", "spec", "suite", "environment", "vendor or filter"]
Outcome = Literal["conforms", "deviation", "known", "stale", "not_run", "error"]

UNDECIDED: Final[Blame] = "vendor or filter"
"""Nobody can say who is to blame: the vendor, or a filter on the way that dislikes the request."""


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """How an exchange deviates from a requirement.

    `location` is a JSON Pointer into the response body (`/status`), or names another place
    (`request /name`, `header content-type`). `observed` is the class of the observation; it is the
    same in each run.
    """

    kind: Kind
    location: str
    expected: str
    actual: str
    observed: str
    pointer: str | None = None
    blame: Blame = "vendor"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One observation of a requirement: it conforms on this side, or there is a deviation."""

    requirement: str
    side: Side = "holds"
    deviation: Deviation | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One cause: every deviation with the same requirement, place and class of observation.

    `operation`, `deviation` and `exchange` are those of its example. `place` is the location with a star for
    each index and unknown field. It was seen with `operations`, `statuses` and `locations` (the first ones,
    without indices), in `count` of `of` exchanges. `since` is the day of the first report with it, or that of
    its entry in a file of known deviations, and `is_new` whether the baseline lacks it; both are None where
    nothing tells. `probes` are the named requests of the behaviour
    fingerprint with this deviation.
    """

    requirement: str
    operation: str
    place: str
    deviation: Deviation
    exchange: Exchange
    client: str = "nothing"
    operations: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    count: int = 1
    of: int = 1
    outcome: Outcome = "deviation"
    reason: str | None = None
    since: date | None = None
    is_new: bool | None = None
    probes: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A stable name of the cause: 16 hexadecimal digits."""
        return fingerprint(self.requirement, self.place, self.deviation.observed)


def fingerprint(requirement: str, place: str, observed: str) -> str:
    """Return the name of a cause: 16 hexadecimal digits, the same in each run."""
    cause = "\n".join((requirement, place, observed))
    return hashlib.sha256(cause.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class ConformanceFailure(AssertionError):  # noqa: N818 - named like pytest's and schemathesis's failures
    """Ends a generated example with a deviation, so that it is minimised; carries the findings."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(
            "; ".join(f"{finding.requirement} at {finding.deviation.location}" for finding in findings)
        )
        self.findings = findings
