"""What a run saw on the wire, recorded and judged, gives the run's own findings."""

import base64
import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from live_target import ran
from proxy import proxy
from spread import spread

from clumio_conformance.connection_groups.recorded import judged_files
from clumio_conformance.exchange import Headers, Request, Response
from clumio_conformance.session.sandbox_process import sandbox

TOKEN = "sandbox-token"
# What answers show by themselves; whether a token or a group was valid, a recording does not say.
FAULTS = [
    "",
    "external-id-number",
    "self-link-string",
    "string-asset-types-accepted",
    "list-undocumented-field",
]


@pytest.mark.parametrize("fault", spread(FAULTS, [], slow=["", "string-asset-types-accepted"]))
def test_a_recorded_run_has_the_findings_of_the_run(fault: str, tmp_path: Path) -> None:
    report, entries = recorded(tmp_path, fault)
    lines, har = tmp_path / "run.ndjson", tmp_path / "run.har"
    lines.write_text("".join(json.dumps(one) + "\n" for one in entries))
    har.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))

    expected = {one["fingerprint"]: one["fails"] for one in report["findings"]}

    assert bool(expected) == bool(fault)
    for file in (lines, har):
        result = judged_files([file])
        failing = {one.fingerprint for one in result.failing}
        assert {one.fingerprint: one.fingerprint in failing for one in result.findings} == expected
        assert result.run["requests"] > 600


def recorded(folder: Path, fault: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The report of a quick run, and what passed on the wire as entries of HAR."""
    entries: list[dict[str, Any]] = []
    lock = threading.Lock()

    def keep(request: Request, response: Response) -> None:
        with lock:
            entries.append(entry(request, response))

    with sandbox() as (url, _), proxy(keep, url) as base_url:
        faults = {"names": [fault] if fault else [], "token": TOKEN}
        httpx.put(f"{url}/_sandbox/api/faults", json=faults).raise_for_status()
        words = (
            "run",
            "--base-url",
            base_url,
            "--allow-writes",
            "--quick",
            "--report-dir",
            str(folder / "r"),
        )
        ran(folder, TOKEN, *words)
    for one in entries:
        one["request"]["url"] = base_url + one["request"]["url"]
    return json.loads((folder / "r" / "report.json").read_text()), entries


def entry(request: Request, response: Response) -> dict[str, Any]:
    return {
        "startedDateTime": datetime.now(UTC).isoformat(),
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": named(request.headers),
            **({"postData": content(request.body)} if request.body else {}),
        },
        "response": {
            "status": response.status,
            "headers": named(response.headers),
            "content": {"size": len(response.body), **content(response.body)},
        },
    }


def content(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}


def named(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]
