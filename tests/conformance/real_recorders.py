"""The same requests for every recorder, what is expected of their recording, and programs that record."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from socket import create_connection
from typing import Any

import httpx
import pytest
from far_sandbox import free_port
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, Page
from recordings import GROUPS

from clumio_conformance.contract.contract import contract
from clumio_conformance.result import Result
from clumio_sandbox.driver import Driver

PACKAGES = ("mitmproxy==11.0.2", "vcrpy==9.4.2", "betamax==0.9.0", "requests>=2.32,<3")
CHROME_HAR = "chrome-har@1.3.1"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

Place = tuple[str, str]
"""A requirement, and the location of a deviation from it."""

FAULTS: dict[str, set[Place]] = {
    "": set(),
    "status-undocumented": {("UCG-ENUM-02", "/status")},
    "string-asset-types-accepted": {("UCG-BODY-02", "request /asset_types")},
}
"""Faults of the sandbox, and what is found then. The last one shows only if the request's body is read."""


@dataclass(frozen=True)
class Call:
    """A request to the API, and the status that a sandbox without faults answers."""

    method: str
    path: str
    body: str | None
    status: int


def calls(group: str) -> list[Call]:
    """A read of the list, a read of a group, an update, and an update that is refused."""
    path = f"{GROUPS}/{group}"
    update = {
        "asset_types": ["RDS"],
        "aws_regions": ["us-east-1"],
        "description": "Zürich, 東京都千代田区: 100 %",
    }
    refused = {**update, "asset_types": "RDS"}
    return [
        Call("GET", GROUPS, None, 200),
        Call("GET", path, None, 200),
        Call("PUT", path, json.dumps(update, ensure_ascii=False), 200),
        Call("PUT", path, json.dumps(refused, ensure_ascii=False), 400),
    ]


def broken_by(fault: str, sandbox: Driver) -> list[Call]:
    """Create a group and switch a fault on; return the requests, with the statuses of their answers."""
    made = calls(sandbox.create_group()["id"])
    sandbox.faults(*filter(None, [fault]))
    if fault == "string-asset-types-accepted":
        made[-1] = replace(made[-1], status=200)
    return made


def headers_of(sandbox: Driver) -> dict[str, str]:
    return {"Authorization": f"Bearer {sandbox.token}", "Content-Type": "application/json"}


def check(
    result: Result, expected: set[Place], *, judged: int | None = 4, without_body: int | None = 0
) -> None:
    """Expect these deviations, no others that count, and so many judged exchanges.

    `without_body` is how many requests are judged by their answer alone; None: some number.
    """
    requirements = contract().requirements
    deviations = {
        (finding.requirement, finding.deviation.location)
        for finding in result.findings
        if requirements[finding.requirement].level == "must"
    }
    counts = result.run["counts"]
    lost = sum(count for name, count in counts.items() if name.startswith("requests: "))
    assert deviations == expected, result.notes
    assert result.exit_code == bool(expected), result.notes
    assert counts["about"] == counts["judged"] == result.run["requests"], result.notes
    assert judged is None or result.run["requests"] == judged, result.notes
    assert without_body is None or lost == without_body, result.notes


_SEND = """async ([base, calls, headers, asBlob]) => {
  const statuses = []
  for (const {method, path, body} of calls) {
    const sent = asBlob && body !== null ? new Blob([body]) : body
    const answer = await fetch(base + path, {method, headers, body: sent})
    await answer.text()
    statuses.push(answer.status)
  }
  return statuses
}"""


def send_by_page(
    page: Page, sandbox: Driver, made: list[Call], *, blob: bool = False, base_url: str = ""
) -> None:
    """Send the requests from a page of the sandbox, or of another origin."""
    page.goto(f"{sandbox.base_url}/_sandbox/")
    given = [{"method": one.method, "path": one.path, "body": one.body} for one in made]
    statuses = page.evaluate(_SEND, [base_url, given, headers_of(sandbox), blob])
    assert statuses == [one.status for one in made]


@contextmanager
def recording_context(browser: Browser, har: Path, content: Any) -> Iterator[BrowserContext]:
    """A context of Chromium that writes a HAR file when it is closed; the console's policy forbids fetch."""
    context = browser.new_context(record_har_path=har, record_har_content=content, bypass_csp=True)
    try:
        yield context
    finally:
        context.close()


FOR_OTHER_ORIGINS = """
add_header Access-Control-Allow-Origin * always; add_header Access-Control-Allow-Methods "GET, PUT" always;
add_header Access-Control-Allow-Headers "authorization, content-type" always;
if ($request_method = OPTIONS) { return 204; }
"""
"""How nginx lets pages of other origins use a sandbox behind it."""


def record_devtools(page: Page, send: Callable[[], None]) -> list[dict[str, Any]]:
    """Record the messages of the devtools protocol while requests are sent, with the bodies of answers."""
    session = page.context.new_cdp_session(page)
    messages: list[dict[str, Any]] = []

    def keep(name: str) -> None:
        session.on(name, lambda params: messages.append({"method": name, "params": params}))

    for name in ("requestWillBeSent", "responseReceived", "dataReceived", "loadingFinished"):
        keep(f"Network.{name}")
    for name in ("requestWillBeSentExtraInfo", "responseReceivedExtraInfo"):
        keep(f"Network.{name}")
    for name in ("frameStartedLoading", "frameRequestedNavigation", "frameAttached"):
        keep(f"Page.{name}")
    session.send("Network.enable")
    session.send("Page.enable")
    send()
    for message in messages:
        params = message["params"]
        if message["method"] == "Network.responseReceived" and params["type"] == "Fetch":
            answer = session.send("Network.getResponseBody", {"requestId": params["requestId"]})
            encoding = {"encoding": "base64"} if answer["base64Encoded"] else {}
            params["response"] |= {"body": answer["body"], **encoding}
    return messages


_TO_HAR = """import {readFileSync, writeFileSync} from 'node:fs'
import {harFromMessages} from 'chrome-har'
const messages = JSON.parse(readFileSync('messages.json', 'utf8'))
const har = harFromMessages(messages, {includeTextFromResponseBody: true})
writeFileSync('devtools.har', JSON.stringify(har))
"""


def devtools_har(folder: Path, messages: list[dict[str, Any]]) -> Path:
    """Make a HAR file of messages by chrome-har, which is installed in this folder."""
    (folder / "messages.json").write_text(json.dumps(messages))
    (folder / "to_har.mjs").write_text(_TO_HAR)
    subprocess.run(["node", "to_har.mjs"], cwd=folder, check=True)
    return folder / "devtools.har"


def installed(cache: pytest.Cache) -> Path:
    """Return the folder of the programs of a virtual environment with the recorders.

    It is made once, for all processes, and kept in pytest's cache.
    """
    folder = cache.mkdir("recorders")
    programs, ready = folder / "bin", folder / "ready"
    with FileLock(folder.with_suffix(".lock")):
        if not ready.is_file() or ready.read_text() != " ".join(PACKAGES):
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            subprocess.run([programs / "pip", "install", "--quiet", *PACKAGES], check=True)
            ready.write_text(" ".join(PACKAGES))
    return programs


def surroundings(**more: str) -> dict[str, str]:
    """The environment variables of a program: no proxy, and none of the API's."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if "proxy" not in name.lower() and not name.startswith("CLUMIO_")
    }
    return {**kept, **more}


@contextmanager
def mitmdump(
    programs: Path, folder: Path, *, reverse_of: str | None, options: Sequence[str] = ()
) -> Iterator[str]:
    """Record by mitmproxy into `traffic.har` and `traffic.flows` of a folder; yield the proxy's URL.

    What it prints goes to `mitmdump.log`.
    """
    port = free_port()
    command: list[str | Path] = [
        programs / "mitmdump",
        "--listen-host",
        "127.0.0.1",
        "-p",
        str(port),
        *options,
    ]
    command += ["-w", folder / "traffic.flows", "--set", f"hardump={folder / 'traffic.har'}"]
    command += ["--set", f"confdir={folder}", "--mode", f"reverse:{reverse_of}" if reverse_of else "regular"]
    with (folder / "mitmdump.log").open("wb") as log:
        process = subprocess.Popen(command, env=surroundings(), stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGINT)
        process.wait(30)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        try:
            create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            assert process.poll() is None, f"mitmdump ended with {process.returncode}"
            time.sleep(0.05)
        else:
            return


def send_by_httpx(sandbox: Driver, made: list[Call], *, base_url: str, proxy_url: str | None) -> None:
    with httpx.Client(base_url=base_url, proxy=proxy_url, trust_env=False) as client:
        for one in made:
            answer = client.request(one.method, one.path, content=one.body, headers=headers_of(sandbox))
            assert answer.status_code == one.status


_CASSETTE = """
import json, sys
import requests

recorder, options, folder, base_url, headers, calls = json.loads(sys.stdin.read())
session = requests.Session()
session.trust_env = False
if recorder == "vcrpy":
    import vcr
    recording = vcr.VCR(**options).use_cassette(folder + "/cassette")
else:
    from betamax import Betamax
    recording = Betamax(session, cassette_library_dir=folder).use_cassette("cassette", **options)
with recording:
    for method, path, body, status in calls:
        answer = session.request(method, base_url + path, data=body and body.encode(), headers=headers)
        assert answer.status_code == status, answer.text
"""


def record_cassette(
    programs: Path,
    folder: Path,
    sandbox: Driver,
    made: list[Call],
    *,
    recorder: str,
    options: Mapping[str, Any],
) -> Path:
    """Send the requests by `requests` in the recorders' environment; return the only file that is made."""
    sent = [(one.method, one.path, one.body, one.status) for one in made]
    task = json.dumps([recorder, options, str(folder), sandbox.base_url, headers_of(sandbox), sent])
    subprocess.run([programs / "python", "-c", _CASSETTE], input=task, text=True, check=True)
    [cassette] = [one for one in folder.iterdir() if one.is_file()]
    return cassette


def run_schemathesis(folder: Path, spec: Path, sandbox: Driver, *options: str) -> tuple[int, list[Path]]:
    """Record three reports; return how many requests schemathesis has sent, and the reports."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(spec), "--url", sandbox.base_url]
    command += ["-H", f"Authorization: Bearer {sandbox.token}", "--max-examples", "3", "--seed", "1"]
    command += ["--report", "vcr,ndjson,har", "--report-dir", str(folder / "reports"), *options]
    done = subprocess.run(
        command, cwd=folder, env=surroundings(NO_COLOR="1"), capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    [generated] = [line.split()[0] for line in done.stdout.splitlines() if " generated, " in line]
    return int(generated), sorted((folder / "reports").iterdir())


def npm_install(folder: Path) -> None:
    npm = shutil.which("npm")
    assert npm, "npm is not installed; it comes with Node.js"
    subprocess.run([npm, "install", "--silent", "--no-audit", "--prefix", folder, CHROME_HAR], check=True)
