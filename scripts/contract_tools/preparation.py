"""The input of the generator: the specification, adapted where the generator would not follow it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from clumio_conformance.contract.specification import METHODS


def prepared(content: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a specification, adapted to the generator.

    - A parameter's schema carries the parameter's description, where the generator looks for it.
    - An operation carries the security of the document: the generator looks for it there alone.
    """
    adapted = deepcopy(content)
    for parameter in _parameters(adapted):
        if "description" in parameter and "schema" in parameter:
            parameter["schema"].setdefault("description", parameter["description"])
    for operation in _operations(adapted):
        operation["security"] = _needed(operation.get("security", adapted.get("security", [])))
    return adapted


def _needed(security: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the alternatives, or none at all if one of them is that no credentials are needed."""
    return [] if {} in security else security


def _operations(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [item[method] for item in content["paths"].values() for method in METHODS if method in item]


def _parameters(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from content.get("components", {}).get("parameters", {}).values()
    for item in content["paths"].values():
        yield from item.get("parameters", [])
        for method in METHODS:
            yield from item.get(method, {}).get("parameters", [])
