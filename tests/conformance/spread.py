"""A spread of the cases of a test in each run of the tests; the others are slow, and CI runs them."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def spread(cases: Iterable[Any], quick: Collection[Any]) -> list[Any]:
    """Return the cases as parameters, each one slow that is not among the quick ones.

    A case is a value, or a tuple with a value for each parameter.
    """
    known = list(cases)
    assert all(one in known for one in quick), "each quick case is one of the cases"
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)), marks=() if case in quick else pytest.mark.slow
        )
        for case in known
    ]
