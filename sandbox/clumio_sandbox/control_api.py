"""The control API: stacks, time, faults and organizations, in JSON under `/_sandbox/api/`."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from clumio_sandbox import __version__
from clumio_sandbox.asgi import head, read_body
from clumio_sandbox.errors import invalid, malformed
from clumio_sandbox.messages import decode, encode
from clumio_sandbox.sandbox import Sandbox

LONGEST_ADVANCE = 10 * 365 * 24 * 3600
"""The maximum number of seconds in one request."""


class ControlApi:
    """The routes of the control API; errors have the vendor's shape."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.routes = [
            Route("/health", self._health, methods=["GET"]),
            Route("/organizations", self._register, methods=["POST"]),
            Route("/groups", self._groups, methods=["GET"]),
            Route("/groups/{group_id}", self._group, methods=["GET"]),
            Route("/groups/{group_id}/stack", self._move, methods=["POST"]),
            Route("/clock", self._advance, methods=["POST"]),
            Route("/faults", self._faults, methods=["GET"]),
            Route("/faults", self._activate, methods=["PUT"]),
            Route("/exchanges", self._exchanges, methods=["GET"]),
        ]

    async def _health(self, _request: HttpRequest) -> HttpResponse:
        return _answer({"ready": True, "version": __version__})

    async def _register(self, request: HttpRequest) -> HttpResponse:
        body = await _body(request)
        token = _token(body, required=True)
        fresh = self._sandbox.store.register(token)
        organization = self._sandbox.store.organization(token)
        return _answer({"organization": organization}, status=201 if fresh else 200)

    async def _groups(self, _request: HttpRequest) -> HttpResponse:
        await self._sandbox.follow()
        rows = self._sandbox.store.groups()
        return _answer(
            {
                "groups": [
                    {
                        "id": group.id,
                        "organization": group.organization,
                        "status": group.status.value,
                        "ongoing_stack_operation": group.operation.value,
                    }
                    for _, group in rows
                ]
            }
        )

    async def _group(self, request: HttpRequest) -> HttpResponse:
        await self._sandbox.follow(request.path_params["group_id"])
        group = self._sandbox.group(request.path_params["group_id"])
        return _answer(self._sandbox.state(group, base_url=head(request.scope).base_url))

    async def _move(self, request: HttpRequest) -> HttpResponse:
        body = await _body(request)
        event = body.get("event")
        if not isinstance(event, str):
            raise invalid("event", "the name of a stack event is needed")
        group = self._sandbox.move(request.path_params["group_id"], event)
        return _answer(self._sandbox.state(group, base_url=head(request.scope).base_url))

    async def _advance(self, request: HttpRequest) -> HttpResponse:
        body = await _body(request)
        seconds = body.get("advance_seconds", -1)
        if type(seconds) not in {int, float} or not 0 <= seconds <= LONGEST_ADVANCE:
            raise invalid("advance_seconds", f"a number from 0 to {LONGEST_ADVANCE} is needed")
        self._sandbox.advance(seconds)
        return _answer({"now": self._sandbox.clock.now()})

    async def _faults(self, _request: HttpRequest) -> HttpResponse:
        return _answer(self._fault_document())

    async def _activate(self, request: HttpRequest) -> HttpResponse:
        body = await _body(request)
        names = body.get("names")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise invalid("names", "an array of the names of faults is needed")
        token = _token(body, required=False)
        organization = self._sandbox.store.organization(token) if token else None
        if token and organization is None:
            raise invalid("token", "no organization has this token; register it first")
        self._sandbox.behaviours.activate(names, organization)
        return _answer(self._fault_document())

    async def _exchanges(self, _request: HttpRequest) -> HttpResponse:
        exchanges = self._sandbox.recorder.exchanges()
        return _answer({"exchanges": [asdict(exchange) | {"curl": exchange.curl} for exchange in exchanges]})

    def _fault_document(self) -> dict[str, Any]:
        behaviours = self._sandbox.behaviours
        available = [
            {
                "name": fault.name,
                "requirement": fault.requirement,
                "family": fault.family.value,
                "description": fault.description,
                "also": dict(fault.also),
            }
            for fault in behaviours.available
        ]
        return {"available": available, "active": behaviours.active()}


async def _body(request: HttpRequest) -> dict[str, Any]:
    body = await read_body(request.scope, request.receive)
    try:
        document = decode(body)
    except ValueError as error:
        raise malformed(f"the body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise malformed("the body is not an object")
    return document


def _token(body: dict[str, Any], *, required: bool) -> str:
    token = body.get("token", None if required else "")
    if not isinstance(token, str) or (required and not token):
        raise invalid("token", "a token is needed")
    return token


def _answer(document: Any, *, status: int = 200) -> HttpResponse:
    return HttpResponse(encode(document), status_code=status, media_type="application/json")
