"""The mark in the texts that a run writes to somebody's group: it tells them from the owner's."""

import re
import secrets
from typing import Final

_MARK: Final = re.compile(r" ?\[clumio-conformance [0-9a-f]{4,}\]")
_LIMIT: Final = 255
"""Length of a text in a probe that must keep it."""


def new_mark() -> str:
    """Make the mark of one run."""
    return f" [clumio-conformance {secrets.token_hex(3)}]"


def marked(text: str, mark: str) -> str:
    """Return a text with the mark.

    A blank text, a number and a single word stay: with a mark they would not test what they test.
    """
    if not mark or not re.search(r"\W|.{20}", text.strip(), re.DOTALL) or _MARK.search(text):
        return text
    if len(text) == _LIMIT:
        return text[: -len(mark)] + mark
    kept = text.rstrip()
    return kept + mark + text[len(kept) :]


def is_marked(text: object) -> bool:
    """Whether a run wrote this text."""
    return isinstance(text, str) and _MARK.search(text) is not None
