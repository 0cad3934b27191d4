"""Plays a scenario against a mock: respx answers, and the generated client sends the request if it can."""

import json
import ssl
from typing import Final

import httpx
import respx

from clumio_conformance.connection_groups.operations import group_path, redaction
from clumio_conformance.connection_groups.scenarios import MOCK_ID, Scenario
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Exchange, Request, Response
from clumio_conformance.session.targets import MOCK_URL
from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import (
    read_aws_connection_group,
    update_aws_connection_group,
)
from clumio_connection_groups.models import UpdateConnectionGroupRequest

MOCK_TOKEN: Final = "mock-token"  # noqa: S105 - not a real token
_TRUST_NOBODY: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""A mock needs no certificates, and loading them for each client is the slowest step."""


def play(scenario: Scenario) -> Exchange:
    """Play a scenario against its mock, and return the exchange."""
    answer = httpx.Response(
        scenario.answer.status,
        content=json.dumps(scenario.answer.body).encode(),
        headers={"Content-Type": scenario.answer.media_type},
    )
    with respx.mock(base_url=MOCK_URL) as router:
        router.route(method=scenario.method, path=group_path(MOCK_ID)).mock(return_value=answer)
        _ask(scenario)
        call = router.calls.last
    redacted = redaction(MOCK_TOKEN)
    exchange = Exchange(
        request=Request(
            method=scenario.method,
            url=str(call.request.url),
            headers=redacted.headers(call.request.headers.multi_items()),
            body=call.request.content or None,
        ),
        response=Response(
            status=answer.status_code,
            headers=redacted.headers(answer.headers.multi_items()),
            body=redacted.body(answer.content),
        ),
    )
    return contract().placed(exchange)


def _ask(scenario: Scenario) -> None:
    client = AuthenticatedClient(base_url=MOCK_URL, token=MOCK_TOKEN, verify_ssl=_TRUST_NOBODY)
    if scenario.authorization is None and scenario.method == "GET":
        read_aws_connection_group.sync_detailed(MOCK_ID, client=client)
    elif scenario.authorization is None and not scenario.headers and scenario.sends_object:
        body = UpdateConnectionGroupRequest.from_dict(json.loads(scenario.body or b""))
        update_aws_connection_group.sync_detailed(MOCK_ID, client=client, body=body)
    else:  # a request that the client can't send
        value = f"Bearer {MOCK_TOKEN}" if scenario.authorization is None else scenario.authorization
        headers = {"Content-Type": "application/json", **scenario.headers} | (
            {"Authorization": value} if value else {}
        )
        url = MOCK_URL + group_path(MOCK_ID)
        httpx.request(scenario.method, url, content=scenario.body, headers=headers, verify=_TRUST_NOBODY)
