"""Exchanges are judged while they happen, and nothing of them changes."""

import asyncio
import gc
import gzip
import io
import json
import logging
import subprocess
import sys
import tracemalloc
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from recordings import EXTERNAL_ID, GROUPS, HOST, TOKEN, UPDATE, entry, har
from recordings import GROUP as BARE
from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import Response as WebResponse
from starlette.routing import Route

from clumio_conformance import Exchange, Finding, Request, Response, judge_exchange, judge_file
from clumio_conformance.cli import main
from clumio_conformance.connection_groups.operations import GROUP_MEDIA_TYPE
from clumio_conformance.httpx import (
    AsyncJudgingTransport,
    JudgingTransport,
    Observer,
    observer,
    to_logging,
    to_span,
)
from clumio_conformance.middleware import JudgingASGI, JudgingWSGI

ID = "5a1e0000-0000-4000-8000-0000000000a1"
URL = f"{HOST}{GROUPS}/{ID}"
GROUP: dict[str, Any] = {
    **BARE,
    "id": ID,
    "_etag": "e1",
    "_links": {"_self": {"href": f"{GROUPS}/{ID}", "templated": False, "type": "get"}},
    "account_native_ids": [], "asset_types_enabled": [], "aws_regions": [], "description": "",
    "external_id": EXTERNAL_ID, "intended_account_native_ids": ["123456789012"],
    "intended_asset_types": ["RDS"], "intended_aws_regions": ["us-east-1"],
    "master_aws_account_id": "123456789012", "master_region": "us-east-1",
    "ongoing_stack_operation": "no_active_operation", "organizational_unit_id": "u1",
}  # fmt: skip
TYPE = {"Content-Type": GROUP_MEDIA_TYPE}
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
WRONG = {**GROUP, "status": "active"}


class Blocks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """An answer that comes in blocks, and was not read before."""

    def __init__(self, body: bytes) -> None:
        self.body, self.closed = body, False

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self.body), 100):
            yield self.body[at : at + 100]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for block in self:
            yield block

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def answering(body: Any, status: int = 200, **headers: str) -> httpx.MockTransport:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def handle(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers={**TYPE, **headers}, stream=Blocks(raw))

    return httpx.MockTransport(handle)


def put(watching: Observer, transport: httpx.BaseTransport, **request: Any) -> httpx.Response:
    with httpx.Client(transport=JudgingTransport(watching, transport)) as client:
        return client.put(URL, **{"json": UPDATE, "headers": AUTHORIZED, **request})


def watcher(**options: Any) -> tuple[Observer, list[Finding]]:
    found: list[Finding] = []
    return observer(on_finding=found.append, **options), found


def places(found: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(one.requirement, one.deviation.location) for one in found}


def test_a_finding_is_handed_over_once_and_counted() -> None:
    watching, found = watcher()

    for _ in range(3):
        assert put(watching, answering(WRONG)).json() == WRONG
    put(watching, answering(GROUP))

    assert places(found) == {("UCG-ENUM-02", "/status")}
    assert (watching.seen, watching.judged, watching.errors) == (4, 2, 0), watching.last_error
    assert watching.count(found[0]) == 3
    assert TOKEN not in repr(found)
    assert EXTERNAL_ID not in repr(found)


async def _asynchronously(watching: Observer) -> httpx.Response:
    transport = AsyncJudgingTransport(watching, answering(WRONG))
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.put(URL, json=UPDATE, headers=AUTHORIZED)


def test_asynchronous_clients_are_watched() -> None:
    watching, found = watcher()

    assert asyncio.run(_asynchronously(watching)).json() == WRONG
    assert places(found) == {("UCG-ENUM-02", "/status")}
    assert watching.errors == 0, watching.last_error


def test_a_compressed_answer_passes_as_it_is_and_is_judged() -> None:
    watching, found = watcher()
    packed = gzip.compress(json.dumps(WRONG).encode())

    response = put(watching, answering(packed, 200, **{"Content-Encoding": "gzip"}))

    assert response.json() == WRONG
    assert response.headers["content-encoding"] == "gzip"
    assert places(found) == {("UCG-ENUM-02", "/status")}


def test_the_request_is_judged_too() -> None:
    watching, found = watcher()

    put(watching, answering(GROUP), json={"aws_regions": ["us-east-1"]})
    with httpx.Client(transport=JudgingTransport(watching, answering(GROUP))) as client:
        client.put(URL, headers=AUTHORIZED)

    assert ("UCG-BODY-01", "request body") in places(found)
    assert any(location == "request /asset_types" for _, location in places(found))


def test_what_is_not_whole_or_not_the_apis_proves_nothing() -> None:
    watching, found = watcher()
    with httpx.Client(transport=JudgingTransport(watching, answering(WRONG))) as client:
        with client.stream("PUT", URL, json=UPDATE, headers=AUTHORIZED) as response:
            next(response.iter_raw(100))  # the caller stops reading
        client.get(f"{HOST}/other")
    put(watching, answering(b"<html>log in</html>"))
    put(watching, answering(b"<html>blocked</html>", status=403))

    assert found == []
    assert watching.errors == 0, watching.last_error


def test_an_error_of_the_network_is_the_callers() -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    watching, _ = watcher()
    with pytest.raises(httpx.ConnectError):
        put(watching, httpx.MockTransport(fail))
    assert watching.errors == 0


def test_errors_of_the_judge_are_swallowed_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a bug in a rule")

    monkeypatch.setattr("clumio_conformance.watching.observer.verdicts", broken)
    watching, _ = watcher()

    assert put(watching, answering(WRONG)).json() == WRONG
    assert watching.errors == 1
    assert str(watching.last_error) == "a bug in a rule"


def test_errors_of_a_callback_are_swallowed_and_counted() -> None:
    watching = observer(on_finding=lambda _: 1 / 0)

    assert put(watching, answering(WRONG)).status_code == 200
    assert isinstance(watching.last_error, ZeroDivisionError)


def test_a_share_of_the_traffic_is_watched() -> None:
    nothing, _ = watcher(share=0.0)
    some, _ = watcher(share=0.5)
    for watching in (nothing, some):
        for _ in range(200):
            put(watching, answering(GROUP))

    assert nothing.seen == 0
    assert 50 < some.seen < 150
    with pytest.raises(ValueError, match="from 0"):
        observer(share=2.0)


def test_judging_can_be_moved_to_a_thread() -> None:
    watching, found = watcher(threaded=True)

    with watching:
        for _ in range(20):
            put(watching, answering(WRONG))

    assert watching.seen + watching.dropped == 20
    assert places(found) == {("UCG-ENUM-02", "/status")}


def test_only_one_base_url_is_watched() -> None:
    watching, found = watcher(base_url="https://other.invalid")

    put(watching, answering(WRONG))

    assert (watching.seen, found) == (0, [])


def test_findings_go_to_the_log_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "clumio_conformance"):
        put(observer(on_finding=to_logging()), answering({**GROUP, "status": "a\nERROR forged"}))

    [record] = caplog.records
    assert "\n" not in record.getMessage()
    assert "UCG-ENUM-02" in record.getMessage()
    assert isinstance(record.__dict__["finding"], Finding)


@pytest.mark.parametrize("threaded", [False, True])
def test_findings_are_events_of_the_current_span(threaded: bool) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with (
        provider.get_tracer("test").start_as_current_span("call"),
        observer(on_finding=to_span(), threaded=threaded) as watching,
    ):
        put(watching, answering(WRONG))
        watching.close()

    assert watching.errors == 0, watching.last_error
    [span] = exporter.get_finished_spans()
    [event] = span.events
    assert event.name == "clumio_conformance.finding"
    assert event.attributes
    assert event.attributes["clumio.requirement"] == "UCG-ENUM-02"


def test_memory_does_not_grow_with_calls_forms_or_findings() -> None:
    """Each call has other ids; each tenth has a form of its own, each hundredth a finding of its own."""
    watching, _ = watcher()
    transport = JudgingTransport(watching)

    def calls(start: int, count: int) -> None:
        for number in range(start, start + count):
            body: dict[str, Any] = {**GROUP, "_etag": f"e{number}", "description": "x" * (number // 10 % 300)}
            if number % 100 == 0:
                body["status"] = f"s{number}"
            transport._transport = answering(body)
            request = httpx.Request("GET", URL)
            transport.handle_request(request).read()

    calls(0, 1000)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    calls(1000, 1500)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()

    assert watching.errors == 0, watching.last_error
    assert watching.seen == 2500
    assert grown < 3_000_000


@pytest.mark.slow
def test_many_calls_leave_no_trace() -> None:
    """A byte for each call would be too much."""
    watching, _ = watcher()
    transport = JudgingTransport(watching, answering(GROUP))
    request = httpx.Request("GET", URL, headers=AUTHORIZED)

    def calls(count: int) -> None:
        for _ in range(count):
            transport.handle_request(request).read()

    calls(20_000)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    calls(20_000)
    tracemalloc.stop()
    calls(140_000)
    gc.collect()
    tracemalloc.start()
    calls(20_000)
    gc.collect()
    assert tracemalloc.get_traced_memory()[0] < before + 200_000
    tracemalloc.stop()
    assert watching.seen == 200_000


async def _web(request: WebRequest) -> WebResponse:
    await request.body()
    return WebResponse(json.dumps(WRONG), media_type=GROUP_MEDIA_TYPE)


def test_an_asgi_application_is_watched() -> None:
    watching, found = watcher()
    app = Starlette(routes=[Route(f"{GROUPS}/{{id}}", _web, methods=["PUT"])])

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(JudgingASGI(app, watching))
        async with httpx.AsyncClient(transport=transport) as client:
            await client.get(f"{HOST}/other")
            return await client.put(URL, json=UPDATE, headers=AUTHORIZED)

    answer = asyncio.run(ask())
    assert answer.json() == WRONG
    assert watching.errors == 0, watching.last_error
    assert places(found) == {("UCG-ENUM-02", "/status")}


def test_a_wsgi_application_is_watched() -> None:
    watching, found = watcher()

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start("200 OK", list(TYPE.items()))
        return [json.dumps(WRONG).encode()]

    with httpx.Client(transport=httpx.WSGITransport(JudgingWSGI(app, watching))) as client:
        answer = client.put(URL, json=UPDATE, headers=AUTHORIZED)

    assert answer.json() == WRONG
    assert watching.errors == 0, watching.last_error
    assert places(found) == {("UCG-ENUM-02", "/status")}


def exchange(body: Any) -> Exchange:
    return Exchange(
        request=Request(
            method="PUT", url=URL, headers=tuple(AUTHORIZED.items()), body=json.dumps(UPDATE).encode()
        ),
        response=Response(status=200, headers=tuple(TYPE.items()), body=json.dumps(body).encode()),
    )


def test_one_exchange_is_judged_by_a_function() -> None:
    assert places(judge_exchange(exchange(WRONG))) == {("UCG-ENUM-02", "/status")}
    assert judge_exchange(exchange(GROUP)) == []
    assert judge_exchange(exchange({**GROUP, "intended_aws_regions": ["us-west-2"]})) == []
    strictly = judge_exchange(exchange({**GROUP, "intended_aws_regions": ["us-west-2"]}), strict=True)
    assert places(strictly) == {("UCG-SAVE-03", "/intended_aws_regions")}


def test_a_file_is_judged_by_a_function(tmp_path: Any) -> None:
    result = judge_file(har(tmp_path, entry(WRONG, url=URL)))

    assert places(result.failing) >= {("UCG-ENUM-02", "/status")}
    assert result.exit_code == 1


def line(body: Any) -> str:
    return json.dumps(entry(body, url=URL)) + "\n"


def test_lines_are_judged_as_they_come(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = line(WRONG) + "\n" + line(GROUP) + "{broken\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    assert main(["watch"]) == 1

    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("UCG-ENUM-02 PUT ")
    assert printed[-1] == "judged 2 exchanges: 1 findings, 1 lines were not read"


def test_a_finding_is_printed_before_the_input_ends() -> None:
    command = [sys.executable, "-m", "clumio_conformance", "watch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin
        assert program.stdout
        program.stdin.write(line(WRONG))
        program.stdin.flush()
        assert program.stdout.readline().startswith("UCG-ENUM-02")
        program.stdin.close()
        assert program.stdout.read() == "judged 1 exchanges: 1 findings\n"
    assert program.returncode == 1
