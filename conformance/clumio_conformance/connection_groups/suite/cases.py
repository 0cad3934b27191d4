"""The requests of schemathesis as bytes for our own wire, so that they are recorded and judged."""

from typing import Any

import requests
from schemathesis.generation.case import Case


def prepared(case: Case[Any], base_url: str) -> tuple[requests.PreparedRequest, bytes | None]:
    """Return the request of a generated case, as schemathesis would send it, and its body (or None)."""
    kwargs = case.as_transport_kwargs(base_url)
    taken = {name: kwargs[name] for name in ("headers", "params", "json", "data") if name in kwargs}
    request = requests.Request(case.method, kwargs["url"], **taken).prepare()
    body: Any = request.body
    return request, body.encode() if isinstance(body, str) else body or None
