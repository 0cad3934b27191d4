from dataclasses import replace
from typing import Any

import pytest
from exchanges import COLLECTION, exchange, read, unanswered
from exchanges import PATH as GROUP

from clumio_conformance.connection_groups.client_effect import effect
from clumio_conformance.exchange import Exchange

WHOLE = {
    "id": "7c3e",
    "status": "connecting",
    "asset_types_enabled": ["EC2/EBS", "RDS"],
    "config": {"ebs": {"installed_template_version": "1.0"}},
    "_links": {"_self": {"href": GROUP, "templated": False, "type": "get"}},
    "a field of tomorrow": [1, {"x": None}],
}


def answered(status: int, body: Any, *, method: str = "PUT", path: str = GROUP, **headers: str) -> Exchange:
    return exchange(
        method, path, sent={}, answer=body, status=status, media_type="", headers=tuple(headers.items())
    )


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(answered(200, WHOLE), "nothing", id="a whole group, with an undocumented field"),
        pytest.param(answered(200, WHOLE, method="GET"), "nothing", id="a read"),
        pytest.param(answered(200, WHOLE, method="POST", path=COLLECTION), "nothing", id="a create"),
        pytest.param(
            answered(400, {"errors": [{"error_code": 1, "error_message": "no"}]}), "nothing", id="an error"
        ),
        pytest.param(
            answered(200, {**WHOLE, "status": "active"}),
            "nothing",
            id="an unknown value of an enum, which the client keeps",
        ),
        pytest.param(
            answered(200, {**WHOLE, "id": 7, "status": None}), "not read: /id, /status", id="two wrong types"
        ),
        pytest.param(
            answered(200, {**WHOLE, "_links": {"_self": {"href": 1}}}),
            "not read: /_links/_self/href",
            id="deep below",
        ),
        pytest.param(
            answered(200, {**WHOLE, "asset_types_enabled": ["RDS", 7]}),
            "not read: /asset_types_enabled",
            id="an item of a list",
        ),
        pytest.param(
            answered(200, {"errors": [{"error_code": 1}]}), "not read: body", id="an error under 200"
        ),
        pytest.param(answered(200, {"errors": []}), "exception: MalformedResponse", id="no group"),
        pytest.param(answered(201, WHOLE), "not read: body", id="a group under 201, read as an error"),
        pytest.param(answered(502, b"<html>"), "exception: MalformedResponse", id="HTML"),
        pytest.param(answered(204, b""), "exception: MalformedResponse", id="no body"),
        pytest.param(answered(200, [WHOLE]), "exception: MalformedResponse", id="an array"),
        pytest.param(
            answered(200, b'{"id": ' + b"[" * 100_000), "exception: MalformedResponse", id="nested too deeply"
        ),
        pytest.param(
            answered(200, WHOLE, **{"content-encoding": "gzip"}),
            "nothing",
            id="a body that was decoded already",
        ),
        pytest.param(answered(200, "x", path="/other"), "nothing", id="no operation of the contract"),
    ],
)
def test_effect(seen: Exchange, expected: str) -> None:
    assert effect(seen) == expected


def test_a_list_is_compared_item_by_item() -> None:
    body = {"_embedded": {"items": [WHOLE, {**WHOLE, "status": 1}]}, "current_count": 2}

    assert effect(answered(200, body, method="GET", path=COLLECTION)) == "not read: /_embedded/items/1/status"


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        ("ReadTimeout: too late", "exception: ReadTimeout"),
        ("net::ERR_FAILED", "exception: no answer"),
        (None, "exception: no answer"),
    ],
)
def test_no_answer_is_an_exception_of_the_transport(failure: str | None, expected: str) -> None:
    assert effect(replace(unanswered(read()), failure=failure)) == expected
