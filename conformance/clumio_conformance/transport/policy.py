"""What a run may send; everything else is refused before a connection is made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_VISIBLE: Final = re.compile(r"/[!-~]*")


class SafetyError(Exception):
    """We refused a request before sending: it is not on the run's list, or no token may go to its URL."""


class TargetLostError(Exception):
    """The run can't go on: the token was revoked, the network failed, or the cap is reached."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A request to send: `path` is percent-encoded as on the wire; `authorization` None sends none."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    authorization: str | None = field(default=None, repr=False)


@dataclass(kw_only=True)
class Policy:
    """The list of what may be sent: pairs of a method and a path; everything else is refused.

    `once` are pairs that leave the list after an answer. `fetches` allows a GET of a template from the URL
    that the target gives, without the token. `rate` is requests per second, `max_requests` those of the run,
    `max_seconds` how long it may send.
    """

    allowed: set[tuple[str, str]]
    once: frozenset[tuple[str, str]] = frozenset()
    fetches: bool = False
    rate: float | None = None
    max_requests: int | None = None
    max_seconds: float | None = None

    def check(self, outgoing: Outgoing) -> None:
        """Check a request against the list.

        Raises:
            SafetyError: it is not on the list of this run.
        """
        path = outgoing.path.partition("?")[0]
        if (outgoing.method, path) not in self.allowed:
            raise SafetyError(f"{outgoing.method} {path} is not on the list of what this run may send")
        if "#" in outgoing.path or not _VISIBLE.fullmatch(outgoing.path):
            raise SafetyError(f"{outgoing.method} {path} has a query that no request line can carry")

    def answered(self, outgoing: Outgoing) -> None:
        """Remove a request of `once` from the list after its answer."""
        key = outgoing.method, outgoing.path.partition("?")[0]
        if key in self.once:
            self.allowed.discard(key)
