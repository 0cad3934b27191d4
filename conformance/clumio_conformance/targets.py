"""The three targets: a mock without a network, the embedded sandbox, and any other base URL."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from queue import Empty, Queue
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from clumio_conformance.contract import Contract
from clumio_conformance.control import Control
from clumio_conformance.ledger import Ledger
from clumio_conformance.options import LIVE_MAX_REQUESTS, LIVE_RATE, RunOptions
from clumio_conformance.redaction import Redaction
from clumio_conformance.session import COLLECTION, UNKNOWN_IDS, Session, group_path
from clumio_conformance.wire import Policy, Wire

MOCK_URL: Final = "https://mock.invalid"
START_SECONDS: Final = 20.0
AWAY_SECONDS, LOOPBACK_SECONDS = 30.0, 10.0
"""How long an answer is waited for."""
TOKEN_VARIABLE: Final = "CLUMIO_API_TOKEN"  # noqa: S105 - the name of a variable


class UsageError(Exception):
    """The run can't be made as it was asked for; the message names the option or variable."""


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def capabilities(options: RunOptions) -> frozenset[str]:
    """What the target of a run offers; see `needs` in requirements.yaml."""
    if options.target == "mock":
        return frozenset()
    if options.target == "sandbox":
        return frozenset({"writes", "create", "control", "deployed"})
    offered = set()
    if options.allow_writes:
        offered.add("writes")
        if options.group_id is None or options.control_url:
            offered.add("create")
        if options.control_url:
            offered |= {"control", "deployed"}
    return frozenset(offered)


@contextmanager
def opened(options: RunOptions, contract: Contract, ledger: Ledger) -> Iterator[Session]:
    """Open the target of a run and close it again.

    Raises:
        UsageError: an option or variable is missing or does not fit.
        ControlError: the control API does not answer.
    """
    if options.target == "sandbox":
        with sandbox() as (base_url, control):
            token = f"conformance-{uuid.uuid4()}"
            control.register(token)
            control.set_faults(options.faults)
            yield from _session(options, contract, ledger, base_url, token, control)
        return
    if options.target == "mock":
        yield from _session(options, contract, ledger, MOCK_URL, "mock-token", None)
        return
    token = live_token()
    live_control = Control(options.control_url) if options.control_url else None
    if live_control:
        live_control.check()
    yield from _session(options, contract, ledger, options.base_url or "", token, live_control)


def live_token() -> str:
    """The token of a live run, from the environment alone.

    Raises:
        UsageError: there is none.
    """
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        raise UsageError(
            f"{TOKEN_VARIABLE} is not set: a live run needs a token, and takes it from the environment only"
        )
    if not token.isascii() or not token.isprintable():
        raise UsageError(f"{TOKEN_VARIABLE} holds characters that no HTTP header can carry")
    return token


@contextmanager
def sandbox() -> Iterator[tuple[str, Control]]:
    """Start the embedded sandbox on a free port; gives its base URL and its control API.

    Raises:
        UsageError: it does not start.
    """
    environment = {name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE}
    process = subprocess.Popen(
        [sys.executable, "-m", "clumio_sandbox", "serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        base_url = _first_line(process)
        control = Control(base_url)
        try:
            yield base_url, control
        finally:
            control.close()
    finally:
        process.terminate()
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _session(
    options: RunOptions,
    contract: Contract,
    ledger: Ledger,
    base_url: str,
    token: str,
    control: Control | None,
) -> Iterator[Session]:
    redaction = Redaction(token)
    away = options.target == "live" and not is_loopback(base_url)
    # --rate 0 asks for no limit, which is what a target on loopback has anyway
    rate = options.rate if options.rate is not None else (LIVE_RATE if away else 0)
    cap = options.max_requests if options.max_requests is not None else (LIVE_MAX_REQUESTS if away else None)
    policy = Policy(allowed=_allowed(options), rate=rate or None, max_requests=cap)
    seconds = AWAY_SECONDS if away else LOOPBACK_SECONDS
    wire = Wire(base_url, token, policy=policy, redaction=redaction, unit=options.unit, timeout=seconds)
    try:
        yield Session(contract=contract, ledger=ledger, wire=wire, control=control)
    finally:
        wire.close()


def _allowed(options: RunOptions) -> set[tuple[str, str]]:
    """What a run may send at its start; groups that it creates are added as they come."""
    unknown = {f"{COLLECTION}/{segment}" for segment in UNKNOWN_IDS}
    allowed = {("GET", COLLECTION)} | {("GET", path) for path in unknown}
    if options.group_id is not None:
        allowed.add(("GET", group_path(options.group_id)))
    offered = capabilities(options)
    if "writes" in offered or options.target == "mock":
        allowed |= {("PUT", path) for path in unknown}
        if options.group_id is not None:
            allowed.add(("PUT", group_path(options.group_id)))
    if "create" in offered:
        allowed.add(("POST", COLLECTION))
    return allowed


def _first_line(process: "subprocess.Popen[str]") -> str:
    lines: Queue[str] = Queue()
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    Thread(target=lambda out: lines.put(out.readline()), args=(process.stdout,), daemon=True).start()
    try:
        line = lines.get(timeout=START_SECONDS).strip()
    except Empty:
        line = ""
    if not line.startswith("http"):
        process.kill()
        _, complaint = process.communicate()
        raise UsageError(
            f"the embedded sandbox did not start within {START_SECONDS:.0f} s: {complaint.strip() or 'it said nothing'}"
        )
    return line
