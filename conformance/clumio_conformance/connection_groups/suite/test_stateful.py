"""Sequences that schemathesis makes from the spec's links: create, update, read and list in any order."""

from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis import GenerationMode, Response
from schemathesis.generation.case import Case

from clumio_conformance.connection_groups.expectations import expectation, nameless
from clumio_conformance.connection_groups.operations import (
    COLLECTION,
    CREATE,
    UNKNOWN_GROUP,
    UNKNOWN_IDS,
    group_path,
)
from clumio_conformance.connection_groups.suite.cases import prepared
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.expectation import Expectation
from clumio_conformance.exchange import Exchange, Request
from clumio_conformance.options import RunOptions
from clumio_conformance.session.session import Session

pytestmark = [
    pytest.mark.real,
    pytest.mark.needs("writes", "create", "control"),
    pytest.mark.schema_requirements,
]

SEQUENCES, STEPS = 8, 8
UNKNOWN = {
    "GET": nameless("UCG-PATH-05", sent="an unknown id", cause="id"),
    "PUT": nameless("UCG-PATH-02", sent="an unknown id", cause="id"),
}

schema = schemathesis.openapi.from_dict(contract().document)
schema.config.generation.update(modes=[GenerationMode.POSITIVE])


@pytest.mark.thorough
@pytest.mark.sends(64)
@pytest.mark.requirement("UCG-CREATE-01", "UCG-READ-01", "UCG-PATH-02")
def test_any_sequence_of_operations(session: Session, options: RunOptions) -> None:
    """In any sequence of operations, each answer keeps the contract."""

    class Machine(schema.as_state_machine()):  # type: ignore[misc]  # the base class is made at run time
        """Sends each step through our own wire, where it is judged."""

        def call(self, case: Case[Any], **_kwargs: Any) -> Response:
            return _sent(session, case)

        def validate_response(self, _response: Response, _case: Case[Any], **_kwargs: Any) -> None:
            session.raise_pending()

    settings = hypothesis.settings(
        max_examples=SEQUENCES,
        stateful_step_count=STEPS,
        derandomize=options.seed == 0,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
    )
    hypothesis.seed(options.seed)(Machine.TestCase)
    Machine.run(settings=settings)


def _sent(session: Session, case: Case[Any]) -> Response:
    request, body = prepared(case, session.wire.base_url)
    path, expected = _addressed(session, Request(method=case.method, url=str(request.url), body=body))
    exchange = session.exchange(session.wire.outgoing(case.method, path, body=body), expected)
    created = exchange.resource.get("id") if case.operation.definition.raw["operationId"] == CREATE else None
    if isinstance(created, str):
        for method in ("GET", "PUT"):
            session.wire.permit(method, group_path(created))
    return _answer(exchange, request)


def _addressed(session: Session, request: Request) -> tuple[str, Expectation | None]:
    """Return the path and the expectation: for a group of this run, the collection, or an unknown id."""
    parts = urlsplit(request.url)
    query = f"?{parts.query}" if parts.query else ""
    placement = contract().place(request.method, request.url)
    if placement is None:
        return COLLECTION + query, None
    operation = contract().operation(placement.operation)
    if not placement.parameters:
        return COLLECTION + query, expectation(request, operation) if operation.request else None
    group_id = placement.parameters[0]
    path = group_path(group_id)
    if (request.method, path) not in session.wire.policy.allowed or group_id in UNKNOWN_IDS.values():
        return UNKNOWN_GROUP + query, UNKNOWN.get(request.method)
    return path + query, expectation(request, operation)


def _answer(exchange: Exchange, request: requests.PreparedRequest) -> Response:
    response = exchange.response
    headers: dict[str, list[str]] = {}
    for name, value in response.headers if response else ():
        headers.setdefault(name.lower(), []).append(value)
    return Response(
        status_code=response.status if response else 599,
        headers=headers,
        content=response.body if response else b"",
        request=request,
        elapsed=exchange.seconds,
        verify=True,
    )
