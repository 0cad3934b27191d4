"""A specification as a flat table: the keywords of each place in each operation's request and answers.

References are followed, so a change of a shared schema appears at each place that uses it. Each place has the
requirements that are the sources of its keywords.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from clumio_conformance.contract.nodes import Node, operation_nodes
from clumio_conformance.contract.specification import Specification

Side = Literal["operation", "request", "response"]
Requirements = dict[str, tuple[str, ...]]

LIMITS = (
    "exclusiveMaximum", "exclusiveMinimum", "maxItems", "maxLength", "maximum", "minItems", "minLength",
    "minimum", "multipleOf", "format", "pattern", "uniqueItems",
)  # fmt: skip
CONDITIONS = ("if", "not", "additionalProperties", "allOf", "oneOf", "anyOf", "dependentRequired")
_OF_AN_ANSWER = frozenset({"status", "content", "undocumented"})
"""Keys of x-requirements that are about an answer as a whole, not about the content of its body."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place of an operation, and its keywords.

    Attributes:
        operation: Method and path.
        side: The operation itself, its request or its response.
        where: The place, as `body > asset_types[]` or `200 > status`.
        facts: The values of the keywords.
        requirements: The sources by keyword, inherited ones too.
        own: The sources named at the place itself.
    """

    operation: str
    side: Side
    where: str
    facts: dict[str, Any]
    requirements: Requirements = field(default_factory=dict)
    own: tuple[str, ...] = ()


Places = dict[tuple[str, Side, str], Place]


def flatten(content: dict[str, Any]) -> Places:
    """Return the places of a specification."""
    specification = Specification(Path("specification"), content)
    places = (
        place
        for path, method, item, operation in operation_nodes(specification)
        for place in _Walker(
            name=f"{method.upper()} {path}",
            content=content,
            item=item,
            operation=operation,
        ).places()
    )
    return {(place.operation, place.side, place.where): place for place in places}


@dataclass(frozen=True, kw_only=True)
class _Walker:
    name: str
    content: dict[str, Any]
    item: Node
    operation: Node

    def places(self) -> Iterator[Place]:
        said = self.operation.keywords
        facts = {
            "operationId": said.get("operationId"),
            "deprecated": said.get("deprecated", False),
            "security": _canonical(said.get("security", self.content.get("security", []))),
            "servers": sorted(server["url"] for server in self.content.get("servers", [])),
        }
        yield self._place("operation", "", facts, self.operation.named)
        yield from self._parameters()
        if "requestBody" in said:
            body = self.operation.below("requestBody")
            yield self._place("request", "body", {"required": body.keywords.get("required")}, body.named)
            yield from self._content("request", "body", body)
        for status, response in self.operation.each("responses"):
            yield self._place("response", status, {}, response.named)
            yield from self._content("response", status, response)

    def _place(
        self,
        side: Side,
        where: str,
        facts: dict[str, Any],
        own: Requirements,
        requirements: Requirements | None = None,
    ) -> Place:
        return Place(
            operation=self.name,
            side=side,
            where=where,
            facts={keyword: value for keyword, value in facts.items() if value not in (None, False)},
            requirements=own if requirements is None else requirements,
            own=tuple(sorted({name for names in own.values() for name in names})),
        )

    def _parameters(self) -> Iterator[Place]:
        for holder in (self.item, self.operation):
            for _, parameter in holder.each("parameters"):
                said = parameter.keywords
                where = f"{said['in']} {said['name']}"
                schema = parameter.below("schema") if "schema" in said else parameter
                facts = {
                    **_facts(schema),
                    **{key: said[key] for key in ("allowEmptyValue", "deprecated") if key in said},
                    "required": said.get("required"),
                }
                yield self._place(
                    "request", where, facts, parameter.named, _sources(schema) | parameter.named
                )
                yield from self._below("request", where, schema, ())

    def _content(self, side: Side, where: str, holder: Node) -> Iterator[Place]:
        for media_type, described in holder.each("content"):
            source = {"content": holder.named.get("content", ())}
            yield self._place(side, f"{where} {media_type}", {"content": True}, source)
            if "schema" in described.keywords:
                yield from self._schema(side, where, described.below("schema"), {}, (), required=False)

    def _schema(
        self,
        side: Side,
        where: str,
        node: Node,
        around: Requirements,
        visited: tuple[str, ...],
        *,
        required: bool,
    ) -> Iterator[Place]:
        """Yield a schema and what is below it; `around` are the sources of its parent's keywords about it."""
        if node.pointer in visited:
            return
        facts = {**_facts(node), "required": required}
        own = node.without_null()[0].named
        yield self._place(side, where, facts, own, {**_sources(node), **around})
        yield from self._below(side, where, node, (*visited, node.pointer))

    def _below(self, side: Side, where: str, node: Node, visited: tuple[str, ...]) -> Iterator[Place]:
        schema, _ = node.without_null()
        operation = self.operation.keywords.get("operationId")
        for name, child in schema.each("properties"):
            if operation in child.keywords.get("x-only", [operation]):
                required = name in schema.keywords.get("required", [])
                source = schema.source("required", name)
                around = {"required": source.ids if source else ()}
                yield from self._schema(side, f"{where} > {name}", child, around, visited, required=required)
        if isinstance(schema.keywords.get("items"), dict):
            yield from self._schema(side, f"{where}[]", schema.below("items"), {}, visited, required=False)


def _sources(node: Node) -> Requirements:
    schema, _ = node.without_null()
    keywords = {keyword for scope in schema.scopes for keyword in scope.sources} - _OF_AN_ANSWER
    found = ((keyword, schema.source(keyword)) for keyword in keywords)
    return {keyword: source.ids for keyword, source in found if source}


def _facts(node: Node) -> dict[str, Any]:
    node, nullable = node.without_null()
    schema = node.keywords
    types = schema.get("type", [])
    types = {types} if isinstance(types, str) else set(types)
    if nullable and types:
        types.add("null")
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    conditions = {keyword: schema[keyword] for keyword in CONDITIONS if keyword in schema}
    if "if" in schema:
        conditions["if"] = {key: schema[key] for key in ("if", "then", "else") if key in schema}
    return {
        **{keyword: schema[keyword] for keyword in LIMITS if keyword in schema},
        **{keyword: _canonical(condition) for keyword, condition in conditions.items()},
        "type": sorted(types) or None,
        "allowEmptyValue": schema.get("allowEmptyValue", False),
        "enum": sorted(values, key=str) if values is not None else None,
        "deprecated": schema.get("deprecated", False),
        "deprecated values": schema.get("x-deprecated-values"),
    }


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
