"""Known deviations: a list of excuses that can't rot, since each has a reason, an end, and must still happen."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from clumio_conformance.contract import Contract
from clumio_conformance.findings import Finding

DRIFT: Final = Path(__file__).parent / "drift" / "sdk-drift.toml"
"""What the vendor's SDKs show beyond the page; `--known sdk-drift` names it."""

_INDEX: Final = re.compile(r"/\d+(?=/|$)")
_HEAD: Final = re.compile(r"^\s*\[\[\s*known\s*\]\]")
_TEXTS: Final = ("requirement", "location", "observed", "why", "owner")


class KnownError(Exception):
    """A file of known deviations can't be used; the message names the file, the line and the mend."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """An entry of such a file.

    `location` is that of a finding with `*` for each index; one that begins with `**` fits wherever the rest ends a
    location. `operation` None fits each operation. `observed` is the class of what was seen, as report.json has it.
    `optional`: a drift that may or may not happen, so that it is never stale.
    """

    requirement: str
    location: str
    observed: str
    why: str
    owner: str
    since: date
    expires: date
    operation: str | None = None
    link: str | None = None
    optional: bool = False
    where: str = field(default="", compare=False)

    def excuses(self, finding: Finding) -> bool:
        """Whether a finding is what this entry is about."""
        return (
            finding.requirement == self.requirement
            and finding.deviation.observed == self.observed
            and self.operation in {None, finding.operation}
            and _fits(self.location, normalized(finding.deviation.location))
        )


@dataclass
class KnownList:
    """The entries of a run, and which of them were met."""

    entries: tuple[Known, ...] = ()
    met: set[Known] = field(default_factory=set)

    def excuse(self, finding: Finding) -> str | None:
        """Give the reason why a finding is known, or None."""
        for entry in self.entries:
            if entry.excuses(finding):
                self.met.add(entry)
                return f"{entry.why} ({entry.owner}, until {entry.expires})"
        return None

    def stale(self, seen: Iterable[str]) -> dict[str, str]:
        """Give the requirements whose entry no longer happens although the requirement was seen, and the entry's place."""
        shown = set(seen)
        return {
            entry.requirement: f"{entry.where}: no longer happens at {entry.location}; take the entry out"
            for entry in self.entries
            if entry not in self.met and not entry.optional and entry.requirement in shown
        }


def normalized(location: str) -> str:
    """Write `*` for each index of a location, as fingerprints do."""
    return _INDEX.sub("/*", location)


def load(files: Iterable[str], contract: Contract, *, today: date) -> KnownList:
    """Read files of known deviations; the name `sdk-drift` stands for the one that comes with the project.

    Raises:
        KnownError: a file can't be read, or an entry is wrong, expired, or stands twice.
    """
    entries: list[Known] = []
    for name in files:
        for entry in _entries(DRIFT if name == "sdk-drift" else Path(name), contract, today):
            twin = next((other for other in entries if _same_cause(entry, other)), None)
            if twin:
                raise KnownError(f"{entry.where}: says the same as {twin.where}; take one of them out")
            entries.append(entry)
    return KnownList(entries=tuple(entries))


def _entries(file: Path, contract: Contract, today: date) -> Iterator[Known]:
    try:
        text = file.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except OSError as why:
        raise KnownError(f"{file}: can't be read: {why.strerror}; name a file of known deviations") from why
    except ValueError as why:  # also what is no UTF-8
        raise KnownError(f"{file}: is not TOML: {why}; mend that line") from why
    rows = document.pop("known", [])
    if document or not isinstance(rows, list):
        raise KnownError(
            f"{file}: holds {', '.join(document) or 'no list'}; it may hold nothing but [[known]] entries"
        )
    heads = [number for number, line in enumerate(text.splitlines(), 1) if _HEAD.match(line)]
    for index, row in enumerate(rows):
        line = heads[index] if index < len(heads) else 1
        yield _entry(row, f"{file}:{line}", contract, today)


def _entry(row: Mapping[str, Any], where: str, contract: Contract, today: date) -> Known:
    allowed = {one.name for one in fields(Known)} - {"where"}
    unknown = set(row) - allowed
    if unknown:
        raise KnownError(
            f"{where}: has {', '.join(sorted(unknown))}; an entry may have {', '.join(sorted(allowed))}"
        )
    for name in _TEXTS:
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise KnownError(f'{where}: {name} must be a text that says something; add {name} = "..."')
    for name in ("since", "expires"):
        if type(row.get(name)) is not date:
            raise KnownError(
                f"{where}: {name} must be a date; write {name} = {today.isoformat()} without quotes"
            )
    for name, kind in (("operation", str), ("link", str), ("optional", bool)):
        if name in row and not isinstance(row[name], kind):
            raise KnownError(f"{where}: {name} must be a {'text' if kind is str else 'true or false'}")
    if row["requirement"] not in contract.requirements:
        raise KnownError(
            f"{where}: there is no requirement {row['requirement']}; docs/requirements.md lists them"
        )
    if row["expires"] < today:
        raise KnownError(
            f"{where}: expired on {row['expires']}; look at it again, then take it out or date it anew"
        )
    return Known(**row, where=where)


def _same_cause(one: Known, other: Known) -> bool:
    def cause(entry: Known) -> tuple[object, ...]:
        return entry.requirement, entry.operation, entry.location, entry.observed

    return cause(one) == cause(other)


def _fits(pattern: str, location: str) -> bool:
    return location.endswith(pattern[2:]) if pattern.startswith("**") else location == pattern
