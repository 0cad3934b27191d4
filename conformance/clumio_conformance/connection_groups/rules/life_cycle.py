"""Rules about the life cycle of a group: they compare answers before and after a change of its stack."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from clumio_conformance.connection_groups.rules.comparing import (
    comparable,
    differs,
    sound,
    sound_in_both,
    was_refused,
)
from clumio_conformance.contract.schema import as_json
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import UNDECIDED, Verdict
from clumio_conformance.judging.rules import rule
from clumio_conformance.whose_fault import OF_GATEWAY, OF_LIMIT, form_of

_CONNECTED: Final = {
    "asset_types_enabled": "intended_asset_types",
    "aws_regions": "intended_aws_regions",
    "account_native_ids": "intended_account_native_ids",
}
_INTENDED: Final = (*_CONNECTED.values(), "description")


@rule("UCG-FLOW-03")
def pending(before: Exchange, after: Exchange) -> Iterator[Verdict]:
    """Until the stack changes, the connected types, regions and accounts stay the same."""
    yield from _unchanged(
        "UCG-FLOW-03", _CONNECTED, before, after, "before the update, whose stack was not updated yet"
    )


@rule("UCG-FLOW-04")
def completed(asked: Exchange, read: Exchange) -> Iterator[Verdict]:
    """After the stack is updated, the types and regions that were asked for are connected."""
    sent, group = asked.request.json, sound(read)
    if not asked.resource or not isinstance(sent, dict):
        return
    wanted = {
        "asset_types_enabled": sent.get("asset_types"),
        "aws_regions": sent.get("aws_regions"),
        "account_native_ids": group.get("intended_account_native_ids"),
    }
    for connected, expected in wanted.items():
        if connected in group and expected is not None:
            actual = group[connected]
            deviation = (
                None
                if _bag(expected) == _bag(actual)
                else differs(f"/{connected}", f"{as_json(expected)}, as asked for", actual)
            )
            yield Verdict(requirement="UCG-FLOW-04", deviation=deviation)


@rule("UCG-FLOW-05", "UCG-FLOW-08")
def discarded(before: Exchange, update: Exchange, after: Exchange) -> Iterator[Verdict]:
    """After an update that was not deployed, the connected and the intended fields have their old values."""
    early = list(pending(before, update))
    if not any(verdict.deviation for verdict in early):
        yield from _unchanged(
            "UCG-FLOW-05", _CONNECTED, before, after, "before the update that was discarded"
        )
    yield from _unchanged("UCG-FLOW-08", _INTENDED, before, after, "before the update that was discarded")


@rule("UCG-FLOW-09")
def state(read: Exchange, *, operation: str, statuses: tuple[str, ...]) -> Iterator[Verdict]:
    """The two fields about the stack have the values for its state."""
    group = sound(read)
    expected = {"ongoing_stack_operation": (operation,), "status": statuses}
    for field, values in expected.items():
        if field in group:
            wrong = differs(f"/{field}", " | ".join(values), group[field])
            yield Verdict(requirement="UCG-FLOW-09", deviation=None if group[field] in values else wrong)


@rule("UCG-FLOW-06", "UCG-FLOW-10")
def vanished(attempt: Exchange) -> Iterator[Verdict]:
    """A group whose stack was deleted is not found by reads and updates."""
    if attempt.response is None or not was_refused(attempt):
        return
    yield Verdict(requirement="UCG-FLOW-06")
    deviation = None
    if attempt.response.status != 404:
        expected = "404 for a group whose stack was deleted"
        deviation = differs("status", expected, attempt.response.status)
    elif not attempt.response.body:
        # A body of another form is a finding about errors in general.
        deviation = differs("body", "the body of an error for a group whose stack was deleted", "no body")
    yield Verdict(requirement="UCG-FLOW-10", deviation=deviation)


@rule("UCG-CONF-02")
def unconsolidated(read: Exchange) -> Iterator[Verdict]:
    """A group with an unconsolidated configuration has the field config with the value null."""
    if read.resource and ("config" in sound(read) or "config" not in read.resource):
        expected, actual = (
            "null, since the configuration is unconsolidated",
            read.resource.get("config", "no such field"),
        )
        deviation = None if actual is None else differs("/config", expected, actual)
        yield Verdict(requirement="UCG-CONF-02", deviation=deviation)


@rule("UCG-FLOW-07")
def survivors(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Verdict]:
    """The backups and connections in the control API stay after the group is gone."""
    for field in ("backups", "connections"):
        lost = [entry for entry in before.get(field) or [] if entry not in (after.get(field) or [])]
        deviation = (
            differs(f"{field} in the control API", f"{field} that stay", f"{len(lost)} are lost")
            if lost
            else None
        )
        yield Verdict(requirement="UCG-FLOW-07", deviation=deviation)


@rule("UCG-FLOW-02")
def fetched(template: Exchange) -> Iterator[Verdict]:
    """The template URL leads to a CloudFormation template; a filter may keep it away from this machine."""
    answer = template.response
    text = answer.body.decode("utf-8", "replace") if answer else ""
    is_template = answer is not None and answer.status == 200 and "Resources" in text
    actual = f"{answer.status}, {len(text)} characters" if answer else template.failure
    deviation = differs(
        "/deployment_template_url", "a CloudFormation template, fetched without the token", actual
    )
    if form_of(template) in {"page", "redirect"} or (answer and answer.status in OF_LIMIT | OF_GATEWAY):
        deviation = replace(deviation, blame=UNDECIDED)
    yield Verdict(requirement="UCG-FLOW-02", deviation=None if is_template else deviation)


@rule("UCG-PATH-05")
def unknown(attempt: Exchange) -> Iterator[Verdict]:
    """An id that names no group is answered with 404."""
    if attempt.response is not None and was_refused(attempt):
        status = attempt.response.status
        deviation = None if status == 404 else differs("status", "404 for an id that names no group", status)
        yield Verdict(requirement="UCG-PATH-05", deviation=deviation)


def _unchanged(
    requirement: str, fields: Any, before: Exchange, after: Exchange, when: str
) -> Iterator[Verdict]:
    if not comparable(before, after):
        return
    was, now = sound_in_both(before, after)
    for field in fields:
        if field not in was and field not in now and field in before.resource.keys() | after.resource.keys():
            continue  # it is broken in one of them
        expected, actual = was.get(field), now.get(field)
        deviation = (
            None
            if _bag(expected) == _bag(actual)
            else differs(f"/{field}", f"{as_json(expected)}, as {when}", actual)
        )
        yield Verdict(requirement=requirement, deviation=deviation)


def _bag(value: Any) -> Any:
    return sorted(map(repr, value)) if isinstance(value, list) else value
