"""What no client can be made of, in schemas: refused before anything is written, with the way out."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any

import jsonschema_rs

from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Location, Specification, nodes, references

from .shapes import Schema, type_of

NEEDED: dict[tuple[str, ...], str] = {
    **dict.fromkeys(
        [
            ("ConnectionGroup", field)
            for field in (
                *("id", "status", "ongoing_stack_operation", "description", "asset_types_enabled"),
                *("aws_regions", "intended_asset_types", "intended_aws_regions"),
            )
        ],
        "outcomes.py",
    ),
    ("UpdateConnectionGroupRequest", "asset_types"): "outcomes.py",
    ("UpdateConnectionGroupRequest", "aws_regions"): "outcomes.py",
    ("CreateConnectionGroupRequest", "asset_types"): "outcomes.py",
    ("CreateConnectionGroupRequest", "aws_regions"): "outcomes.py",
    ("ConnectionGroupList", "_embedded", "items"): "pagination.py",
    ("ConnectionGroupList", "_links", "_next", "href"): "pagination.py",
}
"""The classes and fields by which a module of openapi/generator/package/ works."""
OF_SCHEMAS = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
LISTS_OF_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
MAPS_OF_SCHEMAS = ("properties", "patternProperties", "dependentSchemas", "$defs")


def refuse_schemas(spec: Specification) -> None:
    """Look at each schema of a specification.

    Raises:
        ContractError: A schema contradicts itself.
    """
    for location, schema in _schemas(spec.content):
        _refuse_values_of_other_types(spec, location, schema)
        _refuse_a_default_that_is_not_valid(spec, location, schema)


def refuse_missing_classes(
    spec: Specification, classes: dict[str, Schema], facts: dict[str, Any], used: Collection[str]
) -> None:
    """Look for what the used modules of the client need, in the classes of a specification and their facts.

    Raises:
        ContractError: It is not there.
    """
    for (name, *fields), module in NEEDED.items():
        if module not in used:
            continue
        reached = [name] if facts.get(name, {}).get("fields") else []
        for field in fields:
            reached = [
                inner
                for one in reached
                if one in facts
                for inner in _classes_of(field, classes[one], facts[one])
            ]
        if not reached:
            place = pointer_of(("components", "schemas", name, "properties", *fields[:1]))
            needed = " with ".join([name, *fields])
            cause = f"the client needs {needed}; keep it, or change openapi/generator/package/{module}"
            raise spec.broken(place, cause)


def _classes_of(field: str, shape: Schema, facts: dict[str, Any]) -> list[str]:
    """Name the classes of a field; `-` for a field that has none, nothing if there is no such field."""
    for attribute, name in facts["fields"].items():
        if name == field:
            found = [one.rpartition("/")[2] for _, one in references(shape["properties"][attribute])]
            return found or ["-"]
    return []


def _schemas(content: dict[str, Any]) -> Iterator[tuple[Location, dict[str, Any]]]:
    """Yield each schema with its location: those of components, media types and parameters, and within."""
    for name, schema in content.get("components", {}).get("schemas", {}).items():
        yield from _within(schema, ("components", "schemas", name))
    for location, node in nodes(content):
        is_within_a_schema = location[:2] == ("components", "schemas") or "schema" in location[:-1]
        if location[-1:] == ("schema",) and not is_within_a_schema:
            yield from _within(node, location)


def _within(schema: Any, location: Location) -> Iterator[tuple[Location, dict[str, Any]]]:
    if not isinstance(schema, dict):
        return
    yield location, schema
    for key in OF_SCHEMAS:
        yield from _within(schema.get(key), (*location, key))
    for key in LISTS_OF_SCHEMAS:
        for index, inner in enumerate(schema.get(key) or []):
            yield from _within(inner, (*location, key, index))
    for key in MAPS_OF_SCHEMAS:
        for name, inner in (schema.get(key) or {}).items():
            yield from _within(inner, (*location, key, name))


def _refuse_values_of_other_types(spec: Specification, location: Location, schema: dict[str, Any]) -> None:
    declared = schema.get("type", [])
    types = {*declared} if isinstance(declared, list) else {declared}
    listed = [("enum", value) for value in schema.get("enum") or []]
    listed += [("const", schema["const"])] if "const" in schema else []
    for keyword, value in listed if types else []:
        kind = type_of(value)
        fits = kind in types or (kind == "integer" and "number" in types)
        fits = fits or (kind == "number" and "integer" in types and float(value).is_integer())
        if not fits and value is not None:
            instead = (
                f"write '{value}' in quotes, or correct `type`"
                if types == {"string"}
                else "correct one of them"
            )
            cause = (
                f"`{keyword}` has {value!r}, which is not of the type {' or '.join(sorted(types))}; {instead}"
            )
            raise spec.broken(pointer_of((*location, keyword)), cause)


def _refuse_a_default_that_is_not_valid(
    spec: Specification, location: Location, schema: dict[str, Any]
) -> None:
    default = schema.get("default")
    if default is None:
        return
    with suppress(
        ValueError, jsonschema_rs.ReferencingError
    ):  # a schema that can't be compiled judges no default
        validator = jsonschema_rs.validator_for({**schema, "components": spec.content.get("components", {})})
        error = next(iter(validator.iter_errors(default)), None)
        if error is not None:
            why = error.message.splitlines()[0]
            cause = f"the default {default!r} is not valid: {why}; write a valid one, or take `default` away"
            raise spec.broken(pointer_of((*location, "default")), cause)
