"""Writers of recordings: each makes of one exchange what a tool writes."""

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Written:
    """An exchange to write."""

    method: str
    url: str
    headers: Pairs
    sent: str
    status: int
    answered: Pairs
    received: str


def named(pairs: Pairs) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def lists(pairs: Pairs) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode())).decode()


def plain(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def har_entry(one: Written, **content: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-01-02T03:04:05.000Z",
        "request": {
            "method": one.method,
            "url": one.url,
            "headers": named(one.headers),
            "bodySize": len(one.sent),
            "postData": {"mimeType": "application/json", "text": one.sent},
        },
        "response": {
            "status": one.status,
            "headers": named(one.answered),
            "content": {"size": len(one.received), "mimeType": "", "text": one.received, **content},
            "bodySize": -1,
        },
    }


def har(one: Written) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": [har_entry(one)]}}).encode()


def har_of_base64(one: Written) -> bytes:
    entry = har_entry(one, text=plain(one.received), encoding="base64")
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}}).encode()


def har_in_utf_16(one: Written) -> bytes:
    return har(one).decode().encode("utf-16")


def har_in_gzip(one: Written) -> bytes:
    return gzip.compress(har(one))


def bare_entries(one: Written) -> bytes:
    return json.dumps([har_entry(one)]).encode()


def har_lines(one: Written) -> bytes:
    return json.dumps(har_entry(one)).encode() + b"\n"


def pretty_entries(one: Written) -> bytes:
    """As jq prints them, one after the other."""
    other = har_entry(one)
    other["request"]["url"] = "https://elsewhere.invalid/"
    entries = (other, other, har_entry(one))
    return "\n".join(json.dumps(entry, indent=2) for entry in entries).encode()


def har_in_each_line(one: Written) -> bytes:
    empty = json.dumps({"log": {"version": "1.2", "entries": []}}).encode()
    return empty + b"\n" + har(one) + b"\n"


def polly(one: Written) -> bytes:
    chunks = json.dumps([packed(one.received)])
    entry = har_entry(one, text=chunks, encoding="base64", _isBinary=True)
    entry["response"]["headers"].append({"name": "content-encoding", "value": "gzip"})
    return json.dumps(
        {"log": {"_recordingName": "x", "creator": {"name": "Polly.JS"}, "entries": [entry]}}
    ).encode()


def vcrpy(one: Written) -> bytes:
    """Vcrpy's YAML; JSON is YAML, too."""
    interaction = {
        "request": {"method": one.method, "uri": one.url, "headers": lists(one.headers), "body": one.sent},
        "response": {
            "status": {"code": one.status, "message": "OK"},
            "headers": lists(one.answered),
            "body": {"string": one.received},
        },
    }
    return f"version: 1\ninteractions:\n- {json.dumps(interaction)}\n".encode()


def vcrpy_binary(one: Written) -> bytes:
    text = (
        vcrpy(one)
        .decode()
        .replace(f'"body": {json.dumps({"string": one.received})}', '"body": {"string": BODY}')
    )
    return text.replace("BODY", f'!!binary "{packed(one.received)}"').encode()


def vcrpy_json(one: Written) -> bytes:
    text = vcrpy(one).decode().partition("- ")[2]
    return json.dumps({"version": 1, "interactions": [json.loads(text)]}).encode()


def betamax(one: Written) -> bytes:
    interaction = {
        "recorded_at": "2026-01-02T03:04:05",
        "request": {
            "method": one.method,
            "uri": one.url,
            "headers": lists(one.headers),
            "body": {"encoding": "utf-8", "string": one.sent},
        },
        "response": {
            "status": {"code": one.status, "message": "OK"},
            "url": one.url,
            "headers": lists([*one.answered, ("Content-Encoding", "gzip")]),
            "body": {"encoding": "utf-8", "base64_string": packed(one.received)},
        },
    }
    return json.dumps({"http_interactions": [interaction], "recorded_with": "betamax/0.9.0"}).encode()


def ruby_vcr(one: Written) -> bytes:
    body = "\n".join(
        f"        {plain(one.received)[at : at + 60]}" for at in range(0, len(plain(one.received)), 60)
    )
    return f"""---
http_interactions:
- request:
    method: {one.method.lower()}
    uri: {json.dumps(one.url)}
    body:
      encoding: UTF-8
      string: {json.dumps(one.sent)}
    headers: {json.dumps(lists(one.headers))}
  response:
    status:
      code: {one.status}
      message: OK
    headers: {json.dumps(lists(one.answered))}
    body:
      encoding: ASCII-8BIT
      string: !binary |-
{body}
  recorded_at: Fri, 02 Jan 2026 03:04:05 GMT
recorded_with: VCR 6.2.0
""".encode()


def schemathesis_lines(one: Written) -> bytes:
    interaction = {
        "request": {
            "method": one.method,
            "uri": one.url,
            "headers": lists(one.headers),
            "body": {"$base64": plain(one.sent)},
        },
        "response": {
            "status_code": one.status,
            "headers": lists(one.answered),
            "content": {"$base64": plain(one.received)},
            "elapsed": 0.1,
        },
        "timestamp": 1767322000.5,
    }
    events = [
        {"Initialize": {"command": "st run", "schemathesis_version": "4.32.5", "seed": 1}},
        {"ScenarioFinished": {"id": "a", "recorder": {"label": "x", "interactions": {"aB1": interaction}}}},
    ]
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def wiremock(one: Written) -> bytes:
    request = {
        "request": {
            "url": urlsplit(one.url).path,
            "absoluteUrl": one.url,
            "method": one.method,
            "headers": dict(one.headers),
            "body": one.sent,
            "loggedDate": 1767322000000,
        },
        "response": {"status": one.status, "headers": dict(one.answered), "body": one.received},
    }
    return json.dumps({"requests": [request], "meta": {"total": 1}}).encode()


def hoverfly(one: Written) -> bytes:
    parts = urlsplit(one.url)

    def exact(value: str) -> list[dict[str, str]]:
        return [{"matcher": "exact", "value": value}]

    request: dict[str, Any] = {
        "path": exact(parts.path),
        "method": exact(one.method),
        "destination": exact(parts.netloc),
        "scheme": exact(parts.scheme),
        "body": [{"matcher": "json", "value": one.sent}],
        "headers": {name: exact(value) for name, value in one.headers},
    }
    if parts.query:
        request["query"] = {
            name: exact(value) for name, _, value in (pair.partition("=") for pair in parts.query.split("&"))
        }
    response = {
        "status": one.status,
        "body": plain(one.received),
        "encodedBody": True,
        "headers": lists(one.answered),
    }
    pairs = [{"request": request, "response": response}]
    return json.dumps({"data": {"pairs": pairs}, "meta": {"schemaVersion": "v5"}}).encode()


def nock(one: Written) -> bytes:
    parts = urlsplit(one.url)
    definition = {
        "scope": f"{parts.scheme}://{parts.netloc}",
        "method": one.method,
        "path": parts.path + (f"?{parts.query}" if parts.query else ""),
        "body": json.loads(one.sent),
        "reqheaders": dict(one.headers),
        "status": one.status,
        "response": json.loads(one.received),
        "rawHeaders": [part for pair in one.answered for part in pair],
        "responseIsBinary": False,
    }
    return json.dumps([definition]).encode()


def postman(one: Written) -> bytes:
    def keyed(pairs: Pairs) -> list[dict[str, str]]:
        return [{"key": name, "value": value} for name, value in pairs]

    parts = urlsplit(one.url)
    request = {
        "method": one.method,
        "url": {"raw": one.url.replace(parts.scheme + "://" + parts.netloc, "{{base}}")},
        "header": keyed(one.headers),
        "body": {"mode": "raw", "raw": one.sent},
    }
    example = {
        "name": "saved",
        "originalRequest": request,
        "code": one.status,
        "status": "OK",
        "header": keyed(one.answered),
        "body": one.received,
    }
    folder = {"name": "folder", "item": [{"name": "update", "request": request, "response": [example]}]}
    return json.dumps(
        {
            "info": {
                "name": "c",
                "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
            },
            "variable": [{"key": "base", "value": f"{parts.scheme}://{parts.netloc}"}],
            "item": [folder],
        }
    ).encode()


def sandbox(one: Written) -> bytes:
    parts = urlsplit(one.url)
    exchange = {
        "method": one.method,
        "target": parts.path + (f"?{parts.query}" if parts.query else ""),
        "request_headers": {**dict(one.headers), "host": parts.netloc},
        "request_body": one.sent,
        "status": one.status,
        "media_type": None,
        "response_headers": dict(one.answered),
        "response_body": one.received,
    }
    return json.dumps({"exchanges": [exchange]}).encode()


WRITERS: Mapping[str, Callable[[Written], bytes]] = {
    writer.__name__: writer
    for writer in (
        har, har_of_base64, pretty_entries, har_in_each_line,
        har_in_utf_16, har_in_gzip, bare_entries, har_lines, polly, vcrpy, vcrpy_binary,
        vcrpy_json, betamax, ruby_vcr, schemathesis_lines, wiremock, hoverfly, nock, postman, sandbox,
    )
}  # fmt: skip
