"""Pairs of specifications whose verdicts are known: each gets a right one, or is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from clumio_conformance.contract.documents import read_document
from clumio_conformance.contract.specification import Specification
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.spec_diff.comparison import compare
from clumio_conformance.spec_diff.difference import Difference
from clumio_conformance.spec_diff.rules import RULES

CASES = Path(__file__).parents[2] / "cases" / "spec" / "pairs.json"
PAIRS = json.loads(CASES.read_text(encoding="utf-8"))


def read(content: Any, file: Path) -> Specification:
    """Read a specification of a pair as a user's file is read."""
    text = content if isinstance(content, str) else json.dumps(content)
    file.write_text(text, encoding="utf-8")
    return read_document(file)


def verdict(differences: list[Difference]) -> str:
    """What the differences break together, in the words of the pairs."""
    parties = {party for one in differences for party in one.breaks}
    if len(parties) == 2:
        return "both"
    return parties.pop() if parties else "safe" if differences else "none"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['kind']}: {pair['name']}")
def test_a_pair_gets_a_right_verdict(pair: dict[str, Any], tmp_path: Path) -> None:
    try:
        differences = compare(*(read(pair[side], tmp_path / f"{side}.yaml") for side in ("old", "new")))
    except ContractError as why:
        found = "refused" if str(why).startswith(str(tmp_path)) else str(why)
    else:
        assert {one.rule for one in differences} <= RULES.keys()
        found = verdict(differences)
    assert found in pair["expect"]
