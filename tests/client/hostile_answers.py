"""Answers that are not as the vendor's page documents them, each with the expected result of the client.

The result is a model that keeps what is documented (`parsed`), a reason why the body is not the documented
JSON (`malformed`), or an error of the transport (`transport`).
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

SUCCESS = "application/api.clumio.aws-connection-groups=v1+json"
JSON = "application/json"
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"

GROUP: dict[str, Any] = {
    "_etag": "7f3a",
    "_links": {
        "_self": {"href": "/connections/aws/connection-groups/4f1c", "templated": False, "type": "get"},
        "read-organizational-unit": {"href": "/organizational-units/0000", "templated": False, "type": "get"},
    },
    "account_name": "data-platform",
    "account_native_ids": ["123456789012"],
    "asset_types_enabled": ["EC2/EBS", "EC2MSSQL"],
    "aws_regions": ["us-east-1"],
    "config": {
        "asset_types_enabled": ["EC2/EBS"],
        "dynamodb": {"installed_template_version": "1.0"},
        "ebs": {"installed_template_version": "1.1"},
        "ec2": {"installed_template_version": "1.2"},
        "ec2_mssql": {"installed_template_version": "1.3"},
        "installed_template_version": "4.2",
        "rds": {"installed_template_version": "1.4"},
        "s3": {"installed_template_version": "1.5"},
        "warm_tier_protect": {
            "dynamodb": {"installed_template_version": "1.6"},
            "installed_template_version": "1.7",
        },
    },
    "created_timestamp": "2026-01-31T09:30:00Z",
    "deployment_template_url": "https://templates.invalid/group.yaml",
    "description": "Accounts of the data platform",
    "external_id": "ExternalID_0000",
    "id": "4f1c",
    "intended_account_native_ids": ["123456789012"],
    "intended_asset_types": ["EC2/EBS", "RDS"],
    "intended_aws_regions": ["us-east-1"],
    "master_aws_account_id": "123456789012",
    "master_region": "us-east-1",
    "ongoing_stack_operation": "no_active_operation",
    "organizational_unit_id": "0000",
    "stack_arn": "arn:aws:cloudformation:us-east-1:123456789012:stack/clumio/1111",
    "stack_name": "clumio",
    "status": "fully_connected",
}
ERRORS: dict[str, Any] = {"errors": [{"error_code": 402, "error_message": "Unauthorized access"}]}


@dataclass(frozen=True, kw_only=True)
class HostileAnswer:
    """An answer, and the expected result of the client.

    Attributes:
        name: What is wrong with the answer.
        outcome: The expected result.
        written: What the model writes back, for `parsed`.
    """

    name: str
    outcome: Literal["parsed", "malformed", "transport"]
    content: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": SUCCESS})
    written: Any = None


def answers() -> list[HostileAnswer]:
    """Every hostile answer."""
    return [
        *_not_json(),
        *_other_json(),
        *_statuses(),
        *_transport(),
        *_values(),
        *_nulls(),
        *_types(),
        *_errors(),
    ]


def _malformed(name: str, content: bytes, status: int = 200, **headers: str) -> HostileAnswer:
    named = {name.replace("_", "-"): value for name, value in headers.items()} or {"Content-Type": SUCCESS}
    return HostileAnswer(name=name, outcome="malformed", content=content, status=status, headers=named)


def _parsed(name: str, body: Any, status: int = 200) -> HostileAnswer:
    return HostileAnswer(
        name=name,
        outcome="parsed",
        content=json.dumps(body).encode(),
        status=status,
        headers={"Content-Type": SUCCESS if status == 200 else JSON},
        written=body,
    )


def _not_json() -> Iterator[HostileAnswer]:
    group = json.dumps(GROUP).encode()
    yield _malformed("HTML 502", HTML, 502, Content_Type="text/html")
    yield _malformed("HTML 503 that says when to retry", HTML, 503, Content_Type="text/html", Retry_After="7")
    yield _malformed("HTML 200", HTML, 200, Content_Type="text/html")
    yield _malformed("empty 401", b"", 401, WWW_Authenticate="Bearer")
    yield _malformed("empty 200", b"")
    yield _malformed("204", b"", 204, Content_Length="0")
    yield _malformed("304", b"", 304, ETag='"7f3a"')
    yield _malformed("truncated JSON", group[:-20])
    yield _malformed("two JSON texts", group + group)
    yield _malformed("JSON in UTF-8 cut in a character", '{"description":"ü'.encode()[:-1])
    yield _malformed("Latin-1 that is called UTF-8", '{"description":"Müller"}'.encode("latin-1"))
    yield _malformed("bytes that are no text", bytes(range(256)))
    yield _malformed("an integer of 5000 digits", b'{"id":' + b"9" * 5000 + b"}")
    yield _malformed("100000 nested lists", b"[" * 100_000)
    yield _malformed("10 MB of blanks", b" " * 10_000_000)
    yield _malformed("gzip cut short", gzip.compress(group, mtime=0)[:60], Content_Encoding="gzip")


def _other_json() -> Iterator[HostileAnswer]:
    for name, content in {
        "a list": b"[]",
        "a list of groups": json.dumps([GROUP]).encode(),
        "null": b"null",
        "a string": b'"ok"',
        "a number": b"5",
        "true": b"true",
        "NaN": b"NaN",
    }.items():
        yield _malformed(f"{name} for an object", content)
        yield _malformed(f"{name} for an error", content, 500)


def _statuses() -> Iterator[HostileAnswer]:
    for status in (299, 402, 418, 429, 500, 503, 520, 599, 999):
        yield _parsed(f"status {status} with errors", ERRORS, status=status)
    yield _parsed("status 201 with a group", GROUP, status=201)
    yield _parsed("status 202 with a group", GROUP, status=202)
    yield _malformed("redirect without a body", b"", 302, Location="https://elsewhere.invalid/")
    yield _malformed("permanent redirect", b"", 308, Location="/elsewhere")
    yield _malformed("redirect to no address", b"", 302, Location="https://[/")
    yield _malformed("redirect to itself", HTML, 307, Location="/connections/aws/connection-groups/4f1c")


def _transport() -> Iterator[HostileAnswer]:
    group = json.dumps(GROUP).encode()
    headers = {"Content-Type": SUCCESS, "Content-Encoding": "gzip"}
    yield HostileAnswer(
        name="plain text that is called gzip", outcome="transport", content=group, headers=headers
    )
    broken = gzip.compress(group, mtime=0)[:10] + b"\xff" * 40
    yield HostileAnswer(name="broken gzip", outcome="transport", content=broken, headers=headers)


def _values() -> Iterator[HostileAnswer]:
    yield _parsed("an empty object", {})
    yield _parsed("unknown status", GROUP | {"status": "paused"})
    yield _parsed("empty status", GROUP | {"status": ""})
    yield _parsed("status in other letters", GROUP | {"status": "FULLY_CONNECTED"})
    yield _parsed("unknown stack operation", GROUP | {"ongoing_stack_operation": "rolling_back"})
    yield _parsed("unknown asset type", GROUP | {"asset_types_enabled": ["FSX", "EC2/EBS"]})
    yield _parsed("unknown fields", GROUP | {"backup_window": {"start": "01:00", "days": [1, 2]}, "": None})
    yield _parsed("unknown nested field", GROUP | {"config": {"iceberg_on_glue": {"x": 1}}})
    yield _parsed("a field of 10 MB", GROUP | {"description": "x" * 10_000_000})
    yield _parsed("a lone surrogate", GROUP | {"description": "\ud800"})
    yield _parsed("null bytes", GROUP | {"description": "a\0b"})
    yield _parsed("empty lists", GROUP | {"aws_regions": [], "asset_types_enabled": []})
    twice = json.dumps(GROUP)[:-1] + ', "status": "connecting", "status": "unlinked"}'
    yield HostileAnswer(
        name="duplicate keys",
        outcome="parsed",
        content=twice.encode(),
        written=GROUP | {"status": "unlinked"},
    )
    for media_type in (JSON, "text/plain", "application/xml", "application/json; charset=utf-99", "=;=", ""):
        yield HostileAnswer(
            name=f"media type {media_type!r}",
            outcome="parsed",
            content=json.dumps(GROUP).encode(),
            headers={"Content-Type": media_type},
            written=GROUP,
        )
    utf_16 = json.dumps(GROUP).encode("utf-16")
    yield HostileAnswer(name="JSON in UTF-16", outcome="parsed", content=utf_16, written=GROUP)
    marked = b"\xef\xbb\xbf" + json.dumps(GROUP).encode()
    yield HostileAnswer(name="JSON with a byte order mark", outcome="parsed", content=marked, written=GROUP)
    zipped = gzip.compress(json.dumps(GROUP).encode(), mtime=0)
    gzipped = {"Content-Type": SUCCESS, "Content-Encoding": "gzip"}
    yield HostileAnswer(name="gzip", outcome="parsed", content=zipped, headers=gzipped, written=GROUP)


def _nulls() -> Iterator[HostileAnswer]:
    for path in paths(GROUP):
        yield _parsed(f"null at {'.'.join(path)}", replaced(GROUP, path, None))
    yield _parsed("null at every field", dict.fromkeys(GROUP))
    for name in ("aws_regions", "intended_asset_types", "asset_types_enabled", "account_native_ids"):
        kept = GROUP[name]
        yield _parsed(f"null in {name}", GROUP | {name: [None, *kept, None]})


def _types() -> Iterator[HostileAnswer]:
    wrong: dict[type, list[Any]] = {
        str: [5, True, ["x"], {"x": "y"}],
        bool: ["true", 1],
        list: ["EC2/EBS", {"0": "RDS"}, 5],
        dict: ["x", 5, [], True],
    }
    for path in paths(GROUP):
        for value in wrong[type(_at(GROUP, path))]:
            yield _parsed(f"{json.dumps(value)} at {'.'.join(path)}", replaced(GROUP, path, value))
    yield _parsed("numbers in aws_regions", GROUP | {"aws_regions": ["us-east-1", 5, {}, []]})
    yield _parsed("lists in asset_types_enabled", GROUP | {"asset_types_enabled": [["RDS"], "RDS", 1]})


def _errors() -> Iterator[HostileAnswer]:
    for name, body in {
        "an error without errors": {},
        "an error whose errors are null": {"errors": None},
        "an error with no errors in it": {"errors": []},
        "an error as a text": {"errors": "no"},
        "an error code as a text": {"errors": [{"error_code": "402", "error_message": "no"}]},
        "a negative error code": {"errors": [{"error_code": -1}]},
        "an error code of 64 bits": {"errors": [{"error_code": 2**63, "error_message": "no"}]},
        "an error code that is a fraction": {"errors": [{"error_code": 1.5, "error_message": "no"}]},
        "an error code of infinity": {"errors": [{"error_code": float("inf"), "error_message": "no"}]},
        "an error message that is an object": {"errors": [{"error_code": 1, "error_message": {"en": "no"}}]},
        "an error of another service": {"message": "Forbidden"},
    }.items():
        yield _parsed(name, body, status=403)
    detail = ERRORS["errors"][0]
    yield _parsed("errors with nulls between them", {"errors": [None, detail, None]}, status=400)
    yield _parsed("errors with texts between them", {"errors": ["no", detail]}, status=400)


Path = tuple[str, ...]


def paths(body: dict[str, Any], parent: Path = ()) -> Iterator[Path]:
    """The path of each field of an object, nested fields too."""
    for name, value in body.items():
        yield (*parent, name)
        if isinstance(value, dict):
            yield from paths(value, (*parent, name))


def replaced(body: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of an object with another value at a path."""
    name, *rest = path
    return {**body, name: replaced(body[name], tuple(rest), value) if rest else value}


def _at(body: dict[str, Any], path: Path) -> Any:
    for name in path:
        body = body[name]
    return body
