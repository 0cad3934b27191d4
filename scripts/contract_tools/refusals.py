"""What no client can be made of, in schemas: refused before anything is written, with the way out."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

import jsonschema_rs

from clumio_conformance.contract.objects import objects
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Location, Specification, references

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


def refuse_schemas(spec: Specification) -> None:
    """Look at each schema of a specification.

    Raises:
        ContractError: A schema contradicts itself.
    """
    for location, kind, schema in objects(spec.content):
        if kind == "schema" and isinstance(schema, dict):
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
