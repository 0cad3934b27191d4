"""The three targets: a mock without a network, the embedded sandbox, and any other base URL."""

import os
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

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
AWAY_SECONDS, LOOPBACK_SECONDS = 30.0, 10.0
"""Seconds to wait for an answer: off loopback, and on loopback."""


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A target that is ready: its base URL, the token to send, and its control API if it has one."""

    base_url: str
    token: Secret
    control: Control | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of a run: requests per second, and in all; None is no limit."""

    rate: float | None
    max_requests: int | None


class Target(Protocol):
    """The API that a run tests.

    `capabilities` is what it offers (see `needs` in requirements.yaml), `subject_id` the resource that the
    user named. `answers` is False for a mock. `is_vendor` says whether it may be the vendor. `plan` describes
    the target and the writes for a dry run.
    """

    name: ClassVar[str]
    answers: ClassVar[bool]
    is_vendor: ClassVar[bool]

    @property
    def base_url(self) -> str:
        """The base URL; for the sandbox, which is not started yet, a URL that nothing serves."""

    @property
    def capabilities(self) -> frozenset[str]:
        """What it offers."""

    @property
    def subject_id(self) -> str | None:
        """The id of the resource that the user named."""

    @property
    def unit(self) -> str | None:
        """The organizational unit in whose context requests are made."""

    def limits(self, options: RunOptions) -> Limits:
        """The limits of a run with these options."""

    def reached(self) -> AbstractContextManager[Reached]:
        """Start or check the target, and close it afterwards.

        Raises:
            UsageError: an option or variable is missing or does not fit.
            ControlError: the control API does not answer.
        """

    def plan(self) -> dict[str, str]:
        """Describe the target (`target`) and the writes (`writes`)."""


@dataclass(frozen=True, kw_only=True)
class Mock:
    """Mocked routes within the process: scenarios and examples are compared with the contract."""

    name: ClassVar[str] = "mock"
    answers: ClassVar[bool] = False
    is_vendor: ClassVar[bool] = False
    base_url: str = MOCK_URL
    capabilities: frozenset[str] = frozenset()
    subject_id: str | None = None
    unit: str | None = None

    def limits(self, options: RunOptions) -> Limits:
        """None, unless asked for."""
        return Limits(rate=options.rate or None, max_requests=options.max_requests)

    @contextmanager
    def reached(self) -> Iterator[Reached]:
        """Start nothing."""
        yield Reached(base_url=self.base_url, token=Secret("mock-token"))

    def plan(self) -> dict[str, str]:
        """Describe a target without a network."""
        return {"target": "mock: routes within the process, no network", "writes": "none"}


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """The embedded sandbox, started by the run; `faults` are switched on."""

    name: ClassVar[str] = "sandbox"
    answers: ClassVar[bool] = True
    is_vendor: ClassVar[bool] = False
    faults: tuple[str, ...] = ()
    base_url: str = MOCK_URL
    capabilities: frozenset[str] = frozenset({"writes", "create", "control", "deployed"})
    subject_id: str | None = None
    unit: str | None = None

    def limits(self, options: RunOptions) -> Limits:
        """None, unless asked for."""
        return Limits(rate=options.rate or None, max_requests=options.max_requests)

    @contextmanager
    def reached(self) -> Iterator[Reached]:
        """Start a sandbox, with a token that no other run has."""
        with sandbox() as (base_url, control):
            token = Secret(f"conformance-{uuid.uuid4()}")
            control.register(token)
            control.set_faults(self.faults)
            yield Reached(base_url=base_url, token=token, control=control)

    def plan(self) -> dict[str, str]:
        """Describe a target that ends with the run."""
        return {
            "target": "sandbox, started by the run on a free port of this machine",
            "writes": "yes, to a sandbox that ends with the run",
        }


@dataclass(frozen=True, kw_only=True)
class Live:
    """Any other base URL: the vendor, a proxy of it, or a running sandbox."""

    name: ClassVar[str] = "live"
    answers: ClassVar[bool] = True
    is_vendor: ClassVar[bool] = True
    base_url: str
    control_url: str | None = None
    unit: str | None = None
    allow_writes: bool = False
    subject_id: str | None = None

    @property
    def capabilities(self) -> frozenset[str]:
        """Empty without --allow-writes: only reads. A control API adds more, as does no named resource."""
        offered = set()
        if self.allow_writes:
            offered.add("writes")
            if self.subject_id is None or self.control_url:
                offered.add("create")
            if self.control_url:
                offered |= {"control", "deployed"}
        return frozenset(offered)

    def limits(self, options: RunOptions) -> Limits:
        """Off loopback a rate and a cap; --rate 0 means no rate."""
        away = not is_loopback(self.base_url)
        return Limits(
            rate=(options.rate if options.rate is not None else LIVE_RATE if away else 0) or None,
            max_requests=options.max_requests or (LIVE_MAX_REQUESTS if away else None),
        )

    @contextmanager
    def reached(self) -> Iterator[Reached]:
        """Take the token from the environment, and check that the control API answers."""
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
        """Describe the target; writes need --allow-writes."""
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
    """Give the seconds to wait for an answer of a target."""
    return LOOPBACK_SECONDS if is_loopback(base_url) else AWAY_SECONDS
