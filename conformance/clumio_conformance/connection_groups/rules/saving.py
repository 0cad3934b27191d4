"""Rules about saving: the written values are saved, and nothing else changes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from clumio_conformance.connection_groups.listing import Walk
from clumio_conformance.connection_groups.operations import (
    LIST,
    UPDATE,
    has_items,
    items_of,
    link_of,
    size_of,
)
from clumio_conformance.connection_groups.rules.comparing import (
    comparable,
    differs,
    sound,
    sound_in_both,
    sound_item,
    verdicts_on,
    was_refused,
    without_broken,
)
from clumio_conformance.connection_groups.rules.identity import group
from clumio_conformance.contract.schema import as_json
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Deviation, Verdict
from clumio_conformance.judging.rules import Seen, rule

# Fields that may differ between two reads of the same state: a template URL has a new signature each time.
_VOLATILE: Final = frozenset({"deployment_template_url", "_embedded"})
# A field that an answer may leave out; its value never changes.
_WITHHELD: Final = "external_id"
_ABSENT: Final = object()
# Fields that an update can't set.
_OWN: Final = (
    "id", "created_timestamp", "intended_account_native_ids", "master_aws_account_id", "master_region",
    "organizational_unit_id",
)  # fmt: skip


@rule("UCG-SAVE-01", "UCG-SAVE-02", "UCG-SAVE-03", "UCG-SAVE-04")
def answered(seen: Seen) -> Iterator[Verdict]:
    """The answer to an update has the description, types and regions that were sent."""
    if group(seen) is not None and seen.operation.id == UPDATE and not seen.is_forbidden:
        yield from sent_values(seen.exchange, seen.exchange)


@rule("UCG-SAVE-01", "UCG-SAVE-02", "UCG-SAVE-03", "UCG-SAVE-04")
def sent_values(update: Exchange, answer: Exchange) -> Iterator[Verdict]:
    """After an accepted update, a group has the sent values, in the same order and number.

    A value that deviates from the schema is not judged here.
    """
    sent, body = update.request.json, sound(answer)
    if not update.resource or not body or not isinstance(sent, dict):
        return
    text = sent.get("description")
    if isinstance(text, str):
        answered = answer.resource.get("description", _ABSENT if text else "")
        if answered is _ABSENT or isinstance(answered, str):
            yield Verdict(requirement="UCG-SAVE-01", deviation=_same("/description", text, answered))
    else:
        yield Verdict(requirement="UCG-SAVE-04")
    # The vendor may answer the deprecated EBS in its newer form.
    if (
        isinstance(sent.get("asset_types"), list)
        and "EBS" not in sent["asset_types"]
        and _texts(body.get("intended_asset_types"))
    ):
        deviation = _same("/intended_asset_types", sent["asset_types"], body["intended_asset_types"])
        yield Verdict(requirement="UCG-SAVE-02", deviation=deviation)
    if isinstance(sent.get("aws_regions"), list) and _texts(body.get("intended_aws_regions")):
        deviation = _same("/intended_aws_regions", sent["aws_regions"], body["intended_aws_regions"])
        yield Verdict(requirement="UCG-SAVE-03", deviation=deviation)


@rule("UCG-SAVE-06")
def read_back(update: Exchange, read: Exchange) -> Iterator[Verdict]:
    """A read after an update equals the answer to the update."""
    yield from _unchanged("UCG-SAVE-06", update, read, "as in the answer to the update")


@rule("UCG-SAVE-06")
def read_twice(first: Exchange, second: Exchange) -> Iterator[Verdict]:
    """Reading changes nothing."""
    yield from _unchanged("UCG-SAVE-06", first, second, "as in the previous read")


@rule("UCG-SAVE-05")
def refused(before: Exchange, after: Exchange, attempt: Exchange) -> Iterator[Verdict]:
    """A refused request changes nothing; a request without an answer is not judged."""
    if was_refused(attempt):
        yield from _unchanged("UCG-SAVE-05", before, after, "the value before the refused request")


@rule("UCG-OP-03")
def repeated(first: Exchange, second: Exchange) -> Iterator[Verdict]:
    """The same update again is answered with the same group."""
    yield from _unchanged("UCG-OP-03", first, second, "as in the answer to the first update")


@rule("UCG-SAVE-07")
def left_alone(before: Exchange, update: Exchange) -> Iterator[Verdict]:
    """An update changes no field that it can't set."""
    if not comparable(before, update):
        return
    expected = "the value before the update"
    was, now = sound(before), sound(update)
    for field in _OWN:
        if field in was and field in now:
            deviation = _same(f"/{field}", was[field], now[field], expected)
            yield Verdict(requirement="UCG-SAVE-07", deviation=deviation)
    if was.get(_WITHHELD) and now.get(_WITHHELD):
        deviation = _same(f"/{_WITHHELD}", was[_WITHHELD], now[_WITHHELD], expected)
        yield Verdict(requirement="UCG-SAVE-07", deviation=deviation)


@rule("UCG-CREATE-05")
def created(sent: dict[str, Any], answer: Exchange) -> Iterator[Verdict]:
    """A new group has the master account, the master region and the unit that the create named."""
    group = sound(answer)
    named = {
        field: sent[field]
        for field in ("master_aws_account_id", "master_region", "organizational_unit_id")
        if sent.get(field)
    }
    for field, value in ({"intended_account_native_ids": [sent["account_native_id"]]} | named).items():
        if field in group:
            deviation = _same(f"/{field}", value, group[field])
            yield Verdict(requirement="UCG-CREATE-05", deviation=deviation)


@rule("UCG-PATH-03")
def untouched(before: Sequence[Exchange], after: Sequence[Exchange], *, updated: str) -> Iterator[Verdict]:
    """An update of one group changes nothing of the others in the list."""
    others = {_id(item): item for page in before for item in items_of(page) if _id(item) != updated}
    for item in (item for page in after for item in items_of(page)):
        if _id(item) in others:
            expected = "the value before another group was updated"
            was, now = without_broken(*((one, sound_item(one)) for one in (others[_id(item)], item)))
            # The version changes with any field; it is named only if nothing else has changed.
            different = sorted(_differences(was, now, expected), key=lambda one: one.location == "/_etag")
            deviation = next(iter(different), None)
            yield Verdict(requirement="UCG-PATH-03", deviation=deviation)


@rule("UCG-LIST-02", "UCG-LIST-03")
def listed(found: Walk, expected: Sequence[str], absent: Sequence[str] = ()) -> Iterator[Verdict]:
    """All pages of the list together have each active group once, and no deleted group.

    A group may be on a page that was not walked; it is missing only if all were.
    """
    if not all(map(has_items, found.pages)):
        return
    ids = [_id(item) for page in found.pages for item in items_of(page)]
    twice = sorted(one for one, count in Counter(ids).items() if count > 1)
    again = Deviation(
        kind="semantic",
        location="/_links/_next/href",
        expected="the next page, or no such link on the last page",
        actual=as_json(link_of(found.last.resource, "_next")),
        observed="leads back",
    )
    once = _listing(f"each group once, not {twice} twice", ids) if twice else None
    yield Verdict(requirement="UCG-LIST-02", deviation=again if found.repeats else once)
    missing = [one for one in expected if one not in ids] if found.is_whole else []
    present = [one for one in absent if one in ids]
    deviation = _listing(f"{missing} to be listed", ids) if missing else None
    deviation = _listing(f"{present} not to be listed, since they are deleted", ids) if present else deviation
    yield Verdict(requirement="UCG-LIST-03", deviation=deviation)


@rule("UCG-LIST-07")
def listed_as_read(pages: Sequence[Exchange], update: Exchange, read: Exchange) -> Iterator[Verdict]:
    """A group in the list equals a read of the group, where the read shows what the last update has sent."""
    wrong = {verdict.deviation.location for verdict in sent_values(update, read) if verdict.deviation}
    group = {name: value for name, value in read.resource.items() if f"/{name}" not in wrong}
    items = [item for page in pages for item in items_of(page) if group and item.get("id") == group.get("id")]
    for item in items[:1]:
        # What the read lacks or breaks is a finding of the read.
        expected, shown = without_broken((read.resource, sound_item(group)), (item, sound_item(item)))
        listed = {name: value for name, value in shown.items() if name in expected}
        different = _differences(expected, listed, "as in a read of the group")
        placed = (replace(one, location=f"/_embedded/items/*{one.location}") for one in different)
        yield from verdicts_on("UCG-LIST-07", placed)


@rule("UCG-LIST-04")
def filtered(page: Exchange) -> Iterator[Verdict]:
    """A filter that matches no group gives an empty list."""
    if page.succeeded:
        items = items_of(page)
        yield Verdict(
            requirement="UCG-LIST-04",
            deviation=_listing("no group, since none meets the filter", items) if items else None,
        )


@rule("UCG-LIST-05")
def counted(seen: Seen) -> Iterator[Verdict]:
    """A page counts its items, and has no more than the limit that the request names."""
    if seen.operation.id == LIST and not seen.disguised:
        asked = parse_qs(urlsplit(seen.exchange.request.contract_path).query).get("limit", [""])[-1]
        limit = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
        yield from envelope(seen.exchange, limit=limit or None)


def envelope(page: Exchange, *, limit: int | None = None) -> Iterator[Verdict]:
    """A page counts its items, and has no more than the limit."""
    items = size_of(page)
    if items is None:
        return
    count = page.resource.get("current_count")
    # A count of another type is a finding of its schema.
    if "current_count" not in page.resource or (isinstance(count, int) and not isinstance(count, bool)):
        wrong = None if count == items else differs("/current_count", items, count)
        yield Verdict(requirement="UCG-LIST-05", deviation=wrong)
    if limit is not None and items > limit:
        yield Verdict(requirement="UCG-LIST-05", deviation=_listing(f"at most {limit} groups", [items]))


def _id(item: dict[str, Any]) -> str:
    """The id of a listed group; an id that is not a text as JSON."""
    value = item.get("id", _ABSENT)
    return value if isinstance(value, str) else _written(value)


def _texts(value: Any) -> bool:
    """Whether a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _listing(expected: str, ids: list[Any]) -> Deviation:
    return Deviation(
        kind="semantic",
        location="/_embedded/items",
        expected=expected,
        actual=as_json(ids),
        observed="listing",
    )


def _unchanged(requirement: str, before: Exchange, after: Exchange, expected: str) -> Iterator[Verdict]:
    if comparable(before, after):
        was, now = sound_in_both(before, after)
        yield from verdicts_on(requirement, _differences(was, now, expected))


def _differences(before: dict[str, Any], after: dict[str, Any], expected: str) -> Iterator[Deviation]:
    for field in dict.fromkeys([*before, *after]):
        withheld = field == _WITHHELD and not (before.get(field) and after.get(field))
        if field not in _VOLATILE and not withheld:
            deviation = _same(f"/{field}", before.get(field, _ABSENT), after.get(field, _ABSENT), expected)
            if deviation:
                yield deviation


def _same(location: str, before: Any, after: Any, expected: str = "") -> Deviation | None:
    if before == after:
        return None
    expected = f"{_written(before)}{f', {expected}' if expected else ', as sent'}"
    return Deviation(
        kind="semantic",
        location=location,
        expected=expected,
        actual=_written(after),
        observed=_class(before, after),
    )


def _written(value: Any) -> str:
    return "no such field" if value is _ABSENT else as_json(value)


def _class(before: Any, after: Any) -> str:
    """Return the class of a difference between two values; it is the same in each run."""
    if isinstance(before, list) and isinstance(after, list):
        if sorted(map(repr, before)) == sorted(map(repr, after)):
            return "reordered"
        return "duplicates dropped" if set(map(repr, before)) == set(map(repr, after)) else "other values"
    if isinstance(before, str) and isinstance(after, str) and after and before.startswith(after):
        return "cut short"
    return "differs"
