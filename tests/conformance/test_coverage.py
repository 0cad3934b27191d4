"""How much of the contract was seen."""

from typing import Any

import pytest
from exchanges import ERROR, GOOD, GROUP, SENT, changed, exchange, read, refused, unanswered, update, without

from clumio_conformance.connection_groups.operations import PAIRS, UPDATE
from clumio_conformance.connection_groups.probes import update_probes
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.coverage import Coverage, Item
from clumio_conformance.contract.schema import Node
from clumio_conformance.exchange import Exchange


def seen(*exchanges: Exchange) -> set[Item]:
    """What these exchanges show."""
    coverage = Coverage(contract(), PAIRS)
    for one in exchanges:
        coverage.observe(one)
    return coverage.seen


def test_nothing_is_seen_at_first() -> None:
    summary = Coverage(contract(), PAIRS).summary()

    assert {category: counts["seen"] for category, counts in summary.items()} == dict.fromkeys(summary, 0)
    assert {category: counts["all"] for category, counts in summary.items()} == {
        category: len(counts["unseen"]) for category, counts in summary.items()
    }
    assert set(summary) == {"answer", "asset type pair", "constraint", "enum value", "nullable", "property"}
    assert summary["answer"]["all"] == 8
    assert summary["asset type pair"]["all"] == 15


@pytest.mark.parametrize("name", ["update", "read", "create"])
def test_a_whole_group_shows_each_property_of_it(name: str) -> None:
    def properties(node: Node, path: str = "") -> set[str]:
        below = {f"{path}/{child}": one for child, one in node.properties.items() if one.documented}
        items = properties(node.items, f"{path}/*") if node.items else set()
        return set(below) | items | {found for path, one in below.items() for found in properties(one, path)}

    operation = contract().operation_of(GOOD[name])
    assert operation is not None
    assert operation.success is not None
    assert operation.success.schema is not None
    whole = {**GROUP, "_embedded": {}} if name == "read" else GROUP

    shown = {
        what
        for category, what in seen(read(whole) if name == "read" else GOOD[name])
        if category == "property"
    }

    expected = {f"{operation.id} answer {path}" for path in properties(operation.success.schema.root)}
    assert {what for what in shown if " answer " in what} == expected


@pytest.mark.parametrize(
    ("exchanges", "item", "other"),
    [
        ([update()], ("answer", f"{UPDATE} 200 success"), ("answer", f"{UPDATE} default error")),
        ([refused()], ("answer", f"{UPDATE} default error"), ("answer", f"{UPDATE} 200 success")),
        (
            [update()], ("enum value", f"{UPDATE} answer /status fully_connected"),
            ("enum value", f"{UPDATE} answer /status unlinked"),
        ),
        (
            [update()], ("enum value", f"{UPDATE} answer /asset_types_enabled RDS"),
            ("enum value", f"{UPDATE} answer /asset_types_enabled S3"),
        ),
        (
            [update()], ("enum value", f"{UPDATE} request /asset_types EC2MSSQL"),
            ("enum value", f"{UPDATE} request /asset_types RDS"),
        ),
        ([update()], ("asset type pair", "EC2/EBS+EC2MSSQL"), ("asset type pair", "EC2/EBS+RDS")),
        (
            [update(sent={**SENT, "asset_types": ["RDS", "EC2/EBS"]})], ("asset type pair", "EC2/EBS+RDS"),
            ("asset type pair", "EC2/EBS+EC2MSSQL"),
        ),
        (
            [update()], ("nullable", f"{UPDATE} answer /config value"),
            ("nullable", f"{UPDATE} answer /config null"),
        ),
        (
            [update({**GROUP, "config": None})], ("nullable", f"{UPDATE} answer /config null"),
            ("nullable", f"{UPDATE} answer /config value"),
        ),
        (
            [update(without(GROUP, "config"))], ("nullable", f"{UPDATE} answer /config absent"),
            ("nullable", f"{UPDATE} answer /config value"),
        ),
        (
            [update()], ("nullable", f"{UPDATE} request /asset_types_enabled absent"),
            ("nullable", f"{UPDATE} request /asset_types_enabled null"),
        ),
        (
            [update()], ("constraint", f"{UPDATE} request /asset_types if met"),
            ("constraint", f"{UPDATE} request /asset_types if missed"),
        ),
        (
            [refused(sent={**SENT, "asset_types": ["EC2MSSQL"]})],
            ("constraint", f"{UPDATE} request /asset_types if missed"),
            ("constraint", f"{UPDATE} request /asset_types if met"),
        ),
        (
            [refused(sent={**SENT, "asset_types": 7})],
            ("constraint", f"{UPDATE} request /asset_types type missed"),
            ("constraint", f"{UPDATE} request /asset_types type met"),
        ),
        (
            [refused(sent={**SENT, "asset_types": ["x"]})],
            ("constraint", f"{UPDATE} request /asset_types enum missed"),
            ("constraint", f"{UPDATE} request /asset_types enum met"),
        ),
        (
            [refused(sent={})], ("constraint", f"{UPDATE} request /aws_regions required missed"),
            ("constraint", f"{UPDATE} request /aws_regions required met"),
        ),
        (
            [update()], ("constraint", f"{UPDATE} request /aws_regions required met"),
            ("constraint", f"{UPDATE} request /aws_regions required missed"),
        ),
    ],
)  # fmt: skip
def test_an_exchange_shows_what_it_shows_and_no_more(
    exchanges: list[Exchange], item: Item, other: Item
) -> None:
    coverage = Coverage(contract(), PAIRS)
    assert item in coverage.items
    assert other in coverage.items

    shown = seen(*exchanges)

    assert item in shown
    assert other not in shown


@pytest.mark.parametrize(
    "nothing",
    [
        unanswered(),
        exchange("GET", "/elsewhere", answer=GROUP),
        exchange("DELETE", "/connections/aws/connection-groups/7c3e", answer=ERROR, status=405),
    ],
)
def test_what_shows_nothing(nothing: Exchange) -> None:
    assert seen(nothing) == set()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"7", b'{"errors": {"0": 1}}'])
def test_an_odd_answer_shows_its_status_at_the_most(body: Any) -> None:
    shown = seen(refused(body, sent=b"?"))

    assert {category for category, _ in shown} <= {"answer", "property"}


def test_only_a_200_is_the_answer_of_success() -> None:
    assert ("answer", f"{UPDATE} 200 success") not in seen(update(status=201))


def test_the_probes_of_the_suite_miss_and_meet_each_constraint_of_an_update() -> None:
    """The cases from the contract leave nothing of it out; a refused request shows them too."""
    coverage = Coverage(contract(), PAIRS)
    for probe in update_probes(contract(), SENT):
        coverage.observe(update(sent=probe.body))

    summary = coverage.summary()

    unseen = summary["constraint"]["unseen"] + summary["asset type pair"]["unseen"]
    assert [item for item in unseen if item.startswith(UPDATE) or "+" in item] == []
    assert [item for item in summary["enum value"]["unseen"] if item.startswith(f"{UPDATE} request")] == []


def test_a_list_counts_its_items_as_one() -> None:
    coverage = Coverage(contract(), PAIRS)
    page = changed({"_embedded": {"items": [{}, GROUP]}}, {})
    coverage.observe(exchange("GET", "/connections/aws/connection-groups", answer=page))

    assert ("property", "list-aws-connection-groups answer /_embedded/items/*/status") in coverage.seen
    assert ("nullable", "list-aws-connection-groups answer /_embedded/items/*/config absent") in coverage.seen
