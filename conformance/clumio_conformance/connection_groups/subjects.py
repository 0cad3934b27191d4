"""The groups under test: the designated one, or groups that the run creates."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from urllib.parse import unquote, urlsplit

from clumio_conformance.connection_groups.expectations import READING, expectation
from clumio_conformance.connection_groups.guard.guard import GroupGuard
from clumio_conformance.connection_groups.guard.mark import marked
from clumio_conformance.connection_groups.guard.state import FIELDS, written
from clumio_conformance.connection_groups.listing import Walk, walk
from clumio_conformance.connection_groups.operations import (
    COLLECTION,
    UNKNOWN_GROUP,
    group_path,
    ids_of,
    link_of,
    near_paths,
)
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange, Request
from clumio_conformance.judging.findings import Deviation, Verdict
from clumio_conformance.session.session import NotTestable, Session
from clumio_conformance.transport.wire import Outgoing, Wire

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
PAGES_BEFORE: Final = 3
"""How many pages of the list are read before the first create, to know what was there."""


def health(wire: Wire, unlike: Outgoing | None = None) -> Outgoing:
    """Return a harmless request that a working target answers, of another kind than `unlike`."""
    is_list = unlike is not None and unlike.path.partition("?")[0] == COLLECTION
    return wire.outgoing("GET", UNKNOWN_GROUP if is_list else f"{COLLECTION}?limit=1")


def new_account() -> str:
    """Make up an AWS account id that no other group of the target has."""
    return f"{secrets.randbelow(10**12):012}"


@dataclass
class Subject:
    """A group under test; `connected` and `regions` are the asset types and regions of its stack now.

    `mark` is in the descriptions that are written to somebody's group. `creation` is the create of a group of
    this run, `account` its AWS account.
    """

    session: Session
    id: str
    creation: Exchange | None = None
    account: str = ""
    connected: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    mark: str = ""
    _seen: Exchange | None = None

    @property
    def path(self) -> str:
        """The path of the group."""
        return group_path(self.id)

    def body(self, **changes: Any) -> dict[str, Any]:
        """Return a valid update that keeps the connected types and regions, with these changes."""
        body = {
            "asset_types": list(self.connected) or ["EC2/EBS"],
            "aws_regions": list(self.regions) or ["us-east-1"],
            "description": "under test",
            **changes,
        }
        text = body["description"]
        return {**body, "description": marked(text, self.mark) if isinstance(text, str) else text}

    def update(
        self, body: dict[str, Any], *, expected: Expectation | None = None, probe: str | None = None
    ) -> Exchange:
        """Send an update with a JSON body; a missing expectation is derived from the body."""
        return self.put(self.encoded(body), expected=expected, probe=probe)

    def snapshot(self, *, fresh: bool = False) -> Exchange:
        """Return a read of the group: a new one if `fresh` or if the group was changed, else the last one."""
        if self._seen is None or fresh:
            self._seen = self.read()
        return self._seen

    def other_body(self) -> dict[str, Any]:
        """Return a valid update that differs from the group in every field."""
        body = self.body(description="not to be seen")
        return body | {
            "asset_types": [*body["asset_types"], *({"DynamoDB"} - set(body["asset_types"]))],
            "aws_regions": [*body["aws_regions"], "eu-west-1"],
        }

    @property
    def last_read(self) -> Exchange | None:
        """The last snapshot, if the group was not changed since."""
        return self._seen

    def forget(self) -> None:
        """Make the next snapshot a new read, because the group was changed."""
        self._seen = None

    @staticmethod
    def encoded(body: Any) -> bytes:
        """Write a body as JSON."""
        return json.dumps(body).encode()

    def put(
        self,
        body: bytes | None,
        *,
        expected: Expectation | None = None,
        headers: Mapping[str, str] | None = None,
        probe: str | None = None,
    ) -> Exchange:
        """Send an update with any body."""
        outgoing = self.session.wire.outgoing("PUT", self.path, body=body, headers=headers)
        return self.send(outgoing, expected, probe=probe)

    def send(
        self, outgoing: Outgoing, expected: Expectation | None = None, *, probe: str | None = None
    ) -> Exchange:
        """Send a request about this group."""
        return self.session.exchange(outgoing, expected or self._expected(outgoing), probe=probe)

    def read(self, *, expected: Expectation = READING) -> Exchange:
        """Read the group."""
        return self.session.exchange(self.session.wire.outgoing("GET", self.path), expected)

    def near(self, method: str, name: str) -> str:
        """Return a path with a nearly equal id, and permit it.

        Raises:
            NotTestable: the id is so short that the path may be another group's.
        """
        path = near_paths(self.id).get(name)
        if path is None:
            raise NotTestable("the group's id is so short that a nearly equal id may be another group")
        self.session.wire.permit(method, path)
        return path

    def _expected(self, outgoing: Outgoing) -> Expectation | None:
        placement = self.session.contract.place(outgoing.method, outgoing.path)
        if placement is None:
            return None
        request = Request(
            method=outgoing.method,
            url=outgoing.path,
            headers=tuple(outgoing.headers.items()),
            body=outgoing.body,
        )
        return expectation(request, self.session.contract.operation(placement.operation), self.connected)


@dataclass
class Subjects:
    """The groups for the tests; `guard` protects the one that the user named.

    `unavailable` is the reason when there is no group. `accounts` are the AWS accounts of the created groups,
    for which a list can be filtered. Only a sandbox gets accounts that nobody else has.
    """

    session: Session
    guard: GroupGuard
    created: list[str] = field(default_factory=list)
    unavailable: str | None = None
    accounts: list[str] = field(default_factory=lambda: [NEW_GROUP["account_native_id"]])
    _shared: Subject | None = None
    _before: frozenset[str] | None = None
    _knows_all: bool = False

    def __post_init__(self) -> None:
        if "control" in self.session.capabilities:
            self.accounts = [new_account()]

    def shared(self) -> Subject:
        """The group under test, the same for the whole run.

        Raises:
            NotTestable: there is none.
        """
        if self.unavailable:
            raise NotTestable(self.unavailable)
        if self._shared is None:
            designated = self.guard.group_id
            self._shared = self._adopt(designated) if designated else self.create()
        return self._shared

    def readable(self) -> Subject:
        """A group to read: the designated one, a created one, or the first of the list.

        Raises:
            NotTestable: there is none.
        """
        if self.guard.group_id or "create" in self.session.capabilities:
            return self.shared()
        if self._shared is None:
            listed = self.session.exchange(self.session.wire.outgoing("GET", f"{COLLECTION}?limit=1"))
            ids = ids_of(listed)
            if not ids:
                self._give_up(
                    "the organization has no group to read; create one, or set the unit that has one"
                )
            self.session.wire.permit("GET", group_path(ids[0]))
            self._shared = self._adopt(ids[0])
        return self._shared

    def create(self, account: str | None = None) -> Subject:
        """Create a group, in the account of this run or in another one.

        Raises:
            NotTestable: the target does not create one.
        """
        if self.unavailable:
            raise NotTestable(self.unavailable)
        if self._before is None:
            self._look_around()
        owner = account or self.accounts[0]
        body = json.dumps(NEW_GROUP | {"account_native_id": owner}).encode()
        answer = self.session.exchange(self.session.wire.outgoing("POST", COLLECTION, body=body), CREATED)
        group_id = answer.resource.get("id")
        if not isinstance(group_id, str) or not group_id:
            self._give_up(f"no group could be created: the target answered {_status(answer)}")
        if group_id in (self._before or ()):
            self._give_up(
                f"the target answered a create with an existing group, {group_id}; the run does not touch it"
            )
        if not self._knows_all and owner not in _strings(answer.resource.get("intended_account_native_ids")):
            self._give_up(
                f"the organization has too many groups to be sure that the created one, {group_id}, is new"
            )
        group_id = self._reachable(answer, group_id)
        self.created.append(group_id)
        self.accounts = list(dict.fromkeys([*self.accounts, owner]))
        return Subject(session=self.session, id=group_id, creation=answer, account=owner)

    def values(self) -> tuple[str, dict[str, Any]] | None:
        """The path of the group under test, and a valid update, with the values of its last read if known."""
        if self._shared is None:
            return None
        group = written(self._shared.last_read.resource if self._shared.last_read else {})
        body = {field: group[field] for field in FIELDS}
        complete = body["asset_types"] and body["aws_regions"]
        return self._shared.path, body if complete else self._shared.body()

    def _look_around(self) -> None:
        """Find out which groups exist already; if they are many, only those of the account, and some."""
        every = walk(self.session, most=PAGES_BEFORE)
        own = Walk(pages=()) if every.is_whole else walk(self.session, accounts=self.accounts)
        self._before = frozenset(one for page in (*every.pages, *own.pages) for one in ids_of(page))
        self._knows_all = every.is_whole

    def _reachable(self, answer: Exchange, group_id: str) -> str:
        """Return the id of the answer, or the id in its `_self` link if the first can't be read."""
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
        if not read.resource:
            self._give_up(f"the group {group_id} can't be read: the target answered {_status(read)}")
        reason = self.guard.keep(read)
        if reason:
            self._give_up(reason)
        subject.connected = _strings(read.resource.get("asset_types_enabled"))
        subject.regions = _strings(read.resource.get("aws_regions"))
        subject.mark = self.guard.mark
        return subject

    def _give_up(self, why: str) -> NoReturn:
        self.unavailable = why
        raise NotTestable(why)


def _status(answer: Exchange) -> str:
    return str(answer.response.status) if answer.response else f"nothing ({answer.failure})"


def _linked_id(answer: Exchange) -> str | None:
    href = link_of(answer.resource, "_self")
    try:
        return unquote(urlsplit(href).path.rpartition("/")[2]) or None if href is not None else None
    except ValueError:
        return None


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()
