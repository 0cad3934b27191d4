"""Whether what was written is there, and nothing else was touched."""

import json
from typing import Any

import pytest
from exchanges import (
    CREATE,
    ERROR,
    GROUP,
    PAGE,
    SENT,
    changed,
    create,
    departures,
    judged,
    kept,
    listed,
    read,
    refused,
    update,
    without,
)

from clumio_conformance.connection_groups.listing import Walk
from clumio_conformance.connection_groups.rules import saving
from clumio_conformance.exchange import Exchange

FAILED = [refused(), read(ERROR, status=404), update([GROUP]), update(b"<html>")]


def test_an_answer_that_shows_what_was_sent() -> None:
    assert {"UCG-SAVE-01", "UCG-SAVE-02", "UCG-SAVE-03"} <= kept(judged(update()))
    assert "UCG-SAVE-04" not in kept(judged(update()))


@pytest.mark.parametrize(
    ("text", "shown", "observed"),
    [
        ("under test", "under", "cut short"),
        ("under test", "Under test", "differs"),
        ("  around  ", "around", "differs"),
        ("Zürich", "Z?rich", "differs"),
        ("Cafe\u0301", "Caf\u00e9", "differs"),
        ("under test", "", "differs"),
        ("", "under test", "differs"),
        ("a\r\nb", "a\nb", "differs"),
    ],
)
def test_a_description_is_shown_letter_for_letter(text: str, shown: str, observed: str) -> None:
    sent = {**SENT, "description": text}

    verdicts = judged(update({**GROUP, "description": shown}, sent=sent))

    assert departures(verdicts) == [
        ("UCG-SAVE-01", "semantic", "/description", f"{_written(text)}, as sent", _written(shown))
    ]
    assert [one.deviation.observed for one in verdicts if one.deviation] == [observed]


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def test_a_description_that_was_sent_is_not_left_out() -> None:
    bare = without(GROUP, "description")

    assert departures(judged(update(bare))) == [
        ("UCG-SAVE-01", "semantic", "/description", '"under test", as sent', "no such field")
    ]
    assert departures(judged(update(bare, sent={**SENT, "description": ""}))) == []


@pytest.mark.parametrize("sent", [without(SENT, "description"), {**SENT, "description": None}])
@pytest.mark.parametrize("shown", ["", "anything"])
def test_what_becomes_of_a_description_that_was_not_sent_is_recorded(
    sent: dict[str, Any], shown: str
) -> None:
    verdicts = judged(update({**GROUP, "description": shown}, sent=sent))

    assert departures(verdicts) == []
    assert "UCG-SAVE-04" in kept(verdicts)
    assert "UCG-SAVE-01" not in kept(verdicts)


SAVED = {
    "asset_types": ("UCG-SAVE-02", ("EC2/EBS", "RDS", "S3")),
    "aws_regions": ("UCG-SAVE-03", ("us-east-1", "us-west-2", "eu-central-1")),
}


@pytest.mark.parametrize("field", SAVED)
@pytest.mark.parametrize(
    ("sent", "shown", "observed"),
    [
        ([0, 1], [1, 0], "reordered"),
        ([0, 1, 0], [0, 1], "duplicates dropped"),
        ([0, 1], [0], "other values"),
        ([0], [0, 1], "other values"),
        ([0, 1], [0, 2], "other values"),
        ([0], [], "other values"),
    ],
)
def test_a_list_is_shown_as_it_was_sent(field: str, sent: list[int], shown: list[int], observed: str) -> None:
    """Three values by their numbers."""
    requirement, values = SAVED[field]
    asked, answered = ([values[number] for number in numbers] for numbers in (sent, shown))

    verdicts = judged(update({**GROUP, f"intended_{field}": answered}, sent={**SENT, field: asked}))

    assert departures(verdicts) == [
        (
            requirement,
            "semantic",
            f"/intended_{field}",
            f"{_written(asked)}, as sent",
            _written(answered),
        )
    ]
    assert [one.deviation.observed for one in verdicts if one.deviation] == [observed]


def test_the_older_name_may_be_shown_in_its_newer_form() -> None:
    sent = {**SENT, "asset_types": ["EBS"]}

    for shown in (["EBS"], ["EC2/EBS"]):
        assert departures(judged(update({**GROUP, "intended_asset_types": shown}, sent=sent))) == []


def test_only_an_update_is_held_against_what_was_sent() -> None:
    assert departures(judged(create(changed(GROUP, {"/description": "other"})))) == []


# --- two looks at the same group ---

SAME = [
    (saving.read_back, "UCG-SAVE-06", "as in the answer to the update"),
    (saving.read_twice, "UCG-SAVE-06", "as in the previous read"),
    (saving.repeated, "UCG-OP-03", "as in the answer to the first update"),
    (
        lambda before, after: saving.refused(before, after, refused()),
        "UCG-SAVE-05",
        "the value before the refused request",
    ),
]


@pytest.mark.parametrize(("rule", "requirement", "when"), SAME)
def test_two_looks_that_show_the_same(rule: Any, requirement: str, when: str) -> None:  # noqa: ARG001 - one table
    fresh = {**GROUP, "deployment_template_url": "https://other.invalid/t", "_embedded": {}}

    for after in (GROUP, fresh, without(GROUP, "external_id", "deployment_template_url")):
        verdicts = list(rule(update(), read(after)))

        assert departures(verdicts) == []
        assert kept(verdicts) == {requirement}


@pytest.mark.parametrize(("rule", "requirement", "when"), SAME)
def test_two_looks_that_differ(rule: Any, requirement: str, when: str) -> None:
    # A field that is not documented, or breaks the schema, is not compared.
    odd = {"/new": 1, "/status": "odd"}
    after = changed(without(GROUP, "stack_name"), {"/description": "under", "/config/s3": {}, **odd})

    verdicts = list(rule(update(), read(after)))

    assert departures(verdicts) == [
        (
            requirement,
            "semantic",
            "/config",
            f"{_shortened(GROUP['config'])}, {when}",
            _shortened(after["config"]),
        ),
        (requirement, "semantic", "/description", f'"under test", {when}', '"under"'),
        (requirement, "semantic", "/stack_name", f'"clumio", {when}', "no such field"),
    ]
    assert kept(verdicts) == set()


def _shortened(value: Any) -> str:
    text = json.dumps(value)
    return f"{text[:120]}... ({len(text)} characters)" if len(text) > 160 else text


@pytest.mark.parametrize(("rule", "requirement", "when"), SAME)
@pytest.mark.parametrize("failed", FAILED)
def test_nothing_is_compared_with_a_failure(rule: Any, requirement: str, when: str, failed: Exchange) -> None:  # noqa: ARG001 - one table
    assert list(rule(failed, read())) == []
    assert list(rule(read(), failed)) == []


def test_a_request_that_was_accepted_may_change_the_group() -> None:
    assert list(saving.refused(read(), read({**GROUP, "description": "x"}), update())) == []


OWN = (
    "id", "created_timestamp", "intended_account_native_ids", "master_aws_account_id", "master_region",
    "organizational_unit_id",
)  # fmt: skip


def test_an_update_leaves_what_it_has_no_field_for() -> None:
    asked = {"description": "x", "intended_asset_types": [], "_etag": "new", "status": "connecting"}

    verdicts = list(saving.left_alone(read(), update({**GROUP, **asked})))

    assert departures(verdicts) == []
    assert len(verdicts) == len(OWN) + 1


def test_an_external_id_may_be_withheld_but_is_the_same_wherever_it_is_shown() -> None:
    first, second = ({**GROUP, "external_id": value} for value in ("REDACTED", "REDACTED-2"))
    departure = ("semantic", "/external_id", '"REDACTED-2"')

    def short(verdicts: Any) -> list[tuple[str, ...]]:
        return [(one[0], one[1], one[2], one[4]) for one in departures(verdicts)]

    assert short(saving.left_alone(read(first), update(second))) == [("UCG-SAVE-07", *departure)]
    assert short(saving.read_twice(read(first), read(second))) == [("UCG-SAVE-06", *departure)]
    for withheld in (without(GROUP, "external_id"), {**GROUP, "external_id": None}):
        assert departures(saving.left_alone(read(first), update(withheld))) == []
        assert departures(saving.read_twice(read(withheld), read(first))) == []


@pytest.mark.parametrize("field", OWN)
def test_an_update_that_changes_what_it_has_no_field_for(field: str) -> None:
    expected = f"{json.dumps(GROUP[field])}, the value before the update"

    value = ["x"] if isinstance(GROUP[field], list) else "x"

    assert departures(saving.left_alone(read(), update({**GROUP, field: value}))) == [
        ("UCG-SAVE-07", "semantic", f"/{field}", expected, json.dumps(value))
    ]
    # An answer that lacks or breaks a field is a finding by itself.
    for broken in (without(GROUP, field), {**GROUP, field: 7}):
        assert departures(saving.left_alone(read(), update(broken))) == []


@pytest.mark.parametrize("failed", FAILED)
def test_an_update_that_failed_is_not_held_to_what_it_left(failed: Exchange) -> None:
    assert list(saving.left_alone(read(), failed)) == []
    assert list(saving.left_alone(failed, update())) == []


# --- a new group ---


def test_a_new_group_is_of_the_accounts_that_were_named() -> None:
    verdicts = list(saving.created({**CREATE, "organizational_unit_id": "0001"}, create()))

    assert departures(verdicts) == []
    assert len(verdicts) == 4
    assert list(saving.created(CREATE, create(ERROR, status=400))) == []
    assert len(list(saving.created({**CREATE, "organizational_unit_id": None}, create()))) == 3


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("intended_account_native_ids", '["123456789012"]'),
        ("master_aws_account_id", '"123456789012"'),
        ("master_region", '"us-east-1"'),
        ("organizational_unit_id", '"0001"'),
    ],
)
def test_a_new_group_of_somebody_else(field: str, expected: str) -> None:
    sent = {**CREATE, "organizational_unit_id": "0001"}

    value = ["x"] if isinstance(GROUP[field], list) else "x"

    assert departures(saving.created(sent, create({**GROUP, field: value}))) == [
        ("UCG-CREATE-05", "semantic", f"/{field}", f"{expected}, as sent", json.dumps(value))
    ]


# --- the list ---


def page(*items: Any, **changes: Any) -> Exchange:
    """A page of the list with these items."""
    return listed({**PAGE, "_embedded": {"items": list(items)}, "current_count": len(items), **changes})


def walked(*pages: Exchange) -> Walk:
    """A walk to the last page."""
    return Walk(pages=pages, is_whole=True)


NEIGHBOUR = {**GROUP, "id": "0001"}


def test_the_others_are_untouched() -> None:
    verdicts = list(
        saving.untouched(
            [page(GROUP), page(NEIGHBOUR)],
            [page({**GROUP, "description": "x"}, NEIGHBOUR, {**GROUP, "id": "new"})],
            updated="7c3e",
        )
    )

    assert departures(verdicts) == []
    assert kept(verdicts) == {"UCG-PATH-03"}


def test_a_neighbour_that_was_touched() -> None:
    after = page(GROUP, {**NEIGHBOUR, "description": "only this one"})

    assert departures(saving.untouched([page(GROUP, NEIGHBOUR)], [after], updated="7c3e")) == [
        (
            "UCG-PATH-03", "semantic", "/description",
            '"under test", the value before another group was updated', '"only this one"',
        )
    ]  # fmt: skip


@pytest.mark.parametrize("odd", [["x"], {"a": 1}, None, 7, True])
def test_a_neighbour_with_an_odd_id_is_a_neighbour_too(odd: Any) -> None:
    before, after = page({**GROUP, "id": odd}), page({**GROUP, "id": odd, "status": "unlinked"})

    assert [found[2] for found in departures(saving.untouched([before], [after], updated="7c3e"))] == [
        "/status"
    ]


def test_a_group_is_listed_as_a_read_shows_it() -> None:
    pages = [page(NEIGHBOUR), page({**GROUP, "deployment_template_url": "https://other.example/"})]

    assert kept(saving.listed_as_read(pages, update(), read())) == {"UCG-LIST-07"}
    assert list(saving.listed_as_read([page(NEIGHBOUR)], update(), read())) == []
    assert list(saving.listed_as_read(pages, update(), refused())) == []
    stale = read({**GROUP, "description": "not what was sent"})
    assert departures(saving.listed_as_read(pages, update(), stale)) == []
    broken = page({**GROUP, "status": "odd"})
    assert departures(saving.listed_as_read([broken], update(), read())) == []
    assert departures(saving.listed_as_read([page({**GROUP, "description": "cut"})], update(), read())) == [
        (
            "UCG-LIST-07", "semantic", "/_embedded/items/*/description",
            f"{json.dumps(GROUP['description'])}, as in a read of the group", '"cut"',
        )
    ]  # fmt: skip


def test_each_group_is_listed_once() -> None:
    pages = [page(GROUP), page(NEIGHBOUR)]

    verdicts = list(saving.listed(walked(*pages), ["7c3e", "0001"], absent=["gone"]))

    assert departures(verdicts) == []
    assert kept(verdicts) == {"UCG-LIST-02", "UCG-LIST-03"}
    assert list(saving.listed(walked(*pages, listed(ERROR, status=400)), [])) == []
    assert list(saving.listed(walked(listed({**PAGE, "_embedded": []})), ["7c3e"])) == []


def test_a_group_may_be_on_a_page_that_was_not_walked() -> None:
    assert departures(saving.listed(Walk(pages=(page(NEIGHBOUR),)), ["7c3e"])) == []


def test_a_list_that_leads_back() -> None:
    found = Walk(pages=(page(GROUP), page(NEIGHBOUR)), repeats=True)

    assert departures(saving.listed(found, ["7c3e", "none"])) == [
        (
            "UCG-LIST-02", "semantic", "/_links/_next/href",
            "the next page, or no such link on the last page", "null",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pages", "expected", "absent", "departure"),
    [
        (
            [page(GROUP), page(GROUP, NEIGHBOUR)], [], [],
            ("UCG-LIST-02", "each group once, not ['7c3e'] twice", '["7c3e", "7c3e", "0001"]'),
        ),
        ([page(NEIGHBOUR)], ["7c3e"], [], ("UCG-LIST-03", "['7c3e'] to be listed", '["0001"]')),
        (
            [page(GROUP, NEIGHBOUR)], [], ["0001"],
            ("UCG-LIST-03", "['0001'] not to be listed, since they are deleted", '["7c3e", "0001"]'),
        ),
        ([page()], ["7c3e"], [], ("UCG-LIST-03", "['7c3e'] to be listed", "[]")),
    ],
)  # fmt: skip
def test_a_list_that_is_wrong(
    pages: list[Exchange], expected: list[str], absent: list[str], departure: tuple[str, str, str]
) -> None:
    requirement, wanted, ids = departure

    assert departures(saving.listed(walked(*pages), expected, absent)) == [
        (requirement, "semantic", "/_embedded/items", wanted, ids)
    ]


def test_a_filter_that_nothing_meets_leaves_nothing() -> None:
    assert kept(saving.filtered(page())) == {"UCG-LIST-04"}
    assert list(saving.filtered(listed(ERROR, status=400))) == []
    [found] = departures(saving.filtered(page({"id": "7c3e"})))
    assert found == (
        "UCG-LIST-04", "semantic", "/_embedded/items", "no group, since none meets the filter",
        '[{"id": "7c3e"}]',
    )  # fmt: skip


def test_a_page_counts_what_it_holds() -> None:
    assert departures(saving.envelope(page(GROUP, NEIGHBOUR), limit=2)) == []
    assert kept(saving.envelope(page(), limit=2)) == {"UCG-LIST-05"}
    assert list(saving.envelope(listed(ERROR, status=400), limit=2)) == []


@pytest.mark.parametrize("count", [0, 2])
def test_a_page_that_counts_wrong(count: Any) -> None:
    assert departures(saving.envelope(page(GROUP, current_count=count))) == [
        ("UCG-LIST-05", "semantic", "/current_count", "1", json.dumps(count))
    ]


@pytest.mark.parametrize("count", [None, "1", [1], True])
def test_a_count_of_another_type_is_a_finding_of_its_schema(count: Any) -> None:
    assert departures(saving.envelope(page(GROUP, current_count=count))) == []


def test_a_page_that_holds_more_than_was_asked_for() -> None:
    assert departures(saving.envelope(page(GROUP, NEIGHBOUR), limit=1)) == [
        ("UCG-LIST-05", "semantic", "/_embedded/items", "at most 1 groups", "[2]")
    ]
