"""Any edit of the contract's schemas gives a client that is right, or is refused before anything is written."""

from pathlib import Path

import pytest
from edited_spec import problems
from schema_edits import EDITS

KINDS = sorted({edit.kind for edit in EDITS})


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_each_edit_of_a_kind(kind: str, tmp_path: Path) -> None:
    """One client for each edit: it is imported, typed, and read and written with."""
    found = problems([edit for edit in EDITS if edit.kind == kind], tmp_path)
    assert not found, "\n".join(found)
