"""Turns answers into responses: a model, an `ErrorResponse`, or the reason why there is neither."""

from collections.abc import Callable
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any, TypeVar, cast

import httpx

from .checks import without_credentials
from .model import Model
from .parsing import Incomplete, NotDocumented
from .texts import printable
from .types import Response, Unset

T = TypeVar("T")
M = TypeVar("M", bound=Model)
E = TypeVar("E", bound=Model)

REQUEST_IDS = frozenset(
    (b"x-request-id", b"request-id", b"x-amzn-requestid", b"x-amz-request-id", b"x-correlation-id")
)
"""The headers in which APIs name a request; the vendor documents none."""


def request_line(request: httpx.Request) -> str:
    """Return method and path of a request, without the query."""
    path = request.url.raw_path.partition(b"?")[0].decode("ascii", "backslashreplace")
    return f"{request.method} {path}"


def request_id(response: httpx.Response) -> str | None:
    """Return the id that the server gave a request, or None."""
    for name, value in response.headers.raw:
        if value and name.lower() in REQUEST_IDS:
            return printable(response.headers[name.decode("ascii")], 100)
    return None


def json_of(response: httpx.Response) -> Any:
    """Return the decoded body of an answer.

    Raises:
        NotDocumented: It is not JSON, or a redirect that was not followed.
    """
    _refuse_redirect(response)
    try:
        return response.json()
    except (ValueError, RecursionError) as error:
        reason = str(error) if response.content else "it is empty"
        raise NotDocumented(f"the body is not JSON: {reason}") from error


def text_of(response: httpx.Response, *media_types: str) -> str:
    """Return the body of an answer as text, by the charset of its media type.

    Raises:
        NotDocumented: It is a page or JSON, which are not among the documented media types; or a redirect.
    """
    _refuse_another(response, media_types)
    return response.text


def bytes_of(response: httpx.Response, *media_types: str) -> bytes:
    """Return the body of an answer as it was received.

    Raises:
        NotDocumented: It is a page or JSON, which are not among the documented media types; or a redirect.
    """
    _refuse_another(response, media_types)
    return response.content


def is_of(response: httpx.Response, *media_types: str) -> bool:
    """Whether an answer has one of these media types; `*` stands for any part of a name."""
    actual = _essence(response.headers.get("Content-Type", ""))
    return any(fnmatchcase(actual, _essence(documented)) for documented in media_types)


def _essence(media_type: str) -> str:
    """Return a media type in lower case, without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def _refuse_redirect(response: httpx.Response) -> None:
    if response.has_redirect_location:
        raise NotDocumented(
            f"a redirect to {without_credentials(response.headers['Location'])}, not followed"
        )


def _refuse_another(response: httpx.Response, media_types: tuple[str, ...]) -> None:
    """Refuse a portal's page or an error where something else is documented: no other text proves itself."""
    _refuse_redirect(response)
    actual = _essence(response.headers.get("Content-Type", ""))
    if actual.endswith(("/html", "/json", "+json")) and not is_of(response, *media_types):
        raise NotDocumented(f"expected {' or '.join(media_types)}, got {printable(actual, 80)}")


def build_response(response: httpx.Response, parse: Callable[[], T]) -> Response[T]:
    """Make a Response with the result of `parse`, or with the reason why there is none."""
    parsed: T | None = None
    problem: str | None = None
    try:
        parsed = parse()
    except Incomplete as error:
        parsed = cast(T, error.items) if error.items else None
        problem = f"{error}; `content` has them"
    except ValueError as error:  # NotDocumented, and what an enum says of a value of another type
        problem = str(error)
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=parsed,
        problem=problem,
        request=request_line(response.request),
        request_id=request_id(response),
        raw=response,
    )


def success(body: Any, parse: Callable[[Any], M], refusal: Callable[[Any], E]) -> M | E:
    """Read the body of an answer with a success status: the requested model, or the errors in it.

    Raises:
        NotDocumented: It is neither: a portal's JSON, or another resource than the requested one.
    """
    made = parse(body)
    if made._rest:
        refused = refusal(body)
        if is_evident(refused, lists=False):
            return refused
        if made._names and any(made._rest.get(name) for name in refused._names):
            raise NotDocumented("a success with errors")
    if body and made._names and not is_evident(made):
        raise NotDocumented(f"a success without any field of a {type(made).__name__}")
    return made


def is_evident(value: object, *, lists: bool = True) -> bool:
    """Whether a value proves the kind of its model: more than the links of any resource is documented.

    An object proves as much as its fields; an undocumented enum value proves nothing, nor does an empty list
    without `lists`.
    """
    if isinstance(value, Model):
        return any(
            is_evident(getattr(value, attribute), lists=lists)
            for name, attribute in value._names.items()
            if name != "_links"
        )
    if isinstance(value, Enum):
        return bool(getattr(value, "is_documented", True))
    return not isinstance(value, Unset) and (lists or value != [])
