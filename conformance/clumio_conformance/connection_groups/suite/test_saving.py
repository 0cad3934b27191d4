"""Written values can be read back, and nothing else changes."""

from collections.abc import Callable

import pytest

from clumio_conformance.connection_groups.listing import walk
from clumio_conformance.connection_groups.probes import ODD_TEXTS, TEXTS
from clumio_conformance.connection_groups.rules import life_cycle, saving
from clumio_conformance.connection_groups.subjects import Subject
from clumio_conformance.session.session import Session

pytestmark = [pytest.mark.real, pytest.mark.needs("writes")]


@pytest.mark.requirement("UCG-SAVE-01", "UCG-SAVE-06")
@pytest.mark.parametrize("name", [*TEXTS, *ODD_TEXTS])
def test_a_description_is_read_back_whole(session: Session, subject: Subject, name: str) -> None:
    """A description is sent; a later read has the same text."""
    body = subject.body(description={**TEXTS, **ODD_TEXTS}[name])
    update = subject.update(body)
    read = subject.snapshot(fresh=True)
    session.conclude(read, saving.sent_values(update, read))
    session.conclude(read, saving.read_back(update, read))


@pytest.mark.requirement("UCG-SAVE-02", "UCG-SAVE-03", "UCG-SAVE-04")
@pytest.mark.parametrize(
    "changes",
    [
        {"asset_types": ["S3", "EC2/EBS", "RDS"]},
        {"aws_regions": ["us-west-2", "eu-central-1", "us-east-1"]},
        {"description": None},
    ],
    ids=["types", "regions", "no description"],
)
def test_what_is_intended_is_read_back(
    session: Session, subject: Subject, changes: dict[str, object]
) -> None:
    """Types and regions are sent in an unusual order; a later read has them in the same order."""
    body = subject.body(**changes)
    if "asset_types" in changes:
        body["asset_types"] = list(dict.fromkeys([*body["asset_types"], *subject.connected]))
    update = subject.update(body)
    read = subject.snapshot(fresh=True)
    session.conclude(read, saving.sent_values(update, read))


@pytest.mark.requirement("UCG-OP-03")
def test_the_same_update_again_changes_nothing(session: Session, subject: Subject) -> None:
    """An update is sent twice: both answers, and the reads after them, have the same group."""
    before = subject.snapshot(fresh=True)
    body = subject.body(description="sent twice")
    first = subject.update(body)
    session.compare_once(first, saving.left_alone(before, first))
    read = subject.snapshot(fresh=True)
    second = subject.update(body)
    session.conclude(second, saving.repeated(first, second))
    session.conclude(second, saving.repeated(read, subject.snapshot(fresh=True)))


@pytest.mark.requirement("UCG-SAVE-06")
def test_reading_changes_nothing(session: Session, subject: Subject) -> None:
    """Two reads in a row are equal."""
    first = subject.snapshot(fresh=True)
    session.compare_once(first, saving.read_twice(first, subject.snapshot(fresh=True)))


@pytest.mark.requirement("UCG-FLOW-03", "UCG-SAVE-07")
def test_an_update_has_no_effect_before_its_stack(session: Session, subject: Subject) -> None:
    """An update asks for more types and regions: none of them is connected, in the answer or in a read."""
    before = subject.snapshot(fresh=True)
    body = subject.body()
    body["asset_types"] = list(dict.fromkeys([*body["asset_types"], "EC2/EBS", "RDS", "S3", "DynamoDB"]))
    body["aws_regions"] = list(dict.fromkeys([*body["aws_regions"], "eu-central-1"]))
    update = subject.update(body)
    session.compare_once(update, saving.left_alone(before, update))
    session.conclude(update, life_cycle.pending(before, update))
    session.conclude(update, life_cycle.pending(before, subject.snapshot(fresh=True)))


@pytest.mark.requirement("UCG-FLOW-02")
def test_the_template_can_be_fetched(session: Session, subject: Subject) -> None:
    """The template is at the URL in the answer to an update, and needs no token."""
    update = subject.update(subject.body())
    subject.forget()
    url = update.resource.get("deployment_template_url")
    if isinstance(url, str) and url.startswith("http"):
        session.conclude(update, life_cycle.fetched(session.wire.fetch(url)))


@pytest.mark.needs("create", "control")
@pytest.mark.requirement("UCG-PATH-03")
def test_an_update_touches_no_other_group(
    session: Session, subject: Subject, fresh: Callable[[], Subject], accounts: Callable[[], list[str]]
) -> None:
    """One group is updated; the other groups of this run are unchanged."""
    fresh()
    before = walk(session, accounts=accounts())
    update = subject.update(subject.body(description="only this one", aws_regions=["us-west-2"]))
    subject.forget()
    after = walk(session, accounts=accounts())
    session.conclude(update, saving.untouched(before.pages, after.pages, updated=subject.id))
