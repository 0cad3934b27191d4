"""Each way to allow less or more: in a request less breaks the client, in an answer more does."""

from pathlib import Path
from typing import Any

import pytest

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
CAT, DOG, TEXT, SHORT = ({"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog", "Text", "Short"))
OPEN = {"type": "object", "properties": {"a": {"type": "string"}}}

# A schema, and one that allows more.
WIDER: dict[str, tuple[Any, Any]] = {
    "type of several": ({"type": "string"}, {"type": ["string", "integer"]}),
    "integer, number": ({"type": "integer"}, {"type": "number"}),
    "type, any": ({"type": "string"}, {}),
    "type, true": ({"type": "string"}, True),
    "nothing, something": (False, {"type": "string"}),
    "null in the type list": ({"type": "string"}, {"type": ["string", "null"]}),
    "null by oneOf": (CAT, {"oneOf": [CAT, {"type": "null"}]}),
    "null by anyOf": (
        {"type": "array", "items": TEXT},
        {"anyOf": [{"type": "array", "items": TEXT}, {"type": "null"}]},
    ),
    "null in an enum": ({"enum": ["a"]}, {"enum": ["a", None]}),
    "enum": ({"enum": ["a"]}, {"enum": ["a", "b"]}),
    "enum, any text": ({"type": "string", "enum": ["a"]}, {"type": "string"}),
    "const, enum": ({"const": "a"}, {"enum": ["a", "b"]}),
    "const, any text": ({"type": "string", "const": "a"}, {"type": "string"}),
    "0 beside false": ({"enum": [False]}, {"enum": [False, 0]}),
    "an object in an enum": ({"enum": [{"a": 1}]}, {"enum": [{"a": 1}, {"a": 2}]}),
    "minimum": ({"type": "integer", "minimum": 5}, {"type": "integer", "minimum": 0}),
    "minimum 0, none": ({"type": "number", "minimum": 0}, {"type": "number"}),
    "exclusiveMinimum, minimum": (
        {"type": "number", "exclusiveMinimum": 1},
        {"type": "number", "minimum": 1},
    ),
    "maximum 0, none": ({"type": "integer", "maximum": 0}, {"type": "integer"}),
    "exclusiveMaximum": (
        {"type": "number", "exclusiveMaximum": 5},
        {"type": "number", "exclusiveMaximum": 9},
    ),
    "multipleOf": ({"type": "integer", "multipleOf": 10}, {"type": "integer", "multipleOf": 5}),
    "multipleOf, none": ({"type": "number", "multipleOf": 0.5}, {"type": "number"}),
    "minLength": ({"type": "string", "minLength": 3}, {"type": "string", "minLength": 1}),
    "maxLength 0": ({"type": "string", "maxLength": 0}, {"type": "string"}),
    "pattern, none": ({"type": "string", "pattern": "^a"}, {"type": "string"}),
    "two patterns": (
        {"allOf": [{"pattern": "^a"}, {"pattern": "b$"}], "type": "string"},
        {"type": "string", "pattern": "b$"},
    ),
    "format, none": ({"type": "string", "format": "uuid"}, {"type": "string"}),
    "int32, int64": ({"type": "integer", "format": "int32"}, {"type": "integer", "format": "int64"}),
    "contentEncoding, none": ({"type": "string", "contentEncoding": "base64"}, {"type": "string"}),
    "maxItems 0": ({"type": "array", "maxItems": 0}, {"type": "array"}),
    "minItems": ({"type": "array", "minItems": 1}, {"type": "array"}),
    "uniqueItems": ({"type": "array", "uniqueItems": True}, {"type": "array"}),
    "items": (
        {"type": "array", "items": {"type": "integer"}},
        {"type": "array", "items": {"type": "number"}},
    ),
    "items, any": ({"type": "array", "items": {"type": "integer"}}, {"type": "array"}),
    "no items": ({"type": "array", "items": False}, {"type": "array", "items": TEXT}),
    "nested lists": (
        {"type": "array", "items": {"type": "array", "items": SHORT}},
        {"type": "array", "items": {"type": "array", "items": TEXT}},
    ),
    "prefixItems": (
        {"type": "array", "prefixItems": [SHORT]},
        {"type": "array", "prefixItems": [TEXT]},
    ),
    "contains": ({"type": "array", "contains": {"const": 1}}, {"type": "array"}),
    "minContains": (
        {"type": "array", "contains": {"const": 1}, "minContains": 2},
        {"type": "array", "contains": {"const": 1}},
    ),
    "unevaluatedItems": (
        {"type": "array", "prefixItems": [TEXT], "unevaluatedItems": False},
        {"type": "array", "prefixItems": [TEXT]},
    ),
    "required": ({**OPEN, "required": ["a"]}, OPEN),
    "required without a schema": ({"type": "object", "required": ["b"]}, {"type": "object"}),
    "a closed object": ({**OPEN, "additionalProperties": False}, OPEN),
    "unevaluatedProperties": ({**OPEN, "unevaluatedProperties": False}, OPEN),
    "values of a map": (
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"type": "object", "additionalProperties": {"type": "number"}},
    ),
    "a map, any object": (
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"type": "object"},
    ),
    "minProperties": ({"type": "object", "minProperties": 1}, {"type": "object"}),
    "maxProperties 0": ({"type": "object", "maxProperties": 0}, {"type": "object"}),
    "propertyNames": ({"type": "object", "propertyNames": {"maxLength": 3}}, {"type": "object"}),
    "patternProperties": (
        {"type": "object", "patternProperties": {"^x": {"type": "integer"}}},
        {"type": "object"},
    ),
    "dependentRequired": ({**OPEN, "dependentRequired": {"a": ["b"]}}, OPEN),
    "dependentSchemas": ({**OPEN, "dependentSchemas": {"a": {"required": ["b"]}}}, OPEN),
    "not": ({"type": "string", "not": {"const": "a"}}, {"type": "string"}),
    "not less": (
        {"type": "object", "not": {"required": ["a"]}},
        {"type": "object", "not": {"required": ["a", "b"]}},
    ),
    "if and then": ({**OPEN, "if": {"required": ["a"]}, "then": {"required": ["b"]}}, OPEN),
    "oneOf": ({"oneOf": [CAT]}, {"oneOf": [CAT, DOG]}),
    "anyOf": ({"anyOf": [CAT, {"type": "integer"}]}, {"anyOf": [CAT, {"type": "integer"}, DOG]}),
    "one, oneOf": (CAT, {"oneOf": [CAT, DOG]}),
    "a choice allows more": ({"oneOf": [CAT, SHORT]}, {"oneOf": [CAT, {"type": "string"}]}),
    "a choice has a longer text": (
        {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer"}]},
        {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "integer"}]},
    ),
    "allOf loses a part": ({"allOf": [TEXT, {"maxLength": 3}]}, {"allOf": [TEXT]}),
    "allOf of two bounds": (
        {"type": "integer", "allOf": [{"minimum": 1}, {"minimum": 5}]},
        {"type": "integer", "allOf": [{"minimum": 1}, {"minimum": 3}]},
    ),
    "beside a $ref": ({**TEXT, "maxLength": 3}, TEXT),
    "behind a $ref": (SHORT, TEXT),
}
# Two spellings of one schema.
SAME: dict[str, tuple[Any, Any]] = {
    "behind a $ref": ({"type": "string"}, TEXT),
    "a single allOf": (CAT, {"allOf": [CAT]}),
    "allOf in another order": ({"allOf": [TEXT, {"maxLength": 3}]}, {"allOf": [{"maxLength": 3}, TEXT]}),
    "allOf merged": ({"allOf": [TEXT, {"maxLength": 3}]}, {"type": "string", "maxLength": 3}),
    "anyOf of one": ({"anyOf": [CAT]}, CAT),
    "null in each way": ({"type": ["string", "null"]}, {"anyOf": [{"type": "null"}, {"type": "string"}]}),
    "a nullable $ref": ({"oneOf": [CAT, {"type": "null"}]}, {"anyOf": [{"type": "null"}, CAT]}),
    "const, enum of one": ({"const": "a"}, {"enum": ["a"]}),
    "enum in another order": ({"enum": ["a", 1, None]}, {"enum": [None, "a", 1]}),
    "1, 1.0": ({"enum": [1]}, {"enum": [1.0]}),
    "both booleans": ({"type": "boolean"}, {"enum": [True, False]}),
    "enums joined": ({"anyOf": [{"const": "a"}, {"const": "b"}]}, {"enum": ["a", "b"]}),
    "bounds of integers": ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
    "a weaker bound beside": (
        {"type": "integer", "minimum": 5},
        {"type": "integer", "minimum": 5, "exclusiveMinimum": 1},
    ),
    "a bound for another type": ({"type": "string"}, {"type": "string", "minimum": 5}),
    "minLength 0": ({"type": "string"}, {"type": "string", "minLength": 0}),
    "pattern of everything": ({"type": "string"}, {"type": "string", "pattern": ".*"}),
    "uniqueItems false": ({"type": "array"}, {"type": "array", "uniqueItems": False}),
    "additionalProperties true": (OPEN, {**OPEN, "additionalProperties": True}),
    "required []": (OPEN, {**OPEN, "required": []}),
    "{}, true": ({}, True),
    "false, not {}": (False, {"not": {}}),
    "oneOf in another order": ({"oneOf": [CAT, DOG, SHORT]}, {"oneOf": [SHORT, CAT, DOG]}),
    "a condition in two ways": (
        {**OPEN, "dependentRequired": {"a": ["b"]}},
        {**OPEN, "dependentRequired": {"a": ["b"]}, "description": "As before."},
    ),
    "types in another order": ({"type": ["string", "integer"]}, {"type": ["integer", "string"]}),
    "recursion unrolled": (
        {"$ref": "#/components/schemas/Tree"},
        {
            "type": "object",
            "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
        },
    ),
    "words": (
        {"type": "string"},
        {"type": "string", "title": "T", "description": "D", "examples": ["e"], "$comment": "c"},
    ),
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


def broken(found: list[Difference]) -> set[str]:
    return {party for one in found for party in one.breaks}


@pytest.mark.parametrize("within", [True, False], ids=["field", "body"])
@pytest.mark.parametrize("name", WIDER)
def test_less_and_more_break_the_right_party(name: str, *, within: bool) -> None:
    narrow, wide = WIDER[name]
    verdicts = {
        "sends less": broken(differences(wide, narrow, "request", within=within)),
        "sends more": broken(differences(narrow, wide, "request", within=within)),
        "gets less": broken(differences(wide, narrow, "response", within=within)),
        "gets more": broken(differences(narrow, wide, "response", within=within)),
    }
    if name == "nothing, something" and within:  # a field that came or went
        assert verdicts["sends less"] == verdicts["gets less"] == {"client"}
        return
    assert verdicts == {
        "sends less": {"client"},
        "sends more": {"promise"},
        "gets less": {"promise"},
        "gets more": {"client"},
    }


@pytest.mark.parametrize("side", ["request", "response"])
@pytest.mark.parametrize("name", SAME)
def test_two_spellings_of_one_schema_are_no_difference(name: str, side: str) -> None:
    one, other = SAME[name]
    for within in (True, False):
        assert differences(one, other, side, within=within) == []
        assert differences(other, one, side, within=within) == []
