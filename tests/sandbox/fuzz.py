"""Send mutated requests to a sandbox, and check that each gets a right answer.

`python tests/sandbox/fuzz.py --requests 1000000` starts a sandbox of its own, sends that many requests over a
few connections, and prints what came back. The exit code is 1 when there was a 5xx, an answer in another
shape than the vendor's, a hang, or anything on the sandbox's standard error. What is sent depends on `--seed`
alone.
"""

import argparse
import json
import random
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from clumio_sandbox.driver import Driver
from clumio_sandbox.group_document import GROUPS_PATH
from clumio_sandbox.process import base_url, start, stop

PIECES: tuple[bytes, ...] = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\\ud800", b"\r\n", b"\n", b" ", b"\t", b'"', b"{", b"}", b"[",
    b"]", b"[" * 2000, b'{"a":' * 2000, b"1e999", b"-0", b"9" * 5000, b"NaN", b"Infinity", b"null", b"true",
    b"%00", b"%ff", b"%2F", b"..", b"//", b"?", b"#", b";", b",", b":", b"=", b"&", b"x" * 5000, b"EC2MSSQL",
    b"EBS", b"Bearer ", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\n", b"Upgrade: websocket\r\n", b"Connection: upgrade\r\n", b"Host: x\r\n",
    b"HTTP/0.9", b"HTTP/2.0", b"CONNECT", b"OPTIONS", b"HEAD", b"TRACE",
)  # fmt: skip

VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 2**70, "", "EC2/EBS", "EC2MSSQL", "EBS", "ec2/ebs", "\u0000", "\ud800",
    "x" * 3000, [], [None], [[]], ["RDS", "RDS"], ["EC2MSSQL"], {}, {"a": {}}, ["us-east-1"] * 500,
)  # fmt: skip

FIELDS = (
    "asset_types",
    "aws_regions",
    "asset_types_enabled",
    "description",
    "account_native_id",
    "\u2603",
    "",
)
METHODS = ("PUT", "GET", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "FROB")
QUERIES = (
    "",
    "?limit=2",
    "?limit=-1",
    "?start=%00",
    "?filter={",
    "?filter=%7B%22a%22%3A%7B%7D%7D",
    "?embed=x&embed",
)
PATIENCE = 5.0


@dataclass
class Findings:
    """The answers and the problems."""

    requests: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


class Fuzzer:
    """Makes requests, sends them, and checks the answers."""

    def __init__(self, url: str, group_id: str, seed: int) -> None:
        address = urlsplit(url)
        self._address = (address.hostname or "", address.port or 0)
        self._group_id = group_id
        self._random = random.Random(seed)
        self.findings = Findings()

    def run(self, requests: int) -> Findings:
        """Send this number of requests, several on each connection."""
        while self.findings.requests < requests and len(self.findings.problems) < 10:
            with socket.create_connection(self._address, PATIENCE) as connection:
                for request, whole in self._batch():
                    self.findings.requests += 1
                    if not self._exchange(connection, request, whole=whole):
                        break
        return self.findings

    def _batch(self) -> Iterator[tuple[bytes, bool]]:
        """Pairs of a request and whether it is well-formed; a mutated one is the last of its connection."""
        for _ in range(self._random.randrange(1, 30)):
            yield self._request(), True
        yield self._mutated(self._request()), False

    def _request(self) -> bytes:
        choose = self._random.choice
        body = json.dumps({choose(FIELDS): choose(VALUES) for _ in range(self._random.randrange(6))}).encode()
        if self._random.random() < 0.3:
            body = self._mutated(body)
        target = (
            GROUPS_PATH
            + choose(("", "/", f"/{self._group_id}", "/x%2Fy", f"/{self._group_id}/"))
            + choose(QUERIES)
        )
        head = [
            f"{choose(METHODS)} {target} HTTP/1.1",
            "Host: fuzz",
            f"Authorization: {choose(('Bearer sandbox-token',) * 6 + ('Bearer x', 'Basic y', ''))}",
            f"Content-Type: {choose(('application/json', 'text/plain', 'application/xml', '', ';;='))}",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body

    def _mutated(self, data: bytes) -> bytes:
        for _ in range(self._random.randrange(1, 4)):
            start = self._random.randrange(len(data) + 1)
            end = min(len(data), start + self._random.randrange(8))
            data = data[:start] + self._random.choice(PIECES) + data[end:]
        return data

    def _exchange(self, connection: socket.socket, request: bytes, *, whole: bool) -> bool:
        """Whether the connection can be used again."""
        try:
            connection.sendall(request)
            if not whole:
                # Content-Length may be too large: this ends the wait for the rest.
                connection.shutdown(socket.SHUT_WR)
            answer = receive(connection, head_only=request.startswith(b"HEAD"))
        except TimeoutError:
            self.findings.problems.append(f"{request[:300]!r} -> no answer in {PATIENCE} s")
            return False
        except OSError:
            answer = b""
        self._judge(request, answer)
        return bool(answer) and b"connection: close" not in answer.lower()

    def _judge(self, request: bytes, answer: bytes) -> None:
        if not answer:
            self.findings.answers["closed"] += 1
            return
        head, _, body = answer.partition(b"\r\n\r\n")
        status = head.split(b" ", 2)[1].decode()
        self.findings.answers[status] += 1
        if status >= "500" or (status >= "400" and body and not is_error(body)):
            self.findings.problems.append(f"{request[:300]!r} -> {answer[:300]!r}")


def receive(connection: socket.socket, *, head_only: bool) -> bytes:
    """One answer, up to its Content-Length."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = connection.recv(65536)
        if not part:
            return answer
        answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    announced = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
    length = 0 if head_only else announced
    while len(body) < length:
        part = connection.recv(65536)
        if not part:
            break
        body += part
    # More bytes can follow, when the server read a part of a mutated request as another request.
    return head + b"\r\n\r\n" + body[:length]


def is_error(body: bytes) -> bool:
    """Whether it has the vendor's error shape."""
    try:
        errors = json.loads(body)["errors"]
        return bool(errors) and all(set(error) == {"error_code", "error_message"} for error in errors)
    except (ValueError, KeyError, TypeError):
        return False


def resident_megabytes(pid: int) -> float:
    """The resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryFile() as log:
        process = start(stderr=log)
        url = base_url(process)
        group = Driver(url, "sandbox-token").create_group()
        findings = Fuzzer(url, group["id"], options.seed).run(options.requests)
        memory = resident_megabytes(process.pid)
        code = stop(process)
        log.seek(0)
        noise = log.read().decode(errors="replace")
    print(json.dumps(findings.answers), f"requests={findings.requests} resident={memory:.0f}MB exit={code}")
    for problem in (*findings.problems, noise):
        print(problem[:2000], end="\n" if problem else "")
    return 1 if findings.problems or noise or code else 0


if __name__ == "__main__":
    sys.exit(main())
