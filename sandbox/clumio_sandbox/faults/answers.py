"""Which answers a fault spoils, and the usual ways to do it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from clumio_sandbox.document import GROUPS_PATH
from clumio_sandbox.messages import Request, Response, decode, encode

ResponseHook = Callable[[Request, Response], Response]
Change = Callable[[Response], Response]


def on_success(change: Change) -> ResponseHook:
    """Change the answers of updates and reads that went well."""
    return lambda request, response: (
        change(response) if of_one_group(request) and response.status < 300 else response
    )


def on_update(change: Change) -> ResponseHook:
    """Change the answers of all updates."""
    return lambda request, response: change(response) if request.method == "PUT" else response


def on_error(change: Change, *statuses: int) -> ResponseHook:
    """Change the answers that are errors; of these statuses, when some are named."""

    def hook(_request: Request, response: Response) -> Response:
        hit = response.status >= 400 and (not statuses or response.status in statuses)
        return change(response) if hit else response

    return hook


def of_one_group(request: Request) -> bool:
    """Whether a request is an update or a read, by its path and method."""
    return request.method in {"GET", "PUT"} and request.path.startswith(f"{GROUPS_PATH}/")


def status(code: int) -> Change:
    """Give an answer another status."""
    return lambda response: replace(response, status=code)


def media_type(value: str) -> Change:
    """Give an answer another Content-Type."""
    return lambda response: replace(response, media_type=value)


def body(value: bytes) -> Change:
    """Give an answer another body."""
    return lambda response: replace(response, body=value)


def json_body(change: Callable[[Any], Any]) -> Change:
    """Give an answer what `change` makes of its JSON."""
    return lambda response: replace(response, body=encode(change(decode(response.body))))


def html(code: int) -> Change:
    """Answer with a web page, as a proxy does."""
    page = b"<html><body><h1>Something went wrong</h1></body></html>"
    return lambda response: replace(
        response, status=code or response.status, media_type="text/html", body=page
    )
