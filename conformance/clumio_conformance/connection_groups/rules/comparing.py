"""What several rules need to compare answers, and to say how they differ."""

from collections.abc import Iterable, Iterator
from typing import Any

from clumio_conformance.contract.schema import as_json
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Deviation, Verdict


def comparable(before: Exchange, after: Exchange) -> bool:
    """Whether two answers can be compared: both are groups, and have at least one field in common."""
    return bool(before.resource.keys() & after.resource.keys())


def differs(location: str, expected: Any, actual: Any) -> Deviation:
    """Return the deviation of a value that is not the expected one; an expected text may describe it."""
    return Deviation(
        kind="semantic",
        location=location,
        expected=expected if isinstance(expected, str) else as_json(expected),
        actual=as_json(actual),
        observed="differs",
    )


def verdicts_on(requirement: str, deviations: Iterable[Deviation]) -> Iterator[Verdict]:
    """Yield a verdict for each deviation; without one, a verdict that the requirement conforms."""
    found: list[Deviation | None] = [*deviations]
    for deviation in found or [None]:
        yield Verdict(requirement=requirement, deviation=deviation)
