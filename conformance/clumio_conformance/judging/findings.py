"""The output of the judge: verdicts, and findings, which group the deviations by cause."""

import hashlib
import re
from dataclasses import dataclass
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
_INDEX: Final = re.compile(r"/\d+(?=/|$)")


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
    """One cause: every deviation with the same requirement, operation, location and class of observation.

    `probes` are the named requests of the behaviour fingerprint with this deviation.
    """

    requirement: str
    operation: str
    deviation: Deviation
    exchange: Exchange
    client: str = "nothing"
    count: int = 1
    of: int = 1
    outcome: Outcome = "deviation"
    reason: str | None = None
    probes: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """A stable name of the cause: 16 hexadecimal digits."""
        cause = (
            self.requirement,
            self.operation,
            without_indices(self.deviation.location),
            self.deviation.observed,
        )
        return hashlib.sha256("\n".join(cause).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def without_indices(location: str) -> str:
    """Write `*` for each index of a location, as fingerprints and lists of known deviations do."""
    return _INDEX.sub("/*", location)


class ConformanceFailure(AssertionError):  # noqa: N818 - named like pytest's and schemathesis's failures
    """Ends a generated example with a deviation, so that it is minimised; carries the findings."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(
            "; ".join(f"{finding.requirement} at {finding.deviation.location}" for finding in findings)
        )
        self.findings = findings
