"""docs/client.md names a test for each row of its comparison."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "client.md"


def test_each_row_of_the_comparison_names_a_test_that_exists() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## Beside other clients")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][2:]
    named = [re.search(r"\[test\]\(([^)]+)\) `(\w+)`\) \|$", row) for row in rows]
    assert len(rows) > 20
    assert all(named), [row for row, found in zip(rows, named, strict=True) if not found]
    for found in named:
        assert found
        text = (PAGE.parent / found[1]).read_text(encoding="utf-8")
        assert f"def {found[2]}(" in text, found[2]
