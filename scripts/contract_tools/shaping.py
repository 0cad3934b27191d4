"""The specification with its schemas in the shapes that the generator reads well (`shapes.py`)."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from openapi_python_client.strings import PythonIdentifier

from clumio_conformance.contract.specification import METHODS, nodes, references

from .shapes import Shapes

IN = "#/components/schemas/"


def shaped(content: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a copy of a specification with shapes in place of schemas, and the facts for the templates.

    - A field is required in a class that is only sent: the vendor may leave any field of an answer out, and
      the types of the client must say so.
    - No value has a default: a field of an answer that is absent is absent, and a request sends what is set.
    - A string has no format, except in a body that is no JSON: a malformed date must not break an answer, and
      a valid one must be written back unchanged.
    """
    adapted = deepcopy(content)
    shapes = Shapes(adapted)
    sent: list[Any] = []
    received: list[Any] = []
    parsed: list[Any] = []
    raw: list[Any] = []
    for holder, parent, name, is_sent, is_json in _holders(adapted):
        schema = holder["schema"]
        shape = deepcopy(shapes.of(schema, parent, name))
        if isinstance(schema, dict) and isinstance(schema.get("description"), str) and "$ref" not in shape:
            shape["description"] = schema["description"]
        holder["schema"] = shape
        (sent if is_sent else received).append(shape)
        (parsed if is_json else raw).append(shape)
    _drop_formats(parsed)
    classes = shapes.classes
    only_sent = _reachable(classes, sent) - _reachable(classes, received)
    only_raw = _reachable(classes, raw) - _reachable(classes, parsed)
    for name, shape in classes.items():
        if name not in only_sent:
            shape.pop("required", None)
        if name not in only_raw:
            _drop_formats(shape)
    adapted.setdefault("components", {})["schemas"] = classes
    return adapted, {name: asdict(facts) for name, facts in shapes.facts.items()}


def _holders(content: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str, bool, bool]]:
    """Yield what has a `schema`, the two parts of its name, and whether it is sent, and is JSON."""
    components = content.get("components", {})
    for name, parameter in components.get("parameters", {}).items():
        yield from _of_parameter(parameter, "", name)
    for name, body in components.get("requestBodies", {}).items():
        yield from _media(body, "", f"{name}_body", is_sent=True)
    for name, response in components.get("responses", {}).items():
        yield from _media(response, "", f"{name}_response", is_sent=False)
    for path, item in content["paths"].items():
        for parameter in item.get("parameters", []):
            yield from _of_parameter(parameter, "", str(parameter.get("name")))
        for method in METHODS:
            if method in item:
                yield from _of_operation(item[method], f"{method}_{path}")


def _of_operation(
    operation: dict[str, Any], name: str
) -> Iterator[tuple[dict[str, Any], str, str, bool, bool]]:
    parent = str(PythonIdentifier(str(operation.get("operationId", name)), ""))
    for parameter in operation.get("parameters", []):
        yield from _of_parameter(parameter, parent, str(parameter.get("name")))
    yield from _media(operation.get("requestBody", {}), parent, "body", is_sent=True)
    for status, response in operation.get("responses", {}).items():
        yield from _media(response, parent, f"response_{status}", is_sent=False)


def _of_parameter(
    parameter: dict[str, Any], parent: str, name: str
) -> Iterator[tuple[dict[str, Any], str, str, bool, bool]]:
    if "schema" in parameter:
        yield parameter, parent, name, True, True
    yield from _media(parameter, parent, name, is_sent=True)


def _media(
    holder: dict[str, Any], parent: str, name: str, *, is_sent: bool
) -> Iterator[tuple[dict[str, Any], str, str, bool, bool]]:
    for media_type, media in holder.get("content", {}).items():
        if "schema" in media:
            yield media, parent, name, is_sent, "json" in media_type


def _reachable(classes: dict[str, Any], roots: list[Any]) -> set[str]:
    """Name the classes that the roots refer to, directly or not."""
    found: set[str] = set()
    waiting = [reference for root in roots for _, reference in references(root)]
    while waiting:
        name = waiting.pop().removeprefix(IN)
        if name not in found:
            found.add(name)
            waiting.extend(inner for _, inner in references(classes[name]))
    return found


def _drop_formats(shape: Any) -> None:
    for _, node in nodes(shape):
        if isinstance(node, dict) and node.get("type") == "string":
            node.pop("format", None)
