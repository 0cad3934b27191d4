"""Known deviations: each has a reason and an expiry date, and must still happen."""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.requirements import Side
from clumio_conformance.judging.findings import Finding
from clumio_conformance.judging.place import without_indices

_LINE: Final = re.compile(r"at line (\d+)")
_TEXTS: Final = ("requirement", "location", "observed", "why", "owner")
_OPTIONAL: Final = {"operation": str, "link": str, "optional": bool}
_SIDES: Final[dict[str, Side]] = {"accepted": "refuses", "rejected": "accepts"}

Observation = tuple[str, str, Side]
"""An observed requirement: its id, the operation, and the side that was seen."""


class KnownError(Exception):
    """A file of known deviations can't be used; the message names the file, the line and the fix."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """An entry of such a file.

    `location` is that of a finding with `*` for each index, or its place; after a leading `**` only the end
    must match. `operation` None matches each operation. `observed` is the finding's value in report.json.
    `optional`: the deviation may or may not happen, so that the entry is never stale.
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
        """Whether this entry matches a finding."""
        return (
            finding.requirement == self.requirement
            and finding.deviation.observed == self.observed
            and self.operation in {None, finding.operation}
            and any(
                _fits(self.location, one)
                for one in (without_indices(finding.deviation.location), *finding.locations, finding.place)
            )
        )

    @property
    def reason(self) -> str:
        """Why, by whom and until when the deviation is accepted."""
        return f"{self.why} ({self.owner}, until {self.expires})"

    def could_show(self, observed: Collection[Observation]) -> bool:
        """Whether a run saw the entry's requirement, at its operation and on its side."""
        side = _SIDES.get(self.observed.partition(":")[0])
        return any(
            requirement == self.requirement and self.operation in {None, operation} and side in {None, seen}
            for requirement, operation, seen in observed
        )


@dataclass(frozen=True)
class KnownList:
    """The entries of a run."""

    entries: tuple[Known, ...] = ()

    def excusing(self, finding: Finding) -> list[Known]:
        """Return the entries that match a finding."""
        return [entry for entry in self.entries if entry.excuses(finding)]


def load(
    files: Iterable[str], contract: Contract, *, today: date, named: Mapping[str, Path] = MappingProxyType({})
) -> KnownList:
    """Read files of known deviations; `named` maps names to the project's own files.

    Raises:
        KnownError: a file can't be read, or an entry is wrong, expired, or listed twice.
    """
    entries: list[Known] = []
    for name in files:
        file = named.get(name, Path(name))
        entries += parse(
            read(file), file, contract, today=today, earlier=entries, is_ours=file in named.values()
        )
    return KnownList(entries=tuple(entries))


def read(file: Path) -> str:
    """Read a file of known deviations, with its line endings unchanged.

    Raises:
        KnownError: it can't be read.
    """
    try:
        return file.read_bytes().decode()
    except OSError as why:
        raise KnownError(f"{file}: can't be read: {why.strerror}; name a file of known deviations") from why
    except UnicodeDecodeError as why:
        raise KnownError(f"{file}: is not UTF-8: {why}; save it as UTF-8") from why


def parse(
    text: str,
    file: Path,
    contract: Contract,
    *,
    today: date,
    earlier: Iterable[Known] = (),
    is_ours: bool = False,
) -> list[Known]:
    """Return the entries in the text of a file; `earlier` are entries that they may not repeat.

    Raises:
        KnownError: an entry is wrong, expired, or listed twice.
    """
    entries: list[Known] = []
    for row, line in rows(text, file):
        where = f"{file}:{line}"
        check_form(row, where, today, kind=Known, texts=_TEXTS, optional=_OPTIONAL)
        _check_sense(row, where, contract, today, is_ours=is_ours)
        entry = Known(**row, where=where)
        twin = next((other for other in (*earlier, *entries) if _same_cause(entry, other)), None)
        if twin:
            raise KnownError(f"{where}: is the same entry as {twin.where}; remove one of them")
        entries.append(entry)
    return entries


def rows(text: str, file: Path, name: str = "known") -> Iterator[tuple[Any, int]]:
    """Yield each entry as it is written, and the line where it begins; `name` is that of the list.

    Raises:
        KnownError: the file is not TOML, or holds something else.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        found = _LINE.search(str(why))
        line = int(found[1]) if found else text.count("\n") + 1
        raise KnownError(f"{file}:{line}: is not TOML: {why}; fix that line") from why
    found_rows = document.pop(name, [])
    if document or not isinstance(found_rows, list):
        raise KnownError(
            f"{file}: holds {', '.join(document) or 'no list'}; it may hold nothing but [[{name}]] entries"
        )
    head = re.compile(rf"^\s*\[\[\s*{name}\s*\]\]")
    heads = [number for number, line in enumerate(text.split("\n"), 1) if head.match(line)]
    # A list in another TOML syntax has no such lines.
    is_usual = len(heads) == len(found_rows)
    yield from zip(found_rows, heads if is_usual else [1] * len(found_rows), strict=True)


def check_form(
    row: Any, where: str, today: date, *, kind: type[Any], texts: Iterable[str], optional: Mapping[str, type]
) -> None:
    """Refuse an entry with a missing key, an unknown key, or a value of a wrong type.

    `kind` has a field for each key; `texts` are the keys that must be there, and `optional` those that may
    be, beside the dates `since` and `expires`.

    Raises:
        KnownError: the entry is wrong.
    """
    if not isinstance(row, dict):
        raise KnownError(f"{where}: {row!r} is no entry; write its keys, a line each")
    allowed = {one.name for one in fields(kind)} - {"where"}
    unknown = set(row) - allowed
    if unknown:
        raise KnownError(
            f"{where}: unknown keys: {', '.join(sorted(unknown))}; allowed: {', '.join(sorted(allowed))}"
        )
    for name in texts:
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise KnownError(f"{where}: {name} must be a text that is not empty; write it into that entry")
    for name in ("since", "expires"):
        if type(row.get(name)) is not date:
            raise KnownError(
                f"{where}: {name} must be a date; write {name} = {today.isoformat()} without quotes"
            )
    for name, wanted in optional.items():
        if name in row and not isinstance(row[name], wanted):
            raise KnownError(f"{where}: {name} must be {'a text' if wanted is str else 'true or false'}")


def _check_sense(row: dict[str, Any], where: str, contract: Contract, today: date, *, is_ours: bool) -> None:
    """Refuse an entry that names an unknown requirement or operation, or that is expired."""
    if row["requirement"] not in contract.requirements:
        raise KnownError(
            f"{where}: there is no requirement {row['requirement']}; docs/requirements.md lists them"
        )
    operations = [operation.title for operation in contract.operations]
    if row.get("operation", operations[0]) not in operations:
        raise KnownError(
            f"{where}: there is no operation {row['operation']}; there are: {', '.join(operations)}"
        )
    if row["location"] != without_indices(row["location"]):
        raise KnownError(
            f"{where}: {row['location']} names one index; write {without_indices(row['location'])}"
        )
    if row["expires"] < row["since"]:
        raise KnownError(f"{where}: expires on {row['expires']}, before `since`; give it a new date")
    if row["expires"] < today:
        fix = "install a newer release" if is_ours else "check it again, then remove it or set a later date"
        raise KnownError(f"{where}: expired on {row['expires']}; {fix}")


def _same_cause(one: Known, other: Known) -> bool:
    def cause(entry: Known) -> tuple[object, ...]:
        return entry.requirement, entry.operation, entry.location, entry.observed

    return cause(one) == cause(other)


def _fits(pattern: str, location: str) -> bool:
    return location.endswith(pattern[2:]) if pattern.startswith("**") else location == pattern
