"""OpenAPI 3.0 as 3.1: the same document in the words of the newer version.

- Keys beside a `$ref` go: 3.0 ignores them.
- `nullable` becomes null as a type. It counts beside `enum`, `allOf`, `oneOf` and `anyOf`, too: strictly 3.0
  ignores it there, but everybody who writes it means it.
- A bound with `exclusiveMinimum: true` becomes `exclusiveMinimum`, and so for the maximum.
- The `example` of a schema becomes one of its `examples`.
"""

from typing import Any, Final

from clumio_conformance.contract.objects import REFERABLE, Kind, members
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Origin, Specification, origin_in

_CHOICES: Final = ("allOf", "anyOf", "oneOf")
_OF_THE_VALUE: Final = frozenset(
    {*_CHOICES, "type", "format", "enum", "not", "items", "properties", "required", "additionalProperties",
     "discriminator", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern",
     "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"}
)  # fmt: skip
"""Keywords that say which values are allowed; the others tell about the place."""


def upgraded(specification: Specification, origins: dict[str, Origin]) -> Specification:
    """Turn a document of OpenAPI 3.0 into one of 3.1, in place; `origins` are those of its nodes."""
    walk = _Upgrade(origins)
    walk.object("document", specification.content, "")
    specification.content["openapi"] = "3.1.0"
    return Specification(specification.file, specification.content, origins=origins)


class _Upgrade:
    def __init__(self, origins: dict[str, Origin]) -> None:
        self._origins = origins

    def object(self, kind: Kind, value: Any, pointer: str) -> None:
        """Turn an object and all within it, the innermost first."""
        if not isinstance(value, dict):
            return
        if "$ref" in value and kind in REFERABLE and kind != "path":
            for key in value.keys() - {"$ref"}:
                del value[key]
            return
        for path, inner, child in list(members(kind, value)):
            self.object(inner, child, pointer + pointer_of(path))
        if kind == "schema":
            self._schema(value, pointer)

    def _schema(self, schema: dict[str, Any], pointer: str) -> None:
        for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
                schema[exclusive] = schema.pop(bound)
                self._moved(pointer, (bound,), (exclusive,))
        if "example" in schema:
            schema.setdefault("examples", [schema.pop("example")])
            self._moved(pointer, ("example",), ("examples",))
        if schema.pop("nullable", False):
            self._nullable(schema, pointer)

    def _nullable(self, schema: dict[str, Any], pointer: str) -> None:
        if not any(one in schema for one in (*_CHOICES, "not")):
            if isinstance(schema.get("type"), str):
                schema["type"] = [schema["type"], "null"]
            if "enum" in schema and None not in schema["enum"]:
                schema["enum"] = [*schema["enum"], None]
            return
        inner = {key: schema.pop(key) for key in list(schema) if key in _OF_THE_VALUE}
        if inner.keys() == {"anyOf"}:
            schema["anyOf"] = [*inner["anyOf"], {"type": "null"}]
            return
        only = inner.get("allOf", []) if len(inner) == 1 else []
        schema["anyOf"] = [only[0] if len(only) == 1 else inner, {"type": "null"}]
        self._moved(pointer, ("allOf", 0) if len(only) == 1 else (), ("anyOf", 0))

    def _moved(self, pointer: str, old: tuple[str | int, ...], new: tuple[str | int, ...]) -> None:
        """Keep the origin of a node, and of all within it, at the node's new pointer."""
        was, now = pointer + pointer_of(old), pointer + pointer_of(new)
        within = {key: origin for key, origin in self._origins.items() if key.startswith(f"{was}/")}
        origin = origin_in(self._origins, was)
        self._origins |= {now + key.removeprefix(was): origin for key, origin in within.items()}
        if origin:
            self._origins[now] = origin
