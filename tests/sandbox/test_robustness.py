"""No request makes the sandbox fail, hang, or answer in another shape than the vendor's."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest

from clumio_sandbox import protocol
from clumio_sandbox.driver import Driver
from clumio_sandbox.faults.transport import FAULTS as TRANSPORT_FAULTS
from clumio_sandbox.process import running

FUZZ = Path(__file__).with_name("fuzz.py")
GROUPS = "/connections/aws/connection-groups"
MEGABYTE = 1024 * 1024
LATENESS = 0.3


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """A sandbox that must have no output on standard error at the end."""
    log = tmp_path_factory.mktemp("robustness") / "log"
    with log.open("wb") as stderr, changed(log.parent, f"asgi.LATENESS = {LATENESS}", stderr) as driver:
        yield driver
    assert log.read_text() == ""


@contextmanager
def changed(folder: Path, change: str, stderr: IO[bytes] | None = None) -> Iterator[Driver]:
    """A sandbox in a process in which one statement changes a constant."""
    folder.joinpath("sitecustomize.py").write_text(f"from clumio_sandbox import asgi, protocol\n{change}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        with running(stderr=stderr) as url:
            yield Driver(url, "sandbox-token")


def connect(driver: Driver) -> socket.socket:
    address = urlsplit(driver.base_url)
    return socket.create_connection((address.hostname or "", address.port or 0), 15)


def received(connection: socket.socket) -> bytes:
    """All bytes until the sandbox closes the connection."""
    answer = b""
    try:
        while part := connection.recv(65536):
            answer += part
    except ConnectionResetError:
        pass
    return answer


def assert_error(answer: bytes, status: int) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer[:300]
    assert b"\r\ncontent-type: application/json\r\n" in head.lower() + b"\r\n"
    if body:
        assert json.loads(body)["errors"][0]["error_message"]


def put(*headers: str, body: bytes = b"", target: str = f"{GROUPS}/x", method: str = "PUT") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: sandbox", "Connection: close"]
    return "\r\n".join([*lines, "Authorization: Bearer sandbox-token", *headers, "", ""]).encode() + body


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20 + b"\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", 400),
        (put("Transfer-Encoding: chunked", body=b"zz\r\n"), 400),
        (put(method="FROB"), 405),
        (put(method="HEAD"), 405),
        (put(method="CONNECT", target="sandbox:80"), 404),
        (put(method="OPTIONS", target="*"), 404),
        (put(target="http://elsewhere/" + GROUPS), 404),
        (put(target=GROUPS + "/" + "x" * 50_000), 404),
        (put(target=GROUPS + "/%00%ff%ed%a0%80"), 404),
        (put("Upgrade: websocket", "Connection: upgrade"), 404),
        (put("Content-Length: 2000000"), 413),
        (put("Content-Length: " + "9" * 15), 413),
        (put("Expect: 100-continue", "Content-Length: 2000000"), 413),
        (b"PUT /_sandbox/api/faults HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n", 413),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_odd_requests(driver: Driver, request_bytes: bytes, status: int) -> None:
    with connect(driver) as connection:
        connection.sendall(request_bytes)
        answer = received(connection)
    assert_error(answer, status)


def test_a_huge_body_is_refused_before_it_has_come(driver: Driver) -> None:
    with connect(driver) as connection:
        connection.sendall(put("Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent < 64 * MEGABYTE:
                connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                sent += 65536
        except OSError:
            pass
        assert sent < 64 * MEGABYTE
        assert_error(received(connection), 413)


def test_many_headers_and_pipelined_requests(driver: Driver) -> None:
    with connect(driver) as connection:
        one = put(*(f"X-{number}: x" for number in range(500))).replace(b"Connection: close\r\n", b"")
        connection.sendall(one * 20 + put())
        assert received(connection).count(b"HTTP/1.1 404") == 21


def test_a_body_that_ends_early_is_no_request(driver: Driver) -> None:
    with connect(driver) as connection:
        connection.sendall(put("Content-Length: 100", body=b"{"))
        connection.shutdown(socket.SHUT_WR)
        assert received(connection) == b""


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """A sandbox with a short limit on the time that a request may take."""
    with changed(tmp_path_factory.mktemp("impatient"), "protocol.PATIENCE = 0.3") as driver:
        yield driver


@pytest.mark.parametrize("said", [b"", b"PUT ", put("Content-Length: 10", body=b"{")])
def test_an_incomplete_request_gets_a_408(impatient: Driver, said: bytes) -> None:
    begun = time.monotonic()
    with connect(impatient) as connection:
        connection.sendall(said)
        assert_error(received(connection), 408)
    assert time.monotonic() - begun < protocol.PATIENCE


def test_a_slow_request_gets_a_408(impatient: Driver) -> None:
    """On a connection that was used before."""
    with connect(impatient) as connection:
        connection.sendall(put().replace(b"Connection: close\r\n", b""))
        first = HTTPResponse(connection)
        first.begin()
        assert (first.status, bool(first.read())) == (404, True)
        try:
            for byte in b"PUT / HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"x" * 50:
                connection.sendall(bytes([byte]))
                time.sleep(0.02)
        except OSError:
            pass
        assert_error(received(connection), 408)


def test_many_idle_connections_do_not_hinder_others(driver: Driver) -> None:
    idle = [connect(driver) for _ in range(300)]
    assert driver.exchange("GET", "/_sandbox/api/health", None, ())[0] == 200
    for connection in idle:
        connection.close()


@pytest.mark.parametrize("fault", TRANSPORT_FAULTS, ids=lambda fault: fault.name)
def test_faults_of_transport(driver: Driver, fault: object) -> None:
    """The connection ends before the answer or within it, or the answer is late."""
    name = getattr(fault, "name", "")
    group_id = driver.create_group()["id"]
    body = b'{"asset_types":["RDS"],"aws_regions":[]}'
    driver.faults(name)
    begun = time.monotonic()
    with connect(driver) as connection:
        connection.sendall(put(f"Content-Length: {len(body)}", target=f"{GROUPS}/{group_id}", body=body))
        head, _, answer = received(connection).partition(b"\r\n\r\n")
    driver.faults()
    assert driver.read_group(group_id)["intended_asset_types"] == ["RDS"]
    lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    if name == "connection-dropped":
        assert (head, answer) == (b"", b"")
    elif name == "answer-cut-off":
        assert 0 < len(answer) < lengths[0]
    else:
        assert len(answer) == lengths[0]
        assert time.monotonic() - begun >= LATENESS


@pytest.mark.slow
def test_fuzzing_finds_nothing() -> None:
    """A short run of the fuzz script."""
    done = subprocess.run(
        [sys.executable, str(FUZZ), "--requests", "4000"],
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert done.returncode == 0, done.stdout + done.stderr
