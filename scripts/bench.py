#!/usr/bin/env python3
"""Print the project's own timings: the suite, the client, the sandbox, recorded traffic, watched calls.

    bench.py                                  everything
    bench.py judge --entries 2000000          recorded traffic alone, with as many entries

A call and an import of the client, a page that it reads, and a watched call, are measured in pairs with the
same work done by the bare libraries; recorded traffic beside json.load of the same file, and openapi-core on
the same exchanges (in an environment of its own, made for it). The sandbox is measured by
tests/sandbox/soak.py without kills. All figures depend on the machine and on its load, which is printed.
"""

import installed  # noqa: F401 - it says which package is missing

# isort: split
import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx

from clumio_conformance.exit_code import Parser, finish
from clumio_conformance.httpx import JudgingTransport, observer
from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import update_aws_connection_group
from clumio_connection_groups.models import AssetType, ConnectionGroupList, UpdateConnectionGroupRequest
from contract_tools import document
from measuring import traffic

ROOT: Final = Path(__file__).resolve().parents[1]
IMPORTS: Final = 15
"""Pairs of imports; each is a process of its own."""
CALLS: Final = 500
"""Pairs of calls."""
PAGES: Final = 300
"""Pairs of readings of a page."""
WARM_UP: Final = 100
_SOAK: Final = ("--requests", "10000", "--connections", "8", "--kills", "0")
_TOKEN: Final = "t"  # noqa: S105 - the server does not read it
MEDIA_TYPE: Final = "application/api.clumio.aws-connection-groups=v1+json"
_SERVER: Final = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MEDIA_TYPE, BODY = sys.argv[1], sys.argv[2].encode()

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_PUT(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", MEDIA_TYPE)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""

Figure = tuple[str, str]
"""A label and its value."""


class FailedError(Exception):
    """A measured command failed; the message has its output."""


def main(arguments: Sequence[str]) -> int:
    """Measure, and print one line for each figure; the exit code is 1 when a measured command fails."""
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(MEASURES)} (default: all)")
    parser.add_argument(
        "--entries", type=int, default=20_000, metavar="N", help="of the recording (default %(default)s)"
    )
    options = parser.parse_args(arguments)
    unknown = set(options.names) - MEASURES.keys()
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: choose from {', '.join(MEASURES)}")
    traffic.ENTRIES = options.entries
    print(f"CPython {platform.python_version()}, {os.cpu_count()} cores{_load()}")
    failed = False
    for name, measure in MEASURES.items():
        if name in (options.names or MEASURES):
            try:
                for figure in measure():
                    print(f"{figure[0]:<48} {figure[1]}", flush=True)
            except FailedError as why:
                failed = True
                print(f"{name}: {why}", file=sys.stderr)
    return int(failed)


def suite() -> Iterator[Figure]:
    """A default and a quick run of the suite against the healthy sandbox."""
    for label, extra in (("default run", ()), ("quick run", ("--quick",))):
        with tempfile.TemporaryDirectory() as folder:
            command = ["-m", "clumio_conformance", "run", "--report-dir", folder, *extra]
            seconds, _ = _timed(command)
            report: dict[str, Any] = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
        yield label, f"{seconds:.1f} s, {report['run']['requests']} requests"


def client() -> Iterator[Figure]:
    """The client's import in milliseconds, and import and call compared with bare httpx."""
    with tempfile.TemporaryDirectory() as compiled:
        ours = partial(_import, update_aws_connection_group.__name__, compiled)
        bare = partial(_import, "httpx", compiled)
        paired(ours, bare, 1)
        seconds, ratio = paired(ours, bare, IMPORTS)
    yield "import of the client", f"{seconds * 1000:.0f} ms"
    yield "import of the client, to that of httpx", f"{ratio:.3f} times as long"
    with (
        _server() as base_url,
        AuthenticatedClient(base_url=base_url, token=_TOKEN) as client,
        httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {_TOKEN}"}) as http,
    ):
        call, request = partial(_call, client), partial(_request, http)
        paired(call, request, WARM_UP)
        _, ratio = paired(call, request, CALLS)
    yield "call of the client, to a bare request", f"{ratio:.3f} times as long"
    page = _page()
    _, ratio = paired(partial(_read, page), partial(_load_page, page), PAGES)
    yield "a page of 100 groups, to json.loads", f"{ratio:.3f} times as long"


def sandbox() -> Iterator[Figure]:
    """Mixed requests a second against a sandbox with a state file."""
    seconds, output = _timed(["tests/sandbox/soak.py", *_SOAK])
    counted = dict(re.findall(r"(\w+)=(\d+)", output))
    yield "sandbox with a state file, mixed requests", f"{int(counted['requests']) / seconds:.0f} a second"
    yield "of which updates", f"{int(counted['updates']) / seconds:.0f} a second"


def judge() -> Iterator[Figure]:
    """Entries a second and memory of `judge`, from HAR and from lines of HAR."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield from traffic.measured(Path(folder))
        except traffic.FailedError as why:
            raise FailedError(str(why)) from why


def watch() -> Iterator[Figure]:
    """What a judging transport adds to a call."""
    with _server() as base_url:
        bare, watched = httpx.HTTPTransport(), JudgingTransport(observer())
        request = httpx.Request(
            "PUT",
            f"{base_url}/connections/aws/connection-groups/4f1c",
            json={"asset_types": ["EC2/EBS", "RDS"], "aws_regions": ["us-east-1"]},
            headers={"Authorization": f"Bearer {_TOKEN}"},
        )

        def seconds(transport: httpx.BaseTransport) -> float:
            begun = time.perf_counter()
            transport.handle_request(request).read()
            return time.perf_counter() - begun

        paired(lambda: seconds(watched), lambda: seconds(bare), WARM_UP)
        added = []
        for number in range(4 * CALLS):
            order = (watched, bare) if number % 2 else (bare, watched)
            spent = {transport: seconds(transport) for transport in order}
            added.append(spent[watched] - spent[bare])
    yield "a judging transport adds to a call, median", f"{statistics.median(added) * 1e6:.0f} us"


MEASURES: Final[dict[str, Callable[[], Iterator[Figure]]]] = {
    "suite": suite,
    "client": client,
    "sandbox": sandbox,
    "judge": judge,
    "watch": watch,
}


def paired(ours: Callable[[], float], bare: Callable[[], float], pairs: int) -> tuple[float, float]:
    """Measure in pairs of alternating order: the median seconds of `ours`, and the median ratio to `bare`."""
    seconds, ratios = [], []
    for number in range(pairs):
        order = (ours, bare) if number % 2 else (bare, ours)
        spent = {measure: measure() for measure in order}
        seconds.append(spent[ours])
        ratios.append(spent[ours] / spent[bare])
    return statistics.median(seconds), statistics.median(ratios)


def _import(names: str, compiled: str) -> float:
    """The seconds that an import takes in a process of its own, without the start of Python.

    From the second time on the modules are compiled, as those of an installed package are.
    """
    code = (
        "import sys, time; sys.dont_write_bytecode = False; begun = time.perf_counter(); "
        f"import {names}; print(time.perf_counter() - begun)"
    )
    return float(_timed(["-X", f"pycache_prefix={compiled}", "-c", code])[1])


def _call(client: AuthenticatedClient) -> float:
    """The seconds of an update by the client."""
    begun = time.perf_counter()
    body = UpdateConnectionGroupRequest(
        asset_types=[AssetType.EC2EBS, AssetType.RDS], aws_regions=["us-east-1"]
    )
    update_aws_connection_group.sync("4f1c", client=client, body=body)
    return time.perf_counter() - begun


def _request(bare: httpx.Client) -> float:
    """The seconds of the same update by bare httpx and `json.loads`."""
    begun = time.perf_counter()
    body = {"asset_types": ["EC2/EBS", "RDS"], "aws_regions": ["us-east-1"]}
    path = "/connections/aws/connection-groups/4f1c"
    json.loads(bare.put(path, json=body, headers={"Accept": MEDIA_TYPE}).content)
    return time.perf_counter() - begun


def _page() -> bytes:
    """A page of the list: the contract's example of a group, a hundred times."""
    return json.dumps({"_embedded": {"items": [_example()] * 100}, "current_count": 100}).encode()


def _read(page: bytes) -> float:
    """The seconds in which the client makes models of a page."""
    begun = time.perf_counter()
    ConnectionGroupList.from_dict(json.loads(page))
    return time.perf_counter() - begun


def _load_page(page: bytes) -> float:
    """The seconds in which `json.loads` decodes a page."""
    begun = time.perf_counter()
    json.loads(page)
    return time.perf_counter() - begun


def _example() -> dict[str, Any]:
    """The contract's example of a group."""
    examples = document.read(ROOT / "openapi" / "spec.yaml").content["components"]["examples"]
    group: dict[str, Any] = examples["ConnectionGroup"]["value"]
    return group


@contextmanager
def _server() -> Iterator[str]:
    """A server that answers each PUT with the contract's example of a group; yield its base URL."""
    command = [sys.executable, "-c", _SERVER, MEDIA_TYPE, json.dumps(_example())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def _timed(arguments: Sequence[str]) -> tuple[float, str]:
    """Run Python with these arguments; return seconds and output."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise FailedError(
            f"exit code {done.returncode} of {' '.join(arguments[:3])}\n{done.stdout}{done.stderr}"
        )
    return seconds, done.stdout


def _load() -> str:
    return f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""


if __name__ == "__main__":
    finish("bench.py", lambda: main(sys.argv[1:]))
