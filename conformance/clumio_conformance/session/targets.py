"""The three targets: a mock without a network, the embedded sandbox, and any other base URL."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Final

from clumio_conformance.options import TOKEN_VARIABLE, RunOptions, UsageError
from clumio_conformance.session.control import Control
from clumio_conformance.session.sandbox_process import sandbox
from clumio_conformance.transport.base_url import is_loopback
from clumio_conformance.transport.secret import Secret

MOCK_URL: Final = "https://mock.invalid"
LIVE_RATE: Final = 5.0
"""The default limit of requests per second for a live run off loopback."""
LIVE_MAX_REQUESTS: Final = 2000
"""The default limit of requests in all for a live run off loopback."""
LIVE_MAX_SECONDS: Final = 600.0
"""The default limit of seconds for a live run."""
AWAY_SECONDS, LOOPBACK_SECONDS = 30.0, 10.0
"""Seconds to wait for an answer: off loopback, and on loopback."""


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A started target: its base URL, the token to send, and its control API if it has one."""

    base_url: str
    token: Secret
    control: Control | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of a run: requests per second and in all, and seconds; None is no limit."""

    rate: float | None
    max_requests: int | None
    max_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Target:
    """The API that a run tests: its capabilities, its limits, and how to start it.

    `answers`: it is a real server. `is_vendor`: it may be the vendor. `subject_id` is the resource that the
    user named, `unit` the organizational unit in whose context requests are made.
    """

    name: ClassVar[str]
    answers: ClassVar[bool] = True
    is_vendor: ClassVar[bool] = False
    base_url: str = MOCK_URL
    subject_id: str | None = None
    unit: str | None = None

    @property
    def capabilities(self) -> frozenset[str]:
        """What it offers; see `needs` in requirements.yaml."""
        return frozenset()

    def limits(self, options: RunOptions) -> Limits:
        """How fast and how much may be sent: no limit, unless the options set one."""
        return Limits(
            rate=options.rate or None,
            max_requests=options.max_requests,
            max_seconds=options.max_seconds or None,
        )

    @contextmanager
    def reached(self) -> Iterator[Reached]:
        """Start it, and stop it afterwards.

        Raises:
            UsageError: an option or variable is missing or does not fit.
            ControlError: the control API does not answer.
        """
        yield Reached(base_url=self.base_url, token=Secret("mock-token"))

    def plan(self) -> dict[str, str]:
        """The texts of a plan: `target` describes it, `writes` says what is written to it."""
        raise NotImplementedError


class Mock(Target):
    """Routes in this process, without a network."""

    name = "mock"
    answers = False

    def plan(self) -> dict[str, str]:
        """Nothing leaves this process."""
        return {"target": "mock: routes within the process, no network", "writes": "none"}


@dataclass(frozen=True, kw_only=True)
class Sandbox(Target):
    """The embedded sandbox, started by the run; `faults` are the ways in which it is broken on purpose."""

    name = "sandbox"
    faults: tuple[str, ...] = ()

    @property
    def capabilities(self) -> frozenset[str]:
        """Everything."""
        return frozenset({"writes", "create", "control", "deployed"})

    @contextmanager
    def reached(self) -> Iterator[Reached]:
        """Start a sandbox, with a token that no other run has."""
        with sandbox() as (base_url, control):
            token = Secret(f"conformance-{uuid.uuid4()}")
            control.register(token)
            control.set_faults(self.faults)
            yield Reached(base_url=base_url, token=token, control=control)

    def plan(self) -> dict[str, str]:
        """It ends with the run."""
        return {
            "target": "sandbox, started by the run on a free port of this machine",
            "writes": "yes, to a sandbox that ends with the run",
        }


@dataclass(frozen=True, kw_only=True)
class Live(Target):
    """Any other base URL: the vendor, a proxy of it, or a sandbox that is running already."""

    name = "live"
    is_vendor = True
    control_url: str | None = None
    allow_writes: bool = False

    @property
    def capabilities(self) -> frozenset[str]:
        """Reads; with --allow-writes updates, and what a control API and the choice of resource allow."""
        offered = set()
        if self.allow_writes:
            offered.add("writes")
            if self.subject_id is None or self.control_url:
                offered.add("create")
            if self.control_url:
                offered |= {"control", "deployed"}
        return frozenset(offered)

    def limits(self, options: RunOptions) -> Limits:
        """A budget of seconds; off loopback a rate and a cap too. 0 means no rate, and no budget."""
        away = not is_loopback(self.base_url)
        return Limits(
            rate=(options.rate if options.rate is not None else LIVE_RATE if away else 0) or None,
            max_requests=options.max_requests or (LIVE_MAX_REQUESTS if away else None),
            max_seconds=(LIVE_MAX_SECONDS if options.max_seconds is None else options.max_seconds) or None,
        )

    @contextmanager
    def reached(self) -> Iterator[Reached]:
        """Take the token from the environment, and check the control API."""
        token = live_token()
        if self.control_url is None:
            yield Reached(base_url=self.base_url, token=token)
            return
        control = Control(self.control_url)
        try:
            control.check()
            yield Reached(base_url=self.base_url, token=token, control=control)
        finally:
            control.close()

    def plan(self) -> dict[str, str]:
        """Writes have to be allowed."""
        writes = "yes (--allow-writes)" if self.allow_writes else "none; --allow-writes would send updates"
        return {"target": f"live, {self.base_url}", "writes": writes}


def live_token() -> Secret:
    """The token of a live run, from the environment alone.

    Raises:
        UsageError: there is none.
    """
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        raise UsageError(
            f"{TOKEN_VARIABLE} is not set; a live run takes its token from this environment variable: set it"
        )
    if not token.isascii() or not token.isprintable():
        raise UsageError(f"{TOKEN_VARIABLE} holds characters that no HTTP header can carry; set it again")
    return Secret(token)


def seconds_to_wait(base_url: str) -> float:
    """Return the seconds to wait for an answer of a target."""
    return LOOPBACK_SECONDS if is_loopback(base_url) else AWAY_SECONDS
