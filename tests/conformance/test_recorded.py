"""What is concluded from recorded traffic, and what is not."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from recordings import ERROR, GROUP, UPDATE, entry, found, judge, outcomes, read

from clumio_conformance.contract.contract import Contract, contract
from clumio_conformance.exchange import Placement
from clumio_conformance.reporting.report import report_of


def test_a_deviation_is_found(tmp_path: Path) -> None:
    result = judge(tmp_path, entry({**GROUP, "status": "active"}))

    assert ("UCG-ENUM-02", "/status") in found(result)
    assert result.exit_code == 1
    assert result.run["target"] == "recorded"
    assert ":authority" not in result.findings[0].exchange.request.curl(), (
        "HTTP/2 writes what is no header among the headers"
    )


def test_what_was_recorded_is_evidence_of_what_is_accepted_and_refused(tmp_path: Path) -> None:
    result = judge(tmp_path, entry(), entry(ERROR, 400, sent={"aws_regions": ["us-east-1"]}))

    assert outcomes(result)["UCG-OP-01"] == "conforms"
    assert outcomes(result)["UCG-BODY-03"] == "conforms"
    assert result.exit_code == 0


def test_a_request_to_refuse_that_was_accepted_is_found(tmp_path: Path) -> None:
    result = judge(tmp_path, entry(sent={**UPDATE, "asset_types": ["EC2MSSQL"]}))

    assert ("UCG-BODY-04", "request /asset_types") in found(result)


def test_a_request_is_matched_to_its_operation_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reader, judge, ledger, coverage and report all use the first match, however many findings there are."""
    matched: list[str] = []
    place = Contract.place_path

    def counted(self: Contract, method: str, path: str) -> Placement | None:
        matched.append(path)
        return place(self, method, path)

    monkeypatch.setattr(Contract, "place_path", counted)

    result = judge(tmp_path, entry({**GROUP, "status": "active", "a": 1, "b": 2, "aws_regions": 7}))
    report_of(result, contract())

    assert len(result.findings) > 4
    assert len(matched) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 407, 429, 502, 503, 504])
def test_a_refusal_for_another_reason_says_nothing_of_the_body(status: int, tmp_path: Path) -> None:
    result = judge(tmp_path, entry(ERROR, status, sent={"aws_regions": ["us-east-1"]}))

    assert outcomes(result)["UCG-BODY-03"] == "not_run"
    assert not result.findings


@pytest.mark.parametrize("status", [400, 401, 404, 409])
def test_a_valid_request_may_have_been_refused_for_what_nobody_knows(status: int, tmp_path: Path) -> None:
    assert not judge(tmp_path, entry(ERROR, status)).findings


def test_an_answer_is_judged_although_the_body_of_its_request_was_not_recorded(tmp_path: Path) -> None:
    result = judge(tmp_path, entry({**GROUP, "status": "active"}, sent=None))

    assert ("UCG-ENUM-02", "/status") in found(result)
    assert "accepts-invalid" not in {finding.deviation.kind for finding in result.findings}
    assert outcomes(result)["UCG-OP-01"] == "not_run"
    assert any("judged by the answer alone: 1" in note for note in result.notes)


def test_a_request_that_is_known_to_have_had_no_body_is_one_to_refuse(tmp_path: Path) -> None:
    bodiless = entry(sent=None)
    bodiless["request"]["headers"].append({"name": "content-length", "value": "0"})

    assert ("UCG-BODY-01", "request body") in found(judge(tmp_path, bodiless))


@pytest.mark.parametrize(
    "content",
    [{"size": 240}, {"size": -1}, {}, {"size": 240, "text": ""}, {"size": 240, "text": '{"id": "7c'}],
    ids=["no text", "no text of unknown size", "nothing", "empty text", "cut off"],
)
def test_an_answer_whose_body_was_not_recorded_is_not_judged(content: dict[str, Any], tmp_path: Path) -> None:
    result = judge(tmp_path, entry(content=content))

    assert result.exit_code == 5
    assert "export with content" in (result.inconclusive or "")


def test_an_answer_that_had_no_body_is_judged(tmp_path: Path) -> None:
    assert ("UCG-RESP-02", "body") in found(judge(tmp_path, entry(content={"size": 0, "mimeType": ""})))


@pytest.mark.parametrize(
    ("started", "time"),
    [
        ("2026-11-24T10:00:00.000Z", "2026-11-24T10:00:00+00:00"),
        ("2026-11-24T12:00:00+02:00", "2026-11-24T12:00:00+02:00"),
        ("2026-11-24T10:00:00", None),
        ("yesterday", None),
        (7, None),
        (None, None),
    ],
)
def test_an_exchange_has_the_time_of_the_recording(started: Any, time: str | None, tmp_path: Path) -> None:
    [exchange] = read(tmp_path, {**entry(), "startedDateTime": started})

    assert exchange.time == (datetime.fromisoformat(time) if time else None)


def test_a_request_without_an_answer_is_the_networks(tmp_path: Path) -> None:
    silent = entry(status=0, content={"size": 0}, _error="net::ERR_CONNECTION_RESET")

    result = judge(tmp_path, silent, entry())

    assert [
        finding.deviation.blame for finding in result.findings if finding.deviation.kind == "transport"
    ] == ["environment"]
    assert result.exit_code == 0


def test_an_update_that_changes_what_it_has_no_field_for_is_found(tmp_path: Path) -> None:
    changed = entry({**GROUP, "created_timestamp": "2026-02-02T00:00:00Z"})

    assert ("UCG-SAVE-07", "/created_timestamp") in found(judge(tmp_path, entry(method="GET"), changed))


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_traffic_that_proves_nothing_is_inconclusive(status: int, tmp_path: Path) -> None:
    result = judge(tmp_path, entry(ERROR, status), entry(ERROR, status, method="GET"))

    assert (result.exit_code, bool(result.inconclusive)) == (5, True)
