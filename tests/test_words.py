"""Plain words: the reader may have English as a third language."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Written backwards, so that this file does not hold them itself.
WORDS = [
    word[::-1]
    for word in (
        *("dnem", "sdnem", "dednem", "wena", "ssima", "llahs", "dlot", "nekops", "hcuov"),
        *("revetahw", "revehcihw", "reverehw", "esiwekil", "ecneh", "suht"),
    )
]
PHRASES = [text[::-1] for text in ("erofeb ereht saw", "erom on swonk", "gnihton dias")]
STUMBLE = re.compile(rf"\b({'|'.join(WORDS)})\b|{'|'.join(PHRASES)}", re.IGNORECASE)
# The text of the licence is not ours.
LEFT_OUT = {"LICENSE", "requirements/constraints.txt"}
# Cases are taken as they were given.
CASES = "tests/cases/"
IGNORES = re.compile(r"# (noqa(: [A-Z]+\d+(, [A-Z]+\d+)*)?|type: ignore(\[[\w, -]+\])?)(?P<reason>.*)")


def texts() -> list[Path]:
    """The text files that git has."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    kinds = {".py", ".md", ".yaml", ".yml", ".jinja", ".toml", ".json", ".cfg", ".ini", ".sh", ""}
    files = [
        ROOT / name
        for name in listed.stdout.splitlines()
        if name not in LEFT_OUT and not name.startswith(CASES)
    ]
    return [file for file in files if file.is_file() and file.suffix in kinds]


def lines(file: Path) -> list[tuple[str, str]]:
    found = file.read_text(encoding="utf-8").splitlines()
    return [(f"{file.relative_to(ROOT)}:{number}", line) for number, line in enumerate(found, 1)]


@pytest.fixture(scope="module")
def written() -> list[tuple[str, str]]:
    """Every line, with its place."""
    return [line for file in texts() for line in lines(file)]


def test_no_word_that_a_reader_stumbles_over(written: list[tuple[str, str]]) -> None:
    assert [f"{where}: {found[0]}" for where, line in written if (found := STUMBLE.search(line))] == []


def test_each_ignore_has_its_reason(written: list[tuple[str, str]]) -> None:
    bare = [
        where
        for where, line in written
        if where.split(":")[0].endswith(".py") and not where.startswith("generated/")
        if (found := IGNORES.search(line)) and len(found["reason"].strip(" -#")) < 8
    ]
    assert bare == []
