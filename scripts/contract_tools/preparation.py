"""The input of the generator: the specification, adapted where the generator would not follow it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from clumio_conformance.contract.pointers import at
from clumio_conformance.contract.specification import METHODS, nodes, references


def prepared(content: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a specification, adapted to the generator.

    - No field of an answer is required: the vendor may leave any of them out, and the types of the client
      must say so.
    - A string has no format: a malformed date must not break an answer, and a valid one must be written back
      unchanged.
    - A parameter's schema carries the parameter's description, where the generator looks for it.
    - An operation carries the security of the document: the generator looks for it there alone.
    """
    adapted = deepcopy(content)
    schemas = adapted.get("components", {}).get("schemas", {})
    sent = _reachable(adapted, _bodies(adapted))
    for name, schema in schemas.items():
        if name not in sent:
            schema.pop("required", None)
        _drop_formats(schema)
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


def _bodies(content: dict[str, Any]) -> list[Any]:
    shared = content.get("components", {}).get("requestBodies", {})
    return [operation.get("requestBody") for operation in _operations(content)] + list(shared.values())


def _reachable(content: dict[str, Any], roots: list[Any]) -> set[str]:
    """Name the component schemas that the roots refer to, directly or not."""
    found: set[str] = set()
    waiting = [reference for root in roots for _, reference in references(root)]
    while waiting:
        reference = waiting.pop()
        name = reference.rpartition("/")[2]
        if not reference.startswith("#/components/schemas/") or name in found:
            continue
        found.add(name)
        waiting.extend(inner for _, inner in references(at(content, reference)))
    return found


def _drop_formats(schema: Any) -> None:
    for _, node in nodes(schema):
        if isinstance(node, dict) and node.get("type") == "string":
            node.pop("format", None)


def _parameters(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from content.get("components", {}).get("parameters", {}).values()
    for item in content["paths"].values():
        yield from item.get("parameters", [])
        for method in METHODS:
            yield from item.get(method, {}).get("parameters", [])
