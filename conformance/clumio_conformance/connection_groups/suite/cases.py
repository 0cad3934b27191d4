"""What schemathesis generates, as bytes for our own wire; its own way to send would go unseen by everything here."""

from typing import Any

import requests
from schemathesis.generation.case import Case


def prepared(case: Case[Any], base_url: str) -> tuple[requests.PreparedRequest, bytes | None]:
    """Give the request of a generated case as schemathesis would send it, and its body (None: none)."""
    kwargs = case.as_transport_kwargs(base_url)
    taken = {name: kwargs[name] for name in ("headers", "params", "json", "data") if name in kwargs}
    request = requests.Request(case.method, kwargs["url"], **taken).prepare()
    body: Any = request.body
    return request, body.encode() if isinstance(body, str) else body or None
