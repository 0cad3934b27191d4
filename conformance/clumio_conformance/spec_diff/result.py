"""The result of a comparison: what counts, what is ignored, and the verdict."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, Literal

from clumio_conformance.spec_diff.difference import SEVERITIES, Difference
from clumio_conformance.spec_diff.rules import RULES, Rule

FailOn = Literal["breaking", "risky", "safe", "documentation", "never"]
FAIL_ON: Final[tuple[FailOn, ...]] = ("breaking", "risky", "safe", "documentation", "never")


@dataclass(frozen=True, kw_only=True)
class Result:
    """A comparison.

    Attributes:
        old: The old specification, as a person would name it.
        new: The new one.
        differences: What is not ignored, the worst first.
        ignored: The ignored differences, each with the reason.
        stale: A line for each entry of an ignore file that is expired or not needed.
        fail_on: The least severity that fails.
    """

    old: str
    new: str
    differences: tuple[Difference, ...]
    ignored: tuple[tuple[Difference, str], ...] = ()
    stale: tuple[str, ...] = ()
    fail_on: FailOn = "risky"

    def fails(self, one: Difference) -> bool:
        """Whether a difference makes the result fail."""
        return self.fail_on != "never" and SEVERITIES.index(one.severity) <= FAIL_ON.index(self.fail_on)

    @property
    def exit_code(self) -> int:
        """0, or 1 when a difference or an entry of an ignore file makes the result fail."""
        is_stale = bool(self.stale) and self.fail_on != "never"
        return int(is_stale or any(map(self.fails, self.differences)))

    @property
    def counts(self) -> dict[str, int]:
        """How many differences there are of each severity."""
        found = Counter(one.severity for one in self.differences)
        return {severity: found[severity] for severity in SEVERITIES}

    @property
    def verdict(self) -> str:
        """The result in one line."""
        counts = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        beside = [f"{len(self.ignored)} ignored"] if self.ignored else []
        beside += [f"{len(self.stale)} stale entries in the ignore file"] if self.stale else []
        counted = ", ".join([counts, *beside])
        if not self.differences and not beside:
            return "no difference"
        if self.fail_on == "never":
            return f"passed, as nothing is to fail: {counted}"
        limit = self.fail_on if self.fail_on == "breaking" else f"{self.fail_on} or worse"
        return f"{'failed' if self.exit_code else 'passed'}: {counted} (what is {limit} fails)"


def rule_of(one: Difference) -> Rule:
    """Return the rule of a difference."""
    return RULES.get(one.rule) or Rule(id=one.rule, title=one.rule, explanation="", advice="")


def worst_first(differences: list[Difference]) -> list[Difference]:
    """Return differences by severity, then by operation and place."""
    return sorted(
        differences,
        key=lambda one: (SEVERITIES.index(one.severity), one.operations, one.side, one.where, one.keyword),
    )


def effect_of(one: Difference) -> str:
    """Return what a difference breaks, in words."""
    named = " and ".join("the client" if who == "client" else "the vendor's promise" for who in one.breaks)
    if not one.breaks:
        return "nothing"
    return named if one.decided else f"{named}, perhaps: it can't be decided, look at it"


def gained_and_lost(one: Difference) -> list[tuple[str, Any]]:
    """Return the values before and after; of two lists, what was lost and gained instead."""
    if isinstance(one.before, list) and isinstance(one.after, list):
        lost = [value for value in one.before if value not in one.after]
        gained = [value for value in one.after if value not in one.before]
        if lost or gained:
            return [(label, found) for label, found in (("lost", lost), ("gained", gained)) if found]
    return [(label, v) for label, v in (("before", one.before), ("after", one.after)) if v is not None]
