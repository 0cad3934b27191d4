"""Each row of the table of situations in docs/live.md has its test, and says of it what is so."""

import contextlib
import io
import re
from pathlib import Path

import pytest
from live.test_who_answers import SITUATIONS

ROOT = Path(__file__).parents[2]
LIVE = Path(__file__).parent / "live"
_CELL = re.compile(r"(?<!\\)\|")


def rows() -> list[list[str]]:
    table = (ROOT / "docs" / "live.md").read_text(encoding="utf-8").partition("## Situations")[2]
    lines = [line for line in table.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip().replace("\\|", "|") for cell in _CELL.split(line)[1:-1]] for line in lines]


def test_the_table_is_long() -> None:
    assert len(rows()) >= 60


def test_each_situation_has_its_test() -> None:
    known: set[str] = set()

    class Collects:
        def pytest_collection_finish(self, session: pytest.Session) -> None:
            known.update(item.nodeid.rpartition("tests/conformance/live/")[2] for item in session.items)

    words = ["--collect-only", "-q", "-p", "no:cacheprovider", "-m", "slow or not slow", str(LIVE)]
    with contextlib.redirect_stdout(io.StringIO()):
        assert pytest.main(words, plugins=[Collects()]) == pytest.ExitCode.OK
    assert [row[5] for row in rows() if row[5].strip("`") not in known] == []


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_table_says_what_the_test_expects(name: str) -> None:
    situation = SITUATIONS[name]()
    [row] = [row for row in rows() if row[5].endswith(f"way_is_not_the_vendors[{name}]`")]

    assert row[1] == str(situation.code)
    assert not situation.says or row[3] == situation.says
    assert not situation.blamed or {row[2]} == situation.blamed
