"""What the schema of an error does not cover."""

from typing import Any

import pytest
from exchanges import (
    ERROR,
    GROUP,
    Departure,
    departures,
    judged,
    kept,
    read,
    refused,
    update,
    without,
)

ENTRY: dict[str, Any] = ERROR["errors"][0]


def test_a_good_error_keeps_all_of_it() -> None:
    assert {"UCG-ERR-01", "UCG-ERR-02", "UCG-ERR-03", "UCG-ERR-04", "UCG-ERR-05", "UCG-ERR-09"} <= kept(
        judged(refused())
    )


def test_errors_are_not_empty() -> None:
    assert departures(judged(refused({"errors": []}))) == [
        ("UCG-ERR-04", "missing", "/errors", "at least one error", "[]")
    ]


@pytest.mark.parametrize(
    ("entry", "departure"),
    [
        (
            without(ENTRY, "error_code"),
            (
                "UCG-ERR-05", "missing", "/errors/1/error_code", "error_code, not empty",
                '{"error_message": "Unauthorized access"}',
            ),
        ),
        (
            without(ENTRY, "error_message"),
            (
                "UCG-ERR-05", "missing", "/errors/1/error_message", "error_message, not empty",
                '{"error_code": 402}',
            ),
        ),
        (
            ENTRY | {"error_message": ""},
            (
                "UCG-ERR-05", "missing", "/errors/1/error_message", "error_message, not empty",
                '{"error_code": 402, "error_message": ""}',
            ),
        ),
        (
            ENTRY | {"error_code": 402.0},
            ("UCG-ERR-02", "type", "/errors/1/error_code", "integer", "402.0"),
        ),
    ],
)  # fmt: skip
def test_each_error_has_a_code_and_a_message(entry: dict[str, Any], departure: Departure) -> None:
    assert departures(judged(refused({"errors": [ENTRY, entry]}))) == [departure]


def test_errors_do_not_come_with_a_success() -> None:
    for status in (200, 207):
        found = departures(judged(update(ERROR, status=status)))

        assert (
            "UCG-ERR-06",
            "status",
            "status",
            "a 4xx or 5xx with a body of errors",
            f'{status} with {{"errors": [{{"error_code": 402, "error_message": "Unauthorized access"}}]}}',
        ) in found
    assert ("UCG-ERR-06", "status", "status") in {
        found[:3] for found in departures(judged(read({"errors": []})))
    }


@pytest.mark.parametrize("body", [GROUP, {**GROUP, "errors": None}, {**GROUP, "errors": "none"}, b"", b"[]"])
def test_a_success_without_a_list_of_errors_is_none_in_disguise(body: Any) -> None:
    assert "UCG-ERR-06" in kept(judged(update(body)))


def test_a_list_of_errors_is_not_asked_for_twice_under_success() -> None:
    assert not {"UCG-ERR-04", "UCG-ERR-05"} & {
        found[0] for found in departures(judged(update({"errors": [{}]})))
    }
