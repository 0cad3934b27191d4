"""Why valid requests were refused: the fewest features that explain every refusal and contradict no acceptance."""

from collections import Counter
from dataclasses import dataclass, field, replace

from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange


@dataclass(frozen=True, kw_only=True)
class Feature:
    """Something that a valid request carries, and the requirement that has it accepted."""

    requirement: str
    location: str
    what: str


@dataclass
class Attribution:
    """What was accepted and what was refused, of valid requests.

    `combination` is blamed for a refusal when everything in the request was accepted by itself.
    """

    combination: Feature
    accepted: set[Feature] = field(default_factory=set)
    refused: list[tuple[Exchange, Expectation, tuple[Feature, ...]]] = field(default_factory=list)

    def enter(self, exchange: Exchange, expected: Expectation, carried: tuple[Feature, ...]) -> Expectation:
        """Take an answer to a valid request; gives the expectation, blamed on what explains a refusal best so far."""
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
        """Give each refusal with the expectation that was not met, now that everything was seen."""
        return [
            (self.refused[at][0], _blamed(self.refused[at][1], cause))
            for at, cause in self._explained(self.refused)
        ]

    def _candidates(self, carried: tuple[Feature, ...]) -> list[Feature]:
        return [feature for feature in carried if feature not in self.accepted] or [self.combination]

    def _explained(
        self, refused: list[tuple[Exchange, Expectation, tuple[Feature, ...]]]
    ) -> list[tuple[int, Feature]]:
        """Cover the refusals with as few features as may be: the one that explains most first."""
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
