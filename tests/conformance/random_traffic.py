"""Random recorded traffic: groups that change, answers that deviate, recorders that lose something."""

import base64
import json
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from recordings import GROUPS, HOST

from clumio_conformance.connection_groups.operations import GROUP_MEDIA_TYPE

STATUSES = ["connecting", "fully_connected", "deployment_failed", "active", "Type2024", "", None, 7]
TYPES = ["EC2/EBS", "RDS", "S3", "DynamoDB", "EC2MSSQL", "EBS", "Glacier2", "FSX"]
REGIONS = ["us-east-1", "us-west-2", "eu-central-1", "mars-1", "us_east"]
TEXTS = [
    "nightly",
    "",
    "a" * 300,
    "Caf\u00e9",
    None,
    "job 20240101T000000Zabcdef0123",
    "5a1e0000-0000-4000-8000-1",
]
ERRORS = [
    {"errors": [{"error_code": 1, "error_message": "no"}]},
    {"errors": []},
    {"errors": [{"error_code": 4294967295, "error_message": "no"}]},
    {"errors": [{"error_code": 4294967296, "error_message": ""}]},
    {"message": "Forbidden"},
    "<html>blocked</html>",
    "",
    {"errors": [{"error_code": "1", "error_message": "5a1e0000-0000-4000-8000-0000000000a1"}]},
]


def identity(rnd: random.Random) -> str:
    return str(uuid.UUID(int=rnd.getrandbits(128)))


def group(rnd: random.Random, name: str) -> dict[str, Any]:
    account = str(rnd.randrange(10**11, 10**12))
    return {
        "_etag": f"e{rnd.randrange(10000)}-{rnd.randrange(9)}",
        "_links": {"_self": {"href": f"{GROUPS}/{name}", "templated": False, "type": "get"}},
        "account_native_ids": [],
        "asset_types_enabled": rnd.sample(TYPES[:4], rnd.randrange(3)),
        "aws_regions": [],
        "created_timestamp": f"2026-01-{rnd.randrange(10, 28)}T0{rnd.randrange(9)}:00:00Z",
        "deployment_template_url": f"https://bucket.invalid/t?X-Amz-Signature={rnd.getrandbits(256):064x}",
        "description": "nightly",
        "external_id": f"ExternalID_{identity(rnd)}",
        "id": name,
        "intended_account_native_ids": [account],
        "intended_asset_types": ["RDS"],
        "intended_aws_regions": ["us-east-1"],
        "master_aws_account_id": account,
        "master_region": "us-east-1",
        "ongoing_stack_operation": "no_active_operation",
        "organizational_unit_id": identity(rnd),
        "status": "connecting",
    }


def spoilt(rnd: random.Random, value: dict[str, Any]) -> dict[str, Any]:
    """A group with a deviation, maybe."""
    changes: list[Any] = [
        lambda: {"status": rnd.choice(STATUSES)},
        lambda: {"description": rnd.choice(TEXTS)},
        lambda: {"intended_asset_types": rnd.sample(TYPES, 2)},
        lambda: {"id": rnd.choice([value["id"][:-1], identity(rnd), value["id"].upper()])},
        lambda: {"extra": rnd.choice([1, "x", {"y": []}])},
        lambda: {"created_timestamp": rnd.choice(["2026-01-01", 7, "2026-01-01T00:00:00.123+02:00"])},
        lambda: {"deployment_template_url": rnd.choice(["", "/t.yaml", "https://x.invalid/t"])},
        lambda: {"master_aws_account_id": rnd.choice(["123", 123456789012, "12345678901a"])},
        lambda: {"_links": rnd.choice([None, {}, {"_self": {"href": f"{GROUPS}/{identity(rnd)}"}}])},
    ]
    for change in rnd.sample(changes, rnd.choice([0, 0, 0, 1, 1, 2])):
        value = {**value, **change()}
    for name in rnd.sample(list(value), rnd.choice([0, 0, 0, 0, 1])):
        value = {key: one for key, one in value.items() if key != name}
    return value


def traffic(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Entries of HAR, in the order of time but for some."""
    rnd = random.Random(seed)
    names = [identity(rnd) for _ in range(50)] + ["7c3e", "a b"]
    groups = {name: group(rnd, name) for name in names}
    time = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(count):
        time += timedelta(milliseconds=rnd.randrange(1, 5000))
        name = rnd.choice(names)
        yield _entry(rnd, name, groups, time)


def _entry(
    rnd: random.Random, name: str, groups: dict[str, dict[str, Any]], time: datetime
) -> dict[str, Any]:
    method = rnd.choice(["GET", "GET", "PUT", "PUT", "PUT", "LIST", "DELETE"])
    sent: Any = None
    if method == "PUT":
        sent = {"asset_types": rnd.sample(TYPES, rnd.randrange(3)), "aws_regions": rnd.sample(REGIONS, 1)}
        sent |= rnd.choice([{}, {"description": rnd.choice(TEXTS)}, {"unknown": 1}])
        if rnd.random() < 0.1:
            del sent["aws_regions"]
    status = rnd.choices([200, 400, 401, 403, 404, 500, 502, 302, 0], [70, 12, 3, 3, 3, 3, 2, 2, 2])[0]
    now = groups[name]
    if status == 200 and method == "PUT":
        now = groups[name] = {**now, "_etag": f"e{rnd.randrange(10000)}-1"}
        now |= {
            "intended_asset_types": sent["asset_types"],
            "description": sent.get("description"),
            "intended_aws_regions": sent.get("aws_regions", []),
        }
    body: Any = spoilt(rnd, now) if status == 200 else rnd.choice(ERRORS)
    if method == "LIST" and status == 200:
        items = [spoilt(rnd, groups[one]) for one in rnd.sample(list(groups), rnd.randrange(3))]
        body = {
            "_embedded": {"items": items},
            "current_count": rnd.choice([len(items), len(items), 2]),
            "_links": {},
        }
    return _written(
        rnd, "GET" if method == "LIST" else method, name if method != "LIST" else "", sent, status, body, time
    )


def _written(  # noqa: PLR0917 - the parts of one entry
    rnd: random.Random, method: str, name: str, sent: Any, status: int, body: Any, time: datetime
) -> dict[str, Any]:
    text = body if isinstance(body, str) else json.dumps(body)
    media_type = rnd.choice([GROUP_MEDIA_TYPE] * 8 + ["application/json", "text/html"])
    content: dict[str, Any] = {"size": len(text.encode()), "mimeType": media_type, "text": text}
    if rnd.random() < 0.1:
        content |= {"text": base64.b64encode(text.encode()).decode(), "encoding": "base64"}
    if rnd.random() < 0.03:
        content |= rnd.choice(
            [{"text": text[:40]}, {"text": None}, {"text": "[REDACTED]"}, {"comment": "truncated"}]
        )
    headers = [
        {"name": "content-type", "value": media_type},
        {
            "name": "etag",
            "value": f'"{body["_etag"]}"' if isinstance(body, dict) and "_etag" in body else '"x"',
        },
        {"name": "x-request-id", "value": identity(rnd)},
    ]
    request: dict[str, Any] = {
        "method": method,
        "url": f"{HOST}{GROUPS}{'/' if name else ''}{name.replace(' ', '%20')}"
        + (rnd.choice(["", "?limit=1", f"?start={identity(rnd)}"]) if not name else ""),
        "headers": [
            {"name": "authorization", "value": "Bearer token-token-1"},
            {"name": "content-type", "value": rnd.choice(["application/json", "text/plain"])},
        ],
        "bodySize": -1,
    }
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    return {
        "startedDateTime": time.isoformat(),
        "request": request,
        "response": {
            "status": status,
            "headers": rnd.choice([headers, headers, headers, []]),
            "content": content,
            "bodySize": -1,
        },
    }
