"""Numbers of options: an error says what is expected."""

import argparse
from collections.abc import Callable
from math import inf
from typing import TypeVar

N = TypeVar("N", int, float)


def whole(least: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers, from `least` on."""
    expected = "a whole number" if least is None else f"a whole number, {least} or more"

    def read(text: str) -> int:
        value = _read(int, text, expected)
        if least is not None and value < least:
            raise argparse.ArgumentTypeError(f"expected {expected}, found {text}")
        return value

    return read


def not_negative(text: str) -> float:
    """Read a number that is 0 or more."""
    expected = "a number, 0 or more"
    value = _read(float, text, expected)
    if not 0 <= value < inf:
        raise argparse.ArgumentTypeError(f"expected {expected}, found {text}")
    return value


def _read(kind: Callable[[str], N], text: str, expected: str) -> N:
    try:
        return kind(text)
    except ValueError as why:
        raise argparse.ArgumentTypeError(f"expected {expected}, found {text!r}") from why
