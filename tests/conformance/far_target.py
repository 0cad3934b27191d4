"""A wire to a target that is not on this machine, and that a function plays."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from clumio_conformance.connection_groups.operations import COLLECTION, group_path
from clumio_conformance.transport.redaction import Redaction
from clumio_conformance.transport.wire import Policy, Wire

TOKEN = "canary-token-4711"
AWAY = "https://api.example.com"
Answer = Callable[[httpx.Request], httpx.Response]


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Far:
    """A wire to a target that a function plays; `seen` is what came out of it."""

    wire: Wire
    clock: Clock
    seen: list[httpx.Request]


def far(
    answer: Answer = lambda _request: httpx.Response(200, json={}), *, base_url: str = AWAY, **limits: object
) -> Far:
    seen: list[httpx.Request] = []

    def remembered(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(request)

    clock = Clock()
    policy = Policy(allowed={("GET", COLLECTION), ("PUT", group_path("mine"))}, **limits)  # type: ignore[arg-type] # each limit by its name
    opened = Wire(
        base_url, TOKEN, policy=policy, redaction=Redaction(TOKEN), transport=httpx.MockTransport(remembered),
        clock=clock, sleep=clock.sleep,
    )  # fmt: skip
    return Far(opened, clock, seen)
