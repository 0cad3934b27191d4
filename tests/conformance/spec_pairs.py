"""Pairs of specifications that differ in one schema."""

from pathlib import Path
from typing import Any

from clumio_conformance.contract.specification import Specification
from clumio_conformance.spec_diff.comparison import compare
from clumio_conformance.spec_diff.difference import Difference
from clumio_conformance.spec_diff.rules import RULES

COMPONENTS: dict[str, Any] = {
    "Text": {"type": "string"},
    "Cat": {"type": "object", "properties": {"meow": {"type": "string"}}, "required": ["meow"]},
    "Dog": {"type": "object", "properties": {"bark": {"type": "string"}}, "required": ["bark"]},
    "Tree": {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    },
    "Chain": {
        "type": "object",
        "properties": {"next": {"$ref": "#/components/schemas/Chain"}, "n": {"type": "integer"}},
    },
    "Short": {"type": "string", "maxLength": 3},
}


def described(schema: Any, side: str, *, within: bool) -> Specification:
    """A specification with a schema in a request or an answer: as the whole body, or as one of its fields."""
    body = {"type": "object", "properties": {"field": schema}} if within else schema
    content = {"application/json": {"schema": body}}
    operation: dict[str, Any] = {"operationId": "do", "responses": {"200": {"description": "Done."}}}
    if side == "request":
        operation["requestBody"] = {"content": content}
    else:
        operation["responses"]["200"]["content"] = content
    return Specification(
        Path("spec.yaml"),
        {
            "openapi": "3.1.0",
            "info": {"title": "Things", "version": "1"},
            "paths": {"/things": {"post": operation}},
            "components": {"schemas": COMPONENTS},
        },
    )


def differences(old: Any, new: Any, side: str, *, within: bool) -> list[Difference]:
    found = compare(*(described(schema, side, within=within) for schema in (old, new)))
    assert {one.rule for one in found} <= RULES.keys()
    return found
