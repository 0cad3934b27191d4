"""Access to the sandbox's own pages: only from this machine, and not through other web sites."""

import ipaddress
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from clumio_sandbox.asgi import deliver, head
from clumio_sandbox.errors import ApiError, forbidden
from clumio_sandbox.messages import Request, failure

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Refuses foreign peers, foreign `Host` headers and cross-site requests before `app` sees them.

    `hosts` are the accepted host names besides the loopback ones. With at least one, other machines may
    connect, so the address of the peer is not checked.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._hosts = LOOPBACK_NAMES | hosts
        self._open = bool(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check(head(scope), scope["client"])
        except ApiError as error:
            await deliver(failure(error), scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, request: Request, peer: tuple[str, int] | None) -> None:
        if not self._open and not (peer and ipaddress.ip_address(peer[0]).is_loopback):
            raise forbidden(
                "the sandbox's own pages accept this machine only; --allow-host opens them to others"
            )
        if _host_name(request.base_url) not in self._hosts:
            host = request.headers.get("host")
            raise forbidden(f"{host!a} is not a host name of this sandbox; --allow-host adds it")
        origin = request.headers.get("origin")
        if origin is not None and origin != request.base_url:
            raise forbidden(f"requests from {origin!a} are refused")
        site = request.headers.get("sec-fetch-site", "none")
        if site not in {"none", "same-origin"}:
            raise forbidden(f"{site} requests are refused")


def _host_name(base_url: str) -> str | None:
    try:
        return urlsplit(base_url).hostname
    except ValueError:
        return None
