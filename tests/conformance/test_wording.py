"""Words of a row that list or count other values than its enum are found, and said with each finding."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from clumio_conformance.contract.contract import Contract, contract
from clumio_conformance.contract.wording import mismatches

ENUM = "UCG-ENUM-01"
ALL = "EC2/EBS, RDS, DynamoDB, EC2MSSQL, S3"


def what_of(says: str) -> list[str]:
    """What is wrong with the words of one row, if they were these."""
    rows = contract().requirements
    found = mismatches(contract().operations, {**rows, ENUM: replace(rows[ENUM], says=says)})
    return [one.what for one in found if one.row.id == ENUM]


def test_the_rows_of_the_contract_match_it() -> None:
    assert contract().outdated == []


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (f"takes each of {ALL} and EBS, and no other value.", []),
        (f"is one of {ALL}, or EBS", []),
        ("is EC2/EBS | RDS | DynamoDB | EC2MSSQL | S3 | EBS", []),
        (f"takes {ALL} and EBS: six.", []),
        ("takes what the page lists", []),
        ("RDS, for example, and no other value", []),
        ("takes the six values of the page", []),
        (f"takes {ALL.replace('RDS, ', '')} and EBS.", ["leave out RDS"]),
        (f"takes {ALL}, EBS and FSX.", ["have FSX, which is not among them"]),
        (f"takes {ALL} and FSX.", ["leave out EBS and have FSX, which is not among them"]),
        ("takes the seven values of the page", ['say "seven" where there are 6']),
    ],
)
def test_words_are_compared_with_the_enum(says: str, expected: list[str]) -> None:
    assert what_of(says) == expected


def test_a_finding_says_that_its_words_are_out_of_date(tmp_path: Path) -> None:
    """Else it contradicts itself: no other value is allowed, and the new one is expected to be accepted."""
    folder = tmp_path / "openapi"
    folder.mkdir()
    for name in ("spec.yaml", "requirements.yaml"):
        shutil.copy(contract().folder / name, folder)
    spec = folder / "spec.yaml"
    text = spec.read_text(encoding="utf-8")
    spec.write_text(text.replace('"S3", "EBS"]', '"S3", "EBS", "FSX"]', 1), encoding="utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if '"S3", "EBS"]' in one)

    edited = Contract(folder)

    note = f"(these words are older than openapi/spec.yaml:{line}: they leave out FSX)"
    assert edited.says(ENUM) == f"{contract().requirements[ENUM].says} {note}"
    assert edited.says("UCG-OP-01") == contract().requirements["UCG-OP-01"].says
