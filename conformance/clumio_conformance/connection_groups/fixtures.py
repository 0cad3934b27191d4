"""The groups of a run as pytest fixtures, and the order of the suite's tests."""

from collections.abc import Callable
from typing import Final

import pytest

from clumio_conformance.connection_groups.guard.guard import GroupGuard
from clumio_conformance.connection_groups.subjects import Subject, Subjects

# Reads first, then updates that must be refused, then updates that must be accepted (as in test_update).
ORDER: Final = (
    "test_reading",
    "test_update",
    "test_saving",
    "test_life_cycle",
    "test_creating",
    "test_open",
    "test_properties",
)


class GroupFixtures:
    """The fixtures of the suite's groups."""

    def __init__(self, subjects: Subjects) -> None:
        self.subjects = subjects

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the tests in order."""
        items.sort(key=self._turn)

    @pytest.fixture
    def guard(self) -> GroupGuard:
        """The guard of the designated group."""
        return self.subjects.guard

    @pytest.fixture
    def subject(self) -> Subject:
        """The group under test; a test need not restore it."""
        return self.subjects.shared()

    @pytest.fixture
    def fresh(self) -> Callable[..., Subject]:
        """A function that creates a group for one test, maybe in an account of its own."""
        return self.subjects.create

    @pytest.fixture
    def accounts(self) -> Callable[[], list[str]]:
        """A function that returns the AWS accounts of the groups that this run has created."""
        return lambda: self.subjects.accounts

    @pytest.fixture
    def readable(self) -> Subject:
        """A group that can be read: the designated one, or the first of the list."""
        return self.subjects.readable()

    def _turn(self, item: pytest.Item) -> int:
        is_somebodys = self.subjects.guard.group_id is not None
        if item.get_closest_marker("ordinary") and not is_somebodys:
            return -1
        if item.get_closest_marker("negative") and is_somebodys:
            return ORDER.index("test_reading")
        return ORDER.index(item.path.stem) if item.path.stem in ORDER else len(ORDER)
