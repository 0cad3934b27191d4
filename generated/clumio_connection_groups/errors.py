"""The exceptions of this client, and the helper that raises them."""

from collections.abc import MutableMapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar, cast

from .models.error_detail import ErrorDetail
from .models.error_response import ErrorResponse
from .types import Response, Unset

T = TypeVar("T")


class ApiError(Exception):
    """The API did not do what was asked.

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
        """The headers of the answer; names are looked up in any case."""
        return self.response.headers

    @property
    def content(self) -> bytes:
        """The body of the answer as it came."""
        return self.response.content

    @property
    def errors(self) -> list[ErrorDetail]:
        """What went wrong, as the API says; empty when it does not say."""
        parsed = self.response.parsed
        if isinstance(parsed, ErrorResponse) and not isinstance(parsed.errors, Unset):
            return parsed.errors
        return []

    @property
    def retry_after(self) -> float | None:
        """How many seconds to wait before another attempt, or None when the answer does not say."""
        return _seconds(self.headers.get("Retry-After", ""))

    def __str__(self) -> str:
        """Say the status and what the API says of it."""
        said = "; ".join(_words(error) for error in self.errors)
        return f"status {self.status}: {said or 'no error was given'}"


class MalformedResponse(ApiError):
    """The body of an answer is not the documented JSON."""

    def __str__(self) -> str:
        """Say the status, the media type and how the body departs from the documented JSON."""
        media_type = self.headers.get("Content-Type", "no media type")
        return f"status {self.status}, {media_type}, {len(self.content)} bytes: {self.response.problem}"


def parsed_or_raise(response: Response[T]) -> T:
    """Give what was parsed, be it what was asked for or an error.

    Raises:
        MalformedResponse: The body is not the documented JSON.
    """
    if response.problem is not None:
        raise MalformedResponse(response)
    return cast(T, response.parsed)


def raise_for_error(response: Response[T | ErrorResponse]) -> T:
    """Give what was asked for.

    Raises:
        MalformedResponse: The body is not the documented JSON.
        ApiError: The API refused the request, or failed.
    """
    parsed = parsed_or_raise(response)
    if isinstance(parsed, ErrorResponse):
        raise ApiError(response)
    return parsed


def _words(error: ErrorDetail) -> str:
    code = "" if isinstance(error.error_code, Unset) else f" ({error.error_code})"
    return f"{error.error_message or 'no message'}{code}"


def _seconds(retry_after: str) -> float | None:
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
