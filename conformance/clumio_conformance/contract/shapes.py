"""The shape of a node: what must stand at a keyword, where all that read the contract rely on it.

The rest is for the validators of OpenAPI and of JSON Schema.
"""

from collections.abc import Mapping
from typing import Any, Final

from clumio_conformance.contract.objects import kind_at
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Specification

_WORDS: Final[Mapping[type, str]] = {
    dict: "a mapping", list: "a list", str: "a text", bool: "true or false",
}  # fmt: skip
_SHAPES: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(("responses", "content", "requestBody", "x-requirements"), (dict,)),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), (dict,)),
    **dict.fromkeys(("servers", "parameters", "allOf", "anyOf", "oneOf", "prefixItems"), (list,)),
    **dict.fromkeys(("enum", "x-only", "x-deprecated-values"), (list,)),
    **dict.fromkeys(("schema", "items", "not", "if", "then", "else", "contains"), (dict, bool)),
    **dict.fromkeys(("$ref", "operationId"), (str,)),
    "type": (str, list),
}
# Elsewhere than in a schema, `required` is a boolean.
_IN_SCHEMA: Final[Mapping[str, tuple[type, ...]]] = {**_SHAPES, "required": (list,)}
_ELSEWHERE: Final[Mapping[str, tuple[type, ...]]] = {**_SHAPES, "required": (bool,)}
_OF_TEXTS: Final = frozenset({"type", "required", "x-only"})
"""Keywords whose list holds texts alone."""


def well_formed(specification: Specification, pointer: str) -> Mapping[str, Any]:
    """Return the node at a pointer; a boolean schema becomes a mapping.

    Raises:
        ContractError: it is no mapping, or something else stands at a keyword than must.
    """
    value = specification.at(pointer)
    if isinstance(value, bool) and in_schema(pointer):
        return {} if value else {"not": True}
    _check(specification, pointer, value, (dict,))
    shapes = _IN_SCHEMA if in_schema(pointer) else _ELSEWHERE
    for name in value.keys() & shapes.keys():
        if name == "parameters" and kind_at(pointer) == "link":  # there they are a mapping
            continue
        place = pointer + pointer_of([name])
        _check(specification, place, value[name], shapes[name])
        if name in _OF_TEXTS and isinstance(value[name], list):
            for index, one in enumerate(value[name]):
                _check(specification, f"{place}/{index}", one, (str,))
    return value  # type: ignore[no-any-return]  # it was checked


def in_schema(pointer: str) -> bool:
    """Whether a node is a schema, or below one."""
    return kind_at(pointer) == "schema"


def _check(specification: Specification, pointer: str, value: Any, shape: tuple[type, ...]) -> None:
    if not isinstance(value, shape):
        expected = " or ".join(_WORDS[one] for one in shape)
        cause = f"expected {expected}, found {value!r}; correct it, see OpenAPI 3.1"
        raise specification.broken(pointer, cause)
