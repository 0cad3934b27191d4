"""A client of a running sandbox, for tests.

It uses the standard library's HTTP client, which tests that mock httpx do not replace.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

from clumio_sandbox.group_document import GROUPS_PATH

TIMEOUT = 30.0
"""Seconds to wait for an answer."""


class RefusedError(Exception):
    """The sandbox answered with an error; `status` is the HTTP status, the message has the answer."""

    def __init__(self, status: int, answer: Any) -> None:
        super().__init__(f"the sandbox refused with {status}: {answer}")
        self.status = status


@dataclass(frozen=True)
class Driver:
    """A sandbox at `base_url`, and one organization in it: the one with `token`."""

    base_url: str
    token: str = field(repr=False)

    @property
    def control_url(self) -> str:
        """The URL of the control API."""
        return f"{self.base_url}/_sandbox/api"

    @property
    def groups_url(self) -> str:
        """The URL of the vendor's collection of connection groups."""
        return self.base_url + GROUPS_PATH

    def register(self) -> None:
        """Register the token, which creates the organization."""
        self._control("POST", "/organizations", {"token": self.token})

    def create_group(self, **fields: Any) -> dict[str, Any]:
        """Create a group with these fields (default: one asset type in one region); return the answer.

        All methods but `exchange` raise `RefusedError` for an error status.
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
        """Update a group with these fields; return the answer."""
        return self._vendor("PUT", f"{GROUPS_PATH}/{quote(group_id, safe='')}", fields)

    def read_group(self, group_id: str) -> dict[str, Any]:
        """Read a group through the vendor's API."""
        return self._vendor("GET", f"{GROUPS_PATH}/{quote(group_id, safe='')}", None)

    def stack(self, group_id: str, event: str) -> dict[str, Any]:
        """Apply an event, such as `deploy` or `break`, to a group's stack; return the group's state."""
        return self._control("POST", f"/groups/{quote(group_id, safe='')}/stack", {"event": event})

    def state(self, group_id: str) -> dict[str, Any]:
        """Return the state of a group from the control API, even of a deleted one."""
        return self._control("GET", f"/groups/{quote(group_id, safe='')}", None)

    def faults(self, *names: str) -> None:
        """Make these faults, and no others, the active ones of this organization."""
        self._control("PUT", "/faults", {"names": names, "token": self.token})

    def advance(self, seconds: float) -> None:
        """Skip time, for all organizations."""
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
        """Send any request on a new connection; return status and body of the answer."""
        address = urlsplit(self.base_url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
