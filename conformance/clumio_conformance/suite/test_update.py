"""Every enumerated request of the update operation: what is allowed is accepted, what is forbidden is refused."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

import pytest

from clumio_conformance.contract.document import UPDATE, contract
from clumio_conformance.contract.expectation import ACCEPTED, expectation, nameless
from clumio_conformance.contract.probes import Probe, update_probes
from clumio_conformance.exchange import Request
from clumio_conformance.judging.rules import life_cycle, saving
from clumio_conformance.run.session import COLLECTION, NEAR, Session, Subject
from clumio_conformance.run.subjects import near as near_to
from clumio_conformance.run.subjects import try_invalid

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
    built = update_probes(contract(), base, subject.connected)
    return next(probe for probe in built if probe.id == request.param)


SHOWN = (
    "UCG-OP-01", "UCG-OP-02", "UCG-OU-01", "UCG-RESP-01", "UCG-CTYPE-01", "UCG-CTYPE-02", "UCG-CTYPE-03", "UCG-CTYPE-04",
    "UCG-CTYPE-05", "UCG-CTYPE-06", "UCG-AUTH-01", "UCG-AUTH-02", "UCG-AUTH-03", "UCG-AUTH-04", "UCG-PATH-01", "UCG-PATH-02",
    "UCG-PATH-05", "UCG-BODY-01", "UCG-BODY-05", "UCG-BODY-11", "UCG-BODY-13", "UCG-BODY-14", "UCG-BODY-15", "UCG-BODY-16",
    "UCG-BODY-17", "UCG-BODY-19", "UCG-BODY-20", "UCG-BODY-21", "UCG-SAVE-01", "UCG-SAVE-02", "UCG-SAVE-03", "UCG-SAVE-05",
    "UCG-ERR-04", "UCG-ERR-05", "UCG-ERR-06", "UCG-ERR-07", "UCG-ERR-08", "UCG-ERR-09", "UCG-RESP-23", "UCG-RESP-24",
    "UCG-RESP-25", "UCG-RESP-26", "UCG-DEPR-01", "UCG-DEPR-02", "UCG-FLOW-01", "UCG-ETAG-02", "UCG-LINK-07", "UCG-ENUM-06", "UCG-RATE-01",
)  # fmt: skip


@pytest.mark.ordinary
@pytest.mark.schema_requirements
@pytest.mark.requirement(*SHOWN)
@pytest.mark.parametrize("probe", [ORDINARY], indirect=True)
def test_an_ordinary_update_is_accepted(session: Session, subject: Subject, probe: Probe) -> None:
    """An update as anybody would send it: if it fails, nothing else needs to be asked."""
    _send(session, subject, probe)


@pytest.mark.negative
@pytest.mark.schema_requirements
@pytest.mark.requirement(*SHOWN)
@pytest.mark.parametrize("probe", FORBIDDEN, indirect=True)
def test_each_forbidden_request_is_refused(session: Session, subject: Subject, probe: Probe) -> None:
    """A request breaks the contract in one place: it is refused, in the shape of an error, and has changed nothing."""
    try_invalid(session)
    _send(session, subject, probe)


@pytest.mark.schema_requirements
@pytest.mark.requirement(*SHOWN)
@pytest.mark.parametrize("probe", ALLOWED, indirect=True)
def test_each_allowed_request_is_accepted(session: Session, subject: Subject, probe: Probe) -> None:
    """A request keeps the contract: it is accepted and answered with the group; what is open is recorded."""
    _send(session, subject, probe)


@pytest.mark.negative
@pytest.mark.requirement("UCG-PATH-02", "UCG-PATH-05")
@pytest.mark.parametrize("near", NEAR)
def test_an_id_that_is_nearly_the_groups_is_refused(session: Session, subject: Subject, near: str) -> None:
    """The id is cut, or something stands behind it: it names no group, and no group is updated."""
    try_invalid(session)
    path = near_to(subject, "PUT", near)
    before = subject.snapshot()
    outgoing = session.wire.outgoing("PUT", path, body=subject.encoded(subject.other_body()))
    told = nameless("UCG-PATH-02", sent=f"the id of the group, {near}", cause=f"id {near}")
    answer = session.exchange(outgoing, told, probe=f"update path-{near}")
    session.conclude(answer, life_cycle.unknown(answer))
    session.conclude(answer, saving.refused(before, subject.snapshot(anew=True), answer))


def _send(session: Session, subject: Subject, probe: Probe) -> None:
    path = f"{COLLECTION}/{probe.path}" if probe.path else subject.path
    outgoing = session.wire.outgoing("PUT", path, body=probe.body, headers=probe.headers)
    if probe.authorization is not None:
        outgoing = replace(outgoing, authorization=session.wire.authorization(probe.authorization))
    before = subject.snapshot()
    if session.careful and _irreversible(probe, before.group):
        pytest.skip("the group does not show what this would change, so that it could not be restored")
    answer = subject.send(outgoing, probe.expectation, probe=f"update {probe.id}")
    if probe.path:
        session.conclude(answer, life_cycle.unknown(answer))
    if answer.succeeded and not probe.path:
        subject.forget()
    else:
        after = subject.snapshot(anew=True)
        session.conclude(answer, saving.refused(before, after, answer))
        if _forbidden(probe) and after.group != before.group:
            session.accepted_invalid = True


def _irreversible(probe: Probe, shown: Mapping[str, object]) -> bool:
    """Whether a probe sends a value for the field that is newer than the page, of a group that does not show it."""
    return probe.id in {"template_permission_set-all", "template_permission_set-inventory_backup"} and (
        shown.get("template_permission_set") is None
    )


@pytest.mark.requirement("UCG-PATH-04")
def test_a_percent_encoded_id_names_the_same_group(session: Session, subject: Subject) -> None:
    """The first character of the id is sent as an escape: the answer is about the same group."""
    escaped = "".join(f"%{byte:02X}" for byte in subject.id[0].encode())
    encoded = f"{COLLECTION}/{escaped}{quote(subject.id[1:], safe='')}"
    session.wire.permit("PUT", encoded)
    outgoing = session.wire.outgoing("PUT", encoded, body=subject.encoded(subject.body()))
    told = replace(
        ACCEPTED,
        requirements=("UCG-PATH-04",),
        location="request path connection_group_id",
        sent="an escaped id",
    )
    subject.send(outgoing, told, probe="update path-escaped")
    subject.forget()
