"""Any edit of a schema gives a client that is right, or is refused before anything is written."""

from pathlib import Path

import pytest
from edited_spec import contract, problems, together
from schema_edits import EDITS, STRING, of, ref
from spread import spread

from contract_tools.shaping import shaped

BATCHES = together([edit for edit in EDITS if edit.refused is None])
REFUSED = [edit for edit in EDITS if edit.refused is not None]


def test_edits_that_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Some edits of each kind are made in one contract, of which there is one client."""
    some = [edit for batch in BATCHES if len(batch) > 1 for edit in batch][::6]
    found = problems([max(together(some), key=len)], tmp_path)
    assert not found, "\n".join(found)


def test_what_no_client_can_be_made_of_is_refused(tmp_path: Path) -> None:
    """The message has file, line, cause and the way out; nothing of the generator."""
    assert not problems([[edit] for edit in REFUSED], tmp_path)


@pytest.mark.parametrize("keyword", ["allOf", "anyOf"])
def test_layers_that_double_are_shaped_at_once(keyword: str) -> None:
    """Each layer has the next one twice: forty of them would never end if each was looked at twice."""
    content = contract()
    for layer in range(40):
        inner = ref(f"Layer{layer + 1}")
        other = inner if keyword == "allOf" else {"type": "array", "items": inner}
        content["components"]["schemas"][f"Layer{layer}"] = {keyword: [inner, other]}
    content["components"]["schemas"]["Layer40"] = of(a=STRING)
    classes = shaped(content)[0]["components"]["schemas"]
    assert classes["Layer40"]["properties"] == {"a": STRING}


# The slow parts have clients of many edits and of one.
@pytest.mark.parametrize("part", spread(range(8), [], slow=[0, 5]))
def test_each_edit(part: int, tmp_path: Path) -> None:
    """Each edit has a client, alone or with others: it is imported, typed, and read and written with."""
    found = problems(BATCHES[part::8], tmp_path)
    assert not found, "\n".join(found)
