"""The exceptions of this client, and the helpers that raise them. `ClumioError` is the base of all."""

from collections.abc import MutableMapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, TypeVar, cast

import httpx

from .contract import DETAILS, REFUSALS, Detail, Refusal
from .model import Model
from .texts import printable
from .types import Response

T = TypeVar("T")

_MOST_ERRORS = 5
"""How many of the reported errors the text of an exception has."""


class ClumioError(Exception):
    """The base of every exception of this client; errors of the network are httpx's."""


class InvalidInput(ClumioError, ValueError):
    """A client can't be made, or a request can't be sent, from what the caller gave. Nothing was sent."""


class UnusablePage(ClumioError):
    """A page of a list can't be read, or its link to the next one not be followed: groups may be missing."""


class ApiError(ClumioError):
    """The API refused the request, or failed.

    Attributes:
        response: The answer. Its repr hides headers and body, which may hold secrets.
    """

    def __init__(self, response: Response[Any]) -> None:
        super().__init__(response)
        self.response = response

    @property
    def status(self) -> int:
        """The status code."""
        return self.response.status_code

    @property
    def headers(self) -> MutableMapping[str, str]:
        """The headers of the answer; the case of a name does not matter."""
        return self.response.headers

    @property
    def content(self) -> bytes:
        """The body of the answer as received."""
        return self.response.content

    @property
    def request(self) -> str | None:
        """The request line without the query, as `PUT /connections/aws/connection-groups/4f1c`."""
        return self.response.request

    @property
    def request_id(self) -> str | None:
        """The id that the API gave the request, or None."""
        return self.response.request_id

    @property
    def raw(self) -> httpx.Response | None:
        """The answer of httpx, with the request; None in another process than the one of the call."""
        return self.response.raw

    @property
    def errors(self) -> list[Detail]:
        """The errors that the API reports; empty when it reports none."""
        parsed: Any = self.response.parsed
        if isinstance(parsed, DETAILS):
            return [parsed]
        if isinstance(parsed, REFUSALS):
            lists = [getattr(parsed, attribute) for attribute in parsed._names.values()]
            parsed = [item for one in lists if isinstance(one, list) for item in one]
        return [one for one in parsed if isinstance(one, DETAILS)] if isinstance(parsed, list) else []

    @property
    def retry_after(self) -> float | None:
        """How many seconds to wait before another attempt, or None when the answer does not say."""
        return seconds_of(self.headers.get("Retry-After", ""))

    def __str__(self) -> str:
        """The status, the errors that the API reports, the request and its id."""
        return f"status {self.status}: {self._reason()}{self._place()}"

    def _reason(self) -> str:
        reported = "; ".join(_text_of(error) for error in islice(self.errors, _MOST_ERRORS))
        more = len(self.errors) - _MOST_ERRORS
        return (reported or "no error was given") + (f"; {more} more" if more > 0 else "")

    def _place(self) -> str:
        place = [self.request] if self.request else []
        if self.request_id:
            place.append(f"request id {self.request_id}")
        return f" ({', '.join(place)})" if place else ""


class MalformedResponse(ApiError):
    """The answer is not as documented: its body, or a success status without the requested resource.

    With an error status it is also the exception of that status, as `ServerError` for a proxy's 502.
    """

    def _reason(self) -> str:
        media_type = printable(self.headers.get("Content-Type", "no media type"), 80)
        return f"{self.response.problem} [{media_type}, {len(self.content)} bytes]"


class BadRequestError(ApiError):
    """400: the API does not accept the request."""


class UnauthorizedError(ApiError):
    """401: the token is missing, unknown or expired."""


class ForbiddenError(ApiError):
    """403: the token does not permit the request."""


class NotFoundError(ApiError):
    """404: there is no such group, or no longer."""


class ConflictError(ApiError):
    """409 or 412: the request does not fit the state of the group."""


class ThrottledError(ApiError):
    """429: too many requests; `retry_after` has the pause that the API asks for."""


class ServerError(ApiError):
    """5xx: the API, or a server before it, failed."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    412: ConflictError,
    429: ThrottledError,
}


def error_of(response: Response[Any]) -> ApiError:
    """Make the exception for an answer that is no success, by its status."""
    status = response.status_code
    kind = _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
    return kind(response) if response.problem is None else _MALFORMED[kind](response)


def _malformed(kind: type[ApiError]) -> type[ApiError]:
    """Make the class of a malformed answer that is also of the class of its status."""
    namespace = {"__doc__": kind.__doc__, "__reduce__": lambda error: (error_of, (error.response,))}
    return type(MalformedResponse.__name__, (MalformedResponse, kind), namespace)


_MALFORMED: dict[type[ApiError], type[ApiError]] = {
    ApiError: MalformedResponse,
    **{kind: _malformed(kind) for kind in (*_BY_STATUS.values(), ServerError)},
}


def parsed_or_raise(response: Response[T]) -> T:
    """Return the parsed body: the requested model, or a refusal. Of a list, the items that are as documented.

    Raises:
        MalformedResponse: The answer is not as documented.
    """
    if response.problem is not None and response.parsed is None:
        raise error_of(response)
    return cast(T, response.parsed)


def raise_for_error(response: Response[T | Refusal]) -> T:
    """Return the requested model.

    Raises:
        MalformedResponse: The answer is not as documented.
        ApiError: The API refused the request, or failed; the class is that of the status.
    """
    parsed: Any = parsed_or_raise(response)
    if isinstance(parsed, REFUSALS) or response.status_code >= 400:
        raise error_of(response)
    requested: T = parsed
    return requested


def seconds_of(retry_after: str) -> float | None:
    """Read a Retry-After header: whole seconds or a date (RFC 9110, 10.2.3); None for anything else."""
    if retry_after.isascii() and retry_after.isdecimal() and len(retry_after) < 10:
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


_MESSAGES = ("message", "detail", "description", "reason", "title", "error")
"""How the name of a field with the reason ends, the best one first."""


def _text_of(error: Model) -> str:
    """The reason and the code of an error, found by the names of its fields: no contract has the same."""
    values = {name.lower(): getattr(error, attribute) for name, attribute in error._names.items()}
    texts = [
        value
        for end in _MESSAGES
        for name, value in values.items()
        if name.endswith(end) and value and isinstance(value, str)
    ]
    codes = [
        f" ({printable(str(value), 80)})"
        for name, value in values.items()
        if name.endswith("code") and isinstance(value, (int, str))
    ]
    return printable((texts or ["no message"])[0]) + "".join(codes[:1])
