"""Run in the process of a client of an edited contract: send each call, and read each answer.

Standard input has, for each row, the module of its operation, what is sent, and what is answered. Standard
output is a list of the problems, each with the name of the row. The argument is the folder of the package.
"""

import asyncio
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx

PACKAGE = "clumio_connection_groups"
Sent = tuple[str, str, list[tuple[str, str]], bytes]


class Recorder(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Records each request as it would go over the wire, and gives one answer."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self._answer = status, headers, body
        self.sent: list[Sent] = []

    def _record(self, request: httpx.Request, body: bytes) -> httpx.Response:
        target = request.url.raw_path.decode()
        headers = [(name.decode().lower(), value.decode()) for name, value in request.headers.raw]
        self.sent.append((request.method, target, headers, body))
        status, given, content = self._answer
        return httpx.Response(status, headers=given, content=content)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._record(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self._record(request, await request.aread())


def called(
    client: Any, module: Any, given: str, answer: tuple[int, dict[str, str], bytes]
) -> tuple[Any, Any]:
    """Call an operation in each of the four ways: what was sent and what came out must be the same."""
    types, models = (importlib.import_module(f"{PACKAGE}.{name}") for name in ("types", "models"))
    space = {**vars(types), "models": models, "BytesIO": BytesIO, "UTC": UTC, "UUID": UUID}
    space |= {"date": date, "datetime": datetime}
    results, seen = [], []
    for way in ("sync_detailed", "asyncio_detailed", "sync", "asyncio"):
        recorder = Recorder(*answer)
        made = client(recorder)
        arguments = eval(f"dict({given})", space)  # noqa: S307 - the expressions of the table
        call = getattr(module, way)
        try:
            result = call(client=made, **arguments)
            results.append(asyncio.run(result) if asyncio.iscoroutine(result) else result)
        except Exception as error:
            if "detailed" in way:
                raise
            results.append(error)
        seen.append(recorder.sent)
    detailed, other, short, other_short = results
    boundaries = [_without_boundary(sent) for sent in seen]
    assert all(sent == boundaries[0] for sent in boundaries), f"the four ways send {boundaries}"
    assert (detailed.parsed, detailed.problem) == (other.parsed, other.problem)
    if detailed.parsed is None and detailed.problem:
        for one in (short, other_short):
            assert type(one).__name__ == "MalformedResponse", f"{one!r} is no MalformedResponse"
            str(one)
    else:
        assert short == other_short == detailed.parsed, (short, detailed)
    assert len(seen[0]) == 1, f"{len(seen[0])} requests were sent"
    return detailed, boundaries[0][0]


def _without_boundary(sent: list[Sent]) -> list[Sent]:
    """Return requests with a fixed boundary of multipart bodies, which is random."""
    found = []
    for method, target, headers, body in sent:
        _, _, boundary = dict(headers).get("content-type", "").partition("boundary=")
        if boundary:
            named = [(key, value.replace(boundary, "B")) for key, value in headers if key != "content-length"]
            found.append((method, target, named, body.replace(boundary.encode(), b"B")))
        else:
            found.append((method, target, headers, body))
    return found


def check_sent(client: Any, row: dict[str, Any], given: str, expected: dict[str, Any]) -> None:
    """Send one call, and compare the request with the expected parts of it."""
    module = importlib.import_module(f"{PACKAGE}.api.{row['module']}")
    try:
        _, (method, target, headers, body) = called(client, module, given, (200, {}, b""))
    except Exception as error:
        is_refused = "refuses" in expected and type(error).__name__ == "InvalidInput"
        if is_refused and expected["refuses"] in str(error):
            return
        raise
    assert "refuses" not in expected, f"{given}: sent, expected to be refused"
    assert method == row["method"].upper(), method
    if "target" in expected:
        assert target == row["prefix"] + expected["target"], f"{given}: sends {target}"
    named = dict(headers)
    assert len(named) == len(headers), f"{given}: sends a header twice: {headers}"
    for name, value in expected.get("headers", {}).items():
        assert named.get(name) == value, f"{given}: sends {name}: {named.get(name)!r}"
    if "body" in expected:
        text = body.decode("latin-1")
        assert text == expected["body"], f"{given}: sends the body {text!r}"
    for part in expected.get("has", ()):
        assert part in body.decode("latin-1"), f"{given}: sends the body {body!r}"
    if "body" not in given:
        assert "content-type" not in named, f"{given}: sends the Content-Type of nothing"


def check_answer(client: Any, row: dict[str, Any], answer: list[Any], expected: str, given: str) -> None:
    """Read one answer, and compare what came of it: an expression over `it`, the detailed response."""
    module = importlib.import_module(f"{PACKAGE}.api.{row['module']}")
    status, media_type, text = answer
    headers = {"Content-Type": media_type} if media_type else {}
    detailed, _ = called(client, module, given, (status, headers, text.encode("latin-1")))
    errors = importlib.import_module(f"{PACKAGE}.errors")
    models = importlib.import_module(f"{PACKAGE}.models")
    try:
        raised: Any = errors.raise_for_error(detailed) and None
    except errors.ApiError as error:
        raised = error
        str(error)
    space = {"it": detailed, "parsed": detailed.parsed, "raised": raised, "models": models, "errors": errors}
    assert eval(expected, space), f"{answer} gives {detailed} and {raised!r}, expected {expected}"  # noqa: S307 - the expressions of the table


def problems(rows: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with each row."""
    package: Any = importlib.import_module(PACKAGE)
    for module in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        importlib.import_module(module.name)
    for name in package.__all__:
        getattr(package, name)

    def client(recorder: Recorder) -> Any:
        return package.AuthenticatedClient(
            base_url="https://mock.invalid", token="secret", httpx_args={"transport": recorder}
        )

    for row in rows:
        checks: list[tuple[Any, tuple[Any, ...]]] = [
            (check_sent, (given, expected)) for given, expected in row["sends"]
        ]
        answers = [(check_answer, (answer, expected, row["given"])) for answer, expected in row["answers"]]
        for check, arguments in [*checks, *answers]:
            try:
                check(client, row, *arguments)
            except Exception as error:  # noqa: BLE001 - each has a line of its own
                yield row["name"], f"{type(error).__name__}: {error}"
        if row["code"]:
            try:
                exec(row["code"], {"package": package, "client": client, "Recorder": Recorder})  # noqa: S102 - the statements of the table
            except Exception as error:  # noqa: BLE001 - as above
                yield row["name"], f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    print(json.dumps(list(problems(json.load(sys.stdin)))))
