"""Hooks that several faults use."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from clumio_sandbox.errors import invalid
from clumio_sandbox.group import Group
from clumio_sandbox.group_document import GROUPS_PATH
from clumio_sandbox.messages import Request, Response, decode, encode

BodyHook = Callable[[Any, Group], Any]
DocumentHook = Callable[[dict[str, Any]], None]
RequestHook = Callable[[Request], Request]
ResponseHook = Callable[[Request, Response], Response]
Change = Callable[[Response], Response]


def substitute(field: str, value: Any, *types: type) -> BodyHook:
    """Use `value` for a field whose value has one of `types`; a missing field counts as None."""

    def hook(body: Any, _group: Group) -> Any:
        hit = isinstance(body, dict) and type(body.get(field)) in types
        return {**body, field: value} if hit else body

    return hook


def default(field: str, value: Any) -> BodyHook:
    """Use `value` for a missing field."""
    return lambda body, _group: {field: value, **body} if isinstance(body, dict) else body


def each(field: str, change: Callable[[Any], Any]) -> BodyHook:
    """Replace each item of an array by the result of `change`; an item that becomes None is left out."""

    def hook(body: Any, _group: Group) -> Any:
        if not isinstance(body, dict) or not isinstance(body.get(field), list):
            return body
        items = [new for item in body[field] if (new := change(item)) is not None or item is None]
        return {**body, field: items}

    return hook


def refuse(field: str, when: Callable[[dict[str, Any]], bool]) -> BodyHook:
    """Refuse a body that meets `when`, with an error that names `field`."""

    def hook(body: Any, _group: Group) -> Any:
        if isinstance(body, dict) and when(body):
            raise invalid(field, "not accepted")
        return body

    return hook


def always(**fields: Any) -> DocumentHook:
    """Give the group object these values."""
    return lambda document: document.update(fields)


def on_success(change: Change) -> ResponseHook:
    """Change the responses of successful updates and reads."""
    return lambda request, response: (
        change(response) if of_one_group(request) and response.status < 300 else response
    )


def on_update(change: Change) -> ResponseHook:
    """Change the responses of all updates."""
    return lambda request, response: change(response) if request.method == "PUT" else response


def on_error(change: Change, *statuses: int) -> ResponseHook:
    """Change all error responses, or only those with one of `statuses`."""

    def hook(_request: Request, response: Response) -> Response:
        hit = response.status >= 400 and (not statuses or response.status in statuses)
        return change(response) if hit else response

    return hook


def of_one_group(request: Request) -> bool:
    """Whether a request is an update or a read, by its path and method."""
    return request.method in {"GET", "PUT"} and request.path.startswith(f"{GROUPS_PATH}/")


def having(**parts: Any) -> Change:
    """Replace these parts of a response."""
    return lambda response: replace(response, **parts)


def json_content(change: Callable[[Any], Any]) -> Change:
    """Replace the JSON of the body by the result of `change`."""
    return lambda response: replace(response, body=encode(change(decode(response.body))))


def html(code: int | None = None) -> Change:
    """Replace the response by a web page, as a proxy does; without a code the status stays."""
    page = b"<html><body><h1>Something went wrong</h1></body></html>"
    return lambda response: replace(
        response, status=code or response.status, media_type="text/html", body=page
    )
