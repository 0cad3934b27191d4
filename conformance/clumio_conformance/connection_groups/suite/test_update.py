"""Every enumerated update: an allowed one is accepted, a forbidden one is refused."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote

import pytest

from clumio_conformance.connection_groups.expectations import ACCEPTED, expectation, nameless
from clumio_conformance.connection_groups.guard.guard import GroupGuard
from clumio_conformance.connection_groups.operations import COLLECTION, NEAR_MISSES, UPDATE
from clumio_conformance.connection_groups.probes import Probe, authorized, covered_by, update_probes
from clumio_conformance.connection_groups.rules import life_cycle, saving
from clumio_conformance.connection_groups.subjects import Subject
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Request
from clumio_conformance.session.session import Session

_NEUTRAL = {"asset_types": ["EC2/EBS"], "aws_regions": ["us-east-1"], "description": "under test"}


def _forbidden(probe: Probe) -> bool:
    request = Request(method="PUT", url=COLLECTION, body=probe.body)
    return (probe.expectation or expectation(request, contract().operation(UPDATE))).outcome == "refused"


PROBES = list(update_probes(contract(), _NEUTRAL))
ORDINARY = PROBES[0].id
FORBIDDEN = [probe.id for probe in PROBES if _forbidden(probe)]
ALLOWED = [probe.id for probe in PROBES[1:] if not _forbidden(probe)]

pytestmark = [pytest.mark.real, pytest.mark.needs("writes")]


@pytest.fixture
def probe(request: pytest.FixtureRequest, subject: Subject) -> Probe:
    """The probe of this name, built for the group under test."""
    base = subject.other_body() if request.param in FORBIDDEN else subject.body()
    return _built(json.dumps(base), tuple(subject.connected), subject.mark)[request.param]


@lru_cache(maxsize=2)  # that of the forbidden ones, and that of the allowed ones
def _built(base: str, connected: tuple[str, ...], mark: str) -> Mapping[str, Probe]:
    return {probe.id: probe for probe in update_probes(contract(), json.loads(base), connected, mark)}


@pytest.mark.ordinary
@pytest.mark.schema_requirements
@pytest.mark.requirement(*covered_by(PROBES))
@pytest.mark.parametrize("probe", [ORDINARY], indirect=True)
def test_an_ordinary_update_is_accepted(
    session: Session, subject: Subject, guard: GroupGuard, probe: Probe
) -> None:
    """An ordinary update is accepted."""
    _send(session, subject, guard, probe)


@pytest.mark.negative
@pytest.mark.schema_requirements
@pytest.mark.requirement(*covered_by(PROBES))
@pytest.mark.parametrize("probe", FORBIDDEN, indirect=True)
def test_each_forbidden_request_is_refused(
    session: Session, subject: Subject, guard: GroupGuard, probe: Probe
) -> None:
    """A request breaks the contract in one place: it is refused with an error, and changes nothing."""
    guard.try_invalid()
    _send(session, subject, guard, probe)


@pytest.mark.schema_requirements
@pytest.mark.requirement(*covered_by(PROBES))
@pytest.mark.parametrize("probe", ALLOWED, indirect=True)
def test_each_allowed_request_is_accepted(
    session: Session, subject: Subject, guard: GroupGuard, probe: Probe
) -> None:
    """A request keeps the contract: it is accepted, and the answer is the group; open ones are recorded."""
    _send(session, subject, guard, probe)


@pytest.mark.negative
@pytest.mark.requirement("UCG-PATH-02", "UCG-PATH-05")
@pytest.mark.parametrize("near", NEAR_MISSES)
def test_an_id_that_is_nearly_the_groups_is_refused(
    session: Session, subject: Subject, guard: GroupGuard, near: str
) -> None:
    """The id is cut, or a character follows it: it names no group, and no group is updated."""
    guard.try_invalid()
    path = subject.near("PUT", near)
    before = subject.snapshot()
    outgoing = session.wire.outgoing("PUT", path, body=subject.encoded(subject.other_body()))
    expected = nameless("UCG-PATH-02", sent=f"the id of the group, {near}", cause=f"id {near}")
    answer = session.exchange(outgoing, expected, probe=f"update path-{near}")
    session.conclude(answer, life_cycle.unknown(answer))
    session.conclude(answer, saving.refused(before, subject.snapshot(fresh=True), answer))


def _send(session: Session, subject: Subject, guard: GroupGuard, probe: Probe) -> None:
    path = f"{COLLECTION}/{probe.path}" if probe.path else subject.path
    outgoing = session.wire.outgoing("PUT", path, body=probe.body, headers=probe.headers)
    if probe.authorization is not None:
        outgoing = authorized(session, outgoing, probe.authorization)
    before = subject.snapshot()
    guard.check_restorable(_document(probe), before.resource)
    answer = subject.send(outgoing, probe.expectation, probe=f"update {probe.id}")
    if probe.path:
        session.conclude(answer, life_cycle.unknown(answer))
    if answer.succeeded and not probe.path:
        subject.forget()
    else:
        after = subject.snapshot(fresh=True)
        session.conclude(answer, saving.refused(before, after, answer))
        if _forbidden(probe) and after.resource != before.resource:
            guard.note_accepted_invalid()


def _document(probe: Probe) -> object:
    return Request(method="PUT", url=COLLECTION, body=probe.body).json


@pytest.mark.requirement("UCG-PATH-04")
def test_a_percent_encoded_id_names_the_same_group(session: Session, subject: Subject) -> None:
    """The first character of the id is percent-encoded: the answer is about the same group."""
    escaped = "".join(f"%{byte:02X}" for byte in subject.id[0].encode())
    encoded = f"{COLLECTION}/{escaped}{quote(subject.id[1:], safe='')}"
    session.wire.permit("PUT", encoded)
    outgoing = session.wire.outgoing("PUT", encoded, body=subject.encoded(subject.body()))
    expected = replace(
        ACCEPTED,
        requirements=("UCG-PATH-04",),
        location="request path connection_group_id",
        sent="an escaped id",
    )
    subject.send(outgoing, expected, probe="update path-escaped")
    subject.forget()
