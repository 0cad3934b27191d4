"""Where the sandbox may be told to deviate from the page.

Each hook of a `Fault` stands for one step of a request. Without a fault a hook hands on what it was given, so the
code that asks `Behaviour` reads as if there were none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from clumio_sandbox.errors import ApiError
from clumio_sandbox.group import Group
from clumio_sandbox.messages import Request, Response
from clumio_sandbox.store import Store

Owner = Callable[[], str | None]
"""Looks up whose group a request names."""


class Family(StrEnum):
    """What a fault spoils."""

    SUCCESS_BODY = "success-body"
    ERROR_SHAPE = "error-shape"
    AUTHENTICATION = "authentication"
    ACCEPTS_INVALID = "accepts-invalid"
    REJECTS_VALID = "rejects-valid"
    LIFE_CYCLE = "life-cycle"
    TRANSPORT = "transport"
    HTTP = "http"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A deviation by name.

    `requirement` is the id of what it breaks, None for a disturbance that breaks nothing. The hooks, in the order in which a request meets them:

    - `request` rewrites a request before anything looks at it, or refuses it with an `ApiError`;
    - `caller` decides whose request it is, given whose token it carries and how to learn whose group it names;
    - `missing` finds a group where there is none;
    - `body` rewrites the parsed body of an update, given the group, or refuses it;
    - `updated` and `moved` rewrite what an update or a stack event (named) made of a group: (before, after) -> after;
    - `read` rewrites the group that a read found, and what it returns is kept;
    - `view` rewrites the group that a read shows, and nothing is kept;
    - `refused` may leave traces of an update that is answered with an error;
    - `written` may leave traces on other groups;
    - `document` spoils the group object that an update or a read answers with;
    - `response` spoils the answer to an update or a read.
    """

    name: str
    requirement: str | None
    family: Family
    description: str
    request: Callable[[Request], Request] | None = None
    caller: Callable[[Request, str | None, Owner], str | None] | None = None
    missing: Callable[[Store, str], Group | None] | None = None
    body: Callable[[Any, Group], Any] | None = None
    updated: Callable[[Group, Group], Group] | None = None
    moved: Callable[[str, Group, Group], Group] | None = None
    read: Callable[[Group], Group] | None = None
    view: Callable[[Group], Group] | None = None
    refused: Callable[[Store, Group, Request], None] | None = None
    written: Callable[[Store, Group], None] | None = None
    document: Callable[[dict[str, Any]], None] | None = None
    response: Callable[[Request, Response], Response] | None = None


class Behaviour:
    """What a set of faults makes of each step; of no faults, nothing."""

    FAITHFUL: ClassVar["Behaviour"]

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._faults = faults

    def request(self, request: Request) -> Request:
        """The request as it will be understood; raises `ApiError` when it is refused out of hand."""
        for fault in self._faults:
            if fault.request:
                request = fault.request(request)
        return request

    def caller(self, request: Request, organization: str | None, owner: Owner) -> str | None:
        """The organization on whose behalf the request is made; None when nobody's."""
        for fault in self._faults:
            if fault.caller:
                organization = fault.caller(request, organization, owner)
        return organization

    def missing(self, store: Store, group_id: str) -> Group | None:
        """The group that is shown for an id that the caller has none of."""
        for fault in self._faults:
            if fault.missing and (group := fault.missing(store, group_id)):
                return group
        return None

    def body(self, body: Any, group: Group) -> Any:
        """The parsed body of an update as it will be understood; raises `ApiError` when it is refused."""
        for fault in self._faults:
            if fault.body:
                body = fault.body(body, group)
        return body

    def updated(self, before: Group, after: Group) -> Group:
        """What an update really makes of a group."""
        for fault in self._faults:
            if fault.updated:
                after = fault.updated(before, after)
        return after

    def moved(self, event: str, before: Group, after: Group) -> Group:
        """What a stack event really makes of a group."""
        for fault in self._faults:
            if fault.moved:
                after = fault.moved(event, before, after)
        return after

    def read(self, group: Group) -> Group:
        """What a read makes of a group."""
        for fault in self._faults:
            if fault.read:
                group = fault.read(group)
        return group

    def view(self, group: Group) -> Group:
        """What a read shows of a group."""
        for fault in self._faults:
            if fault.view:
                group = fault.view(group)
        return group

    def refused(self, store: Store, group: Group, request: Request) -> None:
        """What an update that failed does all the same."""
        for fault in self._faults:
            if fault.refused:
                fault.refused(store, group, request)

    def written(self, store: Store, group: Group) -> None:
        """What an update does beside its own group."""
        for fault in self._faults:
            if fault.written:
                fault.written(store, group)

    def document(self, document: dict[str, Any]) -> dict[str, Any]:
        """The group object as it is sent."""
        for fault in self._faults:
            if fault.document:
                fault.document(document)
        return document

    def response(self, request: Request, response: Response) -> Response:
        """The answer as it is sent."""
        for fault in self._faults:
            if fault.response:
                response = fault.response(request, response)
        return response


Behaviour.FAITHFUL = Behaviour(())


class UnknownFaultError(ApiError):
    """A fault was asked for by a name that none has."""

    def __init__(self, names: list[str]) -> None:
        message = f"no fault named {', '.join(map(ascii, names))}; clumio-sandbox faults lists them all"
        super().__init__(status=400, code=1012, message=message)


class Behaviours:
    """The behaviour that each organization meets: the faults for everyone, and its own."""

    def __init__(self, available: tuple[Fault, ...]) -> None:
        self.available = available
        self._by_name = {fault.name: fault for fault in available}
        self._everyone: tuple[str, ...] = ()
        self._own: dict[str, tuple[str, ...]] = {}

    def activate(self, names: list[str], organization: str | None = None) -> None:
        """Make these faults the ones for everyone, or the own ones of an organization, in place of those before.

        Raises `UnknownFaultError`, and changes nothing then.
        """
        unknown = [name for name in names if name not in self._by_name]
        if unknown:
            raise UnknownFaultError(unknown)
        chosen = tuple(dict.fromkeys(names))
        if organization is None:
            self._everyone = chosen
        elif chosen:
            self._own[organization] = chosen
        else:
            self._own.pop(organization, None)

    def active(self) -> dict[str, list[str]]:
        """The names of the active faults, by organization; `*` stands for everyone."""
        return {"*": list(self._everyone)} | {name: list(names) for name, names in self._own.items()}

    def of(self, organization: str | None) -> Behaviour:
        """What an organization meets; None is a caller whom nobody knows."""
        if not self._everyone and not self._own:
            return Behaviour.FAITHFUL
        names = dict.fromkeys(self._everyone + self._own.get(organization or "", ()))
        return Behaviour(tuple(self._by_name[name] for name in names))
