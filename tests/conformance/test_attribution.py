"""Why valid updates were refused: the fewest features that explain each refusal and fit each success."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from exchanges import SENT, refused, unanswered, update, without

from clumio_conformance.connection_groups.expectations import ACCEPTED, expectation
from clumio_conformance.connection_groups.features import COMBINATION, features
from clumio_conformance.connection_groups.operations import UPDATE
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.attribution import Attribution

PLAIN: dict[str, Any] = {
    "asset_types": ["EC2/EBS"],
    "aws_regions": ["us-east-1"],
    "description": "under test",
}
ORDINARY = ("UCG-OP-01", "an ordinary update")


@dataclass
class Play:
    """Enters answers to updates one after the other."""

    attribution: Attribution = field(default_factory=lambda: Attribution(combination=COMBINATION))

    def accept(self, *bodies: dict[str, Any]) -> "Play":
        """Let these updates be accepted."""
        for body in bodies:
            self._enter(update(sent=body), body)
        return self

    def refuse(self, *bodies: dict[str, Any]) -> list[tuple[str, str]]:
        """Let these be refused; gives what each is blamed on at once."""
        return [self._enter(refused(sent=body), body) for body in bodies]

    def settled(self) -> dict[tuple[str, str], int]:
        """What the refusals are blamed on in the end, and how many of them."""
        blamed = [_cause(expected) for _, expected in self.attribution.settle()]
        return {cause: blamed.count(cause) for cause in blamed}

    def _enter(self, exchange: Exchange, body: dict[str, Any]) -> tuple[str, str]:
        expected = expectation(exchange.request, contract().operation(UPDATE))
        assert expected.outcome == "accepted"
        return _cause(self.attribution.enter(exchange, expected, features(expected, body)))


def _cause(expected: Expectation) -> tuple[str, str]:
    return expected.requirements[0], expected.sent


def variant(**changes: Any) -> dict[str, Any]:
    """An ordinary update with these changes."""
    return {**PLAIN, **changes}


SINGLE = [
    (variant(asset_types=["RDS"]), "UCG-ENUM-01", "asset_types with RDS"),
    (variant(asset_types=["EBS"]), "UCG-DEPR-01", "asset_types with EBS"),
    (variant(asset_types=["EC2/EBS", "EC2MSSQL"]), "UCG-BODY-04", "asset_types with EC2MSSQL"),
    (variant(aws_regions=["us-west-2"]), "UCG-BODY-08", "aws_regions with us-west-2"),
    (variant(description=None), "UCG-BODY-12", "description = null"),
    (variant(asset_types_enabled=None), "UCG-BODY-12", "asset_types_enabled = null"),
    (without(PLAIN, "description"), "UCG-BODY-11", "no description"),
    (variant(description=""), "UCG-BODY-11", 'description = ""'),
    (variant(description="Zürich"), "UCG-BODY-11", "a description beyond ASCII"),
    (variant(description="x" * 1001), "UCG-BODY-20", "a description of many characters"),
    (variant(description="a\nb"), "UCG-BODY-20", "a description with control characters"),
    (variant(extra=1), "UCG-BODY-13", "an extra field"),
    (variant(asset_types_enabled=["EC2/EBS"]), "UCG-ENUM-03", "asset_types_enabled with EC2/EBS"),
]


@pytest.mark.parametrize(("body", "requirement", "what"), SINGLE)
def test_the_one_thing_that_was_never_accepted_is_the_cause(
    body: dict[str, Any], requirement: str, what: str
) -> None:
    play = Play().accept(PLAIN)

    assert play.refuse(body) == [(requirement, what)]
    assert play.settled() == {(requirement, what): 1}


def test_the_location_is_that_of_the_field() -> None:
    play = Play().accept(PLAIN)
    play.refuse(variant(asset_types=["RDS"]))

    [(exchange, expected)] = play.attribution.settle()

    assert expected.location == "request /asset_types"
    assert exchange.request.json == variant(asset_types=["RDS"])


def test_a_cause_that_explains_all_refusals_wins() -> None:
    """Each of the three alone could be blamed on something else first; the field is what they share."""
    play = Play().accept(PLAIN, variant(asset_types=["S3"]))
    play.refuse(
        variant(asset_types_enabled=["EC2/EBS"]),
        variant(asset_types=["S3"], asset_types_enabled=["S3"]),
        variant(asset_types_enabled=["EC2/EBS"], description="Zürich"),
    )

    assert play.settled() == {("UCG-DEPR-02", "the deprecated asset_types_enabled"): 3}


def test_two_causes_are_distinguished() -> None:
    play = Play().accept(PLAIN)
    play.refuse(
        variant(asset_types=["RDS"]),
        variant(description=None),
        variant(asset_types=["RDS"], description="x"),
        variant(description=None, aws_regions=["us-east-1"]),
    )

    assert play.settled() == {
        ("UCG-ENUM-01", "asset_types with RDS"): 2,
        ("UCG-BODY-12", "description = null"): 2,
    }


def test_an_acceptance_disproves_a_cause() -> None:
    """RDS was blamed at first; then it was accepted, so the region is what was refused."""
    play = Play().accept(PLAIN)
    body = variant(asset_types=["RDS"], aws_regions=["us-west-2"])

    assert play.refuse(body) == [("UCG-ENUM-01", "asset_types with RDS")]
    play.accept(variant(asset_types=["RDS"]))

    assert play.settled() == {("UCG-BODY-08", "aws_regions with us-west-2"): 1}


def test_a_cause_that_is_known_is_blamed_again() -> None:
    """A refusal is blamed on the cause of the earlier ones at once, also if it has a rarer feature."""
    play = Play().accept(PLAIN)

    assert (
        play.refuse(variant(description=None), variant(description=None, asset_types=["RDS"]))
        == [("UCG-BODY-12", "description = null")] * 2
    )


def test_everything_refused_is_refused_as_ordinary() -> None:
    play = Play()
    play.refuse(
        PLAIN,
        variant(asset_types=["RDS"], aws_regions=["us-west-2"]),
        variant(asset_types=["S3"], description=None),
    )

    assert play.settled() == {ORDINARY: 3}


def test_what_is_accepted_by_itself_is_refused_as_a_combination() -> None:
    play = Play().accept(
        variant(asset_types=["RDS"]), variant(description=None), variant(asset_types=["EC2/EBS", "S3"])
    )
    combination = ("UCG-OP-01", "a combination of what is accepted by itself")

    assert play.refuse(variant(asset_types=["RDS"], description=None)) == [combination]
    assert play.settled() == {combination: 1}


def test_values_that_are_accepted_one_by_one_are_refused_together_or_in_another_order() -> None:
    play = Play().accept(
        variant(asset_types=["RDS"]), variant(asset_types=["S3"]), variant(asset_types=["EC2/EBS", "S3"])
    )
    together = ("UCG-ENUM-01", 'asset_types = ["RDS", "S3"]')
    turned = ("UCG-ENUM-01", 'asset_types = ["S3", "EC2/EBS"]')

    assert play.refuse(variant(asset_types=["RDS", "S3"]), variant(asset_types=["S3", "EC2/EBS"])) == [
        together,
        turned,
    ]
    assert play.settled() == {together: 1, turned: 1}


def test_several_values_are_a_feature_of_their_own() -> None:
    play = Play().accept(variant(aws_regions=["us-east-1"]), variant(aws_regions=["us-west-2"]))

    assert play.refuse(variant(aws_regions=["us-east-1", "us-west-2"])) == [
        ("UCG-BODY-08", "2 or more aws_regions")
    ]


def test_what_a_probe_is_about_comes_first() -> None:
    expected = Expectation(
        outcome="accepted", requirements=("UCG-OU-01",), location="request header x",
        sent="an empty unit", cause="unit"
    )  # fmt: skip
    play = Play().accept(PLAIN)

    blamed = play.attribution.enter(refused(sent=PLAIN), expected, features(expected, PLAIN))

    assert (blamed.requirements, blamed.location, blamed.sent) == (
        ("UCG-OU-01",),
        "request header x",
        "an empty unit",
    )


def test_a_request_without_an_answer_explains_nothing() -> None:
    attribution = Attribution(combination=COMBINATION)

    assert attribution.enter(unanswered(), ACCEPTED, features(ACCEPTED, SENT)) == ACCEPTED
    assert attribution.settle() == []


def test_nothing_refused_is_nothing_to_explain() -> None:
    assert Play().accept(PLAIN, SENT).settled() == {}


def test_the_ordinary_is_what_every_update_carries() -> None:
    for body in (PLAIN, SENT, json.loads(json.dumps(variant(extra=None)))):
        assert features(ACCEPTED, body)[-1].requirement == "UCG-OP-01"
