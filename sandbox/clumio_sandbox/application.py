"""The ASGI application: the sandbox's own pages under `/_sandbox/`, the vendor's API on all other paths."""

import hmac
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from clumio_sandbox.asgi import DisconnectedError, Receive, Scope, Send, deliver, head, read_body
from clumio_sandbox.console import Console
from clumio_sandbox.control_api import ControlApi
from clumio_sandbox.errors import ApiError, forbidden, unknown_path, wrong_method
from clumio_sandbox.group_document import TEMPLATES_PATH, template_signature
from clumio_sandbox.guard import Guard
from clumio_sandbox.messages import Response, failure
from clumio_sandbox.sandbox import Sandbox
from clumio_sandbox.template import template_body
from clumio_sandbox.vendor_api import group_id_of

OWN_PATHS = "/_sandbox"
"""The prefix of the sandbox's own paths; the vendor uses no path under it."""


def application(sandbox: Sandbox, *, hosts: frozenset[str] = frozenset()) -> ASGIApp:
    """The whole sandbox; its own pages accept the host names `hosts`, besides the loopback ones."""
    own = _own_pages(sandbox, hosts)
    vendor = VendorEndpoint(sandbox)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = own if scope["path"].startswith(OWN_PATHS) else vendor
        await chosen(scope, receive, send)

    return dispatch


def _own_pages(sandbox: Sandbox, hosts: frozenset[str]) -> Starlette:
    templates = Templates(sandbox)
    guarded = [Mount("/api", routes=ControlApi(sandbox).routes), *Console(sandbox).routes]
    return Starlette(
        routes=[
            Route(TEMPLATES_PATH + "/{group_id}/{revision:int}.template", templates.fetch, methods=["GET"]),
            Mount(OWN_PATHS, routes=guarded, middleware=[Middleware(Guard, hosts=hosts)]),
        ],
        exception_handlers={
            ApiError: _refused,
            HTTPException: _not_served,
            DisconnectedError: _gone,
        },
    )


class VendorEndpoint:
    """The vendor's API over ASGI."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request, answer it, and record both."""
        try:
            request = head(scope, await read_body(scope, receive))
            await self._sandbox.follow(group_id_of(request.path))
            response = self._sandbox.api.answer(request)
        except ApiError as error:
            request, response = head(scope), failure(error)
        except DisconnectedError:
            return
        self._sandbox.recorder.record(request, response)
        await deliver(response, scope, receive, send)


class Templates:
    """The deployment templates. Their URLs are signed, so no token is needed."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def fetch(self, request: HttpRequest) -> HttpResponse:
        """The template of a plan that can still be deployed; 404 for any other, 403 for a wrong signature."""
        group = self._sandbox.group(request.path_params["group_id"])
        plans = {plan.revision: plan for plan in (group.settled, group.deploying, group.pending) if plan}
        plan = plans.get(request.path_params["revision"])
        if plan is None or group.deleted:
            raise unknown_path(request.url.path)
        signature = request.query_params.get("X-Amz-Signature", "")
        if not hmac.compare_digest(signature.encode(), template_signature(group, plan.revision).encode()):
            raise forbidden("the signature in the URL is wrong for this template")
        return HttpResponse(template_body(group, plan), media_type="application/json")


async def _refused(_request: HttpRequest, error: Exception) -> HttpResponse:
    return _plain(failure(cast("ApiError", error)))


async def _not_served(request: HttpRequest, error: Exception) -> HttpResponse:
    status = cast("HTTPException", error)
    if status.status_code == 405:
        allowed = tuple((status.headers or {}).get("Allow", "").split(", "))
        return _plain(failure(wrong_method(request.method, allowed)))
    return _plain(failure(unknown_path(request.url.path)))


async def _gone(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return HttpResponse()


def _plain(response: Response) -> HttpResponse:
    return HttpResponse(
        response.body, response.status, dict(response.headers), media_type=response.media_type
    )
