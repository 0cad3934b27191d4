"""Why valid requests were refused: the fewest features that explain every refusal and contradict no acceptance."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Final

from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.contract.probes import ODD_LENGTH, is_odd
from clumio_conformance.contract.schema import shown
from clumio_conformance.exchange import Exchange


@dataclass(frozen=True, kw_only=True)
class Feature:
    """Something that a valid request carries, and the requirement that has it accepted."""

    requirement: str
    location: str
    what: str


ORDINARY: Final = Feature(requirement="UCG-OP-01", location="request", what="an ordinary update")
COMBINATION: Final = Feature(
    requirement="UCG-OP-01", location="request", what="a combination of what is accepted by itself"
)
_VALUES: Final = {
    "asset_types": {"EBS": "UCG-DEPR-01", "EC2MSSQL": "UCG-BODY-04"},
    "asset_types_enabled": {"EC2MSSQL": "UCG-BODY-07"},
}
_ANY_VALUE: Final = {"asset_types": "UCG-ENUM-01", "asset_types_enabled": "UCG-ENUM-03"}
_SEVERAL: Final = {"asset_types": "UCG-BODY-02", "aws_regions": "UCG-BODY-08"}
_TOGETHER: Final = {**_ANY_VALUE, "aws_regions": _SEVERAL["aws_regions"]}
_KNOWN: Final = frozenset({"asset_types", "asset_types_enabled", "aws_regions", "description"})


def features(expected: Expectation, body: dict[str, Any]) -> tuple[Feature, ...]:
    """Give what a valid update carries, the most special first: what the probe is about, then what is in its body."""
    found = []
    if expected.requirements != (ORDINARY.requirement,):
        found.append(
            Feature(requirement=expected.requirements[0], location=expected.location, what=expected.sent)
        )
    for field_name in ("asset_types", "asset_types_enabled"):
        for value in body.get(field_name) or ():
            requirement = _VALUES[field_name].get(value, _ANY_VALUE[field_name])
            found.append(_feature(requirement, field_name, f"{field_name} with {value}"))
    for field_name, requirement in _SEVERAL.items():
        if len(body[field_name]) > 1:
            found.append(_feature(requirement, field_name, f"several {field_name}"))
    found += [
        _feature("UCG-BODY-08", "aws_regions", f"aws_regions with {region}") for region in body["aws_regions"]
    ]
    found += _optional(body)
    # What is accepted value by value may still be refused together, or in this order.
    found += [
        _feature(requirement, field_name, f"{field_name} = {shown(body[field_name])}")
        for field_name, requirement in _TOGETHER.items()
        if len(body.get(field_name) or ()) > 1
    ]
    return (*found, ORDINARY)


def _optional(body: dict[str, Any]) -> list[Feature]:
    found = [
        _feature("UCG-BODY-12", name, f"{name} = null")
        for name in ("asset_types_enabled", "description")
        if name in body and body[name] is None
    ]
    if body.get("asset_types_enabled") is not None:
        found.append(_feature("UCG-DEPR-02", "asset_types_enabled", "the deprecated asset_types_enabled"))
    if "description" not in body:
        found.append(_feature("UCG-BODY-11", "description", "no description"))
    elif body["description"] is not None:
        found += _text(body["description"])
    found += [_feature("UCG-BODY-13", name, f"the extra field {name}") for name in body if name not in _KNOWN]
    return found


def _text(text: str) -> list[Feature]:
    found = []
    if is_odd(text):
        kind = "of many characters" if len(text) > ODD_LENGTH else "with control characters"
        found.append(_feature("UCG-BODY-20", "description", f"a description {kind}"))
    if not text.isascii():
        found.append(_feature("UCG-BODY-11", "description", "a description beyond ASCII"))
    if not text.strip():
        found.append(_feature("UCG-BODY-11", "description", f"description = {shown(text)}"))
    return found


def _feature(requirement: str, field_name: str, what: str) -> Feature:
    return Feature(requirement=requirement, location=f"request /{field_name}", what=what)


@dataclass
class Attribution:
    """What was accepted and what was refused, of valid updates."""

    accepted: set[Feature] = field(default_factory=set)
    refused: list[tuple[Exchange, Expectation, tuple[Feature, ...]]] = field(default_factory=list)

    def enter(self, exchange: Exchange, expected: Expectation, carried: tuple[Feature, ...]) -> Expectation:
        """Take an answer to a valid update; gives the expectation, blamed on what explains a refusal best so far."""
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
        return [feature for feature in carried if feature not in self.accepted] or [COMBINATION]

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
