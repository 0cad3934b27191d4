"""Known deviations: what is excused, what is stale, and what can't be used."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from exchanges import read, update

from clumio_conformance.connection_groups.known_files import KNOWN
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.requirements import Side
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Deviation, Finding, Verdict
from clumio_conformance.judging.known import Known, KnownError, KnownList, load
from clumio_conformance.judging.ledger import Ledger
from clumio_conformance.judging.place import without_indices

TODAY = date(2026, 11, 24)
PATH = "/connections/aws/connection-groups/{connection_group_id}"
ENTRY = f"""
[[known]]
requirement = "UCG-ENUM-05"
operation = "PUT {PATH}"
location = "/asset_types_enabled/*"
observed = 'value "FSX"'
why = "the vendor knows"
owner = "us"
since = 2026-11-01
expires = 2027-01-01
"""
DEVIATION = Deviation(
    kind="undocumented",
    location="/asset_types_enabled/3",
    expected="the six",
    actual='"FSX"',
    observed='value "FSX"',
)


def written(folder: Path, text: str) -> str:
    file = folder / "known.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def known(folder: Path, text: str = ENTRY) -> KnownList:
    return load([written(folder, text)], contract(), today=TODAY)


def finding(deviation: Deviation = DEVIATION, operation: str = f"PUT {PATH}") -> Finding:
    return Finding(
        requirement="UCG-ENUM-05",
        operation=operation,
        place=without_indices(deviation.location),
        deviation=deviation,
        exchange=update(),
    )


def test_what_is_listed_is_excused_with_its_reason(tmp_path: Path) -> None:
    [entry] = known(tmp_path).excusing(finding())
    assert entry.reason == "the vendor knows (us, until 2027-01-01)"


@pytest.mark.parametrize(
    "other",
    [
        finding(replace(DEVIATION, observed='value "Lambda"')),
        finding(replace(DEVIATION, location="/intended_asset_types/3")),
        finding(operation=f"GET {PATH}"),
        replace(finding(), requirement="UCG-ENUM-06"),
    ],
    ids=["another value", "another place", "another operation", "another requirement"],
)
def test_nothing_else_is_excused(tmp_path: Path, other: Finding) -> None:
    assert known(tmp_path).excusing(other) == []


def test_an_entry_without_an_operation_fits_each(tmp_path: Path) -> None:
    listed = known(
        tmp_path, "\n".join(line for line in ENTRY.splitlines() if not line.startswith("operation"))
    )
    assert listed.excusing(finding(operation=f"GET {PATH}"))


def test_a_place_may_be_named_by_its_end(tmp_path: Path) -> None:
    listed = known(tmp_path, ENTRY.replace('"/asset_types', '"**/asset_types'))
    assert listed.excusing(finding(replace(DEVIATION, location="/_embedded/items/0/asset_types_enabled/3")))


def ledger(listed: KnownList, *verdicts: Verdict, exchange: Exchange | None = None) -> Ledger:
    made = Ledger(contract=contract(), known=listed)
    made.observe(exchange or update(), verdicts)
    return made


def outcome(made: Ledger) -> tuple[str, str]:
    row = next(row for row in made.rows() if row.requirement.id == "UCG-ENUM-05")
    return row.outcome, row.reason


def test_what_no_longer_happens_is_stale(tmp_path: Path) -> None:
    made = ledger(known(tmp_path), Verdict(requirement="UCG-ENUM-05"))
    assert outcome(made) == (
        "stale",
        f"{tmp_path / 'known.toml'}:2: no longer happens at /asset_types_enabled/*; remove the entry",
    )


def test_what_another_operation_did_not_show_is_not_stale(tmp_path: Path) -> None:
    """A run that reads alone can't show what updates are answered with."""
    made = ledger(known(tmp_path), Verdict(requirement="UCG-ENUM-05"), exchange=read())
    assert outcome(made)[0] == "conforms"


@pytest.mark.parametrize(
    ("observed", "side", "stale"),
    [
        ("accepted: enum", "refuses", True),
        ("accepted: enum", "accepts", False),
        ("rejected: asset_types with RDS", "accepts", True),
        ("rejected: asset_types with RDS", "refuses", False),
    ],
)
def test_what_the_other_side_did_not_show_is_not_stale(
    tmp_path: Path, observed: str, side: Side, stale: object
) -> None:
    text = ENTRY.replace("UCG-ENUM-05", "UCG-ENUM-01").replace("'value \"FSX\"'", f'"{observed}"')
    made = ledger(known(tmp_path, text), Verdict(requirement="UCG-ENUM-01", side=side))
    assert bool(made.stale()) is stale


def test_a_run_that_did_not_try_all_calls_nothing_stale(tmp_path: Path) -> None:
    made = ledger(known(tmp_path), Verdict(requirement="UCG-ENUM-05"))
    made.unfinished = "a quick run tries less"
    assert made.stale() == []
    assert outcome(made)[0] == "conforms"


def test_what_happens_otherwise_is_new_and_leaves_its_entry_stale(tmp_path: Path) -> None:
    other = replace(DEVIATION, observed='value "Lambda"')
    made = ledger(known(tmp_path), Verdict(requirement="UCG-ENUM-05", deviation=other))
    assert outcome(made)[0] == "deviation"
    assert [entry.observed for entry in made.stale()] == ['value "FSX"']


def test_each_stale_entry_is_reported(tmp_path: Path) -> None:
    text = ENTRY + ENTRY.replace("FSX", "Lambda")
    made = ledger(known(tmp_path, text), Verdict(requirement="UCG-ENUM-05"))
    assert [entry.where.rpartition(":")[2] for entry in made.stale()] == ["2", "12"]
    assert outcome(made)[1].count("no longer happens") == 2


def test_what_may_happen_is_never_stale(tmp_path: Path) -> None:
    made = ledger(known(tmp_path, f"{ENTRY}optional = true\n"), Verdict(requirement="UCG-ENUM-05"))
    assert outcome(made)[0] == "conforms"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("UCG-ENUM-05", "UCG-ENUM-X"), ":2: there is no requirement UCG-ENUM-X"),
        (('why = "the vendor knows"\n', ""), ":2: why must be a text that is not empty"),
        (('"the vendor knows"', '" "'), ":2: why must be a text that is not empty"),
        (("2027-01-01", "2026-11-23"), ":2: expired on 2026-11-23"),
        (("2027-01-01", '"2027-01-01"'), ":2: expires must be a date"),
        (("2027-01-01", "2027-01-01T00:00:00Z"), ":2: expires must be a date"),
        (("owner =", "ovner ="), ":2: unknown keys: ovner; allowed: "),
        (("[[known]]", "[known]"), "holds no list"),
        (("[[known]]", "[[other]]"), "holds other"),
        (("[[known]]", "[[known"), ":2: is not TOML"),
        (('owner = "us"', "owner = us"), ":8: is not TOML"),
        (('owner = "us"', 'owner = """us'), ":11: is not TOML"),
        (("2026-11-01", "2027-01-02"), ":2: expires on 2027-01-01, before `since`"),
        (("PUT /", "PATCH /"), ":2: there is no operation PATCH /"),
        (
            ("enabled/*", "enabled/3"),
            ":2: /asset_types_enabled/3 names one index; write /asset_types_enabled/*",
        ),
        (("owner =", "link = 7\nowner ="), ":2: link must be a text"),
        (("owner =", 'optional = "yes"\nowner ='), ":2: optional must be true or false"),
        ((ENTRY, "known = [7]"), ":1: 7 is no entry"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_reported_with_its_line(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    with pytest.raises(KnownError) as wrong:
        known(tmp_path, ENTRY.replace(*change))
    assert str(wrong.value).startswith(str(tmp_path / "known.toml"))
    assert message in str(wrong.value)


def test_an_entry_stands_once(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match=r"known.toml:12: is the same entry as .*known.toml:2"):
        known(tmp_path, ENTRY + ENTRY)


def test_an_entry_stands_in_one_file(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(ENTRY, encoding="utf-8")
    with pytest.raises(KnownError, match=r"other.toml:2: is the same entry as .*known.toml:2"):
        load([written(tmp_path, ENTRY), str(other)], contract(), today=TODAY)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="can't be read"):
        load([str(tmp_path / "none.toml")], contract(), today=TODAY)


def test_a_file_in_another_encoding_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    file.write_text(ENTRY.replace("knows", "weiß"), encoding="latin-1")
    with pytest.raises(KnownError, match="is not UTF-8"):
        load([str(file)], contract(), today=TODAY)


def test_the_drift_of_the_sdks_is_a_file_that_can_be_used() -> None:
    listed = load(["sdk-drift"], contract(), today=TODAY, named=KNOWN)
    assert all(entry.optional and entry.where.startswith(str(KNOWN["sdk-drift"])) for entry in listed.entries)
    assert isinstance(listed.entries[0], Known)


def test_when_the_projects_own_list_has_expired_a_newer_release_is_asked_for() -> None:
    with pytest.raises(KnownError, match="expired on 2027-11-30; install a newer release"):
        load(["sdk-drift"], contract(), today=date(2027, 12, 1), named=KNOWN)
