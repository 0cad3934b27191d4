"""The input of the generator: the specification, adapted where the generator would not follow it."""

from copy import deepcopy
from typing import Any

from clumio_conformance.contract.operations import is_json
from clumio_conformance.contract.specification import METHODS, nodes

from .calls import MULTIPART, resolved


def prepared(content: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a specification, adapted to the generator.

    - Paths are written out, and there are no extensions among them.
    - An operation carries the security of the document: the generator looks for it there alone.
    - A file has the format `binary`, which OpenAPI 3.1 has replaced by a media type; the media type is in the
      encoding of a multipart body.
    """
    adapted = deepcopy(content)
    adapted["paths"] = {
        path: resolved(adapted, item) for path, item in adapted["paths"].items() if not path.startswith("x-")
    }
    for item in adapted["paths"].values():
        for operation in (item[method] for method in METHODS if method in item):
            operation["security"] = _needed(operation.get("security", adapted.get("security", [])))
    for _, node in nodes(adapted):
        for parts in (node.get("content") or {} for node in [node] if isinstance(node, dict)):
            _name_parts(adapted, parts.get(MULTIPART) if isinstance(parts, dict) else None)
    for _, node in nodes(adapted):
        named = node.get("contentMediaType") if isinstance(node, dict) else None
        if isinstance(named, str) and "contentEncoding" not in node and not is_json(named):
            node["format"] = "binary"
            node.setdefault("type", "string")
    return adapted


def _name_parts(content: dict[str, Any], described: Any) -> None:
    schema = resolved(content, described.get("schema")) if isinstance(described, dict) else {}
    for name, field in schema.get("properties", {}).items():
        inner = resolved(content, field)
        named = resolved(content, inner.get("items", inner)).get("contentMediaType")
        if named is not None:
            described.setdefault("encoding", {}).setdefault(name, {}).setdefault("contentType", named)


def _needed(security: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the alternatives, or none at all if one of them is that no credentials are needed."""
    return [] if {} in security else security
