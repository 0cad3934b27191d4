"""Fixtures: a sandbox in this process, and those of the pytest plugin for tests over HTTP."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from clumio_sandbox.clock import Clock
from clumio_sandbox.group_document import GROUPS_PATH
from clumio_sandbox.messages import Request, Response
from clumio_sandbox.pytest_plugin import clumio_sandbox, clumio_sandbox_base_url
from clumio_sandbox.sandbox import Sandbox

__all__ = ["clumio_sandbox", "clumio_sandbox_base_url"]

TOKEN = "token-of-the-tests"
UPDATE = {"asset_types": ["EC2/EBS"], "aws_regions": ["us-east-1"]}
CREATE = {
    **UPDATE,
    "account_native_id": "123456789012",
    "master_aws_account_id": "123456789012",
    "master_region": "us-east-1",
}
_LATE_2026 = 1_790_000_000.0


def any_of(values: list[Any]) -> list[Any]:
    """Values of no common type."""
    return values


@dataclass(frozen=True)
class Client:
    """Sends requests to a sandbox in this process."""

    sandbox: Sandbox

    def send(
        self,
        method: str,
        target: str = "",
        body: Any = None,
        *,
        token: str | None = TOKEN,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request; `target` follows the collection's path, a `body` that is not bytes becomes JSON."""
        path, _, query = (GROUPS_PATH + target).partition("?")
        authorization = {} if token is None else {"authorization": f"Bearer {token}"}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.sandbox.api.answer(
            Request(method, path, query, {**authorization, **(headers or {})}, "http://sandbox.test", content)
        )

    def create(self, **fields: Any) -> dict[str, Any]:
        """Create a group; it must succeed."""
        return self.json(self.send("POST", "", CREATE | fields))

    def update(self, group_id: str, **fields: Any) -> dict[str, Any]:
        """Update a group; it must succeed."""
        return self.json(self.send("PUT", f"/{group_id}", UPDATE | fields))

    def read(self, group_id: str) -> dict[str, Any]:
        """Read a group; it must succeed."""
        return self.json(self.send("GET", f"/{group_id}"))

    def deployed(self, **fields: Any) -> dict[str, Any]:
        """Create a group and deploy its stack."""
        group_id = self.create(**fields)["id"]
        self.sandbox.move(group_id, "deploy")
        return self.read(group_id)

    @staticmethod
    def json(response: Response) -> dict[str, Any]:
        """The document of a success."""
        assert response.status == 200, response.body
        document: dict[str, Any] = json.loads(response.body)
        return document


@pytest.fixture(scope="session")
def make_client() -> Iterator[Callable[[], Client]]:
    """For tests that need several sandboxes."""
    with ExitStack() as stack:

        def make() -> Client:
            sandbox = Sandbox(clock=Clock(lambda: _LATE_2026))
            stack.callback(sandbox.store.close)
            sandbox.store.register(TOKEN)
            return Client(sandbox)

        yield make


@pytest.fixture
def client(make_client: Callable[[], Client]) -> Client:
    return make_client()
