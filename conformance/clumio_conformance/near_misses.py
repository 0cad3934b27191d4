"""The names that one that does not exist may be meant for."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_MOST: Final = 3


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a question with the nearest known names, in any case; or what to do without any."""
    names = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), names, n=_MOST)
    return f"did you mean {' or '.join(names[one] for one in near)}?" if near else otherwise
