"""Texts for people and logs: what a server sent can neither forge a line nor fill a screen."""

import unicodedata

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, longest: int = 500) -> str:
    """Return a text in one line: control and formatting characters are escaped, and a long text is cut."""
    shown = "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _INVISIBLE
        else character
        for character in text[:longest]
    )
    return shown if len(text) <= longest else f"{shown}... ({len(text)} characters)"
