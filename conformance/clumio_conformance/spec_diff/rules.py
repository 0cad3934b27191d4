"""The rules of the comparison: what each one means, and what a caller must do."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        id: Its stable id, as `request.enum.narrowed`.
        title: What changed, in one line, as `A value that a client may send is no longer allowed`.
        explanation: Why it breaks something, or nothing.
        advice: What a caller must do.
    """

    id: str
    title: str
    explanation: str
    advice: str


RULES: dict[str, Rule] = {}
"""Every rule by its id."""
