"""A hand on a running sandbox, for tests.

It speaks HTTP with the standard library alone: tests that mock a client's HTTP library must not mock this.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

from clumio_sandbox.group_document import GROUPS_PATH

TIMEOUT = 30.0
"""Seconds in which the sandbox must answer."""


class RefusedError(Exception):
    """The sandbox answered with an error; `status` is its HTTP status, the message what it said."""

    def __init__(self, status: int, answer: Any) -> None:
        super().__init__(f"the sandbox refused with {status}: {answer}")
        self.status = status


@dataclass(frozen=True)
class Driver:
    """A sandbox at `base_url`, and one organization in it, whose requests carry `token`."""

    base_url: str
    token: str = field(repr=False)

    @property
    def control_url(self) -> str:
        """Where the control API is."""
        return f"{self.base_url}/_sandbox/api"

    @property
    def groups_url(self) -> str:
        """Where the vendor's API has its connection groups."""
        return self.base_url + GROUPS_PATH

    def register(self) -> None:
        """Make the token one that the sandbox knows."""
        self._control("POST", "/organizations", {"token": self.token})

    def create_group(self, **fields: Any) -> dict[str, Any]:
        """Create a group with one asset type in one region, or with these fields, and give what was answered.

        Raises `RefusedError`, as everything here does, when the sandbox says no.
        """
        body = {
            "account_native_id": "123456789012",
            "asset_types": ["EC2/EBS"],
            "aws_regions": ["us-east-1"],
            "master_aws_account_id": "123456789012",
            "master_region": "us-east-1",
            **fields,
        }
        return self._vendor("POST", GROUPS_PATH, body)

    def update_group(self, group_id: str, **fields: Any) -> dict[str, Any]:
        """Ask for an update with these fields, and give what was answered."""
        return self._vendor("PUT", f"{GROUPS_PATH}/{quote(group_id, safe='')}", fields)

    def read_group(self, group_id: str) -> dict[str, Any]:
        """Read a group as its organization sees it."""
        return self._vendor("GET", f"{GROUPS_PATH}/{quote(group_id, safe='')}", None)

    def stack(self, group_id: str, event: str) -> dict[str, Any]:
        """Let something happen to a group's stack, such as `deploy`, `break` or `destroy`, and give its state."""
        return self._control("POST", f"/groups/{quote(group_id, safe='')}/stack", {"event": event})

    def state(self, group_id: str) -> dict[str, Any]:
        """Give all that there is to know of a group, even if it has gone."""
        return self._control("GET", f"/groups/{quote(group_id, safe='')}", None)

    def faults(self, *names: str) -> None:
        """Let the sandbox deviate in these ways, and no others, for this organization."""
        self._control("PUT", "/faults", {"names": names, "token": self.token})

    def advance(self, seconds: float) -> None:
        """Let time pass, for all organizations."""
        self._control("POST", "/clock", {"advance_seconds": seconds})

    def _control(self, method: str, path: str, body: Any) -> dict[str, Any]:
        return self._json(method, f"/_sandbox/api{path}", body, {})

    def _vendor(self, method: str, path: str, body: Any) -> dict[str, Any]:
        return self._json(method, path, body, {"Authorization": f"Bearer {self.token}"})

    def _json(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> dict[str, Any]:
        content = None if body is None else json.dumps(body).encode()
        with_type = {**headers, "Content-Type": "application/json"}
        status, answer = self.exchange(method, path, content, tuple(with_type.items()))
        document: dict[str, Any] = json.loads(answer)
        if status >= 400:
            raise RefusedError(status, document)
        return document

    def exchange(
        self, method: str, path: str, body: bytes | None, headers: Sequence[tuple[str, str]]
    ) -> tuple[int, bytes]:
        """Send any request on a connection of its own, and give status and body of the answer."""
        address = urlsplit(self.base_url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
