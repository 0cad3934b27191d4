"""The power of the suite: it must notice each fault of the sandbox, one at a time.

Quick runs try a spread, and stop when the fault is found; slow ones try every fault, and a sample in whole
runs; those of pure volume make a whole run with every fault.
"""

from typing import Any, Final

import pytest
from far_sandbox import behind_nginx, needs_program, through_a_proxy
from spread import spread

from clumio_conformance.connection_groups.run import perform
from clumio_conformance.contract.contract import contract
from clumio_conformance.run.power import HEALTHY, Perform, faults, measure

FAMILIES: Final = (
    "success-body", "error-shape", "authentication", "accepts-invalid", "rejects-valid", "life-cycle",
    "http", "transport", "list",
)  # fmt: skip
# One fault of each family, found by different tests of the suite.
SPREAD: Final = (
    "links-array", "error-code-string", "missing-token-accepted", "missing-asset-types-accepted",
    "rds-refused", "update-effective-at-once", "success-as-201", "connection-dropped", "list-leads-back",
)  # fmt: skip


@pytest.fixture(scope="module")
def known() -> list[dict[str, Any]]:
    """The faults that the sandbox knows."""
    return faults()


def test_faults_are_many_and_name_what_they_break(known: list[dict[str, Any]]) -> None:
    """A fault without a requirement is a disturbance, which breaks nothing."""
    breaking = [fault for fault in known if fault["requirement"]]

    assert len(breaking) >= 60
    assert {fault["family"] for fault in known} == set(FAMILIES)
    assert [fault["name"] for fault in breaking if fault["requirement"] not in contract().requirements] == []
    assert len({fault["name"] for fault in known}) == len(known)


def test_the_spread_is_over_all_families(known: list[dict[str, Any]]) -> None:
    family = {fault["name"]: fault["family"] for fault in known}

    assert {family[name] for name in SPREAD} == set(FAMILIES)


def test_a_fault_that_is_none_is_refused() -> None:
    with pytest.raises(LookupError, match=r"no such fault: no-such-fault; clumio-sandbox faults lists them"):
        faults(("no-such-fault",))


def check(
    chosen: list[dict[str, Any]],
    *,
    workers: int,
    performed: Perform = perform,
    whole: bool = False,
) -> None:
    """Each fault trips its own requirement and what it breaks too; the healthy sandbox trips none."""
    kills = list(measure(performed, chosen, quick=True, workers=workers, whole=whole))

    assert {kill.fault for kill in kills} == {HEALTHY, *(fault["name"] for fault in chosen)}
    assert [f"{kill.fault}: {kill.trouble}" for kill in kills if kill.trouble] == []
    asserted = [kill for kill in kills if kill.requirement and kill.level != "open"]
    assert [kill.fault for kill in asserted if not kill.location or not kill.actual] == []


def test_the_spread_is_found_and_the_healthy_sandbox_is_green(known: list[dict[str, Any]]) -> None:
    check([fault for fault in known if fault["name"] in SPREAD[::4]], workers=1)


@pytest.mark.parametrize("part", spread(range(4), [], slow=[0]))
@pytest.mark.parametrize("performed", [behind_nginx, through_a_proxy])
def test_each_fault_is_found_on_the_way_of_users(
    known: list[dict[str, Any]], performed: Perform, part: int
) -> None:
    """Behind a reverse proxy, and by https through a forward proxy: a spread, and all faults of transport."""
    needs_program("nginx")
    chosen = [fault for fault in known if fault["name"] in SPREAD or fault["family"] in {"http", "transport"}]
    check(chosen[part::4], workers=1, performed=performed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_each_fault_is_found(known: list[dict[str, Any]], part: int) -> None:
    """Each run stops when the fault is found, by its own requirement."""
    check(known[part::6], workers=1)


# The parts with the 1st, 6th and 11th of each 15 faults are slow; they have some of each family.
@pytest.mark.parametrize("part", spread(range(15), [], slow=[0, 5, 10]))
def test_each_fault_is_found_and_nobody_is_accused_of_what_follows_from_it(
    known: list[dict[str, Any]], part: int
) -> None:
    """Whole runs: each fault is found by its own requirement, and nothing beside what the fault breaks."""
    check(known[part::15], workers=1, whole=True)


def test_what_else_a_fault_breaks_is_in_the_contract(known: list[dict[str, Any]]) -> None:
    for fault in known:
        assert fault["also"].keys() <= contract().requirements.keys() - {fault["requirement"]}
        assert all(fault["also"].values())
