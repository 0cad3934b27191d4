"""A token gives access to the groups of its own organization only."""

import uuid
from collections.abc import Callable

import pytest

from clumio_conformance.connection_groups.expectations import nameless
from clumio_conformance.connection_groups.rules import saving
from clumio_conformance.connection_groups.subjects import Subject
from clumio_conformance.exchange import SECOND_TOKEN
from clumio_conformance.session.session import Session

pytestmark = [pytest.mark.real, pytest.mark.needs("writes", "create", "control")]


@pytest.mark.requirement("UCG-PATH-02", "UCG-PATH-03")
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_the_group_of_another_organization_is_out_of_reach(
    session: Session, fresh: Callable[[], Subject], method: str
) -> None:
    """A valid token of another organization asks for our group: it is refused, and the group is unchanged."""
    assert session.control is not None, "the marker `needs` selects a target with a control API"
    stranger = f"stranger-{uuid.uuid4()}"
    session.wire.redaction.hide(stranger, SECOND_TOKEN)
    session.control.register(stranger)
    group = fresh()
    before = group.snapshot()
    expected = nameless("UCG-PATH-02", sent="a group of another organization", cause="foreign group")
    body = group.encoded(group.other_body()) if method == "PUT" else None
    answer = session.exchange(session.wire.outgoing(method, group.path, body=body, token=stranger), expected)
    session.conclude(answer, saving.refused(before, group.snapshot(fresh=True), answer))
