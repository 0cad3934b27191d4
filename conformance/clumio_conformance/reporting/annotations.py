"""Commands in the log of a CI job: annotations of GitHub Actions, and text that is no command by accident."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from clumio_conformance.reporting.text import one_line

Level = Literal["error", "warning", "notice"]
MOST: Final = 10
"""How many annotations of a level GitHub shows for a step."""
# `::` at the start of a line, also an indented one, is for GitHub; `##[` and `##vso[` anywhere for others.
_COMMAND: Final = re.compile(r"##(?=\w*\[)|^[^\S\n]*::", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """A remark that GitHub shows beside a job, or beside a line of a file; the texts may be hostile."""

    level: Level
    message: str
    properties: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Write the command: one line, in which no text ends early or starts another command."""
        named = ",".join(f"{name}={_property(value)}" for name, value in self.properties.items())
        return f"::{self.level} {named}::{_data(self.message)}"


def is_on_github() -> bool:
    """Whether this is a job of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def at_most(annotations: Iterable[Annotation]) -> Iterator[Annotation]:
    """Leave out those that GitHub would not show: it takes the first ones of each level."""
    seen: Counter[str] = Counter()
    for annotation in annotations:
        seen[annotation.level] += 1
        if seen[annotation.level] <= MOST:
            yield annotation


def without_commands(text: str) -> str:
    """Write what a CI service would take for a command with a space in it."""
    return _COMMAND.sub(lambda found: " ".join(found[0]), text)


def _data(text: str) -> str:
    lines = "\n".join(one_line(line) for line in without_commands(text).split("\n"))
    return lines.replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")
