"""How the sandbox deviates from the page when faults are active.

Each hook of a `Fault` belongs to one step of a request. Without a fault, each method of `Behaviour` returns
its input unchanged, so the callers need no special case.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from clumio_sandbox.errors import ApiError
from clumio_sandbox.group import Group
from clumio_sandbox.messages import Request, Response
from clumio_sandbox.store import Store

Owner = Callable[[], str | None]
"""Returns the organization of the group in a request's path."""

CallerHook = Callable[[Request, str | None, Owner], str | None]
"""From a request, the organization of its token and `Owner` to the organization that makes the request."""


class Family(StrEnum):
    """What a fault changes."""

    SUCCESS_BODY = "success-body"
    ERROR_SHAPE = "error-shape"
    AUTHENTICATION = "authentication"
    ACCEPTS_INVALID = "accepts-invalid"
    REJECTS_VALID = "rejects-valid"
    LIFE_CYCLE = "life-cycle"
    TRANSPORT = "transport"
    HTTP = "http"
    LIST = "list"


@dataclass(frozen=True)
class Fault:
    """A named deviation from the page.

    `requirement` is the id of what it breaks, None when it breaks nothing. `also` has the requirements that
    it cannot but break too, and why. The hooks, in the order of a request:

    - `request` rewrites a request before anything else reads it, or refuses it with an `ApiError`;
    - `caller` returns the organization that makes the request, given the organization of the token and a
      function that looks up the organization of the group in the path;
    - `missing` returns a group where the caller's organization has none;
    - `body` rewrites the parsed body of an update, given the group, or refuses it;
    - `updated` and `moved` rewrite the result of an update or of a (named) stack event: (before, after) ->
      after;
    - `read` rewrites the group of a read, and the result is stored;
    - `view` rewrites the group that a read returns, and nothing is stored;
    - `refused` may write to the store when an update is answered with an error;
    - `written` may write to other groups when an update is stored;
    - `document` changes the group object in the answer to an update or a read;
    - `lists_deleted`: the list has deleted groups too;
    - `response` rewrites the response.
    """

    name: str
    requirement: str | None
    description: str
    _: KW_ONLY
    family: Family
    also: Mapping[str, str] = field(default_factory=dict)
    request: Callable[[Request], Request] = lambda request: request
    caller: CallerHook = lambda _request, organization, _owner: organization
    missing: Callable[[Store, str, str], Group | None] = lambda _store, _organization, _group_id: None
    body: Callable[[Any, Group], Any] = lambda body, _group: body
    updated: Callable[[Group, Group], Group] = lambda _before, after: after
    moved: Callable[[str, Group, Group], Group] = lambda _event, _before, after: after
    read: Callable[[Group], Group] = lambda group: group
    view: Callable[[Group], Group] = lambda group: group
    refused: Callable[[Store, Group, Request], None] = lambda _store, _group, _request: None
    written: Callable[[Store, Group], None] = lambda _store, _group: None
    document: Callable[[dict[str, Any]], None] = lambda _document: None
    lists_deleted: bool = False
    response: Callable[[Request, Response], Response] = lambda _request, response: response


class Behaviour:
    """The effect of a set of faults on each step of a request."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._faults = faults

    def request(self, request: Request) -> Request:
        """The request as the sandbox reads it; raises `ApiError` when a fault refuses it."""
        for fault in self._faults:
            request = fault.request(request)
        return request

    def caller(self, request: Request, organization: str | None, owner: Owner) -> str | None:
        """The organization that makes the request; None when it is unknown."""
        for fault in self._faults:
            organization = fault.caller(request, organization, owner)
        return organization

    def missing(self, store: Store, organization: str, group_id: str) -> Group | None:
        """The group to use for an id with which the caller's organization has no group."""
        for fault in self._faults:
            if group := fault.missing(store, organization, group_id):
                return group
        return None

    def body(self, body: Any, group: Group) -> Any:
        """The parsed body of an update as the sandbox reads it; raises `ApiError` when a fault refuses it."""
        for fault in self._faults:
            body = fault.body(body, group)
        return body

    def updated(self, before: Group, after: Group) -> Group:
        """The group after an update."""
        for fault in self._faults:
            after = fault.updated(before, after)
        return after

    def moved(self, event: str, before: Group, after: Group) -> Group:
        """The group after a stack event."""
        for fault in self._faults:
            after = fault.moved(event, before, after)
        return after

    def read(self, group: Group) -> Group:
        """The group to store after a read."""
        for fault in self._faults:
            group = fault.read(group)
        return group

    def view(self, group: Group) -> Group:
        """The group that a read returns."""
        for fault in self._faults:
            group = fault.view(group)
        return group

    def refused(self, store: Store, group: Group, request: Request) -> None:
        """Write what a refused update leaves in the store."""
        for fault in self._faults:
            fault.refused(store, group, request)

    def written(self, store: Store, group: Group) -> None:
        """Write what an update changes in other groups."""
        for fault in self._faults:
            fault.written(store, group)

    def document(self, document: dict[str, Any]) -> dict[str, Any]:
        """The group object to send."""
        for fault in self._faults:
            fault.document(document)
        return document

    @property
    def lists_deleted(self) -> bool:
        """Whether the list has deleted groups too."""
        return any(fault.lists_deleted for fault in self._faults)

    def response(self, request: Request, response: Response) -> Response:
        """The response to send."""
        for fault in self._faults:
            response = fault.response(request, response)
        return response


class UnknownFaultError(ApiError):
    """No fault has one of the requested names."""

    def __init__(self, names: list[str], known: Iterable[str] = ()) -> None:
        near = get_close_matches(names[0], known, n=3)
        meant = f"did you mean {' or '.join(near)}? " if near else ""
        message = f"no fault named {', '.join(map(ascii, names))}; {meant}clumio-sandbox faults lists all"
        super().__init__(status=400, code=1012, message=message)


class Behaviours:
    """The behaviour for each organization: the faults for everyone, then its own."""

    def __init__(self, available: tuple[Fault, ...]) -> None:
        self.available = available
        self._by_name = {fault.name: fault for fault in available}
        self._everyone: tuple[str, ...] = ()
        self._own: dict[str, tuple[str, ...]] = {}

    def activate(self, names: list[str], organization: str | None = None) -> None:
        """Replace the active faults of everyone, or those of one organization.

        Raises `UnknownFaultError` for an unknown name; then nothing changes.
        """
        unknown = [name for name in names if name not in self._by_name]
        if unknown:
            raise UnknownFaultError(unknown, self._by_name)
        chosen = tuple(dict.fromkeys(names))
        if organization is None:
            self._everyone = chosen
        elif chosen:
            self._own[organization] = chosen
        else:
            self._own.pop(organization, None)

    def active(self) -> dict[str, list[str]]:
        """The names of the active faults, by organization; `*` is everyone."""
        return {"*": list(self._everyone)} | {name: list(names) for name, names in self._own.items()}

    def of(self, organization: str | None) -> Behaviour:
        """The behaviour for an organization; None is an unknown caller."""
        names = dict.fromkeys(self._everyone + self._own.get(organization or "", ()))
        return Behaviour(tuple(self._by_name[name] for name in names))
