"""A pytest plugin with a running sandbox: `pytest -p clumio_sandbox.pytest_plugin`.

One process serves the whole run. Each test gets its own organization, so tests are isolated from each other.
"""

import uuid
from collections.abc import Iterator

import pytest

from clumio_sandbox.driver import Driver
from clumio_sandbox.process import running


@pytest.fixture(scope="session")
def clumio_sandbox_base_url() -> Iterator[str]:
    """The base URL of the sandbox of this run."""
    with running() as url:
        yield url


@pytest.fixture
def clumio_sandbox(clumio_sandbox_base_url: str) -> Driver:
    """A driver of the sandbox, with a new and empty organization."""
    driver = Driver(clumio_sandbox_base_url, token=f"test-{uuid.uuid4()}")
    driver.register()
    return driver
