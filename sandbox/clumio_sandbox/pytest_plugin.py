"""A running sandbox for any project's tests: `pytest -p clumio_sandbox.pytest_plugin`.

One process serves the whole run; each test gets an organization of its own, so tests see nothing of one another.
"""

import uuid
from collections.abc import Iterator

import pytest

from clumio_sandbox.driver import Driver
from clumio_sandbox.process import running


@pytest.fixture(scope="session")
def clumio_sandbox_base_url() -> Iterator[str]:
    """Where the sandbox of this run is."""
    with running() as url:
        yield url


@pytest.fixture
def clumio_sandbox(clumio_sandbox_base_url: str) -> Driver:
    """A sandbox in which nobody has done anything yet, and the means to move its stacks."""
    driver = Driver(clumio_sandbox_base_url, token=f"test-{uuid.uuid4()}")
    driver.register()
    return driver
