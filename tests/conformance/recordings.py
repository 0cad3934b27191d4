"""Recordings of traffic as browsers write them, and what comes of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clumio_conformance.connection_groups.operations import GROUP_MEDIA_TYPE, NEEDS
from clumio_conformance.connection_groups.recorded import KNOWLEDGE
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Finding, Verdict
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.recording.judgement import UNFINISHED
from clumio_conformance.recording.reading import judged
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


@dataclass
class Kept(Ledger):
    """A ledger that keeps the exchanges that it is given."""

    kept: list[Exchange] = field(default_factory=list)

    def observe(
        self, exchange: Exchange, verdicts: Iterable[Verdict], *, times: int = 1
    ) -> tuple[Finding, ...]:
        self.kept.append(exchange)
        return super().observe(exchange, verdicts, times=times)


def kept() -> Kept:
    return Kept(contract=contract(), capabilities=frozenset(NEEDS), needs=NEEDS, unfinished=UNFINISHED)


def read(tmp_path: Path, *entries: dict[str, Any], base_url: str | None = None) -> list[Exchange]:
    """The exchanges that are judged, without secrets."""
    ledger = kept()
    judged([har(tmp_path, *entries)], ledger, KNOWLEDGE, base_url)
    return ledger.kept


def judge_files(*files: Path | str, base_url: str | None = None) -> Result:
    return judged(files, kept(), KNOWLEDGE, base_url)


def judge(tmp_path: Path, *entries: dict[str, Any], base_url: str | None = None) -> Result:
    return judge_files(har(tmp_path, *entries), base_url=base_url)


def found(result: Result) -> set[tuple[str, str]]:
    return {(finding.requirement, finding.deviation.location) for finding in result.findings}


def outcomes(result: Result) -> dict[str, str]:
    return {row.requirement.id: row.outcome for row in result.rows}
