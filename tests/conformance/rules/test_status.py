"""What is accepted, what is refused, and with which status."""

from dataclasses import replace

import pytest
from exchanges import (
    COLLECTION,
    CREATE,
    ERROR,
    GROUP,
    PATH,
    SENT,
    Departure,
    create,
    departures,
    exchange,
    judged,
    kept,
    listed,
    read,
    refused,
    update,
    without,
)

from clumio_conformance.connection_groups.expectations import ACCEPTED
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.contract.requirements import Side
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Verdict

VALID = Expectation(
    outcome="accepted", requirements=("UCG-DEPR-01",), location="request /asset_types",
    sent="asset_types with EBS", cause="EBS"
)  # fmt: skip
INVALID = Expectation(
    outcome="refused", requirements=("UCG-AUTH-01",), location="request header authorization",
    sent="no Authorization header", cause="authorization missing",
)  # fmt: skip
REASON = '{"errors": [{"error_code": 402, "error_message": "Unauthorized access"}]}'


def sides(verdicts: list[Verdict]) -> set[tuple[str, Side]]:
    """What was kept, and on which side."""
    return {(verdict.requirement, verdict.side) for verdict in verdicts if verdict.deviation is None}


def accepts(seen: Exchange, expected: Expectation | None = ACCEPTED) -> set[str]:
    """What was seen accepted."""
    return {requirement for requirement, side in sides(judged(seen, expected)) if side == "accepts"}


def test_an_accepted_update_proves_what_it_carried() -> None:
    assert accepts(update()) == {
        "UCG-OP-01", "UCG-PATH-01", "UCG-PATH-02", "UCG-CTYPE-01",
        "UCG-BODY-01", "UCG-BODY-02", "UCG-BODY-03", "UCG-BODY-04", "UCG-BODY-08", "UCG-BODY-09",
        "UCG-BODY-10",
        "UCG-BODY-11", "UCG-BODY-14", "UCG-ENUM-01",
    }  # fmt: skip
    assert ("UCG-OP-02", "holds") in sides(judged(update(), ACCEPTED))


@pytest.mark.parametrize(
    ("sent", "proved", "unproved"),
    [
        ({**SENT, "description": None}, "UCG-BODY-12", "UCG-BODY-10"),
        ({**SENT, "asset_types_enabled": None}, "UCG-BODY-12", "UCG-BODY-06"),
        ({**SENT, "asset_types_enabled": SENT["asset_types"]}, "UCG-DEPR-02", "UCG-BODY-12"),
        ({**SENT, "asset_types_enabled": SENT["asset_types"]}, "UCG-BODY-06", "UCG-BODY-13"),
        ({**SENT, "asset_types_enabled": SENT["asset_types"]}, "UCG-BODY-07", "UCG-BODY-13"),
        ({**SENT, "asset_types_enabled": SENT["asset_types"]}, "UCG-ENUM-03", "UCG-BODY-13"),
        ({**SENT, "asset_types": ["RDS"]}, "UCG-ENUM-01", "UCG-BODY-04"),
        ({**SENT, "asset_types": ["RDS"]}, "UCG-ENUM-01", "UCG-DEPR-01"),
        ({**SENT, "asset_types": ["EBS"]}, "UCG-DEPR-01", "UCG-BODY-04"),
        ({**SENT, "asset_types_enabled": ["EBS"]}, "UCG-DEPR-01", "UCG-BODY-07"),
        (without(SENT, "description"), "UCG-BODY-11", "UCG-BODY-10"),
        ({**SENT, "template_permission_set": None}, "UCG-BODY-13", "UCG-BODY-12"),
        ({**SENT, "asset_types": [], "aws_regions": []}, "UCG-BODY-02", "UCG-ENUM-01"),
    ],
)  # fmt: skip
def test_only_what_was_carried_is_proved(sent: dict[str, object], proved: str, unproved: str) -> None:
    accepted = accepts(update(sent=sent))

    assert proved in accepted
    assert unproved not in accepted


def test_json_under_another_label_proves_nothing_of_the_label() -> None:
    for label in ((("Content-Type", "text/plain"),), ()):
        assert "UCG-CTYPE-01" not in accepts(update(request_headers=label))
    for value in ("application/json; charset=utf-8", "Application/JSON"):
        assert "UCG-CTYPE-01" in accepts(update(request_headers=(("content-type", value),)))


def test_what_a_probe_is_about_is_proved_when_it_is_accepted() -> None:
    assert "UCG-OU-01" in accepts(update(), replace(VALID, requirements=("UCG-OU-01",)))
    assert "UCG-OU-01" not in accepts(refused(), replace(VALID, requirements=("UCG-OU-01",)))
    assert "UCG-OU-01" not in accepts(update(), replace(VALID, outcome="open", requirements=("UCG-OU-01",)))


def test_nothing_is_proved_of_an_update_that_nothing_is_expected_of() -> None:
    """Recorded traffic is judged without an expectation; that something was accepted then proves nothing."""
    assert accepts(update(), None) == set()
    assert accepts(update(), INVALID) == set()


@pytest.mark.parametrize("status", [201, 202, 204])
def test_any_status_of_success_accepts(status: int) -> None:
    assert "UCG-OP-01" in accepts(update(b"", status=status))


@pytest.mark.parametrize("status", [100, 302, 400, 401, 404, 429, 500, 503, 999])
def test_a_valid_request_that_is_not_accepted(status: int) -> None:
    rejected = [
        found for found in departures(judged(refused(status=status), VALID)) if found[1] == "rejects-valid"
    ]

    assert rejected == [
        (
            "UCG-DEPR-01",
            "rejects-valid",
            "request /asset_types",
            "200 for asset_types with EBS",
            f"{status} {REASON}",
        )
    ]


def test_a_rejection_without_a_reason() -> None:
    found = departures(judged(refused(b"<html>", status=502, media_type="text/html"), ACCEPTED))

    assert ("UCG-OP-01", "rejects-valid", "request", "200 for an ordinary request", "502") in found


def test_a_read_that_is_refused() -> None:
    expected = Expectation(outcome="accepted", sent="a read of the group", cause="read")

    assert departures(judged(read(ERROR, status=403), expected)) == [
        ("UCG-READ-01", "rejects-valid", "request", "200 for a read of the group", f"403 {REASON}")
    ]
    assert "UCG-READ-01" in kept(judged(read(), expected))


@pytest.mark.parametrize(
    ("sent", "departure"),
    [
        (None, ("UCG-BODY-01", "request body", "no body")),
        (b" ", ("UCG-BODY-01", "request body", "no body")),
        (
            b"{",
            (
                "UCG-BODY-14", "request body",
                "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            ),
        ),
        ([], ("UCG-BODY-14", "request body", "body = []")),
        (
            without(SENT, "asset_types"),
            ("UCG-BODY-03", "request /asset_types", "/asset_types = no such field"),
        ),
        (
            without(SENT, "aws_regions"),
            ("UCG-BODY-09", "request /aws_regions", "/aws_regions = no such field"),
        ),
        ({**SENT, "asset_types": "RDS"}, ("UCG-BODY-02", "request /asset_types", '/asset_types = "RDS"')),
        ({**SENT, "asset_types": [7]}, ("UCG-BODY-02", "request /asset_types/0", "/asset_types/0 = 7")),
        (
            {**SENT, "asset_types": ["FSX"]},
            ("UCG-ENUM-01", "request /asset_types/0", '/asset_types/0 = "FSX"'),
        ),
        (
            {**SENT, "asset_types": ["EC2MSSQL"]},
            ("UCG-BODY-04", "request /asset_types", '/asset_types = ["EC2MSSQL"]'),
        ),
        ({**SENT, "aws_regions": None}, ("UCG-BODY-08", "request /aws_regions", "/aws_regions = null")),
        ({**SENT, "description": 7}, ("UCG-BODY-10", "request /description", "/description = 7")),
        (
            {**SENT, "asset_types_enabled": {}},
            ("UCG-BODY-06", "request /asset_types_enabled", "/asset_types_enabled = {}"),
        ),
        (
            {**SENT, "asset_types_enabled": ["rds"]},
            ("UCG-ENUM-03", "request /asset_types_enabled/0", '/asset_types_enabled/0 = "rds"'),
        ),
        (
            {**SENT, "asset_types_enabled": ["EC2MSSQL"]},
            ("UCG-BODY-07", "request /asset_types_enabled", '/asset_types_enabled = ["EC2MSSQL"]'),
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 202])
def test_an_invalid_update_that_is_accepted(
    sent: object, departure: tuple[str, str, str], status: int
) -> None:
    """It is known from the body alone, with or without an expectation."""
    requirement, location, what = departure
    answer = GROUP if status == 200 else b""
    found = [
        one
        for one in departures(judged(update(answer, sent=sent, status=status)))
        if one[1] == "accepts-invalid"
    ]

    assert found == [
        (requirement, "accepts-invalid", location, f"refused with a 4xx: {what}", f"{status} for {what}")
    ]
    assert (requirement, "refuses") in sides(judged(refused(sent=sent)))


def test_a_request_that_breaks_two_requirements_proves_neither_by_its_refusal() -> None:
    sent = {"asset_types": 7}

    assert {found[0] for found in departures(judged(update(sent=sent))) if found[1] == "accepts-invalid"} == {
        "UCG-BODY-02",
        "UCG-BODY-09",
    }
    assert not {"UCG-BODY-02", "UCG-BODY-09"} & kept(judged(refused(sent=sent)))


def test_a_request_without_a_token_that_is_answered() -> None:
    assert departures(judged(read(), INVALID)) == [
        (
            "UCG-AUTH-01", "accepts-invalid", "request header authorization",
            "refused with a 4xx: no Authorization header", "200 for no Authorization header",
        )
    ]  # fmt: skip
    assert ("UCG-AUTH-01", "refuses") in sides(judged(read(ERROR, status=401), INVALID))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 415, 422, 429, 499])
def test_any_4xx_refuses(status: int) -> None:
    verdicts = judged(refused(status=status), INVALID)

    assert departures(verdicts) == []
    assert {("UCG-AUTH-01", "refuses"), ("UCG-ERR-07", "holds")} <= sides(verdicts)


@pytest.mark.parametrize("status", [100, 301, 304, 500, 503, 600, 999])
def test_nothing_else_refuses(status: int) -> None:
    expected: Departure = (
        "UCG-ERR-07",
        "status",
        "status for request header authorization",
        "a 4xx for no Authorization header",
        str(status),
    )
    verdicts = judged(refused(status=status), INVALID)

    assert expected in departures(verdicts)
    assert ("UCG-AUTH-01", "refuses") not in sides(verdicts)


@pytest.mark.parametrize("status", [201, 202, 203, 206, 226, 299, 301, 304])
def test_a_successful_update_is_answered_with_200(status: int) -> None:
    assert ("UCG-RESP-01", "status", "status", "200", str(status)) in departures(
        judged(update(status=status))
    )
    assert "UCG-RESP-01" in kept(judged(update()))


@pytest.mark.parametrize("status", [400, 500, 100])
def test_what_is_no_success_says_nothing_of_its_status(status: int) -> None:
    verdicts = judged(refused(status=status))

    assert "UCG-RESP-01" not in kept(verdicts) | {found[0] for found in departures(verdicts)}


def test_a_create_is_answered_with_200() -> None:
    assert departures(judged(create(status=201))) == [("UCG-CREATE-06", "status", "status", "200", "201")]
    assert "UCG-CREATE-06" in kept(judged(create()))
    assert "UCG-CREATE-06" not in kept(judged(create(ERROR, status=400)))
    assert "UCG-CREATE-06" not in kept(judged(update()))


def test_a_create_is_held_to_its_own_requirements() -> None:
    expected = replace(ACCEPTED, requirements=("UCG-CREATE-01",))
    sent = {**CREATE, "organizational_unit_id": None}

    assert {"UCG-CREATE-01", "UCG-CREATE-03", "UCG-CREATE-04"} <= accepts(create(sent=sent), expected)
    for field in (
        "account_native_id",
        "asset_types",
        "aws_regions",
        "master_aws_account_id",
        "master_region",
    ):
        found = departures(judged(create(sent=without(CREATE, field))))
        assert [one[:3] for one in found] == [("UCG-CREATE-02", "accepts-invalid", f"request /{field}")]


@pytest.mark.parametrize(
    ("seen", "recorded"),
    [
        (refused(status=401), "UCG-AUTH-04"),
        (refused(status=403), "UCG-AUTH-04"),
        (refused(status=429), "UCG-RATE-01"),
        (refused(status=400), "UCG-ERR-08"),
        (refused(status=422), "UCG-ERR-08"),
        (read(ERROR, status=404), "UCG-ERR-08"),
    ],
)
def test_what_the_contract_leaves_open_is_recorded(seen: Exchange, recorded: str) -> None:
    assert {"UCG-AUTH-04", "UCG-RATE-01", "UCG-ERR-08"} & kept(judged(seen)) == {recorded}


@pytest.mark.parametrize("seen", [update(), refused(), refused(status=409)])
def test_what_is_open_is_right_either_way(seen: Exchange) -> None:
    expected = Expectation(outcome="open", requirements=("UCG-BODY-15",), sent="x", cause="open")

    verdicts = judged(seen, expected)

    assert departures(verdicts) == []
    assert "UCG-BODY-15" in kept(verdicts)
    assert "UCG-BODY-15" not in kept(judged(seen))


def test_reads_and_lists_prove_that_they_can_be_made() -> None:
    expected = Expectation(outcome="accepted", requirements=("UCG-LIST-01",), sent="a list", cause="list")

    assert "UCG-READ-01" in kept(judged(read(), replace(expected, requirements=())))
    assert ("UCG-LIST-01", "accepts") in sides(judged(listed(), expected))
    assert not {"UCG-OP-01", "UCG-PATH-01"} & kept(judged(exchange("GET", PATH, answer=GROUP), expected))
    assert (
        departures(judged(exchange("GET", f"{COLLECTION}?x", answer=ERROR, status=400), expected))[0][0]
        == "UCG-LIST-01"
    )
