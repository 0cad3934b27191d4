"""What changed between two runs, named by its cause: also where the contract leaves it open."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Final, Literal

import jsonschema_rs

from clumio_conformance.known import normalized
from clumio_conformance.reporting.document import report_schema

_ITEM: Final = re.compile(r"^/_embedded/items/\*")
_WORDS: Final = re.compile(r"[^\s+=-]+(?:-\d+)?")
LONGEST: Final = 80
"""Characters of what was seen that a line repeats."""


class BaselineError(Exception):
    """A report can't be compared; the message names the file, the place and the mend."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change: `cause` says it in words, `where` lists all that it shows in."""

    what: Literal["new finding", "gone finding", "behaviour"]
    cause: str
    where: tuple[str, ...]

    def __str__(self) -> str:
        count = f" (in {len(self.where)} places)" if len(self.where) > 1 else ""
        return f"{self.what}: {self.cause}{count}"


def read_report(file: Path) -> dict[str, Any]:
    """Read a report.json.

    Raises:
        BaselineError: it can't be read, or is no report of this kind.
    """
    try:
        report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except OSError as why:
        raise BaselineError(
            f"{file}: can't be read: {why.strerror}; name a report.json of an earlier run"
        ) from why
    except ValueError as why:
        raise BaselineError(f"{file}: is not JSON: {why}; name a report.json of an earlier run") from why
    error = next(iter(jsonschema_rs.Draft202012Validator(report_schema()).iter_errors(report)), None)
    if error:
        place = "/".join(str(token) for token in error.instance_path) or "the top"
        raise BaselineError(
            f"{file}: is no report of this version: {error.message[:200]} at {place}; make it anew"
        )
    return report


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Give what is different in the new report, a line for each cause.

    What only one of the two runs tried is no change: a quick run tries less.
    """
    return [*_findings(old, new), *_behaviour(old["behaviour"], new["behaviour"])]


def incomparable(old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    """Say what makes two reports hard to compare: another target, or another extent; None when nothing does."""
    names = ("target", "writes", "quick", "strict")
    differ = [name for name in names if old["run"].get(name) != new["run"].get(name)]
    told = ", ".join(f"{name} {old['run'].get(name)} then, {new['run'].get(name)} now" for name in differ)
    return f"the runs were not alike: {told}" if told else None


def as_json(found: Iterable[Change]) -> list[dict[str, Any]]:
    """Give changes as JSON values."""
    return [asdict(change) | {"where": list(change.where)} for change in found]


def _findings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = (
        {row["fingerprint"]: row for row in report["findings"] if _vendors(row)} for report in (old, new)
    )
    yield from _told("new finding", [row for key, row in after.items() if key not in before], _seen(old))
    yield from _told("gone finding", [row for key, row in before.items() if key not in after], _seen(new))


def _vendors(row: Mapping[str, Any]) -> bool:
    """Whether a finding is about the target: a mock that no longer fits it follows from what the target does."""
    return row["blame"] not in {"environment", "suite"}


def _seen(report: Mapping[str, Any]) -> set[str]:
    return {row["id"] for row in report["requirements"] if row["outcome"] != "not_run"}


def _told(
    what: Literal["new finding", "gone finding"], rows: list[dict[str, Any]], seen: set[str]
) -> Iterator[Change]:
    """Fold what shows at one place to several requirements or operations, then what one requirement shows at several.

    What the other run did not try is left out.
    """
    places: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["requirement"] in seen:
            shown = row["actual"] if len(row["actual"]) < LONGEST else row["observed"]
            places[_ITEM.sub("", normalized(row["location"])), shown].append(row)
    causes: defaultdict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for (place, shown), found in places.items():
        ids = " ".join(sorted({row["requirement"] for row in found}))
        causes[ids, shown].extend((place, row) for row in found)
    for (ids, shown), shows in sorted(causes.items(), key=lambda item: item[0]):
        at = sorted({place for place, _ in shows})
        where = tuple(sorted(f"{row['operation']} {row['location']}" for _, row in shows))
        yield Change(
            what=what,
            cause=f"{ids} at {at[0] if len(at) == 1 else f'{len(at)} places'}: {shown}",
            where=where,
        )


def _behaviour(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """Fold the requests that are answered otherwise now to what they have in common."""
    transitions: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in sorted(old.keys() & new.keys()):
        if old[name] != new[name]:
            transitions[_transition(old[name], new[name])].append(name)
    for (before, after), names in sorted(transitions.items()):
        # what was answered in the same way, and still is, tells the cause apart
        spared = [
            name for name in old.keys() & new.keys() if old[name] == new[name] and _begins(old[name], before)
        ]
        if not spared and len(names) > 1:
            yield Change(what="behaviour", cause=f"{after} was {before}, wherever it was", where=tuple(names))
            continue
        for operation in sorted({_operation(name) for name in names}):
            own = [[name for name in group if _operation(name) == operation] for group in (names, spared)]
            yield from _explained(before, after, *own)


def _transition(before: str, after: str) -> tuple[str, str]:
    """The part that changed: the status alone when the error codes are the same."""
    (status, *codes), (now, *codes_now) = before.split(), after.split()
    return (status, now) if codes == codes_now else (before, after)


def _explained(before: str, after: str, names: list[str], spared: list[str]) -> Iterator[Change]:
    """Name the fewest words that all changed requests have and no spared one has; else the requests themselves."""
    left = names
    while left:
        words = _common(left, spared)
        covered = [name for name in left if words <= _words(name)] if words else left[:1]
        told = f"{_verb(before, after)} {' '.join(sorted(words))}" if words else left[0]
        yield Change(what="behaviour", cause=f"{told}: {after} was {before}", where=tuple(covered))
        left = [name for name in left if name not in covered]


def _common(names: list[str], spared: list[str]) -> frozenset[str]:
    """The word, or the two words together, that stand in the most changed requests, at least two, and in no spared one."""
    innocent = [_words(name) for name in spared]
    counts: Counter[frozenset[str]] = Counter()
    for name in names:
        words = sorted(_words(name))
        counts.update(map(frozenset, (*combinations(words, 1), *combinations(words, 2))))
    guilty = [
        words for words in counts if counts[words] > 1 and not any(words <= other for other in innocent)
    ]
    return max(guilty, key=lambda words: (counts[words], -len(words), sorted(words)), default=frozenset())


def _operation(name: str) -> str:
    return name.partition(" ")[0]


def _words(name: str) -> set[str]:
    return set(_WORDS.findall(name))


def _verb(before: str, after: str) -> str:
    accepted = [text.startswith("2") for text in (before, after)]
    if accepted == [True, False]:
        return "now refuses"
    return "now accepts" if accepted == [False, True] else "answers otherwise for"


def _begins(answer: str, before: str) -> bool:
    return answer == before or answer.split(maxsplit=1)[0] == before
