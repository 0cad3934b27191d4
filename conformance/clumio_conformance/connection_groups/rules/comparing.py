"""What several rules need to compare answers, and to say how they differ."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from clumio_conformance.connection_groups.operations import READ, asset_types
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.pointers import tokens_of
from clumio_conformance.contract.schema import Schema, as_json
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Deviation, Verdict

Halves = tuple[dict[str, Any], dict[str, Any]]
_INTENDED: Final = "intended_asset_types"


def comparable(before: Exchange, after: Exchange) -> bool:
    """Whether two answers can be compared: both are groups, and have at least one field in common."""
    return bool(sound(before).keys() & sound(after).keys())


def sound(answer: Exchange) -> dict[str, Any]:
    """Return the group of an answer, without the fields that deviate from the schema.

    Such a field is a finding already; a comparison of it would only say so again.
    """
    operation = contract().operation_of(answer)
    success = operation.success if operation else None
    return _sound(answer.resource, success.schema) if success and success.schema else answer.resource


def sound_in_both(before: Exchange, after: Exchange) -> Halves:
    """Return the groups of two answers, without the fields that deviate from the schema in one of them."""
    return without_broken((before.resource, sound(before)), (after.resource, sound(after)))


def without_broken(one: Halves, other: Halves) -> Halves:
    """Return the sound parts of two groups, each given whole and sound, without what is broken in either."""
    broken = {name for whole, part in (one, other) for name in whole if name not in part}
    first, second = (
        {name: value for name, value in part.items() if name not in broken} for _, part in (one, other)
    )
    return first, second


def sound_item(item: dict[str, Any]) -> dict[str, Any]:
    """Return a group of a list, without the fields that deviate from the schema."""
    success = contract().operation(READ).success
    return _sound(item, success.schema) if success and success.schema else item


def was_refused(attempt: Exchange) -> bool:
    """Whether a request was refused: answered with a 4xx. After another error nobody knows what it did."""
    return attempt.response is not None and 400 <= attempt.response.status < 500


def _sound(group: dict[str, Any], schema: Schema) -> dict[str, Any]:
    broken = {tokens_of(violation.path)[0] for violation in schema.violations(group) if violation.path}
    types = group.get(_INTENDED)
    if isinstance(types, list) and not set(map(str, types)) <= set(asset_types(contract())):
        broken.add(_INTENDED)
    documented = schema.root.properties.keys() - broken
    return {name: value for name, value in group.items() if name in documented}


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
