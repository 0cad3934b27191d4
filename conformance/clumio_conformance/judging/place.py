"""The place of a deviation, with a star for all that differs without being another cause."""

import re
from collections.abc import Iterator
from typing import Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.pointers import pointer_of, tokens_of
from clumio_conformance.contract.schema import Node
from clumio_conformance.exchange import Exchange

ANY: Final = "*"
"""Stands for each index of a list, and for each name of a field that is not documented."""
_INDEX: Final = re.compile(r"/\d+(?=/|$)")
_IN_BODY: Final = re.compile(r"(|request |status for request )(/.*)", re.DOTALL)


def without_indices(location: str) -> str:
    """Write `*` for each index of a location, as fingerprints and lists of known deviations do."""
    return _INDEX.sub(f"/{ANY}", location)


def named(location: str, items: str) -> str:
    """Return a location without indices, and without the place of a list's items; names stay."""
    starred = without_indices(location)
    return starred.removeprefix(items) if items and starred.startswith(f"{items}/") else starred


def place_of(location: str, exchange: Exchange, contract: Contract, items: str) -> str:
    """Return the place of a location: the same for every index, unknown field, and for a list's item.

    `items` is the place of a list's items; a field of an item has the place of a field of a single resource.
    """
    in_body = _IN_BODY.fullmatch(location)
    if in_body is None:
        return without_indices(location)
    where, path = in_body[1], in_body[2]
    place = pointer_of([*_starred(path, _root(where, exchange, contract))])
    is_item = bool(items) and not where and place.startswith(f"{items}/")
    return where + (place.removeprefix(items) if is_item else place)


def _root(where: str, exchange: Exchange, contract: Contract) -> Node | None:
    """The schema of the body that the location is in."""
    operation = contract.operation_of(exchange)
    if operation is None:
        return None
    if where:
        return operation.request.root if operation.request else None
    response = exchange.response
    answer = operation.answer(response.status) if response else None
    schema = answer.content(response.media_type)[1] if answer and response else None
    return schema.root if schema else None


def _starred(path: str, root: Node | None) -> Iterator[str]:
    node, is_placed = root, root is not None
    for token in tokens_of(path):
        documented = node is not None and token in node.properties
        yield token if documented or not (is_placed or token.isdecimal()) else ANY
        node = node and node.child(int(token) if token.isdecimal() and not documented else token)
