"""Records the behaviour that the contract leaves open, so that a later run can report changes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from clumio_conformance.connection_groups.expectations import LISTED
from clumio_conformance.connection_groups.operations import COLLECTION, asset_types
from clumio_conformance.connection_groups.rules import record
from clumio_conformance.connection_groups.subjects import Subject
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.session.session import Session

pytestmark = pytest.mark.real

ALL_TYPES = [value for value in asset_types(contract().base) if value != "EBS"]
OPEN = Expectation(outcome="open", location="request", sent="what the contract leaves open", cause="open")


@pytest.mark.requirement("UCG-RESP-28", "UCG-RESP-30", "UCG-LINK-09", "UCG-CONF-13")
def test_the_forms_of_values(
    request: pytest.FixtureRequest, session: Session, fresh: Callable[[], Subject]
) -> None:
    """Account ids, timestamps, links and config are recorded, of a group with all types if possible."""
    if session.control and {"create", "control"} <= session.capabilities:
        group = fresh()
        group.update(group.body(asset_types=ALL_TYPES))
        session.control.move(group.id, "deploy")
    else:
        group = request.getfixturevalue("readable")
    read = group.snapshot(fresh=True)
    session.record(read, record.forms(read))


@pytest.mark.needs("writes")
@pytest.mark.requirement("UCG-DEPR-03", "UCG-ETAG-03")
def test_the_older_name_and_the_version(session: Session, subject: Subject) -> None:
    """An update asks for EBS by its older name; the version is read before and after."""
    subject.update(subject.body(description="before"))
    before, again = subject.snapshot(fresh=True), subject.snapshot(fresh=True)
    update = subject.update(subject.body(description="after"))
    session.record(update, record.version(before, again, update))
    older = subject.update(subject.body(asset_types=list(dict.fromkeys([*subject.connected, "EBS"]))))
    session.record(older, record.older_name(older))
    subject.forget()


# The effect of such a request on the vendor is not known, so only a sandbox gets it.
@pytest.mark.needs("writes", "control")
@pytest.mark.requirement("UCG-PATH-06")
def test_an_update_without_an_id(session: Session, subject: Subject) -> None:
    """The vendor's Python SDK sends an update whose path ends in a slash when it is given no id."""
    session.wire.permit("PUT", f"{COLLECTION}/")
    outgoing = session.wire.outgoing("PUT", f"{COLLECTION}/", body=subject.encoded(subject.body()))
    answer = session.exchange(
        outgoing, replace(OPEN, requirements=("UCG-PATH-06",)), probe="update without an id"
    )
    session.record(answer, [("UCG-PATH-06", session.ledger.behaviour["update without an id"])])


@pytest.mark.needs("create", "control")
@pytest.mark.requirement("UCG-LIST-06")
def test_the_address_of_the_next_page(session: Session, fresh: Callable[[], Subject]) -> None:
    """With more than one group and one on a page, there is a next page."""
    fresh()
    fresh()
    page = session.exchange(session.wire.outgoing("GET", f"{COLLECTION}?limit=1"), LISTED)
    session.record(page, record.next_page(page))
