"""A group lives as its stack does: what was seen before and after the stack moved."""

import json
from typing import Any

import pytest
from exchanges import ERROR, GROUP, Departure, departures, kept, read, refused, unanswered, update, without

from clumio_conformance.connection_groups.rules import life_cycle
from clumio_conformance.exchange import Exchange, Request, Response

FAILED = [refused(), read(ERROR, status=404), update(b"[]"), unanswered()]
CONNECTED = {
    "asset_types_enabled": "intended_asset_types",
    "aws_regions": "intended_aws_regions",
    "account_native_ids": "intended_account_native_ids",
}
CURRENT = {**GROUP, **{connected: GROUP[intended] for connected, intended in CONNECTED.items()}}
OTHER = {"asset_types": ["S3"], "aws_regions": ["eu-central-1"], "account_native_ids": ["000000000000"]}
"""Another value that the page allows, by the end of the field's name."""


def other(field: str) -> Any:
    """Another value of a field."""
    name = field.removeprefix("intended_").removesuffix("_enabled")
    return "another text" if name == "description" else OTHER[name]


def _as(field: str, when: str) -> str:
    return f"{json.dumps(GROUP[field])}, as {when}"


def test_an_update_that_is_pending() -> None:
    after = {
        **GROUP,
        "intended_asset_types": ["S3"],
        "description": "x",
        "aws_regions": GROUP["aws_regions"][::-1],
    }

    verdicts = list(life_cycle.pending(read(), update(after)))

    assert departures(verdicts) == []
    assert [verdict.requirement for verdict in verdicts] == ["UCG-FLOW-03"] * 3


@pytest.mark.parametrize("field", CONNECTED)
def test_an_update_that_takes_effect_before_its_stack(field: str) -> None:
    expected = _as(field, "before the update, whose stack was not updated yet")

    for value in (other(field), [], [*GROUP[field], *other(field)]):
        assert departures(life_cycle.pending(read(), update({**GROUP, field: value}))) == [
            ("UCG-FLOW-03", "semantic", f"/{field}", expected, json.dumps(value))
        ]


def test_an_update_that_is_complete() -> None:
    verdicts = list(life_cycle.completed(update(), read(CURRENT)))

    assert departures(verdicts) == []
    assert kept(verdicts) == {"UCG-FLOW-04"}
    assert len(verdicts) == 3


@pytest.mark.parametrize(("connected", "intended"), CONNECTED.items())
def test_an_update_that_never_completes(connected: str, intended: str) -> None:
    """A field that a read lacks or breaks is a finding about the read alone."""
    expected = _as(intended, "asked for")

    assert departures(life_cycle.completed(update(), read({**CURRENT, connected: other(connected)}))) == [
        ("UCG-FLOW-04", "semantic", f"/{connected}", expected, json.dumps(other(connected)))
    ]
    for broken in ({**CURRENT, connected: "x"}, without(CURRENT, connected)):
        assert departures(life_cycle.completed(update(), read(broken))) == []
    assert list(life_cycle.completed(refused(), read(CURRENT))) == []


def test_an_update_that_was_discarded() -> None:
    after = read({**GROUP, "status": "connecting", "_etag": "x"})
    verdicts = list(life_cycle.discarded(read(), update(), after))

    assert departures(verdicts) == []
    assert kept(verdicts) == {"UCG-FLOW-05", "UCG-FLOW-08"}


@pytest.mark.parametrize(
    ("field", "requirement"),
    [
        *((field, "UCG-FLOW-05") for field in CONNECTED),
        *((field, "UCG-FLOW-08") for field in CONNECTED.values()),
        ("description", "UCG-FLOW-08"),
    ],
)
def test_a_discarded_update_that_leaves_a_trace(field: str, requirement: str) -> None:
    value = other(field)

    assert departures(life_cycle.discarded(read(), update(), read({**GROUP, field: value}))) == [
        (
            requirement, "semantic", f"/{field}", _as(field, "before the update that was discarded"),
            json.dumps(value),
        )
    ]  # fmt: skip


def test_an_update_that_took_effect_at_once_says_nothing_about_its_discard() -> None:
    early = {**GROUP, "aws_regions": ["eu-central-1"]}

    verdicts = list(life_cycle.discarded(read(), update(early), read(early)))

    assert kept(verdicts) == {"UCG-FLOW-08"}
    assert departures(verdicts) == []


@pytest.mark.parametrize("failed", FAILED)
def test_nothing_is_said_of_a_group_that_was_not_shown(failed: Exchange) -> None:
    assert list(life_cycle.pending(failed, read())) == list(life_cycle.pending(read(), failed)) == []
    assert list(life_cycle.discarded(failed, update(), read())) == []
    assert list(life_cycle.discarded(read(), update(), failed)) == []
    assert list(life_cycle.completed(update(), failed)) == list(life_cycle.completed(failed, read())) == []
    assert list(life_cycle.state(failed, operation="x", statuses=("x",))) == []


def test_the_state_of_a_stack_is_printed() -> None:
    operation, statuses = "no_active_operation", ("connecting", "fully_connected")
    others = read({"status": "unlinked", "ongoing_stack_operation": "creating_stack"})
    broken = read({"status": "UNLINKED"})

    assert kept(life_cycle.state(read(), operation=operation, statuses=statuses)) == {"UCG-FLOW-09"}
    assert departures(life_cycle.state(others, operation=operation, statuses=statuses)) == [
        ("UCG-FLOW-09", "semantic", "/ongoing_stack_operation", "no_active_operation", '"creating_stack"'),
        ("UCG-FLOW-09", "semantic", "/status", "connecting | fully_connected", '"unlinked"'),
    ]
    assert list(life_cycle.state(broken, operation=operation, statuses=statuses)) == []


def test_a_group_that_is_gone() -> None:
    for attempt in (read(ERROR, status=404), refused(status=404)):
        verdicts = list(life_cycle.vanished(attempt))

        assert departures(verdicts) == []
        assert kept(verdicts) == {"UCG-FLOW-06", "UCG-FLOW-10"}
    assert list(life_cycle.vanished(unanswered())) == []


GONE = "404 for a group whose stack was deleted"
BODY = "the body of an error for a group whose stack was deleted"


@pytest.mark.parametrize(
    ("attempt", "departure"),
    [
        (read(ERROR, status=410), ("UCG-FLOW-10", "semantic", "status", GONE, "410")),
        (read(b"", status=404), ("UCG-FLOW-10", "semantic", "body", BODY, '"no body"')),
    ],
)
def test_a_group_that_is_not_gone_as_it_should_be(attempt: Exchange, departure: Departure) -> None:
    assert departures(life_cycle.vanished(attempt)) == [departure]


@pytest.mark.parametrize(
    "attempt",
    [read(), refused(status=500), read({"message": "gone"}, status=404), read({"errors": "x"}, status=404)],
)
def test_what_other_rules_find_is_not_found_twice(attempt: Exchange) -> None:
    """That it is accepted, that the server fails, and that a body is no error of the page."""
    assert departures(life_cycle.vanished(attempt)) == []


STATE: dict[str, Any] = {"backups": [{"id": 1}, {"id": 2}], "connections": [{"id": 3}]}


def test_what_a_group_managed_outlives_it() -> None:
    verdicts = list(life_cycle.survivors(STATE, {**STATE, "backups": [*STATE["backups"], {"id": 9}]}))

    assert departures(verdicts) == []
    assert kept(verdicts) == {"UCG-FLOW-07"}


@pytest.mark.parametrize(
    ("after", "departure"),
    [
        (
            {**STATE, "backups": [{"id": 1}]},
            ("backups in the control API", "backups that stay", '"1 are lost"'),
        ),
        ({**STATE, "backups": None}, ("backups in the control API", "backups that stay", '"2 are lost"')),
        (
            without(STATE, "connections"),
            ("connections in the control API", "connections that stay", '"1 are lost"'),
        ),
    ],
)
def test_what_a_group_managed_is_lost(after: dict[str, Any], departure: tuple[str, str, str]) -> None:
    location, expected, actual = departure

    assert departures(life_cycle.survivors(STATE, after)) == [
        ("UCG-FLOW-07", "semantic", location, expected, actual)
    ]


def fetched(status: int, body: bytes) -> Exchange:
    """A fetched template."""
    return Exchange(
        request=Request(method="GET", url="https://t.invalid"), response=Response(status=status, body=body)
    )


@pytest.mark.parametrize(
    ("template", "actual"),
    [
        (fetched(403, b"Resources"), '"403, 9 characters"'),
        (fetched(200, b"<html>"), '"200, 6 characters"'),
        (fetched(200, b""), '"200, 0 characters"'),
        (
            Exchange(request=fetched(200, b"").request, failure="ConnectError: no route"),
            '"ConnectError: no route"',
        ),
    ],
)
def test_a_template_that_is_none(template: Exchange, actual: str) -> None:
    assert departures(life_cycle.fetched(template)) == [
        (
            "UCG-FLOW-02", "semantic", "/deployment_template_url",
            "a CloudFormation template, fetched without the token", actual,
        )
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b"Resources:\n  Role: {}", b'{"Resources": {}}', b"\xff Resources"])
def test_a_template(body: bytes) -> None:
    assert kept(life_cycle.fetched(fetched(200, body))) == {"UCG-FLOW-02"}


def test_an_id_that_names_no_group() -> None:
    assert kept(life_cycle.unknown(read(ERROR, status=404))) == {"UCG-PATH-05"}
    assert departures(life_cycle.unknown(refused(status=403))) == [
        ("UCG-PATH-05", "semantic", "status", "404 for an id that names no group", "403")
    ]
    assert list(life_cycle.unknown(read())) == []
    assert list(life_cycle.unknown(unanswered())) == []


def test_an_unconsolidated_group_has_no_config() -> None:
    assert kept(list(life_cycle.unconsolidated(read({**GROUP, "config": None})))) == {"UCG-CONF-02"}
    assert list(life_cycle.unconsolidated(read(ERROR, status=404))) == []


@pytest.mark.parametrize(("config", "actual"), [({}, "{}"), (..., '"no such field"')])
def test_an_unconsolidated_group_that_shows_a_config_or_leaves_it_out(config: Any, actual: str) -> None:
    group = without(GROUP, "config") if config is ... else {**GROUP, "config": config}
    expected = "null, since the configuration is unconsolidated"
    assert departures(life_cycle.unconsolidated(read(group))) == [
        ("UCG-CONF-02", "semantic", "/config", expected, actual)
    ]
