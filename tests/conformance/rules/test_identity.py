"""Whether an answer is about the group that was asked for, and whole."""

import json
from typing import Any

import pytest
from exchanges import (
    COLLECTION,
    GROUP,
    PATH,
    SENT,
    Departure,
    changed,
    create,
    departures,
    exchange,
    judged,
    kept,
    listed,
    read,
    update,
    without,
)

ALWAYS_THERE = (
    "id", "status", "ongoing_stack_operation", "asset_types_enabled", "aws_regions", "account_native_ids",
    "intended_asset_types", "intended_aws_regions", "intended_account_native_ids", "created_timestamp",
    "master_aws_account_id", "master_region", "organizational_unit_id", "_etag", "_links",
)  # fmt: skip
ALLOWED_TO_LACK = ("account_name", "config", "stack_arn", "stack_name", "description")


@pytest.mark.parametrize("answering", [update, read, create])
@pytest.mark.parametrize("field", ALWAYS_THERE)
def test_a_group_names_what_each_group_has(answering: Any, field: str) -> None:
    assert departures(judged(answering(without(GROUP, field)))) == [
        ("UCG-RESP-23", "missing", f"/{field}", f"the field {field}", "no such field")
    ]


@pytest.mark.parametrize("field", ALLOWED_TO_LACK)
def test_a_group_may_lack_what_belongs_to_its_stack_and_user(field: str) -> None:
    sent = without(SENT, "description")

    verdicts = judged(update(without(GROUP, field), sent=sent))

    assert departures(verdicts) == []
    assert "UCG-RESP-23" in kept(verdicts)


def test_only_the_answer_to_an_update_must_show_the_external_id() -> None:
    bare = without(GROUP, "external_id")

    assert departures(judged(read(bare))) == []
    assert departures(judged(update(bare))) == [
        ("UCG-RESP-23", "missing", "/external_id", "the field external_id", "no such field")
    ]


def test_each_missing_field_is_named() -> None:
    found = departures(judged(read({"external_id": "x"} | {"_etag": "x"})))
    assert [departure[2] for departure in found if departure[0] == "UCG-RESP-23"] == [
        f"/{field}" for field in ALWAYS_THERE if field != "_etag"
    ]


@pytest.mark.parametrize("body", [{}, {"data": GROUP}])
def test_what_is_no_group_at_all_is_one_departure(body: Any) -> None:
    found = [departure for departure in departures(judged(read(body))) if departure[0] == "UCG-RESP-23"]
    assert [departure[:4] for departure in found] == [
        ("UCG-RESP-23", "missing", "body", "a connection group")
    ]


@pytest.mark.parametrize("answering", [update, read])
def test_the_id_is_the_one_that_was_asked_for(answering: Any) -> None:
    assert "UCG-RESP-25" in kept(judged(answering()))
    for other in ("7C3E", "", "7c3e ", "0000"):
        found = departures(judged(answering({**GROUP, "id": other})))
        assert found == [("UCG-RESP-25", "semantic", "/id", "7c3e", json.dumps(other))]


def test_an_encoded_id_is_the_id_that_it_stands_for() -> None:
    path = f"{COLLECTION}/a%2Fb%20c"
    body = changed(GROUP, {"/id": "a/b c", "/_links/_self/href": path})

    verdicts = judged(exchange("GET", path, answer=body))

    assert departures(verdicts) == []
    assert {"UCG-RESP-25", "UCG-LINK-07"} <= kept(verdicts)


@pytest.mark.parametrize(
    "url",
    [
        "/template.yaml",
        "template.yaml",
        "//host/t",
        "s3://bucket/t",
        "http://[",
        "https://",
        "ftp://h/t",
        "{url}",
    ],
)
def test_a_template_url_is_absolute(url: str) -> None:
    assert departures(judged(update({**GROUP, "deployment_template_url": url}))) == [
        ("UCG-FLOW-01", "semantic", "/deployment_template_url", "an absolute http(s) URL", json.dumps(url))
    ]


def test_a_template_url_is_there_and_not_empty() -> None:
    expected = "an absolute http(s) URL"
    where = "/deployment_template_url"

    assert departures(judged(update(without(GROUP, "deployment_template_url")))) == [
        ("UCG-FLOW-01", "missing", where, expected, "no such field")
    ]
    assert departures(judged(update({**GROUP, "deployment_template_url": ""}))) == [
        ("UCG-FLOW-01", "semantic", where, expected, '""')
    ]


@pytest.mark.parametrize(
    "url", ["https://s3.invalid/t?X-Amz-Signature=REDACTED", "http://127.0.0.1:80/t", "HTTPS://H/t"]
)
def test_an_absolute_template_url_is_right(url: str) -> None:
    verdicts = judged(update({**GROUP, "deployment_template_url": url}))

    assert departures(verdicts) == []
    assert "UCG-FLOW-01" in kept(verdicts)


def test_only_an_update_owes_a_template_url() -> None:
    assert departures(judged(read(without(GROUP, "deployment_template_url")))) == []
    assert "UCG-FLOW-01" not in kept(judged(read()))


LINKS: list[tuple[dict[str, Any], Departure]] = [
    (
        {"/_links/_self/href": f"{COLLECTION}/0000"},
        (
            "UCG-LINK-07", "semantic", "/_links/_self/href", "the path of the group 7c3e",
            f'"{COLLECTION}/0000"',
        ),
    ),
    (
        {"/_links/_self/href": "http://["},
        ("UCG-LINK-07", "semantic", "/_links/_self/href", "the path of the group 7c3e", '"http://["'),
    ),
    (
        {"/_links/_self/templated": True},
        ("UCG-LINK-05", "semantic", "/_links/_self/templated", "false", "true"),
    ),
    (
        {"/_links/read-organizational-unit/href": "/units/{id}"},
        ("UCG-LINK-05", "semantic", "/_links/read-organizational-unit/templated", "true", "false"),
    ),
    (
        {"/_links/_self/type": "application/json"},
        ("UCG-LINK-06", "semantic", "/_links/_self/type", "an HTTP method", '"application/json"'),
    ),
    (
        {"/_links/_self/type": ""},
        ("UCG-LINK-06", "semantic", "/_links/_self/type", "an HTTP method", '""'),
    ),
    (
        {"/_links/read-organizational-unit/href": "/organizational-units/0002"},
        (
            "UCG-LINK-08", "semantic", "/_links/read-organizational-unit/href", "the path of the unit 0001",
            '"/organizational-units/0002"',
        ),
    ),
    (
        {"/organizational_unit_id": "0002"},
        (
            "UCG-LINK-08", "semantic", "/_links/read-organizational-unit/href", "the path of the unit 0002",
            '"/organizational-units/0001"',
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "departure"), LINKS)
@pytest.mark.parametrize("answering", [update, read])
def test_a_link_is_what_it_says(answering: Any, changes: dict[str, Any], departure: Departure) -> None:
    assert departures(judged(answering(changed(GROUP, changes)))) == [departure]


@pytest.mark.parametrize("href", ["", "/a b", "/a|b", "/%zz", "/\u00fc", "/a{b"])
def test_a_link_that_is_no_uri_leads_nowhere(href: str) -> None:
    group = changed(GROUP, {"/_links/read-organizational-unit/href": href})
    assert ("UCG-LINK-04", "semantic", "/_links/read-organizational-unit/href") in [
        departure[:3] for departure in departures(judged(update(group)))
    ]


@pytest.mark.parametrize("href", ["https://a.example/b?c=%20#d", "//a.example:8080/", "/a/{b}{?c,d}/e"])
def test_a_link_is_a_uri_or_a_template_of_one(href: str) -> None:
    link = {"href": href, "templated": "{" in href, "type": "get"}
    found = departures(judged(update(changed(GROUP, {"/_links/update": link}))))
    assert "UCG-LINK-04" not in {departure[0] for departure in found}


@pytest.mark.parametrize(
    "href", [f"https://api.invalid{PATH}", f"{PATH}/", f"{PATH}?embed=x", "7c3e", f"{COLLECTION}/%37c3e"]
)
def test_a_link_may_be_written_in_many_ways(href: str) -> None:
    verdicts = judged(update(changed(GROUP, {"/_links/_self/href": href, "/_links/_self/type": "GET"})))

    assert departures(verdicts) == []
    assert {"UCG-LINK-04", "UCG-LINK-05", "UCG-LINK-06", "UCG-LINK-07", "UCG-LINK-08"} <= kept(verdicts)


def test_a_template_of_a_link_is_called_one() -> None:
    """Where a template leads is not documented, so it is not compared with the group or its unit."""
    link = {"href": "/anywhere/{id}", "templated": True, "type": "get"}

    verdicts = judged(update({**GROUP, "_links": {"_self": link, "read-organizational-unit": link}}))

    assert departures(verdicts) == []
    assert "UCG-LINK-05" in kept(verdicts)
    assert not {"UCG-LINK-07", "UCG-LINK-08"} & kept(verdicts)


ARN = "arn:aws:cloudformation:us-east-1:123456789012:stack/clumio/..."


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:cloudformation:us-west-2:123456789012:stack/clumio/1111",
        "arn:aws:cloudformation:us-east-1:000000000000:stack/clumio/1111",
        "arn:aws:cloudformation:us-east-1:123456789012:stack/other/1111",
        "arn:aws:cloudformation:us-east-1:123456789012:stack/clumio/",
        "arn:aws:s3:us-east-1:123456789012:stack/clumio/1111",
        "clumio",
        "",
    ],
)
def test_the_arn_of_a_stack_names_its_place(arn: str) -> None:
    assert departures(judged(update({**GROUP, "stack_arn": arn}))) == [
        ("UCG-RESP-29", "semantic", "/stack_arn", ARN, json.dumps(arn))
    ]


def test_the_arn_of_another_partition_is_right() -> None:
    verdicts = judged(
        update({**GROUP, "stack_arn": GROUP["stack_arn"].replace("arn:aws:", "arn:aws-us-gov:")})
    )

    assert departures(verdicts) == []
    assert "UCG-RESP-29" in kept(verdicts)


@pytest.mark.parametrize("field", ["stack_arn", "stack_name", "master_region", "master_aws_account_id"])
def test_an_arn_is_not_compared_with_what_is_not_there(field: str) -> None:
    verdicts = judged(update(without(GROUP, field)))

    assert "UCG-RESP-29" not in kept(verdicts) | {found[0] for found in departures(verdicts)}


@pytest.mark.parametrize("etag", ['"7f3a"', 'W/"7f3a"', "7f3a"])
def test_the_etag_header_says_what_the_body_says(etag: str) -> None:
    verdicts = judged(update(headers=(("ETag", etag),)))

    assert departures(verdicts) == []
    assert "UCG-ETAG-02" in kept(verdicts)


def test_another_etag_header_is_a_contradiction() -> None:
    assert departures(judged(read(headers=(("etag", '"0000"'),)))) == [
        ("UCG-ETAG-02", "semantic", "/_etag", 'the header\'s "0000"', '"7f3a"')
    ]
    assert "UCG-ETAG-02" not in kept(judged(read()))


@pytest.mark.parametrize("body", [without(GROUP, "_etag"), {**GROUP, "_etag": 7}])
def test_an_etag_header_is_not_held_against_an_etag_that_is_none(body: dict[str, Any]) -> None:
    verdicts = judged(read(body, headers=(("ETag", '"7"'),)))

    assert "UCG-ETAG-02" not in kept(verdicts) | {found[0] for found in departures(verdicts)}


def test_what_is_intended_are_asset_types_of_the_page() -> None:
    body = {**GROUP, "intended_asset_types": ["EC2/EBS", "Lambda", "ec2/ebs"]}
    values = "EC2/EBS | RDS | DynamoDB | EC2MSSQL | S3 | EBS"

    assert departures(judged(read(body))) == [
        ("UCG-ENUM-06", "undocumented", "/intended_asset_types/1", values, '"Lambda"'),
        ("UCG-ENUM-06", "undocumented", "/intended_asset_types/2", values, '"ec2/ebs"'),
    ]
    assert "UCG-ENUM-06" in kept(judged(read()))


def test_a_page_of_the_list_is_no_group() -> None:
    assert not {"UCG-RESP-23", "UCG-RESP-25", "UCG-FLOW-01", "UCG-LINK-07"} & kept(judged(listed()))
