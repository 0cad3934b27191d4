"""One line of the doctor, and the checks of the installation."""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from typing import Final, Literal

from clumio_conformance.transport.surroundings import AUTHORITIES

State = Literal["ok", "warn", "fail", "skipped"]
DISTRIBUTION: Final = "clumio-connection-groups"
OLDEST: Final = (3, 11)
_EXTRA: Final = re.compile(r"""^([\w.-]+).*;.*extra == ['"]([\w-]+)['"]""")
_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: what was seen, and the way out where it is not well."""

    name: str
    state: State
    seen: str
    way_out: str = ""


def python() -> Check:
    """The version of Python."""
    seen = f"Python {'.'.join(map(str, sys.version_info[:3]))}"
    if sys.version_info[:2] < OLDEST:
        way_out = f"install Python {'.'.join(map(str, OLDEST))} or newer"
        return Check(name="python", state="fail", seen=seen, way_out=way_out)
    return Check(name="python", state="ok", seen=seen)


def extras(purposes: Mapping[str, str], needed: str) -> Iterator[Check]:
    """The extras of the distribution, each with its purpose; without the `needed` one no run is possible."""
    try:
        requires = distribution(DISTRIBUTION).requires or []
    except PackageNotFoundError:
        way_out = f"pip install '{DISTRIBUTION}[{needed}]'"
        yield Check(name="package", state="fail", seen=f"{DISTRIBUTION} is not installed", way_out=way_out)
        return
    packages = [found.groups() for found in map(_EXTRA.match, requires) if found]
    for extra, purpose in purposes.items():
        missing = [
            package
            for package, of in packages
            if of == extra and package != DISTRIBUTION and not _is_installed(package)
        ]
        name = f"extra {extra}"
        if missing:
            yield Check(
                name=name,
                state="fail" if extra == needed else "skipped",
                seen=f"not installed: lacks {', '.join(missing)} ({purpose})",
                way_out=f"pip install '{DISTRIBUTION}[{extra}]'",
            )
        else:
            yield Check(name=name, state="ok", seen=f"installed ({purpose})")


def variables(purposes: Mapping[str, str], secret: str) -> Iterator[Check]:
    """The environment variables, each with its purpose; the value of `secret` is never shown."""
    for name, purpose in purposes.items():
        value = os.environ.get(name)
        if value is None:
            yield Check(name=name, state="skipped", seen=f"not set ({purpose})")
        elif not value.strip():
            yield Check(
                name=name,
                state="warn",
                seen=f"set, but empty ({purpose})",
                way_out=f"set it, or unset {name}",
            )
        else:
            yield Check(name=name, state="ok", seen="set" if name == secret else f"set ({purpose})")
    surroundings = [name for name in (*AUTHORITIES, *_PROXIES) if os.environ.get(name)]
    if surroundings:
        yield Check(name="surroundings", state="ok", seen=f"set: {', '.join(surroundings)}")


def skipped(names: Sequence[str], why: str) -> Iterator[Check]:
    """What can't be checked, and why."""
    for name in names:
        yield Check(name=name, state="skipped", seen=why)


def _is_installed(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True
