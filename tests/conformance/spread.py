"""A spread of the cases of a test in each run of the tests; the others are slow, and CI runs them."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def spread(cases: Iterable[Any], quick: Collection[Any], slow: Collection[Any] | None = None) -> list[Any]:
    """Return the cases as parameters, each one slow that is not among the quick ones.

    With `slow` ones, all others are soak: pure volume.

    A case is a value, or a tuple with a value for each parameter.
    """
    known = list(cases)
    assert all(one in known for one in (*quick, *(slow or ()))), "each chosen case is one of the cases"

    def marks(case: Any) -> Any:
        if case in quick:
            return ()
        return pytest.mark.slow if slow is None or case in slow else pytest.mark.soak

    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=marks(case)) for case in known
    ]
