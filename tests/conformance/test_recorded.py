"""What is concluded from recorded traffic, and what is not."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from recordings import ERROR, GROUP, GROUPS, UPDATE, entry, found, judge, outcomes, read

from clumio_conformance.contract.contract import Contract, contract
from clumio_conformance.exchange import Placement
from clumio_conformance.judging.findings import UNDECIDED
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
        ("Tue, 24 Nov 2026 10:00:00 GMT", "2026-11-24T10:00:00+00:00"),
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


NOT_THE_APIS: dict[str, dict[str, Any]] = {
    "a gateway": {"status": 502, "body": "<html>bad gateway</html>"},
    "a gateway with JSON": {"status": 504, "body": {"message": "Endpoint request timed out"}},
    "a forward proxy": {"status": 407, "body": "<html>log in</html>"},
    "a web filter": {"status": 403, "body": "<html>blocked</html>"},
    "a gateway that checks tokens": {"status": 401, "body": {"message": "Unauthorized"}},
    "a captive portal": {"status": 200, "body": "<!DOCTYPE html><html>accept our terms</html>"},
    "a redirect to a login": {"status": 302, "body": ""},
    "a network that asks for a login": {"status": 511, "body": "<html>log in</html>"},
    "nobody": {"status": 0, "body": ""},
    "nobody, as Firefox writes it": {"status": -1, "body": ""},
}


@pytest.mark.parametrize("who", NOT_THE_APIS)
def test_an_answer_of_somebody_else_is_not_the_vendors(who: str, tmp_path: Path) -> None:
    answer = NOT_THE_APIS[who]
    text = answer["body"] if isinstance(answer["body"], str) else json.dumps(answer["body"])
    media_type = "text/html" if text.startswith("<") else "application/json"
    stranger = entry(
        text,
        answer["status"],
        headers=[{"name": "content-type", "value": media_type}],
        content={"size": len(text), "mimeType": media_type, "text": text},
    )

    result, without = judge(tmp_path, stranger, entry(method="GET")), judge(tmp_path, entry(method="GET"))

    known = {one.fingerprint for one in without.findings}
    new = [one for one in result.findings if one.fingerprint not in known]
    assert not [one for one in new if one.deviation.blame != "environment"]
    assert result.exit_code == 0
    assert result.run["requests"] == 2
    notes = "\n".join(result.notes)
    assert "not the API's own answer: 1 x" in notes or "without an answer: 1" in notes


def test_a_page_of_another_status_may_be_anybodys(tmp_path: Path) -> None:
    page = entry("<html>error</html>", 500, headers=[{"name": "content-type", "value": "text/html"}])

    result = judge(tmp_path, page, entry(method="GET"))

    assert {one.deviation.blame for one in result.findings if one.requirement.startswith("UCG-ERR")} == {
        UNDECIDED
    }
    assert result.exit_code == 0


URLS: dict[str, tuple[str, str | None, int]] = {
    "another region": ("https://eu-central-1.de.api.clumio.com{path}", None, 1),
    "a region that the contract does not name": ("https://sa-east-1.br.api.clumio.com{path}", None, 1),
    "upper case": ("HTTPS://US-WEST-2.API.CLUMIO.COM{path}", None, 1),
    "the default port": ("https://us-west-2.api.clumio.com:443{path}", None, 1),
    "a dot at the end": ("https://us-west-2.api.clumio.com.{path}", None, 1),
    "needless encoding": (
        "https://us-west-2.api.clumio.com/connections/aws/connection%2Dgroups/7c3e",
        None,
        1,
    ),
    "dots": ("https://us-west-2.api.clumio.com/x/../connections/./aws/connection-groups/7c3e", None, 1),
    "a slash at the end": ("https://us-west-2.api.clumio.com{path}/", None, 1),
    "a fragment": ("https://us-west-2.api.clumio.com{path}#top", None, 1),
    "a name that only ends alike": ("https://evilapi.clumio.com{path}", None, 0),
    "another port": ("https://us-west-2.api.clumio.com:8443{path}", None, 1),
    "a gateway's path": ("https://gw.invalid/clumio/v1{path}", "https://gw.invalid/clumio/v1", 1),
    "a gateway's path, with a slash": (
        "https://gw.invalid/clumio/v1{path}",
        "https://GW.invalid:443/clumio/v1/",
        1,
    ),
    "beside a gateway's path": ("https://gw.invalid{path}", "https://gw.invalid/clumio/v1", 0),
    "beside a gateway's host": ("https://us-west-2.api.clumio.com{path}", "https://gw.invalid", 0),
}


@pytest.mark.parametrize("which", URLS)
def test_hosts_and_paths_are_compared_as_rfc_3986_says(which: str, tmp_path: Path) -> None:
    url, base_url, count = URLS[which]
    vendor = [] if base_url else [entry(method="GET")]  # with it, an unknown host does not count

    result = judge(tmp_path, *vendor, entry(url=url.format(path=f"{GROUPS}/7c3e")), base_url=base_url)

    assert result.run["requests"] - len(vendor) == count


def test_what_nearly_matched_is_named(tmp_path: Path) -> None:
    result = judge(tmp_path, entry(url=f"https://me:pass@gw.invalid/clumio/v1{GROUPS}/7c3e"))

    assert result.exit_code == 5
    assert "1 would be with --base-url https://gw.invalid/clumio/v1" in (result.inconclusive or "")
    assert "pass" not in (result.inconclusive or "")


def test_values_that_were_taken_out_prove_nothing(tmp_path: Path) -> None:
    hidden = {**GROUP, "status": "[REDACTED]", "id": "***", "created_timestamp": "<redacted>"}

    result = judge(
        tmp_path, entry(hidden), entry({"errors": [{"error_code": "[Filtered]", "error_message": "no"}]}, 400)
    )

    places = {one.deviation.location for one in result.findings}
    assert not places & {"/status", "/id", "/created_timestamp", "/errors/0/error_code"}
