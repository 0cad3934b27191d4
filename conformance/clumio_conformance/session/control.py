"""The sandbox's control API, as a client: it moves stacks and time, and shows what the vendor's API does not."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import httpx


class ControlError(Exception):
    """The control API can't be used; our side's problem, never the vendor's."""


class ControlRefusedError(ControlError):
    """The group is not in a state in which that can happen to its stack: what should have brought it there did not."""


class ControlLostError(ControlError):
    """No control API answers, or none any longer."""


class Control:
    """A sandbox's control API at `url`: the sandbox's base URL, with or without `/_sandbox`."""

    def __init__(self, url: str) -> None:
        root = url.rstrip("/").removesuffix("/_sandbox/api").removesuffix("/_sandbox")
        self._client = httpx.Client(base_url=f"{root}/_sandbox/api", timeout=30.0, trust_env=False)

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
        """Make a token that of an organization."""
        self._call("POST", "/organizations", {"token": token})

    def move(self, group_id: str, event: str) -> dict[str, Any]:
        """Let something happen to a group's stack; gives the group's state."""
        return self._call("POST", f"/groups/{quote(group_id, safe='')}/stack", {"event": event})

    def state(self, group_id: str) -> dict[str, Any]:
        """Give the state of a group, also of one that is gone: `connections`, `backups`, `stack`."""
        return self._call("GET", f"/groups/{quote(group_id, safe='')}")

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._call("POST", "/clock", {"advance_seconds": seconds})

    def faults(self) -> list[dict[str, Any]]:
        """Give the faults that the sandbox knows: `name`, `requirement`, `family`, `description`."""
        available: list[dict[str, Any]] = self._call("GET", "/faults")["available"]
        return available

    def set_faults(self, names: Iterable[str]) -> None:
        """Break the sandbox on purpose, in these ways and no others."""
        self._call("PUT", "/faults", {"names": list(names)})

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        where = f"{method} {str(self._client.base_url).rstrip('/')}{path}"
        try:
            answer = self._client.request(method, path, json=body)
            document: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as why:
            raise ControlLostError(
                f"{where}: no control API answers there ({why}); is --control-url the sandbox's?"
            ) from why
        if answer.is_error:
            refused = answer.status_code == httpx.codes.CONFLICT
            raise (ControlRefusedError if refused else ControlError)(
                f"{where}: {answer.status_code} {answer.text}"
            )
        return document
