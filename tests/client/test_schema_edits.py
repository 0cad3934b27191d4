"""Any edit of the contract's schemas gives a client that is right, or is refused before anything is written."""

from pathlib import Path

import pytest

from edited_spec import problems, together
from schema_edits import EDITS

KINDS = sorted({edit.kind for edit in EDITS})
LARGEST = max(together(EDITS), key=len)
REFUSED = [edit for edit in EDITS if edit.refused is not None]


def test_edits_that_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Most edits are made in one contract, of which there is one client."""
    assert len(LARGEST) > len(EDITS) / 2
    found = problems([LARGEST], tmp_path)
    assert not found, "\n".join(found)


def test_what_no_client_can_be_made_of_is_refused(tmp_path: Path) -> None:
    """The message has the file, the line, what is wrong, and what to write instead; nothing of the generator."""
    assert not problems([[edit] for edit in REFUSED], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_each_edit_alone(kind: str, tmp_path: Path) -> None:
    """One client for each edit: it is imported, typed, and read and written with."""
    found = problems([[edit] for edit in EDITS if edit.kind == kind], tmp_path)
    assert not found, "\n".join(found)
