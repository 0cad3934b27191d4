"""The changes between two runs, one for each cause, also where the contract leaves the answer open."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import jsonschema_rs

from clumio_conformance.judging.findings import Finding, fingerprint
from clumio_conformance.judging.place import named
from clumio_conformance.reporting.report import report_schema
from clumio_conformance.reporting.transitions import Behaviour, explained, transition

LONGEST: Final = 80
"""The longest text in characters that a line repeats."""
MOST: Final = 3
"""How many different values a line repeats."""
_LATER: Final[Mapping[str, Any]] = {
    "documentation": None, "more_findings": {"fail": 0, "others": 0}, "scenarios": {}, "coverage": {},
    "changes": [], "stale": [],
}  # fmt: skip
"""What an older 1.x has not."""
_EXTENT: Final = ("target", "writes", "quick", "strict", "seed", "version", "unfinished", "overlays")
# Findings of these kinds change the status of a named request.
_ACCEPTS: Final = "accepts-invalid"
_REJECTS: Final = "rejects-valid"
_OF_STATUS: Final = frozenset({_ACCEPTS, _REJECTS, "status", "transport"})

What = Literal["new finding", "gone finding", "behaviour"]
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Naming:
    """Facts about the API under test: `items` is the place of the resources in a list, `*` for the index.

    `about_errors` is the prefix of the ids of requirements about the body of errors.
    """

    items: str
    about_errors: str

    def place(self, row: Row) -> str:
        """Return the place of a row without indices; names stay."""
        return named(row["location"], self.items)

    def known(self, row: Row) -> Row:
        """Add the field of the answer to a row, and whether the row is about the body of an error."""
        # A report of version 1.0 has no place.
        place = str(row.get("place") or named(row["location"], self.items))
        return {
            **row,
            "fingerprint": fingerprint(row["requirement"], place, row["observed"]),
            "field": named(row["location"], self.items).removesuffix("/*") or "body",
            "about_errors": str(row["requirement"]).startswith(self.about_errors),
        }


class BaselineError(Exception):
    """A report can't be compared; the message names the file, the place and the fix."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change: `cause` is its description, `where` lists its places."""

    what: What
    cause: str
    where: tuple[str, ...]

    def __str__(self) -> str:
        count = f" (in {len(self.where)} places)" if len(self.where) > 1 else ""
        return f"{self.what}: {self.cause}{count}"

    def json(self) -> dict[str, Any]:
        """Return the change as JSON values."""
        return {"what": self.what, "cause": self.cause, "where": list(self.where)}


@dataclass
class _Cause:
    """Findings with one cause, and the named requests whose answers changed for it."""

    rows: list[Row] = field(default_factory=list)
    behaviour: dict[str, tuple[str, str]] = field(default_factory=dict)


def read_report(file: Path) -> dict[str, Any]:
    """Read a report.json, the one of a folder, or with - that of standard input.

    Raises:
        BaselineError: it can't be read, or is not a report of this version.
    """
    try:
        file = file / "report.json" if file.is_dir() else file
        text = sys.stdin.buffer.read() if file == Path("-") else file.read_bytes()
        report: Any = json.loads(text.decode())
    except OSError as why:
        raise BaselineError(
            f"{file}: can't be read: {why.strerror}; name a report.json of an earlier run"
        ) from why
    except (ValueError, RecursionError) as why:
        raise BaselineError(f"{file}: is not JSON: {why}; name a report.json of an earlier run") from why
    error = next(iter(jsonschema_rs.Draft202012Validator(report_schema()).iter_errors(report)), None)
    if error:
        place = "/".join(str(token) for token in error.instance_path) or "the top"
        raise BaselineError(
            f"{file}: is not a report of this version: {error.message[:200]} at {place}; make a new one"
        )
    return {**_LATER, **report}


def changes(old: Row, new: Row, naming: Naming) -> list[Change]:
    """Return the changes in the new report, one for each cause.

    A request that only one of the runs sent is not a change: a quick run sends fewer.
    """
    behaviour = Behaviour.of(old["behaviour"], new["behaviour"])
    appeared = _causes(new, old, behaviour, naming)
    vanished = [] if tried_less(new, old) else _causes(old, new, behaviour, naming)
    return [
        *(_change("new finding", cause) for cause in appeared),
        *(_change("gone finding", cause) for cause in vanished),
        *(Change(what="behaviour", cause=cause, where=where) for cause, where in explained(behaviour)),
    ]


class Dating:
    """Adds to the findings of a run since when they are there, by a baseline and `today`."""

    def __init__(self, baseline: Row, naming: Naming, today: date) -> None:
        self._today = today
        finished = str(baseline["run"]["finished"])[:10]
        self._since = {
            row["fingerprint"]: date.fromisoformat(row.get("since") or finished)
            for row in map(naming.known, baseline["findings"])
        }
        self._tried = {row["id"] for row in baseline["requirements"] if row["outcome"] != "not_run"}
        # A report describes only so many causes; one that it left out may be any.
        self._is_whole = not sum(baseline.get("more_findings", {}).values())

    def __call__(self, finding: Finding) -> Finding:
        """Return the finding with its day, and whether it is new; unchanged where nothing tells."""
        since = self._since.get(finding.fingerprint)
        if since is not None:
            return replace(finding, since=min(since, finding.since or since), is_new=False)
        if finding.requirement not in self._tried or not self._is_whole:
            return finding
        return replace(finding, since=finding.since or self._today, is_new=True)


def incomparable(old: Row, new: Row) -> str | None:
    """Say why two reports are hard to compare: another target or another extent; None if they are not."""
    runs = old["run"], new["run"]
    live = all(run["target"] == "live" for run in runs)
    names = [*_EXTENT, *(["base_url"] if live else [])]
    differ = [name for name in names if runs[0].get(name) != runs[1].get(name)]
    differences = ", ".join(f"{name} {runs[0].get(name)} before, {runs[1].get(name)} now" for name in differ)
    return f"the runs are hard to compare: {differences}" if differences else None


def tried_less(one: Row, other: Row) -> bool:
    """Whether a run tried less than the other, so that a finding may be missing for this reason."""
    run, than = one["run"], other["run"]
    return (
        bool(than.get("writes") and not run.get("writes"))
        or bool(run.get("quick") and not than.get("quick"))
        or run.get("unfinished") not in {None, than.get("unfinished")}
    )


def _causes(report: Row, other: Row, behaviour: Behaviour, naming: Naming) -> list[_Cause]:
    """Return the findings of only one report, by cause, and remove the behaviour that they explain."""
    known: dict[str, set[str]] = {}
    for row in map(naming.known, filter(is_of_target, other["findings"])):
        known[row["fingerprint"]] = set(row.get("locations", [naming.place(row)]))
    tried = {row["id"] for row in other["requirements"] if row["outcome"] != "not_run"}
    rows = [
        new
        for row in map(naming.known, filter(is_of_target, report["findings"]))
        if row["requirement"] in tried
        for new in _unlike(row, known.get(row["fingerprint"]), naming)
    ]
    causes = [_Cause(rows=found) for found in _folded([[row] for row in rows], _place, _request)]
    for cause in causes:
        for row in cause.rows:
            for name in row.get("probes", ()):
                if name in behaviour.changed and _explains(row, *behaviour.changed[name]):
                    cause.behaviour[name] = behaviour.changed[name]
    for cause in causes:
        for name in cause.behaviour:
            behaviour.changed.pop(name, None)
    return causes


def _unlike(row: Row, known: set[str] | None, naming: Naming) -> Iterator[Row]:
    """Yield a finding if the other report lacks it, or once for each of its locations that it lacks."""
    if known is None:
        yield row
        return
    for location in row.get("locations", ()):
        if location not in known:
            yield naming.known({**row, "location": location, "actual": ""})


def is_of_target(row: Row) -> bool:
    """Whether a finding is about the target; a mock that no longer matches follows from another change."""
    return row["blame"] not in {"environment", "suite"}


def _folded(groups: list[list[Row]], *keys: Callable[[Row], object]) -> list[list[Row]]:
    """Join the groups that have a key in common; a key that is None joins nothing."""
    for key in keys:
        joined: dict[object, list[Row]] = {}
        for number, group in enumerate(groups):
            value = key(group[0])
            joined.setdefault(number if value is None else (key, value), []).extend(group)
        groups = list(joined.values())
    return groups


def _place(row: Row) -> object:
    """The field of a finding: the same for a list and its items, for a resource and a listed one."""
    place = str(row["field"])
    return place if place.startswith("/") else (place, row["requirement"], row["observed"])


def _request(row: Row) -> object:
    """The requirement and the kind of a wrongly accepted or wrongly refused request; else None."""
    return (row["requirement"], row["kind"]) if row.get("kind") in {_ACCEPTS, _REJECTS} else None


def _explains(row: Row, before: str, after: str) -> bool:
    """Whether a finding explains the changed answer to a named request."""
    if not before[:1].isdigit():
        return True
    if before.split(maxsplit=1)[0] != after.split(maxsplit=1)[0]:
        return row.get("kind") in _OF_STATUS
    return bool(row["about_errors"])


def _change(what: What, cause: _Cause) -> Change:
    rows = cause.rows
    ids = " ".join(sorted({row["requirement"] for row in rows}))
    where = sorted(
        {
            f"{operation} {row['location']}"
            for row in rows
            for operation in row.get("operations", [row["operation"]])
        }
    )
    where += [
        f"{name}: {after} instead of {before}" for name, (before, after) in sorted(cause.behaviour.items())
    ]
    verb = _verb(what, rows[0])
    if verb:
        text = f"{ids} {verb} {_several(map(_sent, rows))}{_turned(cause)}"
    else:
        actual = _several(_short(row["actual"], row) for row in rows)
        text = f"{ids} at {_several(row['field'] for row in rows)}: {actual}"
    return Change(what=what, cause=text, where=tuple(where))


def _verb(what: What, row: Row) -> str:
    """The verb for a request that is now accepted or refused; empty for any other finding."""
    accepts = {"new finding": "now accepts", "gone finding": "refuses again"}
    rejects = {"new finding": "now refuses", "gone finding": "accepts again"}
    return {_ACCEPTS: accepts, _REJECTS: rejects}.get(row.get("kind", ""), {}).get(what, "")


def _sent(row: Row) -> str:
    """The accepted or refused part of the request."""
    if row["kind"] == _REJECTS:
        return _short(row["observed"].partition(": ")[2], row)
    return _short(row["actual"].partition(" for ")[2], row)


def _short(text: str, row: Row) -> str:
    return text if 0 < len(text) < LONGEST else str(row["observed"])


def _several(texts: Iterable[str]) -> str:
    different = list(dict.fromkeys(texts))
    more = f" and {len(different) - MOST} more" if len(different) > MOST else ""
    return "; ".join(different[:MOST]) + more


def _turned(cause: _Cause) -> str:
    """The change of the answers, if it is the same for all."""
    turned = {transition(*answers) for answers in cause.behaviour.values() if answers[0][:1].isdigit()}
    return "".join(f": {after} instead of {before}" for before, after in turned) if len(turned) == 1 else ""
