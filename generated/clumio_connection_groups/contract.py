"""What the contract says of all operations: how a refusal reads, and where the token goes."""

from typing import Any, TypeAlias

from .models.error_detail import ErrorDetail
from .models.error_response import ErrorResponse

Refusal: TypeAlias = ErrorResponse
""" What the API answers when it refuses a request. """
Detail: TypeAlias = ErrorDetail
""" What went wrong: one of the objects in a refusal. """
REFUSALS: tuple[type[Any], ...] = (ErrorResponse,)
DETAILS: tuple[type[Any], ...] = (ErrorDetail,)

TOKEN_HEADER = "Authorization"
TOKEN_PREFIX = "Bearer"
