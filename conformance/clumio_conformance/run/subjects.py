"""The groups under test: the designated one, or groups that the run creates for itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from urllib.parse import unquote, urlsplit

import pytest

from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange
from clumio_conformance.judging.findings import Deviation, Verdict
from clumio_conformance.run.session import COLLECTION, Session, Subject, group_path, near_paths
from clumio_conformance.target.wire import Outgoing

__all__ = ["NEW_GROUP", "Subject", "Subjects", "near", "try_invalid"]

NEW_GROUP: Final[dict[str, Any]] = {
    "account_native_id": "123456789012",
    "asset_types": ["EC2/EBS"],
    "aws_regions": ["us-east-1"],
    "description": "created by a conformance run",
    "master_aws_account_id": "123456789012",
    "master_region": "us-east-1",
}
CREATED: Final = Expectation(
    outcome="accepted", requirements=("UCG-CREATE-01",), sent="a valid create", cause="ordinary"
)


@dataclass
class Subjects:
    """Gives groups to tests; `designated` is the id that the user named, `keep` is told how it was found.

    `keep` gives the reason why the group must not be touched, or None; `unavailable` is why there is no group at all.
    """

    session: Session
    designated: str | None = None
    keep: Callable[[Exchange], str | None] = lambda _read: None
    created: list[str] = field(default_factory=list)
    _shared: Subject | None = None
    unavailable: str | None = None
    _before: frozenset[str] | None = None

    def shared(self) -> Subject:
        """The group under test, the same for the whole run."""
        if self.unavailable:
            pytest.skip(self.unavailable)
        if self._shared is None:
            self._shared = self._adopt(self.designated) if self.designated else self.create()
        return self._shared

    def readable(self) -> Subject:
        """A group to read: the designated one, one of ours, or the first that is listed."""
        if self.designated or "create" in self.session.capabilities:
            return self.shared()
        if self._shared is None:
            listed = self.session.exchange(self.session.wire.outgoing("GET", f"{COLLECTION}?limit=1"))
            ids = _listed_ids(listed)
            if not ids:
                self._give_up("the organization has no group to read; name one with --connection-group-id")
            self.session.wire.permit("GET", group_path(ids[0]))
            self._shared = self._adopt(ids[0])
        return self._shared

    def create(self) -> Subject:
        """Create a group; skips the test, with the reason on record, when the target does not make one."""
        if self.unavailable:
            pytest.skip(self.unavailable)
        if self._before is None:
            self._before = frozenset(one for page in self.session.pages() for one in _listed_ids(page))
        body = json.dumps(NEW_GROUP).encode()
        answer = self.session.exchange(self.session.wire.outgoing("POST", COLLECTION, body=body), CREATED)
        group_id = answer.group.get("id")
        if not isinstance(group_id, str) or not group_id:
            self._give_up(f"no group could be created: the target answered {_status(answer)}")
        if group_id in self._before:
            self._give_up(
                f"the target answered a create with a group that was there before, {group_id}: it is not touched"
            )
        group_id = self._reachable(answer, group_id)
        self.created.append(group_id)
        return Subject(session=self.session, id=group_id)

    def _reachable(self, answer: Exchange, group_id: str) -> str:
        """Go on with the id of the group's own link where the id of the answer leads nowhere."""
        linked = _linked_id(answer)
        if linked in (self._before or ()):
            linked = None
        for candidate in dict.fromkeys([group_id, linked or group_id]):
            for method in ("GET", "PUT"):
                self.session.wire.permit(method, group_path(candidate))
        if linked in {None, group_id} or self.session.wire.send(self._reading(group_id))[-1].succeeded:
            return group_id
        deviation = Deviation(
            kind="semantic",
            location="/id",
            expected=f"{linked}, as in _links._self",
            actual=group_id,
            observed="differs",
        )
        self.session.conclude(answer, [Verdict(requirement="UCG-RESP-25", deviation=deviation)])
        return str(linked)

    def _reading(self, group_id: str) -> Outgoing:
        return self.session.wire.outgoing("GET", group_path(group_id))

    def _adopt(self, group_id: str) -> Subject:
        subject = Subject(session=self.session, id=group_id)
        read = subject.read()
        if not read.group:
            self._give_up(f"the group {group_id} can't be read: the target answered {_status(read)}")
        reason = self.keep(read)
        if reason:
            self._give_up(reason)
        subject.connected = _strings(read.group.get("asset_types_enabled"))
        subject.regions = _strings(read.group.get("aws_regions"))
        return subject

    def _give_up(self, why: str) -> NoReturn:
        self.unavailable = why
        pytest.skip(why)


def try_invalid(session: Session) -> None:
    """Skip a test that sends what must be refused, once somebody's group has taken such a request."""
    if not session.may_try_invalid():
        pytest.skip("a request that must be refused was accepted; no more of them are sent to this group")


def near(subject: Subject, method: str, name: str) -> str:
    """Give a path that is nearly that of a group, and permit it; skips the test when the id is too short for that."""
    path = near_paths(subject.id).get(name)
    if path is None:
        pytest.skip("the group's id is so short that its neighbours may be groups")
    subject.session.wire.permit(method, path)
    return path


def _status(answer: Exchange) -> str:
    return str(answer.response.status) if answer.response else f"nothing ({answer.failure})"


def _linked_id(answer: Exchange) -> str | None:
    links = answer.group.get("_links")
    own = links.get("_self") if isinstance(links, dict) else None
    href = own.get("href") if isinstance(own, dict) else None
    try:
        return unquote(urlsplit(href).path.rpartition("/")[2]) or None if isinstance(href, str) else None
    except ValueError:
        return None


def _listed_ids(page: Exchange) -> list[str]:
    embedded = page.group.get("_embedded")
    items = embedded.get("items") if isinstance(embedded, dict) else None
    groups = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [group["id"] for group in groups if isinstance(group.get("id"), str)]


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()
