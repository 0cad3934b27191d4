"""Why valid requests were refused: the fewest features that explain all refusals and were never accepted."""

from collections import Counter
from dataclasses import dataclass, field, replace

from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A part of a valid request, and the requirement that says it is accepted."""

    requirement: str
    location: str
    what: str


@dataclass
class Attribution:
    """The accepted features and the refused exchanges of valid requests.

    `combination` is blamed for a refusal when every single feature of the request was accepted elsewhere.
    """

    combination: Feature
    accepted: set[Feature] = field(default_factory=set)
    refused: list[tuple[Exchange, Expectation, tuple[Feature, ...]]] = field(default_factory=list)

    def enter(self, exchange: Exchange, expected: Expectation, carried: tuple[Feature, ...]) -> Expectation:
        """Enter an answer to a valid request; return the expectation with the most likely cause so far."""
        if exchange.response is None:
            return expected
        if exchange.succeeded:
            self.accepted.update(carried)
            return expected
        self.refused.append((exchange, expected, carried))
        known = {feature for _, feature in self._explained(self.refused[:-1])}
        candidates = self._candidates(carried)
        return _blamed(expected, next((c for c in candidates if c in known), candidates[0]))

    def settle(self) -> list[tuple[Exchange, Expectation]]:
        """Return each refusal with its final cause, after all exchanges of the run."""
        return [
            (self.refused[at][0], _blamed(self.refused[at][1], cause))
            for at, cause in self._explained(self.refused)
        ]

    def _candidates(self, carried: tuple[Feature, ...]) -> list[Feature]:
        return [feature for feature in carried if feature not in self.accepted] or [self.combination]

    def _explained(
        self, refused: list[tuple[Exchange, Expectation, tuple[Feature, ...]]]
    ) -> list[tuple[int, Feature]]:
        """Explain the refusals with as few features as possible; the one that explains most comes first."""
        left = {at: self._candidates(carried) for at, (_, _, carried) in enumerate(refused)}
        explained = []
        while left:
            counts = Counter(feature for candidates in left.values() for feature in candidates)
            most = max(counts.values())
            cause = next(f for candidates in left.values() for f in candidates if counts[f] == most)
            covered = [at for at, candidates in left.items() if cause in candidates]
            explained += [(at, cause) for at in covered]
            for at in covered:
                del left[at]
        return explained


def _blamed(expected: Expectation, cause: Feature) -> Expectation:
    return replace(
        expected,
        requirements=(cause.requirement,),
        location=cause.location,
        sent=cause.what,
        cause=cause.what,
    )
