"""All errors of the API, one constructor each.

The shape of the body is documented [doc]. Of the codes only 402 (for 401) is documented. The page names no
status for a particular error, so each status is the usual one of HTTP, and each other code is ours [guess].
"""

from collections.abc import Mapping
from types import MappingProxyType


class ApiError(Exception):
    """The request gets an error as its answer.

    `status` is the HTTP status, `code` the vendor's `error_code` (0 to 2**32 - 1), `headers` are added to the
    response.
    """

    def __init__(
        self, *, status: int, code: int, message: str, headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


def malformed(message: str) -> ApiError:
    """The request cannot be parsed."""
    return ApiError(status=400, code=1001, message=message)


def invalid(field: str, problem: str) -> ApiError:
    """A field of the body, or a query parameter, breaks a rule."""
    return ApiError(status=400, code=1002, message=f"{field}: {problem}")


def unauthorized() -> ApiError:
    """The token is missing or unknown; status, code and text are documented [doc]."""
    return ApiError(
        status=401, code=402, message="Unauthorized access", headers={"WWW-Authenticate": "Bearer"}
    )


def forbidden(message: str) -> ApiError:
    """The client may not use the sandbox's own pages, or this template."""
    return ApiError(status=403, code=1003, message=message)


def unknown_group(group_id: str) -> ApiError:
    """The caller's organization has no such group; another organization may have it."""
    return ApiError(status=404, code=1004, message=f"no connection group with the id {group_id!a}")


def unknown_path(path: str) -> ApiError:
    """The path does not exist."""
    return ApiError(status=404, code=1005, message=f"there is no resource at {path!a}")


def wrong_method(method: str, allowed: tuple[str, ...]) -> ApiError:
    """The path exists, but not for this method."""
    return ApiError(
        status=405,
        code=1006,
        message=f"{method} is not possible here, only {', '.join(allowed)}",
        headers={"Allow": ", ".join(allowed)},
    )


def too_slow(seconds: float) -> ApiError:
    """The request did not arrive in time."""
    return ApiError(
        status=408,
        code=1007,
        message=f"the request did not arrive within {seconds:g} s",
        headers={"Connection": "close"},
    )


def conflict(message: str) -> ApiError:
    """The present state does not allow the request."""
    return ApiError(status=409, code=1008, message=message)


def too_large(limit: int) -> ApiError:
    """The body is larger than the limit."""
    return ApiError(
        status=413,
        code=1009,
        message=f"the body is larger than {limit} bytes",
        headers={"Connection": "close"},
    )


def wrong_media_type(media_type: str) -> ApiError:
    """The media type of the body is not JSON."""
    return ApiError(
        status=415,
        code=1010,
        message=f"{media_type!a} is not supported, only application/json and text/plain",
    )


def not_stored() -> ApiError:
    """The state file can't be written; the log says why."""
    return ApiError(status=503, code=1012, message="the sandbox cannot store this; its log says why")


def too_many_requests(retry_after: int) -> ApiError:
    """The organization is over its rate limit; `retry_after` is in seconds."""
    return ApiError(
        status=429,
        code=1011,
        message=f"too many requests, try again in {retry_after} s",
        headers={"Retry-After": str(retry_after)},
    )
