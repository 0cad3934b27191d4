"""The life cycle of a group, from one table of transitions."""

import itertools
from typing import Any

import pytest
from tests.sandbox.conftest import Client

from clumio_sandbox import life_cycle
from clumio_sandbox.errors import ApiError
from clumio_sandbox.group import Group, Operation, Plan, Status
from clumio_sandbox.life_cycle import SHORTCUTS, TRANSITIONS, UPDATE_LIFETIME, Event

NEW: dict[str, Any] = {
    "asset_types": ["S3"],
    "aws_regions": ["eu-central-1", "us-west-2"],
    "description": "new",
}
CONNECTED = ("asset_types_enabled", "aws_regions", "account_native_ids", "config", "stack_arn", "stack_name")
INTENDED = ("intended_asset_types", "intended_aws_regions", "description")


def seen(document: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: document.get(field) for field in fields}


def state(document: dict[str, Any]) -> tuple[str, str]:
    return document["status"], document["ongoing_stack_operation"]


def test_a_group_is_born_updated_and_goes(client: Client) -> None:
    """The whole story, read through the vendor's API."""
    group_id = client.create(description="old")["id"]
    assert state(client.read(group_id)) == ("connecting", "no_active_operation")
    client.sandbox.move(group_id, "start")
    assert state(client.read(group_id)) == ("connecting", "creating_stack")
    client.sandbox.move(group_id, "succeed")
    first = client.read(group_id)
    assert state(first) == ("fully_connected", "no_active_operation")
    assert first["asset_types_enabled"] == ["EC2/EBS"]
    assert first["aws_regions"] == ["us-east-1"]
    assert first["account_native_ids"] == ["123456789012"]
    assert first["config"]["ebs"]["installed_template_version"] == "1.1"

    client.update(group_id, **NEW)
    assert seen(client.read(group_id), CONNECTED) == seen(first, CONNECTED)
    client.sandbox.move(group_id, "start")
    assert state(client.read(group_id)) == ("fully_connected", "updating_stack")
    assert seen(client.read(group_id), CONNECTED) == seen(first, CONNECTED)
    client.sandbox.move(group_id, "succeed")
    second = client.read(group_id)
    assert (second["asset_types_enabled"], second["aws_regions"]) == (NEW["asset_types"], NEW["aws_regions"])
    assert second["config"]["s3"]["installed_template_version"] == "1.2"

    client.sandbox.move(group_id, "delete")
    assert state(client.read(group_id)) == ("fully_connected", "deleting_stack")
    client.sandbox.move(group_id, "succeed")
    assert client.send("GET", f"/{group_id}").status == 404
    assert client.send("PUT", f"/{group_id}", NEW).status == 404
    assert client.json(client.send("GET"))["_embedded"]["items"] == []

    left = client.sandbox.state(client.sandbox.group(group_id), base_url="")
    assert left["deleted"]
    assert [row["aws_region"] for row in left["connections"]] == ["us-east-1", "eu-central-1", "us-west-2"]
    assert [row["asset_type"] for row in left["backups"]] == ["EC2/EBS", "S3", "S3"]
    events = [change["event"] for change in left["history"]]
    assert events == ["create", "start", "succeed", "update", "start", "succeed", "delete", "succeed"]


@pytest.mark.parametrize("way", ["break", "discard", "time"])
def test_an_update_that_the_stack_does_not_make_is_discarded(client: Client, way: str) -> None:
    before = client.deployed(description="old")
    client.update(before["id"], **NEW)
    if way == "time":
        client.sandbox.advance(UPDATE_LIFETIME - 1)
        assert client.read(before["id"])["description"] == "new"
        client.sandbox.advance(1)
    else:
        client.sandbox.move(before["id"], way)
    after = client.read(before["id"])
    for document in (before, after):
        del document["_etag"]
    assert after == before


def test_a_failed_create_can_be_tried_again(client: Client) -> None:
    group_id = client.create()["id"]
    client.sandbox.move(group_id, "break")
    failed = client.read(group_id)
    assert state(failed) == ("deployment_failed", "no_active_operation")
    assert (failed["asset_types_enabled"], failed["aws_regions"]) == ([], [])
    client.sandbox.move(group_id, "deploy")
    assert client.read(group_id)["status"] == "fully_connected"


def test_a_partial_success_leaves_a_region_out(client: Client) -> None:
    group_id = client.create(aws_regions=["us-east-1", "us-west-2"])["id"]
    client.sandbox.move(group_id, "start")
    client.sandbox.move(group_id, "partial")
    group = client.read(group_id)
    assert group["status"] == "partially_connected"
    assert (group["aws_regions"], group["intended_aws_regions"]) == (
        ["us-east-1"],
        ["us-east-1", "us-west-2"],
    )


def test_an_update_during_an_operation_outlives_it(client: Client) -> None:
    group_id = client.deployed()["id"]
    client.update(group_id, **NEW)
    client.sandbox.move(group_id, "start")
    client.update(group_id, description="later still")
    client.sandbox.move(group_id, "succeed")
    group = client.read(group_id)
    assert group["asset_types_enabled"] == ["S3"]
    assert (group["intended_asset_types"], group["description"]) == (["EC2/EBS"], "later still")
    client.sandbox.move(group_id, "discard")
    assert seen(client.read(group_id), INTENDED) == {
        "intended_asset_types": ["S3"],
        "intended_aws_regions": NEW["aws_regions"],
        "description": "new",
    }


def test_a_stack_that_cannot_be_deleted_keeps_its_group(client: Client) -> None:
    group_id = client.deployed()["id"]
    client.sandbox.move(group_id, "delete")
    client.sandbox.move(group_id, "fail")
    assert state(client.read(group_id)) == ("fully_connected", "no_active_operation")


def reachable() -> dict[Group, tuple[str, ...]]:
    """Every distinct group that events and one update lead to, with the events."""
    start = Group(
        id="g", organization="o", external_id="e", account_native_id="a", master_aws_account_id="a",
        master_region="r", organizational_unit_id="u", created_at=0.0,
        settled=Plan(("RDS",), ("r",), None, 1),
    )  # fmt: skip
    updated = life_cycle.request_update(start, Plan(("S3",), ("r",), "d"), 0.0)
    found: dict[Group, tuple[str, ...]] = {start: (), updated: ("update",)}
    queue = list(found)
    while queue:
        group = queue.pop()
        for name in life_cycle.allowed(group):
            if name in SHORTCUTS:
                continue
            after = life_cycle.apply(group, Event(name), 0.0)
            if after not in found:
                found[after] = (*found[group], name)
                queue.append(after)
    return found


def test_every_status_and_operation_is_reachable() -> None:
    groups = reachable()
    assert {group.status for group in groups} == set(Status)
    assert {group.operation for group in groups} == set(Operation)
    assert any(group.deleted for group in groups)


def test_each_event_is_possible_or_refused_with_what_is() -> None:
    """No state has two transitions for one event, and a refusal names the state and the allowed events."""
    for group, event in itertools.product(reachable(), Event):
        ways = [row for row in TRANSITIONS if row.event is event and life_cycle.possible(row, group)]
        assert len(ways) <= 1
        if ways:
            assert life_cycle.apply(group, event, 0.0) is not None
            continue
        with pytest.raises(ApiError) as refusal:
            life_cycle.apply(group, event, 0.0)
        assert refusal.value.status == 409
        named = "deleted" if group.deleted else group.status.value
        assert named in refusal.value.message
        for name in life_cycle.allowed(group):
            assert name in refusal.value.message


def test_every_transition_is_used() -> None:
    used = {row for row in TRANSITIONS for group in reachable() if life_cycle.possible(row, group)}
    assert used == set(TRANSITIONS)


def test_an_unknown_event_is_a_conflict(client: Client) -> None:
    group_id = client.create()["id"]
    with pytest.raises(ApiError, match=r"'explode' is not possible: .* start"):
        client.sandbox.move(group_id, "explode")


def test_a_refused_shortcut_has_done_nothing(client: Client) -> None:
    group_id = client.create()["id"]
    before = client.read(group_id)
    with pytest.raises(ApiError):
        client.sandbox.move(group_id, "destroy")
    assert client.read(group_id) == before


def test_history_is_bounded(client: Client) -> None:
    group_id = client.create()["id"]
    for number in range(60):
        client.update(group_id, description=str(number))
    history = client.sandbox.store.history(group_id)
    assert [change.version for change in history] == list(range(12, 62))
