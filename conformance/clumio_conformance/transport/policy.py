"""What a run may send; everything else is refused, before the socket."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_VISIBLE: Final = re.compile(r"/[!-~]*")


class SafetyError(Exception):
    """A request was refused by us, before the socket: it is not on the run's list, or leads where no token may go."""


class TargetLostError(Exception):
    """The target can't be judged any longer: the token was revoked, the network is gone, the cap is reached."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A request to send: `path` as it goes on the wire, percent-encoded; `authorization` None sends none."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    authorization: str | None = field(default=None, repr=False)


@dataclass(kw_only=True)
class Policy:
    """What may be sent: pairs of a method and a path, everything else is refused.

    `once` are those of them that go off the list when they were answered; `fetches` lets the run get templates from
    where the target says, without the token; `rate` is requests a second, `max_requests` those of the whole run.
    """

    allowed: set[tuple[str, str]]
    once: frozenset[tuple[str, str]] = frozenset()
    fetches: bool = False
    rate: float | None = None
    max_requests: int | None = None

    def check(self, outgoing: Outgoing) -> None:
        """Let a request pass, or not.

        Raises:
            SafetyError: it is not on the list of this run.
        """
        path = outgoing.path.partition("?")[0]
        if (outgoing.method, path) not in self.allowed:
            raise SafetyError(f"{outgoing.method} {path} is not on the list of what this run may send")
        if "#" in outgoing.path or not _VISIBLE.fullmatch(outgoing.path):
            raise SafetyError(f"{outgoing.method} {path} has a query that no request line can carry")

    def answered(self, outgoing: Outgoing) -> None:
        """Take what may be sent once off the list."""
        key = outgoing.method, outgoing.path.partition("?")[0]
        if key in self.once:
            self.allowed.discard(key)
