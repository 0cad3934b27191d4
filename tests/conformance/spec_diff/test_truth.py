"""Random pairs of schemas: "breaks no client" never lies, and what breaks one is shown.

Values are tried; whether a value is valid says jsonschema-rs, by the schemas as they are written. A client
sends, and a vendor answers with, no fields but the declared ones.
"""

from random import Random
from typing import Final, Literal

import pytest
from random_schemas import edited, schema, strict
from spec_pairs import differences
from spread import spread

from clumio_conformance.spec_diff.witnesses import search

QUICK: Final = range(25)
MANY: Final = range(25, 2050)
HARD_TO_SHOW: Final = 0.04
"""The share of breaking differences that no value was found for: bounds that another keyword makes idle."""


def verdict(seed: int) -> tuple[str, str]:
    """Return whether the verdict on a random pair is right, a lie, or not shown, and the pair."""
    random = Random(seed)
    before, side = schema(random), random.choice(["request", "response"])
    after = edited(random, before)
    found = [one for one in differences(before, after, side, within=False) if "client" in one.breaks]
    made, read = (before, after) if side == "request" else (after, before)
    by: Literal["old", "new"] = "old" if side == "request" else "new"
    kept = strict(made)
    allowing = (
        {**kept, "allOf": [*kept.get("allOf", []), made]} if isinstance(kept, dict) else {"allOf": [kept]}
    )
    shown = search(allowing, {"allOf": [read]}, by)
    pair = f"seed {seed}, {side}: {before} => {after}; {[one.rule for one in found]}; {shown}"
    if shown and not found:
        return "lie", pair
    decided = [one for one in found if one.decided and not one.rule.endswith(".removed")]
    return ("right" if shown or not decided else "not shown"), pair


def check(seeds: range) -> None:
    verdicts = [verdict(seed) for seed in seeds]
    assert [pair for name, pair in verdicts if name == "lie"] == []
    unshown = [pair for name, pair in verdicts if name == "not shown"]
    assert len(unshown) <= HARD_TO_SHOW * len(seeds), "\n".join(unshown)


def test_random_pairs() -> None:
    check(QUICK)


@pytest.mark.parametrize("part", spread(range(8), [], slow=[0]))
def test_many_random_pairs(part: int) -> None:
    check(MANY[part::8])
