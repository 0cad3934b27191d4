"""Ignored differences: each has a reason and an expiry date, and must still be there."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from clumio_conformance.judging.known import KnownError, check_form, read, rows
from clumio_conformance.near_misses import did_you_mean
from clumio_conformance.spec_diff.difference import Difference
from clumio_conformance.spec_diff.rules import RULES

NAME: Final = "ignored"
LIFETIME: Final = timedelta(days=90)
"""How long a ready-made entry is valid."""
_TEXTS: Final = ("rule", "why", "owner")
_OPTIONAL: Final = {"operation": str, "place": str, "fingerprint": str, "link": str}


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """An entry of an ignore file; what it does not name may be anything."""

    rule: str
    why: str
    owner: str
    since: date
    expires: date
    operation: str | None = None
    place: str | None = None
    fingerprint: str | None = None
    link: str | None = None
    where: str = field(default="", compare=False)

    def covers(self, one: Difference) -> bool:
        """Whether the entry is about a difference, in one of its operations at least."""
        return (
            self.rule == one.rule
            and self.place in {None, place_of(one)}
            and self.fingerprint in {None, fingerprint(one)}
            and (self.operation is None or self.operation in one.operations)
        )

    @property
    def reason(self) -> str:
        """Why, by whom and until when the difference is ignored."""
        return f"{self.why} ({self.owner}, until {self.expires})"


def place_of(one: Difference) -> str:
    """Return the place of a difference in one text."""
    return " ".join(part for part in (one.side, one.where, one.keyword) if part)


def fingerprint(one: Difference) -> str:
    """Return what stays the same while the difference does: of rule, place and values, not of operations."""
    parts = json.dumps([one.rule, place_of(one), one.before, one.after], sort_keys=True, default=str)
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def load(files: Iterable[Path], *, today: date) -> list[Ignored]:
    """Read ignore files; an entry that is expired is read as well.

    Raises:
        KnownError: a file can't be read, or an entry is wrong or repeats another one.
    """
    entries: list[Ignored] = []
    for file in files:
        for row, line in rows(read(file), file, NAME):
            where = f"{file}:{line}"
            check_form(row, where, today, kind=Ignored, texts=_TEXTS, optional=_OPTIONAL)
            entry = Ignored(**row, where=where)
            if entry.rule not in RULES:
                raise KnownError(f"{where}: there is no rule {entry.rule}{near_misses(entry.rule)}")
            if entry.expires < entry.since:
                raise KnownError(f"{where}: expires on {entry.expires}, before `since`; give it a new date")
            if twin := next((one for one in entries if _key(one) == _key(entry)), None):
                raise KnownError(f"{where}: is the same entry as {twin.where}; remove one of them")
            entries.append(entry)
    return entries


def near_misses(rule: str) -> str:
    """Return the ids that one that does not exist may be meant for."""
    return f"; {did_you_mean(rule, RULES, '--explain lists the rules')}"


def excuse(one: Difference, entries: list[Ignored], today: date) -> str | None:
    """Return the reasons to ignore a difference; None unless entries cover each of its operations."""
    valid = [entry for entry in entries if entry.expires >= today and entry.covers(one)]
    covered = {entry.operation for entry in valid}
    if not valid or not (None in covered or covered >= set(one.operations)):
        return None
    return "; ".join(dict.fromkeys(entry.reason for entry in valid))


def stale(entries: list[Ignored], differences: list[Difference], today: date) -> list[str]:
    """Return a line for each entry that is expired, or that no difference matches."""
    lines = []
    for entry in entries:
        if entry.expires < today:
            fix = "check it again, then remove it or set a later date"
            lines.append(f"{entry.where}: expired on {entry.expires}; {fix}")
        elif not any(entry.covers(one) for one in differences):
            lines.append(f"{entry.where}: {entry.rule} does not happen any more; remove the entry")
    return lines


def entry_for(one: Difference, today: date) -> str:
    """Write a ready-made entry for a difference, with `why` and `owner` to be filled in."""
    texts = {"rule": one.rule, "place": place_of(one), "fingerprint": fingerprint(one)}
    if len(one.operations) == 1:
        texts["operation"] = one.operations[0]
    lines = [f"{key} = {_quoted(value)}" for key, value in texts.items()]
    dates = [f"since = {today}", f"expires = {today + LIFETIME}"]
    return "\n".join([f"[[{NAME}]]", *lines, 'why = ""', 'owner = ""', *dates])


def _quoted(text: str) -> str:
    """Write a TOML string: a JSON string, except for one character that TOML escapes differently."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(entry: Ignored) -> tuple[str | None, ...]:
    return entry.rule, entry.operation, entry.place, entry.fingerprint
