"""Whether one schema allows all that another one allows: by proof, or by a value that shows the contrary."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import jsonschema_rs
from jsonschema_rs.canonical import CanonicalizationError, CanonicalKind, Containment

from clumio_conformance.spec_diff.difference import Witness

MOST_CHOICES: Final = 8
"""A schema with more choices below it is neither proved nor tried: each one doubles the time."""


@dataclass(frozen=True, kw_only=True)
class Relation:
    """How the values of two schemas relate.

    Attributes:
        kind: narrowed, widened or changed; None when both allow the same.
        decided: Whether it is proved, or shown by values.
        witnesses: Values that only one of the two allows.
    """

    kind: Literal["narrowed", "widened", "changed"] | None
    decided: bool = True
    witnesses: tuple[Witness, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether something may be no longer allowed."""
        return self.kind in {"narrowed", "changed"}

    @property
    def widens(self) -> bool:
        """Whether something more may be allowed."""
        return self.kind in {"widened", "changed"}


def relation(old: dict[str, Any], new: dict[str, Any]) -> Relation:
    """Compare the values that two plain schemas allow; where no proof is found, values are tried."""
    lost, gained = covers(new, old), covers(old, new)
    witnesses = []
    if lost is not True:
        witnesses += witness(old, new, "old")
    if gained is not True:
        witnesses += witness(new, old, "new")
    shown = {one.allowed_by for one in witnesses}
    decided = (lost is not None or "old" in shown) and (gained is not None or "new" in shown)
    return Relation(
        kind=kind_of(narrows=lost is not True, widens=gained is not True),
        decided=decided,
        witnesses=tuple(witnesses),
    )


def kind_of(*, narrows: bool, widens: bool) -> Literal["narrowed", "widened", "changed"] | None:
    """Name a change by its directions."""
    if narrows and widens:
        return "changed"
    return "narrowed" if narrows else "widened" if widens else None


def covers(outer: dict[str, Any], inner: dict[str, Any]) -> bool | None:
    """Whether `outer` allows all that `inner` allows; None when no proof is found."""
    if outer == inner:
        return True
    if max(map(_choices, (outer, inner))) > MOST_CHOICES:
        return None
    one, other = _canonical(outer), _canonical(inner)
    if one is None or other is None:
        return None
    try:
        proved = one.covers(other)
    except ValueError:  # a form that the library can't compare
        return None
    if proved == Containment.YES:
        return True
    return False if proved == Containment.NO else None


def disjoint(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether it is proved that no value matches both."""
    first, second = _canonical(one), _canonical(other)
    if first is None or second is None:
        return False
    try:
        return first.intersect(second).kind == CanonicalKind.FALSE
    except ValueError:  # a form that the library can't intersect
        return False


def _canonical(schema: dict[str, Any]) -> jsonschema_rs.CanonicalSchema | None:
    return _canonical_of(json.dumps(schema, sort_keys=True))


@cache
def _canonical_of(text: str) -> jsonschema_rs.CanonicalSchema | None:
    try:
        return jsonschema_rs.canonicalize(json.loads(text), draft=jsonschema_rs.Draft202012)
    except (CanonicalizationError, ValueError, jsonschema_rs.ReferencingError):
        return None


def _choices(schema: dict[str, Any]) -> int:
    """Count the definitions of a schema that have choices beside null."""
    found = 0
    for one in schema.get("$defs", {}).values():
        branches: list[Any] = one.get("anyOf") or one.get("oneOf") or [] if isinstance(one, dict) else []
        found += len(branches) - ({"type": "null"} in branches) > 1
    return found


def witness(allowing: dict[str, Any], refusing: dict[str, Any], by: Literal["old", "new"]) -> list[Witness]:
    """Search for a value that one schema allows and another one refuses; the smallest one found."""
    if max(map(_choices, (allowing, refusing))) > MOST_CHOICES:
        return []
    # Hypothesis takes a second to import, and most comparisons need no values.
    from clumio_conformance.spec_diff.witnesses import search  # noqa: PLC0415 - see above

    return search(allowing, refusing, by)
