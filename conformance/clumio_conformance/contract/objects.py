"""The objects of an OpenAPI description: which one stands where.

An object may be a `$ref` to another one of its kind, except where `REFERABLE` does not name the kind.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal

from clumio_conformance.contract.pointers import tokens_of
from clumio_conformance.contract.specification import METHODS

Kind = Literal[
    "document", "components", "path", "operation", "parameter", "body", "media type", "encoding", "response",
    "header", "link", "example", "callback", "security scheme", "schema",
]  # fmt: skip
Shape = Literal["one", "list", "map"]

COMPONENTS: Final[Mapping[str, Kind]] = {
    "schemas": "schema",
    "responses": "response",
    "parameters": "parameter",
    "examples": "example",
    "requestBodies": "body",
    "headers": "header",
    "securitySchemes": "security scheme",
    "links": "link",
    "callbacks": "callback",
    "pathItems": "path",
}
"""What each mapping of `components` holds."""
REFERABLE: Final[Mapping[Kind, str]] = {kind: name for name, kind in COMPONENTS.items()}
"""The mapping of `components` for each kind that may be a reference."""

_ONE_SCHEMA: Final = (
    "items", "not", "if", "then", "else", "contains", "propertyNames", "additionalProperties",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema",
)  # fmt: skip
_SCHEMAS_BY_NAME: Final = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
_SCHEMAS_IN_A_LIST: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_VALUE: Final[Mapping[str, tuple[Shape, Kind]]] = {
    "schema": ("one", "schema"),
    "content": ("map", "media type"),
    "examples": ("map", "example"),
}
_FIELDS: Final[Mapping[Kind, Mapping[str, tuple[Shape, Kind]]]] = {
    "document": {"paths": ("map", "path"), "webhooks": ("map", "path"), "components": ("one", "components")},
    "components": {name: ("map", kind) for name, kind in COMPONENTS.items()},
    "path": {"parameters": ("list", "parameter"), **dict.fromkeys(METHODS, ("one", "operation"))},
    "operation": {
        "parameters": ("list", "parameter"),
        "requestBody": ("one", "body"),
        "responses": ("map", "response"),
        "callbacks": ("map", "callback"),
    },
    "parameter": _VALUE,
    "header": _VALUE,
    "body": {"content": ("map", "media type")},
    "media type": {
        "schema": ("one", "schema"),
        "examples": ("map", "example"),
        "encoding": ("map", "encoding"),
    },
    "encoding": {"headers": ("map", "header")},
    "response": {
        "headers": ("map", "header"),
        "content": ("map", "media type"),
        "links": ("map", "link"),
    },
    "schema": {
        **dict.fromkeys(_ONE_SCHEMA, ("one", "schema")),
        **dict.fromkeys(_SCHEMAS_BY_NAME, ("map", "schema")),
        **dict.fromkeys(_SCHEMAS_IN_A_LIST, ("list", "schema")),
    },
}


def field_of(kind: Kind, key: str) -> tuple[Shape, Kind] | None:
    """Return what stands at a key of an object: one object, a list or a mapping of them; None for a value."""
    if kind == "callback":
        return None if key.startswith("x-") else ("one", "path")
    return _FIELDS.get(kind, {}).get(key)


@cache
def kind_at(pointer: str) -> Kind | None:
    """Return the kind of the object at a pointer, or around it; None for what OpenAPI does not know."""
    kind: Kind = "document"
    tokens = iter(tokens_of(pointer))
    for token in tokens:
        field = field_of(kind, token)
        if field is None:
            return kind if kind == "schema" else None
        shape, kind = field
        if shape != "one":
            next(tokens, None)
    return kind


def objects(document: Any) -> Iterator[tuple[tuple[str | int, ...], Kind, Any]]:
    """Yield every object of a document in its order, with its location and its kind."""
    waiting: list[tuple[tuple[str | int, ...], Kind, Any]] = [((), "document", document)]
    while waiting:
        location, kind, value = waiting.pop()
        yield location, kind, value
        within = [((*location, *path), inner, child) for path, inner, child in members(kind, value)]
        waiting += reversed(within)


def members(kind: Kind, value: Any) -> Iterator[tuple[tuple[str | int, ...], Kind, Any]]:
    """Yield the objects directly within one, each with its path below it and its kind."""
    if not isinstance(value, dict):
        return
    for key, child in value.items():
        field = field_of(kind, key)
        if field is None:
            continue
        shape, inner = field
        if shape == "one":
            yield (key,), inner, child
        elif shape == "list" and isinstance(child, list):
            yield from (((key, index), inner, one) for index, one in enumerate(child))
        elif shape == "map" and isinstance(child, dict):
            is_open = inner == "path" or key == "responses"
            yield from (
                ((key, name), inner, one)
                for name, one in child.items()
                if not (is_open and name.startswith("x-"))
            )
