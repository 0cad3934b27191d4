"""One difference between two specifications."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

Kind = Literal["added", "removed", "narrowed", "widened", "changed", "annotated"]
Party = Literal["client", "promise"]
Severity = Literal["breaking", "risky", "safe", "documentation"]

SEVERITIES: Final[tuple[Severity, ...]] = ("breaking", "risky", "safe", "documentation")
"""The severities, the worst first."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A node of a specification: file, JSON Pointer, and line from 1; the line is None when it is unknown."""

    file: str
    pointer: str
    line: int | None


@dataclass(frozen=True, kw_only=True)
class Witness:
    """A value that one of the two specifications allows and the other does not.

    Attributes:
        value: The value, as JSON.
        allowed_by: The specification that allows it.
    """

    value: Any
    allowed_by: Literal["old", "new"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One difference.

    Attributes:
        rule: The stable id of the rule that found it, as `request.enum.narrowed`; `rules.RULES` explains it.
        kind: How the allowed values changed.
        operations: Methods and paths; webhooks and callbacks by their names.
        side: `operation`, `request` (what the client sends) or `response` (what it gets).
        where: The place within the side, as `body > names[]`; empty for the operation itself.
        keyword: The changed keyword; empty when the whole place was added or removed.
        before: The old value of the keyword; None when absent.
        after: The new value of the keyword; None when absent.
        breaks: A client of the old contract, or the promise that the vendor made with it.
        decided: Whether `breaks` is proved; False means "changed, look at it".
        witnesses: Values that show the difference.
        requirements: The ids of the requirements that are its sources.
        old: Its place in the old specification; None when it is not there.
        new: Its place in the new specification; None when it is not there.
    """

    rule: str
    kind: Kind
    operations: tuple[str, ...]
    side: str
    where: str
    keyword: str
    before: Any
    after: Any
    breaks: tuple[Party, ...]
    decided: bool = True
    witnesses: tuple[Witness, ...] = ()
    requirements: tuple[str, ...] = field(default=())
    old: Place | None = None
    new: Place | None = None

    @property
    def severity(self) -> Severity:
        """How bad it is for a client of the old contract.

        - breaking: the client breaks, which is proved
        - risky: only the promise breaks, so that a vendor who keeps to the old contract breaks the new one,
          or it can't be decided whether something breaks
        - safe: nothing breaks
        - documentation: what is allowed did not change
        """
        if self.kind == "annotated" and not self.breaks:
            return "documentation"
        if not self.breaks:
            return "safe"
        return "breaking" if "client" in self.breaks and self.decided else "risky"
