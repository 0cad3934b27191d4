"""A change of the Python API, and the code of a caller before and after it."""

import ast
import json
import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from .python_surface import PACKAGE

Level = Literal["break", "addition"]
FLAVOURS: Final = ("sync", "sync_detailed", "asyncio", "asyncio_detailed")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of the API.

    Attributes:
        level: Whether a caller of the old API breaks, or may use something new.
        path: The public name, without the package: `models.Link.href`.
        what: What happened to it, as the rest of a sentence: `was removed`.
        parameter: The parameter that it is about; empty for anything else.
        before: Code of a caller that worked; empty when there is none.
        after: Code that works now; empty when there is none.
    """

    level: Level
    path: str
    what: str
    parameter: str = ""
    before: str = ""
    after: str = ""


def callable_name(name: str) -> str:
    """Return the name of what is called: of a class for its constructor."""
    return name.removesuffix(".__init__")


def call(name: str, arguments: list[str]) -> str:
    """Write the call of a class, or of a function of an operation's module."""
    parts = callable_name(name).split(".")
    target = ".".join(parts[-2:]) if parts[-1] in FLAVOURS else parts[-1]
    return f"{target}({', '.join(arguments)})"


def imported(name: str) -> str:
    """Write the import of a name."""
    owner, _, last = name.rpartition(".")
    return f"from {PACKAGE}{f'.{owner}' if owner else ''} import {last}"


def value_of(member: Any) -> str:
    """Return the value of an enum's member as code, in double quotes."""
    return json.dumps(ast.literal_eval(str(member.value)))


def variable_of(kind: str) -> str:
    """Return a name for an instance: `ConnectionGroup` is `connection_group`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()
