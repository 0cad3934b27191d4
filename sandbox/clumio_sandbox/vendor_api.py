"""The vendor's API: from a request to a response; the store does the only I/O.

An update and a read call the hooks of the caller's `Behaviour`. The order of the checks is a guess: first the
token, then the group, then the body.
"""

from functools import partial
from typing import Any
from urllib.parse import quote, unquote

from clumio_sandbox import life_cycle
from clumio_sandbox.behaviour import Behaviour, Behaviours
from clumio_sandbox.checks import create_plan, update_plan
from clumio_sandbox.clock import Clock
from clumio_sandbox.errors import (
    ApiError,
    malformed,
    unauthorized,
    unknown_group,
    unknown_path,
    wrong_media_type,
    wrong_method,
)
from clumio_sandbox.group import Group
from clumio_sandbox.group_document import GROUPS_PATH, default_unit, etag, group_document, unit_document
from clumio_sandbox.listing import list_document
from clumio_sandbox.messages import GROUP_MEDIA_TYPE, Request, Response, decode, failure, success
from clumio_sandbox.rate_limit import RateLimit
from clumio_sandbox.store import Store

JSON_MEDIA_TYPES = ("", "application/json", "text/plain")
"""Content-Types under which a body is read as JSON; real clients send each of them [wire]."""


class VendorApi:
    """Create, read, list and update connection groups."""

    def __init__(self, *, store: Store, clock: Clock, behaviours: Behaviours, rate_limit: RateLimit) -> None:
        self._store = store
        self._clock = clock
        self._behaviours = behaviours
        self._rate_limit = rate_limit

    def answer(self, request: Request) -> Response:
        """The response to any request; a client's error gives an error response, not an exception."""
        organization = self._organization(request)
        behaviour = self._behaviours.of(organization or self._owner(request))
        try:
            rewritten = behaviour.request(request)
            if rewritten is not request:
                request, organization = rewritten, self._organization(rewritten)
            caller = behaviour.caller(request, organization, partial(self._owner, request))
            response = self._route(request, caller, behaviour)
        except ApiError as error:
            response = failure(error)
        return behaviour.response(request, response)

    def preview(self, group: Group, *, base_url: str) -> Response:
        """The response to a read of a group by its own organization, with its faults; it changes nothing."""
        path = f"{GROUPS_PATH}/{quote(group.id, safe='')}"
        request = Request("GET", path, "", {"accept": GROUP_MEDIA_TYPE}, base_url)
        behaviour = self._behaviours.of(group.organization)
        try:
            request = behaviour.request(request)
            caller = behaviour.caller(request, group.organization, lambda: group.organization)
            if caller is None:
                raise unauthorized()
            found = self._find(group_id_of(request.path) or "", caller, behaviour)
            response = _group_response(request, behaviour.view(behaviour.read(found)), behaviour)
        except ApiError as error:
            response = failure(error)
        return behaviour.response(request, response)

    def _organization(self, request: Request) -> str | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self._store.organization(token.strip()) if scheme.lower() == "bearer" else None

    def _owner(self, request: Request) -> str | None:
        group_id = group_id_of(request.path)
        group = self._store.group(group_id) if group_id else None
        return group.organization if group else None

    def _route(self, request: Request, caller: str | None, behaviour: Behaviour) -> Response:
        group_id = group_id_of(request.path)
        if group_id is not None:
            _only(request.method, ("GET", "PUT"))
            group = self._find(group_id, self._admit(caller), behaviour)
            operation = self._read if request.method == "GET" else self._update
            return operation(request, group, behaviour)
        if request.path != GROUPS_PATH:
            raise unknown_path(request.path)
        _only(request.method, ("GET", "POST"))
        organization = self._admit(caller)
        if request.method == "GET":
            deleted = behaviour.lists_deleted
            return success(list_document(self._store, organization, request, deleted=deleted))
        return self._create(request, organization)

    def _admit(self, caller: str | None) -> str:
        if caller is None:
            raise unauthorized()
        self._rate_limit.count(caller)
        return caller

    def _find(self, group_id: str, organization: str, behaviour: Behaviour) -> Group:
        group = self._store.group(group_id)
        if group is None or group.deleted or group.organization != organization:
            group = behaviour.missing(self._store, organization, group_id)
        if group is None:
            raise unknown_group(group_id)
        now = self._clock.now()
        return self._store.save(group, life_cycle.expire(group, now), event="expire", now=now)

    def _read(self, request: Request, group: Group, behaviour: Behaviour) -> Response:
        kept = self._store.save(group, behaviour.read(group), event="read", now=self._clock.now())
        return _group_response(request, behaviour.view(kept), behaviour)

    def _update(self, request: Request, group: Group, behaviour: Behaviour) -> Response:
        try:
            plan = update_plan(behaviour.body(_json(request), group))
        except ApiError:
            behaviour.refused(self._store, group, request)
            raise
        now = self._clock.now()
        after = behaviour.updated(group, life_cycle.request_update(group, plan, now))
        saved = self._store.save(group, after, event="update", now=now)
        behaviour.written(self._store, saved)
        return _group_response(request, saved, behaviour)

    def _create(self, request: Request, organization: str) -> Response:
        body = _json(request)
        plan = create_plan(body)
        now = self._clock.now()
        group = life_cycle.new_group(
            organization=organization,
            organizational_unit_id=body.get("organizational_unit_id") or default_unit(organization),
            account_native_id=body["account_native_id"],
            master_aws_account_id=body["master_aws_account_id"],
            master_region=body["master_region"],
            plan=plan,
            now=now,
        )
        self._store.add(group, now=now)
        return _group_response(request, group, Behaviour())


def group_id_of(path: str) -> str | None:
    """The id, decoded, in the path of one group; None for any other path."""
    prefix, slash, segment = path.rpartition("/")
    return unquote(segment) if slash and prefix == GROUPS_PATH else None


def _only(method: str, allowed: tuple[str, ...]) -> None:
    if method not in allowed:
        raise wrong_method(method, allowed)


def _json(request: Request) -> Any:
    if request.media_type not in JSON_MEDIA_TYPES:
        raise wrong_media_type(request.media_type)
    try:
        return decode(request.body)
    except ValueError as error:
        raise malformed(f"the body is not JSON: {error}") from error


def _group_response(request: Request, group: Group, behaviour: Behaviour) -> Response:
    document = group_document(group, base_url=request.base_url)
    if request.method == "GET":
        _adjust(document, request.parameters)
    return success(behaviour.document(document), {"ETag": f'"{etag(group)}"'})


def _adjust(document: dict[str, Any], parameters: dict[str, str]) -> None:
    """Apply a read's query parameters [sdk]; booleans are case-insensitive [wire]."""
    if parameters.get("embed") == "read-organizational-unit":
        document["_embedded"] = {
            "read-organizational-unit": unit_document(document["organizational_unit_id"])
        }
    if parameters.get("return_external_id", "").lower() == "false":
        del document["external_id"]
