"""The alignment of a page's statements with the accepted ones, with the least cost.

The order distinguishes statements with the same text, and the place those with the same order. So a field
that is inserted between others is reported as new, not as a change of all that follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from clumio_conformance.contract.requirements import Statement as Accepted
from tracing.statements import Statement

_GAP: Final = 1.0
_NEVER: Final = 2.5
"""The cost is more than that of one gone and one new statement."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A statement of the page and its accepted one; `None` where one is missing."""

    accepted: Accepted | None
    statement: Statement | None

    @property
    def kind(self) -> Literal["same", "new", "changed", "gone"]:
        """Whether the statement is the same, new, changed or gone."""
        if self.accepted is None:
            return "new"
        if self.statement is None:
            return "gone"
        return "same" if self.accepted.hash == self.statement.hash else "changed"


def align(accepted: Sequence[Accepted], statements: Sequence[Statement]) -> list[Pair]:
    """Pair accepted statements with a page's statements, in the order of the page."""
    costs = _costs(accepted, statements)
    pairs: list[Pair] = []
    row, column = 0, 0
    while row < len(accepted) or column < len(statements):
        left = costs[row][column]
        if row < len(accepted) and column < len(statements):
            both = _cost(accepted[row], statements[column])
            if left == both + costs[row + 1][column + 1]:
                pairs.append(Pair(accepted=accepted[row], statement=statements[column]))
                row, column = row + 1, column + 1
                continue
        if row < len(accepted) and left == _GAP + costs[row + 1][column]:
            pairs.append(Pair(accepted=accepted[row], statement=None))
            row += 1
        else:
            pairs.append(Pair(accepted=None, statement=statements[column]))
            column += 1
    return pairs


def _costs(accepted: Sequence[Accepted], statements: Sequence[Statement]) -> list[list[float]]:
    """For each pair of positions, the least cost to align the rest."""
    costs = [
        [_GAP * (len(accepted) - row + len(statements))] * (len(statements) + 1)
        for row in range(len(accepted) + 1)
    ]
    for row in range(len(accepted), -1, -1):
        for column in range(len(statements), -1, -1):
            ways = []
            if row < len(accepted) and column < len(statements):
                ways.append(_cost(accepted[row], statements[column]) + costs[row + 1][column + 1])
            if row < len(accepted):
                ways.append(_GAP + costs[row + 1][column])
            if column < len(statements):
                ways.append(_GAP + costs[row][column + 1])
            costs[row][column] = min(ways, default=0.0)
    return costs


def _cost(accepted: Accepted, statement: Statement) -> float:
    """The cost of a pair: a multiple of 1/4, so that sums are exact."""
    place = accepted.at.split(" > ")
    same_field = place[-1] == statement.place[-1]
    if accepted.hash == statement.hash:
        return 0.0 if same_field else 0.25
    if ("Example" in place) != ("Example" in statement.place):
        return _NEVER
    if same_field:
        return 1.0
    return 1.5 if place[0] == statement.place[0] else 1.75
