"""A client of the sandbox's control API: it moves stacks and the clock, and reads the sandbox's state."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import httpx

from clumio_conformance.transport.surroundings import of_certifi


class ControlError(Exception):
    """The control API can't be used: our own error, never the vendor's."""


class ControlRefusedError(ControlError):
    """The group's state does not allow the event; an earlier step did not bring it into the right state."""


class ControlLostError(ControlError):
    """The control API does not answer, or no longer."""


class Control:
    """A sandbox's control API at `url`: the sandbox's base URL, with or without `/_sandbox`."""

    def __init__(self, url: str) -> None:
        root = url.rstrip("/").removesuffix("/_sandbox/api").removesuffix("/_sandbox")
        self._client = httpx.Client(
            base_url=f"{root}/_sandbox/api", timeout=30.0, trust_env=False, verify=of_certifi()
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def check(self) -> None:
        """Make sure that a control API answers.

        Raises:
            ControlError: it does not.
        """
        self._call("GET", "/health")

    def register(self, token: str) -> None:
        """Make an organization for a token."""
        self._call("POST", "/organizations", {"token": token})

    def move(self, group_id: str, event: str) -> dict[str, Any]:
        """Send an event to a group's stack; return the group's state."""
        return self._call("POST", f"/groups/{quote(group_id, safe='')}/stack", {"event": event})

    def state(self, group_id: str) -> dict[str, Any]:
        """Return the state of a group, also of a deleted one: `connections`, `backups`, `stack`."""
        return self._call("GET", f"/groups/{quote(group_id, safe='')}")

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._call("POST", "/clock", {"advance_seconds": seconds})

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults of the sandbox: `name`, `requirement`, `family`, `description`, `also`."""
        available: list[dict[str, Any]] = self._call("GET", "/faults")["available"]
        return available

    def set_faults(self, names: Iterable[str]) -> None:
        """Switch these faults on, and all others off."""
        self._call("PUT", "/faults", {"names": list(names)})

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        where = f"{method} {str(self._client.base_url).rstrip('/')}{path}"
        try:
            answer = self._client.request(method, path, json=body)
            document: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as why:
            raise ControlLostError(
                f"{where}: no control API answers ({why}); check that --control-url is a sandbox's base URL"
            ) from why
        if answer.is_error:
            refused = answer.status_code == httpx.codes.CONFLICT
            raise (ControlRefusedError if refused else ControlError)(
                f"{where}: {answer.status_code} {answer.text}"
            )
        return document
