"""The effect of an answer on the generated client, so that a finding says whether it does harm."""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs
import httpx

from clumio_conformance.connection_groups.operations import CREATE, LIST, READ, UPDATE
from clumio_conformance.contract.contract import contract
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.schema import Node
from clumio_conformance.exchange import Exchange, Response
from clumio_connection_groups import AuthenticatedClient
from clumio_connection_groups.api.aws_connection_groups import (
    create_aws_connection_group,
    list_aws_connection_groups,
    read_aws_connection_group,
    update_aws_connection_group,
)
from clumio_connection_groups.models import CreateConnectionGroupRequest, UpdateConnectionGroupRequest

NOTHING: Final = "nothing"

_CALLS: Final[Mapping[str, Callable[[AuthenticatedClient], Any]]] = {
    UPDATE: lambda client: update_aws_connection_group.sync(
        "id", client=client, body=UpdateConnectionGroupRequest(asset_types=[], aws_regions=[])
    ),
    READ: lambda client: read_aws_connection_group.sync("id", client=client),
    CREATE: lambda client: create_aws_connection_group.sync(
        client=client,
        body=CreateConnectionGroupRequest(
            account_native_id="", asset_types=[], aws_regions=[], master_aws_account_id="", master_region=""
        ),
    ),
    LIST: lambda client: list_aws_connection_groups.sync(client=client),
}
# Not passed on: the body of an exchange is decoded already.
_CODING: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_MOST: Final = 5


def effect(exchange: Exchange) -> str:
    """Return the effect of an answer on the client.

    "nothing": the client reads the answer and writes the same back. "not read: ...": documented fields at
    these places stay unset, and `additional_properties` holds their values. "data lost: ...": the values at
    these places are gone. "exception: ...": `sync` raises this.
    """
    operation = contract().operation_of(exchange)
    if operation is None or operation.id not in _CALLS:
        return NOTHING
    if exchange.response is None:
        return f"exception: {_failure(exchange)}"
    response = exchange.response
    answer = operation.success if response.status == 200 else operation.error
    if answer is None or answer.schema is None:
        return NOTHING
    try:
        parsed = _CALLS[operation.id](_client(response))
        lost, unread = _compared(parsed, response.json, answer.schema.root)
    except Exception as why:  # noqa: BLE001 - any exception of the client is the result
        return f"exception: {type(why).__name__}"
    for name, places in (("data lost", lost), ("not read", unread)):
        if places:
            return f"{name}: {', '.join(places[:_MOST])}{', ...' if len(places) > _MOST else ''}"
    return NOTHING


def _client(response: Response) -> AuthenticatedClient:
    headers = [(name, value) for name, value in response.headers if name.lower() not in _CODING]
    answer = httpx.Response(response.status, headers=headers, content=response.body)
    return AuthenticatedClient(
        base_url="https://client.invalid",
        token="none",  # noqa: S106 - nothing is sent
        httpx_args={"transport": httpx.MockTransport(lambda _request: answer)},
    )


def _failure(exchange: Exchange) -> str:
    """The httpx exception in the record of a lost answer."""
    name = (exchange.failure or "").partition(":")[0]
    return name if name in httpx.__all__ else "no answer"


def _compared(parsed: Any, wire: Any, root: Node) -> tuple[list[str], list[str]]:
    """Return the places that are lost, and those that are not read."""
    if wire and not set(root.properties) & set(wire):
        return [], ["body"]
    bare = copy.deepcopy(parsed)
    _strip(bare)
    lost = list(_differences(root, wire, parsed.to_dict(), ""))
    return lost, list(_differences(root, wire, bare.to_dict(), ""))


def _strip(value: Any) -> None:
    """Remove the values that the client keeps without reading them."""
    if isinstance(value, list):
        for item in value:
            _strip(item)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            _strip(getattr(value, field.name))
        value.additional_properties = {}


def _differences(node: Node, wire: Any, back: Any, path: str) -> Iterator[str]:
    if isinstance(wire, dict) and isinstance(back, dict):
        for name, value in wire.items():
            below = path + pointer_of([name])
            child = node.child(name)
            if child is not None and name not in back:
                yield below
            elif child is not None:
                yield from _differences(child, value, back[name], below)
    elif (
        isinstance(wire, list)
        and isinstance(back, list)
        and len(wire) == len(back)
        and node.items is not None
    ):
        for index, (sent, kept) in enumerate(zip(wire, back, strict=True)):
            yield from _differences(node.items, sent, kept, f"{path}/{index}")
    elif wire != back:
        yield path
