"""Timings of recorded traffic: made entries, judged, beside json.load and openapi-core on the same file."""

import json
import random
import re
import subprocess
import sys
import uuid
import venv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

ENTRIES = 20_000
"""Entries of the recording; bench.py sets it."""
_PEER_ENTRIES: Final = 1000
_SPEC: Final = Path(__file__).resolve().parents[2] / "openapi" / "spec.yaml"
_MEDIA_TYPE: Final = "application/api.clumio.aws-connection-groups=v1+json"
_GROUPS: Final = "/connections/aws/connection-groups"
# Its parser takes an unknown media type for bytes, so that the JSON of this one is declared.
_PEER: Final = """
import json, sys, time
from urllib.parse import urlsplit
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse

spec, file, count, media_type = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
config = Config(extra_media_type_deserializers={media_type: json.loads})
api = OpenAPI.from_dict(yaml.safe_load(open(spec)), config=config)
with open(file) as lines:
    entries = [json.loads(line) for line, _ in zip(lines, range(count))]
begun = time.perf_counter()
for entry in entries:
    asked, answered = entry["request"], entry["response"]
    url = urlsplit(asked["url"])
    body = (asked.get("postData") or {}).get("text", "").encode()
    headers = {one["name"].lower(): one["value"] for one in answered["headers"]}
    request = MockRequest(f"{url.scheme}://{url.netloc}", asked["method"].lower(), url.path, data=body)
    text = answered["content"]["text"].encode()
    api.validate_response(request, MockResponse(text, answered["status"], headers, headers["content-type"]))
print(len(entries) / (time.perf_counter() - begun))
"""
_JUDGE: Final = """
import resource, sys, time
from clumio_conformance import judge_file

begun = time.perf_counter()
result = judge_file(sys.argv[1])
seconds = time.perf_counter() - begun
assert result.exit_code == 0, result.findings
print(result.run["requests"] / seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
_LOAD: Final = """
import json, sys, time

begun = time.perf_counter()
entries = json.load(open(sys.argv[1]))["log"]["entries"]
print(len(entries) / (time.perf_counter() - begun))
"""


class FailedError(Exception):
    """A measured command failed; the message has its output."""


def measured(folder: Path) -> Iterator[tuple[str, str]]:
    """Write the recordings, and yield each figure."""
    lines, har = folder / "traffic.ndjson", folder / "traffic.har"
    _write(lines, har)
    size = f"{ENTRIES:,} entries, {har.stat().st_size / 1e6:,.0f} MB"
    for label, file in (("HAR", har), ("lines of HAR", lines)):
        rate, memory = map(float, _output([sys.executable, "-c", _JUDGE, str(file)]).split())
        yield f"judge, {label} ({size})", f"{rate:,.0f} entries/s, {memory:.0f} MB at most"
    if ENTRIES <= 200_000:
        rate = float(_output([sys.executable, "-c", _LOAD, str(har)]))
        yield "json.load of the same HAR", f"{rate:,.0f} entries/s"
    venv.create(folder / "peer", with_pip=True)
    python = str(folder / "peer" / "bin" / "python")
    _output([python, "-m", "pip", "install", "-q", "openapi-core"])
    peer = _output([python, "-c", _PEER, str(_SPEC), str(lines), str(_PEER_ENTRIES), _MEDIA_TYPE])
    yield f"openapi-core on {_PEER_ENTRIES:,} of the answers", f"{float(peer):,.0f} entries/s"


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FailedError(f"exit code {done.returncode} of {command[0]}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def _write(lines: Path, har: Path) -> None:
    """Write updates and reads of many groups: ids, times, accounts, versions and signatures all differ."""
    rnd = random.Random(1)  # noqa: S311 - made traffic
    with lines.open("w") as one, har.open("w") as other:
        other.write('{"log": {"version": "1.2", "creator": {"name": "bench", "version": "1"}, "entries": [')
        for number in range(ENTRIES):
            text = json.dumps(_entry(rnd, number))
            one.write(f"{text}\n")
            other.write(f", {text}" if number else text)
        other.write("]}}")


def _entry(rnd: random.Random, number: int) -> dict[str, Any]:
    name = str(uuid.UUID(int=rnd.getrandbits(128)))
    started = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=number / 10)
    body = json.dumps(_group(rnd, name, started))
    is_update = number % 2 == 0
    request: dict[str, Any] = {
        "method": "PUT" if is_update else "GET",
        "url": f"https://us-west-2.api.clumio.com{_GROUPS}/{name}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(
            {
                "Authorization": "Bearer not-a-token-0001",
                "Accept": _MEDIA_TYPE,
                "User-Agent": "python-httpx/0.28.1",
                "Content-Type": "application/json",
            }
        ),
        "queryString": [],
        "bodySize": 90 if is_update else 0,
    }
    if is_update:
        sent = {"asset_types": ["EC2/EBS", "RDS"], "aws_regions": ["us-east-1"], "description": "nightly"}
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    return {
        "startedDateTime": started.isoformat(),
        "time": rnd.random() * 100,
        "request": request,
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _named(
                {
                    "Content-Type": _MEDIA_TYPE,
                    "Content-Length": str(len(body)),
                    "Date": started.strftime("%a, %d %b %Y %H:%M:%S GMT"),
                    "X-Request-Id": str(uuid.UUID(int=rnd.getrandbits(128))),
                    "Server": "envoy",
                }
            ),
            "content": {"size": len(body), "mimeType": _MEDIA_TYPE, "text": body},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(body),
        },
        "cache": {},
        "timings": {"send": rnd.random(), "wait": rnd.random() * 100, "receive": rnd.random()},
    }


def _group(rnd: random.Random, name: str, started: datetime) -> dict[str, Any]:
    account = str(rnd.randrange(10**11, 10**12))
    unit = str(uuid.UUID(int=rnd.getrandbits(128)))
    return {
        "_etag": f"{name}-{rnd.randrange(9)}",
        "_links": {
            "_self": {"href": f"{_GROUPS}/{name}", "templated": False, "type": "get"},
            "read-organizational-unit": {
                "href": f"/organizational-units/{unit}",
                "templated": False,
                "type": "get",
            },
        },
        "account_native_ids": [],
        "asset_types_enabled": [],
        "aws_regions": [],
        "created_timestamp": re.sub(r"\.\d+\+.*|\+.*", "Z", started.isoformat()),
        "deployment_template_url": f"https://bucket.invalid/t.yaml?X-Amz-Signature={rnd.getrandbits(256):064x}",
        "description": "nightly",
        "external_id": f"ExternalID_{uuid.UUID(int=rnd.getrandbits(128))}",
        "id": name,
        "intended_account_native_ids": [account],
        "intended_asset_types": ["EC2/EBS", "RDS"],
        "intended_aws_regions": ["us-east-1"],
        "master_aws_account_id": account,
        "master_region": "us-east-1",
        "ongoing_stack_operation": "no_active_operation",
        "organizational_unit_id": unit,
        "status": "connecting",
    }


def _named(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]
