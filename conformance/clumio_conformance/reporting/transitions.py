"""Named requests whose answers changed, grouped by what they have in common."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from clumio_conformance.judging.ledger import NO_ANSWER

_WORDS: Final = re.compile(r"[^\s+=-]+(?:-\d+)?")
_STATUS: Final = re.compile(r"\d{3}\b")

Explanation = tuple[str, tuple[str, ...]]
"""A cause as text, and the requests that it explains."""
Transition = tuple[str, str]
"""The previous answer, and the answer now."""


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """The named requests of both runs: `changed` with both answers, `same` with the one answer."""

    changed: dict[str, Transition]
    same: dict[str, str]

    @classmethod
    def of(cls, old: Mapping[str, str], new: Mapping[str, str]) -> "Behaviour":
        """Compare two runs, without requests that got no answer: a finding reports them."""
        both = [name for name in sorted(old.keys() & new.keys()) if NO_ANSWER not in {old[name], new[name]}]
        return cls(
            changed={name: (old[name], new[name]) for name in both if old[name] != new[name]},
            same={name: old[name] for name in both if old[name] == new[name]},
        )


def transition(before: str, after: str) -> Transition:
    """Return the part that changed: only the status when the error codes are the same."""
    (status, *codes), (now, *codes_now) = (text.split() or [""] for text in (before, after))
    return (status, now) if codes == codes_now else (before, after)


def explained(behaviour: Behaviour) -> Iterator[Explanation]:
    """Explain the changed answers with as few causes as possible."""
    turned: defaultdict[Transition, list[str]] = defaultdict(list)
    for name, answers in behaviour.changed.items():
        turned[transition(*answers)].append(name)
    everywhere = {
        answers: names
        for answers, names in turned.items()
        if len(names) > 1 and not _spared(answers[0], behaviour)
    }
    yield from _everywhere(everywhere)
    for answers, names in sorted(turned.items()):
        if answers not in everywhere:
            yield from _where(answers, names, _spared(answers[0], behaviour))


def _spared(before: str, behaviour: Behaviour) -> list[str]:
    """The requests that had the same previous answer and did not change: they help to separate causes."""
    return [name for name, was in behaviour.same.items() if was == before or was.split()[:1] == [before]]


def _everywhere(turned: Mapping[Transition, list[str]]) -> Iterator[Explanation]:
    """Explain answers that changed for every request; new error codes with the same status are one cause."""
    codes = [answers for answers in turned if _STATUS.match(answers[0]) and answers[0][:3] == answers[1][:3]]
    if len(codes) > 1:
        changed = ", ".join(f"{after} instead of {before}" for before, after in sorted(codes))
        names = sorted(name for answers in codes for name in turned[answers])
        yield f"other error codes everywhere: {changed}", tuple(names)
    for answers, names in sorted(turned.items()):
        if len(codes) < 2 or answers not in codes:
            yield f"{answers[1]} instead of {answers[0]} everywhere", tuple(names)


def _where(answers: Transition, names: list[str], spared: list[str]) -> Iterator[Explanation]:
    """Explain answers that changed for some requests: one cause for all operations, or one for each."""
    whole = _common(names, spared, besides={_operation(name) for name in names})
    if whole and all(whole <= _words(name) for name in names):
        yield _described(answers, _phrase(whole, names[0])), tuple(names)
        return
    for operation in sorted({_operation(name) for name in names}):
        own, others = ([name for name in group if _operation(name) == operation] for group in (names, spared))
        yield from _covered(answers, own, others)


def _covered(answers: Transition, names: list[str], spared: list[str]) -> Iterator[Explanation]:
    """Explain the changed requests by common words that no spared request has; repeat for the rest."""
    left = names
    while left:
        words = _common(left, spared)
        covered = [name for name in left if words <= _words(name)] if words else left[:1]
        yield _described(answers, _phrase(words, covered[0]) if words else covered[0]), tuple(covered)
        left = [name for name in left if name not in covered]


def _common(names: list[str], spared: list[str], besides: set[str] | None = None) -> frozenset[str]:
    """The word or pair of words in most changed requests, at least two, and in no spared one."""
    innocent = [_words(name) for name in spared]
    counts: Counter[frozenset[str]] = Counter()
    for name in names:
        words = sorted(_words(name) - (besides or set()))
        counts.update(map(frozenset, (*combinations(words, 1), *combinations(words, 2))))
    guilty = [
        words for words in counts if counts[words] > 1 and not any(words <= other for other in innocent)
    ]
    return max(guilty, key=lambda words: (counts[words], -len(words), sorted(words)), default=frozenset())


def _described(answers: Transition, what: str) -> str:
    before, after = answers
    accepted = before.startswith("2"), after.startswith("2")
    verb = {
        (True, False): "now refuses ",
        (False, True): "now accepts ",
    }.get(accepted, "answers differently to ")
    return f"{verb if _STATUS.match(before) else ''}{what}: {after} instead of {before}"


def _phrase(words: frozenset[str], name: str) -> str:
    """The words in their order in a request's name."""
    return " ".join(word for word in dict.fromkeys(_WORDS.findall(name)) if word in words)


def _operation(name: str) -> str:
    return name.partition(" ")[0]


def _words(name: str) -> set[str]:
    return set(_WORDS.findall(name))
