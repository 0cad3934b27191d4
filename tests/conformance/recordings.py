"""Recordings of traffic as browsers write them, and what comes of them."""

import json
from pathlib import Path
from typing import Any

from clumio_conformance.connection_groups.operations import GROUP_MEDIA_TYPE, NEEDS, redaction
from clumio_conformance.connection_groups.run import KNOWLEDGE
from clumio_conformance.contract.contract import contract
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.recording.judgement import UNFINISHED, judged
from clumio_conformance.recording.load import Recordings, load
from clumio_conformance.result import Result

HOST = "https://us-west-2.api.clumio.com"
GROUPS = "/connections/aws/connection-groups"
TOKEN = "eyJhbGciOi.J9.secret"
EXTERNAL_ID = "ExternalID_3b1f9a52"
UPDATE = {"asset_types": ["RDS"], "aws_regions": ["us-east-1"]}
GROUP: dict[str, Any] = {
    "id": "7c3e",
    "status": "connecting",
    "created_timestamp": "2026-01-01T00:00:00Z",
    "deployment_template_url": "https://bucket.invalid/template.yaml",
}
ERROR = {"errors": [{"error_code": 1, "error_message": "no"}]}


def entry(
    body: Any = GROUP,
    status: int = 200,
    *,
    method: str = "PUT",
    url: str = f"{HOST}{GROUPS}/7c3e",
    sent: Any = UPDATE,
    **response: Any,
) -> dict[str, Any]:
    """An entry as browsers write it; `sent` None: no postData; `response` replaces fields of the response."""
    text = body if isinstance(body, str) else json.dumps(body)
    media_type = GROUP_MEDIA_TYPE if status == 200 else "application/json"
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "headers": [
            {"name": ":authority", "value": "us-west-2.api.clumio.com"},
            {"name": "authorization", "value": f"Bearer {TOKEN}"},
            {"name": "content-type", "value": "application/json"},
        ],
        "bodySize": -1,
    }
    if sent is not None and method != "GET":
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    answer = {
        "status": status,
        "statusText": "",
        "headers": [{"name": ":status", "value": str(status)}, {"name": "content-type", "value": media_type}],
        "content": {"size": len(text), "mimeType": media_type, "text": text},
    }
    return {"request": request, "response": {**answer, **response}}


def log(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "creator": {}, "entries": entries}}).encode()


def har(tmp_path: Path, *entries: dict[str, Any]) -> Path:
    file = tmp_path / "traffic.har"
    file.write_bytes(log(*entries))
    return file


def read(tmp_path: Path, *entries: dict[str, Any], base_url: str | None = None) -> Recordings:
    return load([har(tmp_path, *entries)], contract(), redaction(), base_url)


def judged_by_rules(recordings: Recordings) -> Result:
    ledger = Ledger(contract=contract(), capabilities=frozenset(NEEDS), needs=NEEDS, unfinished=UNFINISHED)
    return judged(recordings, ledger, KNOWLEDGE)


def judge(tmp_path: Path, *entries: dict[str, Any]) -> Result:
    return judged_by_rules(read(tmp_path, *entries))


def found(result: Result) -> set[tuple[str, str]]:
    return {(finding.requirement, finding.deviation.location) for finding in result.findings}


def outcomes(result: Result) -> dict[str, str]:
    return {row.requirement.id: row.outcome for row in result.rows}
