"""The three targets: a mock without a network, the embedded sandbox, and any other base URL."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import Final

from clumio_conformance.contract.document import Contract
from clumio_conformance.contract.probes import UNKNOWN_IDS
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.options import LIVE_MAX_REQUESTS, LIVE_RATE, RunOptions
from clumio_conformance.run.session import COLLECTION, Session, group_path, near_paths
from clumio_conformance.target.base_url import is_loopback
from clumio_conformance.target.control import Control
from clumio_conformance.target.pacing import terminal
from clumio_conformance.target.redaction import Redaction
from clumio_conformance.target.secret import Secret
from clumio_conformance.target.wire import Policy, Wire

MOCK_URL: Final = "https://mock.invalid"
START_SECONDS: Final = 20.0
AWAY_SECONDS, LOOPBACK_SECONDS = 30.0, 10.0
"""How long an answer is waited for."""
TOKEN_VARIABLE: Final = "CLUMIO_API_TOKEN"  # noqa: S105 - the name of a variable


class UsageError(Exception):
    """The run can't be made as it was asked for; the message names the option or variable."""


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
            token = Secret(f"conformance-{uuid.uuid4()}")
            control.register(token)
            control.set_faults(options.faults)
            with _wire(options, base_url, token) as wire:
                yield Session(contract=contract, ledger=ledger, wire=wire, control=control)
        return
    live = options.target == "live"
    token = live_token() if live else Secret("mock-token")
    with _wire(options, options.base_url or MOCK_URL, token) as wire, _control(options) as live_control:
        yield Session(contract=contract, ledger=ledger, wire=wire, control=live_control)


@contextmanager
def unopened(options: RunOptions) -> Iterator[Wire]:
    """What a run would send through, before anything is opened: it may send nothing at all."""
    with _wire(options, options.base_url or MOCK_URL, "not-a-token") as wire:
        wire.policy = Policy(allowed=set())
        yield wire


@contextmanager
def _control(options: RunOptions) -> Iterator[Control | None]:
    if options.control_url is None:
        yield None
        return
    control = Control(options.control_url)
    try:
        control.check()
        yield control
    finally:
        control.close()


def live_token() -> Secret:
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
    return Secret(token)


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


@contextmanager
def _wire(options: RunOptions, base_url: str, token: str) -> Iterator[Wire]:
    wire = Wire(
        base_url,
        token,
        policy=policy(options),
        redaction=Redaction(token),
        unit=options.unit,
        timeout=LOOPBACK_SECONDS if is_loopback(base_url) else AWAY_SECONDS,
        tell=terminal(),
    )
    try:
        yield wire
    finally:
        wire.close()


def policy(options: RunOptions) -> Policy:
    """What a run may send at its start, how fast, and how much; --rate 0 asks for no limit, which loopback has anyway."""
    away = options.target == "live" and not is_loopback(options.base_url or "")
    offered = capabilities(options)
    return Policy(
        allowed={(grant.method, grant.path) for grant in grants(options) if grant.when is None},
        # without a control API what is created stays, so that one group has to do
        once=frozenset() if "control" in offered else frozenset({("POST", COLLECTION)}),
        fetches="writes" in offered,
        rate=(options.rate if options.rate is not None else LIVE_RATE if away else 0) or None,
        max_requests=options.max_requests or (LIVE_MAX_REQUESTS if away else None),
    )


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A method and a path that a run may send: from its start, or `when` something has happened."""

    method: str
    path: str
    when: str | None = None


def grants(options: RunOptions) -> list[Grant]:
    """Everything that a run may ever send."""
    if options.target == "mock":
        return []
    offered = capabilities(options)
    methods = ("GET", "PUT") if "writes" in offered else ("GET",)
    nameless = [f"{COLLECTION}/{segment}" for segment in UNKNOWN_IDS.values()]
    found = [Grant(method="GET", path=COLLECTION)]
    if options.group_id is not None:
        group = group_path(options.group_id)
        nameless += near_paths(options.group_id).values()
        found.append(Grant(method="GET", path=group))
        if "writes" in offered:
            found.append(Grant(method="PUT", path=group, when="its original is on disk"))
    found += [Grant(method=method, path=path) for method in methods for path in nameless]
    if options.group_id is None and "create" not in offered:
        found += _later("GET", when="it is the first of the list")
    if "create" in offered:
        found.append(Grant(method="POST", path=COLLECTION))
        found += [
            grant for method in ("GET", "PUT") for grant in _later(method, when="the run has created it")
        ]
    return found


def _later(method: str, *, when: str) -> list[Grant]:
    """A group that is not known yet, and ids that are nearly its own."""
    return [
        Grant(method=method, path=f"{COLLECTION}/{{{name}}}", when=when) for name in ("id", "nearly that id")
    ]


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
