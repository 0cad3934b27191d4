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
    def errors(self) -> list[ErrorDetail]:
        """The errors that the API reports; empty when it reports none."""
        parsed = self.response.parsed
        if isinstance(parsed, ErrorResponse) and not isinstance(parsed.errors, Unset):
            return parsed.errors
        return []

    @property
    def retry_after(self) -> float | None:
        """How many seconds to wait before another attempt, or None when the answer does not say."""
        return _seconds(self.headers.get("Retry-After", ""))

    def __str__(self) -> str:
        """The status and the errors that the API reports."""
        reported = "; ".join(_text_of(error) for error in self.errors)
        return f"status {self.status}: {reported or 'no error was given'}"


class MalformedResponse(ApiError):
    """The body of an answer is not the documented JSON."""

    def __str__(self) -> str:
        """The status, the media type, and how the body differs from the documented JSON."""
        media_type = self.headers.get("Content-Type", "no media type")
        return f"status {self.status}, {media_type}, {len(self.content)} bytes: {self.response.problem}"


def parsed_or_raise(response: Response[T]) -> T:
    """Return the parsed body: the requested model, or an `ErrorResponse`.

    Raises:
        MalformedResponse: The body is not the documented JSON.
    """
    if response.problem is not None:
        raise MalformedResponse(response)
    return cast(T, response.parsed)


def raise_for_error(response: Response[T | ErrorResponse]) -> T:
    """Return the requested model.

    Raises:
        MalformedResponse: The body is not the documented JSON.
        ApiError: The API refused the request, or failed.
    """
    parsed = parsed_or_raise(response)
    if isinstance(parsed, ErrorResponse):
        raise ApiError(response)
    return parsed


def _text_of(error: ErrorDetail) -> str:
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
