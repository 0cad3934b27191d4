"""The console at `/_sandbox/`: pages that show the sandbox, and forms that change it, without scripts."""

from urllib.parse import parse_qsl

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from clumio_sandbox import console_pages
from clumio_sandbox.asgi import head, read_body
from clumio_sandbox.sandbox import Sandbox

HOME = "/_sandbox/"

_HEADERS = {
    # Not `no-referrer`: it would remove the origin from the requests of the forms.
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Console:
    """The routes of the console."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.routes = [
            Route("/", self._groups, methods=["GET"]),
            Route("/groups/{group_id}", self._group, methods=["GET"]),
            Route("/groups/{group_id}", self._move, methods=["POST"]),
            Route("/faults", self._faults, methods=["GET"]),
            Route("/faults", self._activate, methods=["POST"]),
            Route("/exchanges", self._exchanges, methods=["GET"]),
        ]

    async def _groups(self, _request: HttpRequest) -> HttpResponse:
        await self._sandbox.follow()
        groups = [group for _, group in self._sandbox.store.groups(deleted=True)]
        return self._page("Groups", console_pages.groups_page(groups[-console_pages.SHOWN_GROUPS :]))

    async def _group(self, request: HttpRequest) -> HttpResponse:
        group_id = request.path_params["group_id"]
        await self._sandbox.follow(group_id)
        group, base_url = self._sandbox.group(group_id), head(request.scope).base_url
        answer = self._sandbox.api.preview(group, base_url=base_url)
        state = self._sandbox.state(self._sandbox.group(group_id), base_url=base_url)
        return self._page(f"Group {group_id}", console_pages.group_page(state, answer))

    async def _move(self, request: HttpRequest) -> HttpResponse:
        fields = await _form(request)
        group_id = request.path_params["group_id"]
        self._sandbox.move(group_id, dict(fields).get("event", ""))
        return RedirectResponse(f"{HOME}groups/{group_id}", status_code=303)

    async def _faults(self, _request: HttpRequest) -> HttpResponse:
        return self._page("Faults", console_pages.faults_page(self._sandbox.behaviours))

    async def _activate(self, request: HttpRequest) -> HttpResponse:
        fields = await _form(request)
        self._sandbox.behaviours.activate([value for name, value in fields if name == "fault"])
        return RedirectResponse(f"{HOME}faults", status_code=303)

    async def _exchanges(self, _request: HttpRequest) -> HttpResponse:
        return self._page("Exchanges", console_pages.exchanges_page(self._sandbox.recorder.exchanges()))

    def _page(self, title: str, content: str) -> HttpResponse:
        html = console_pages.page(title, content, self._sandbox.behaviours.active())
        return HttpResponse(html.encode("utf-8", "replace"), media_type="text/html", headers=_HEADERS)


async def _form(request: HttpRequest) -> list[tuple[str, str]]:
    body = await read_body(request.scope, request.receive)
    return parse_qsl(body.decode("utf-8", "replace"))
