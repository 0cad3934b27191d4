"""An edit of an operation gives a client that sends and reads what the contract says, or is refused."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from edited_operations import CHECKERS, Row, problems, refusal
from operation_rows import ALONE, REFUSED, TOGETHER
from spread import spread


@pytest.mark.parametrize(
    ("rows", "checkers"),
    [pytest.param(TOGETHER, CHECKERS, marks=pytest.mark.slow), (TOGETHER[::6], CHECKERS[:1])],
    ids=["all", "some"],
)
def test_operations_of_each_kind_are_sent_and_read_as_described(
    rows: Sequence[Row], checkers: Sequence[str], tmp_path: Path
) -> None:
    """One client of the rows: each request is compared part by part, and each answer is read in four ways."""
    found = problems(rows, tmp_path, checkers)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("row", REFUSED, ids=str)
def test_what_no_client_can_be_made_of_is_refused(row: Row, tmp_path: Path) -> None:
    assert refusal(row, tmp_path) == []


@pytest.mark.parametrize("row", spread(ALONE, [], slow=ALONE[::3]), ids=str)
def test_an_edit_of_the_document_gives_a_right_client(row: Row, tmp_path: Path) -> None:
    found = problems([row], tmp_path)
    assert not found, "\n".join(found)
