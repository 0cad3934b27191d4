"""Reading and listing, also on a target without writes."""

from collections.abc import Callable

import pytest

from clumio_conformance.connection_groups.expectations import LISTED, nameless
from clumio_conformance.connection_groups.listing import walk
from clumio_conformance.connection_groups.operations import COLLECTION, NEAR_MISSES, UNKNOWN_GROUP
from clumio_conformance.connection_groups.probes import AUTHORIZATIONS, authorized, unauthorized
from clumio_conformance.connection_groups.rules import life_cycle, saving
from clumio_conformance.connection_groups.subjects import Subject, new_account
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.session.session import Session

pytestmark = pytest.mark.real


@pytest.mark.schema_requirements
@pytest.mark.requirement("UCG-READ-01", "UCG-SAVE-06", "UCG-CTYPE-02", "UCG-LINK-08", "UCG-RESP-29")
def test_a_group_is_read(session: Session, readable: Subject) -> None:
    """A group is read twice: both answers keep the contract, and are equal."""
    first = readable.read()
    session.compare_once(first, saving.read_twice(first, readable.read()))


@pytest.mark.requirement("UCG-READ-03", "UCG-READ-04")
@pytest.mark.parametrize(
    "query", ["return_external_id=true", "return_external_id=False", "embed=read-organizational-unit"]
)
def test_the_options_of_a_read_are_recorded(session: Session, readable: Subject, query: str) -> None:
    """The effect of an option is recorded, not asserted."""
    requirement = "UCG-READ-04" if query.startswith("embed") else "UCG-READ-03"
    expected = Expectation(
        outcome="open",
        requirements=(requirement,),
        location=f"request query {query}",
        sent=query,
        cause=query,
    )
    read = session.exchange(
        session.wire.outgoing("GET", f"{readable.path}?{query}"), expected, probe=f"read {query}"
    )
    session.ledger.behaviour[f"read {query} fields"] = (
        " ".join(sorted({"_embedded", "external_id"} & set(read.resource))) or "neither"
    )


@pytest.mark.requirement("UCG-PATH-05", "UCG-ERR-01", "UCG-ERR-04", "UCG-ERR-05", "UCG-CTYPE-03")
def test_reading_an_unknown_group_is_an_error(session: Session) -> None:
    """An id that names no group is refused with an error."""
    expected = nameless("UCG-PATH-05", sent="an unknown id", cause="id")
    read = session.exchange(session.wire.outgoing("GET", UNKNOWN_GROUP), expected, probe="read unknown")
    session.conclude(read, life_cycle.unknown(read))


@pytest.mark.requirement("UCG-PATH-05")
@pytest.mark.parametrize("near", NEAR_MISSES)
def test_reading_an_id_that_is_nearly_the_groups_is_an_error(
    session: Session, readable: Subject, near: str
) -> None:
    """The id is cut, or a character follows it: it names no group."""
    path = readable.near("GET", near)
    expected = nameless("UCG-PATH-05", sent=f"the id of the group, {near}", cause=f"id {near}")
    read = session.exchange(session.wire.outgoing("GET", path), expected, probe=f"read path-{near}")
    session.conclude(read, life_cycle.unknown(read))


@pytest.mark.requirement("UCG-AUTH-01", "UCG-AUTH-02", "UCG-AUTH-03", "UCG-AUTH-04")
@pytest.mark.parametrize("name", AUTHORIZATIONS)
@pytest.mark.parametrize("what", ["group", "list"])
def test_a_read_without_a_valid_token_is_refused(
    session: Session, request: pytest.FixtureRequest, name: str, what: str
) -> None:
    """A read of a group or the list without a valid token is refused."""
    path = COLLECTION if what == "list" else request.getfixturevalue("readable").path
    _, value = AUTHORIZATIONS[name]
    outgoing = authorized(session, session.wire.outgoing("GET", path), value)
    session.exchange(outgoing, unauthorized(name), probe=f"{what} authorization {name}")


@pytest.mark.requirement("UCG-LIST-01", "UCG-LIST-04", "UCG-LIST-05")
def test_the_list_counts_what_it_holds(session: Session) -> None:
    """A page of the list keeps the contract, and its counts are right."""
    session.exchange(session.wire.outgoing("GET", f"{COLLECTION}?limit=5"), LISTED)
    nobody = "%7B%22account_native_id%22%3A%7B%22%24in%22%3A%5B%22000000000000%22%5D%7D%7D"
    filtered = session.exchange(
        session.wire.outgoing("GET", f"{COLLECTION}?filter={nobody}"), LISTED, probe="list filtered"
    )
    session.conclude(filtered, saving.filtered(filtered))


@pytest.mark.needs("create", "control")
@pytest.mark.requirement("UCG-LIST-02", "UCG-LIST-03", "UCG-LIST-05", "UCG-LIST-07")
def test_the_list_is_followed_to_its_end(session: Session, fresh: Callable[[str], Subject]) -> None:
    """Three groups get an account of their own; its pages list each once, and equal to a read."""
    account = new_account()
    made = [fresh(account) for _ in range(3)]
    update = made[0].update(made[0].other_body())
    read = made[0].snapshot(fresh=True)
    for found, expected in ((walk(session, limit=2, accounts=[account]), made), (walk(session, most=3), [])):
        session.conclude(found.last, saving.listed(found, [one.id for one in expected]))
        session.conclude(found.last, saving.listed_as_read(found.pages, update, read))
