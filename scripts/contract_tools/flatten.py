"""A specification laid out flat: what it says of each place of each operation's request and answers.

References are followed, so that a change to a shared schema shows wherever it matters, and each place carries the
requirements that are the sources of what is said of it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .document import resolve
from .preparation import METHODS

Side = Literal["operation", "request", "response"]
Requirements = dict[str, tuple[str, ...]]

LIMITS = (
    "exclusiveMaximum", "exclusiveMinimum", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum",
    "multipleOf", "format", "pattern", "uniqueItems",
)  # fmt: skip
CONDITIONS = ("if", "not", "additionalProperties", "allOf", "oneOf", "anyOf", "dependentRequired")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place of an operation, and what is said of it.

    Attributes:
        operation: Method and path.
        side: Who sends what is here.
        where: The place, as `body > asset_types[]` or `200 > status`.
        facts: What is said, by keyword.
        requirements: The sources of it, by keyword, those of the places around it included.
        own: The sources that stand at the place itself.
    """

    operation: str
    side: Side
    where: str
    facts: dict[str, Any]
    requirements: Requirements = field(default_factory=dict)
    own: tuple[str, ...] = ()


Places = dict[tuple[str, Side, str], Place]


def flatten(content: dict[str, Any]) -> Places:
    """Lay out a specification."""
    places = (place for walker in _operations(content) for place in walker.places())
    return {(place.operation, place.side, place.where): place for place in places}


def _operations(content: dict[str, Any]) -> Iterator["_Walker"]:
    for path, item in content.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield _Walker(content, f"{method.upper()} {path}", item, item[method])


@dataclass(frozen=True)
class _Walker:
    content: dict[str, Any]
    name: str
    item: dict[str, Any]
    operation: dict[str, Any]

    def places(self) -> Iterator[Place]:
        own = requirements_of(self.operation)
        facts = {
            "operationId": self.operation.get("operationId"),
            "deprecated": self.operation.get("deprecated", False),
            "security": _canonical(self.operation.get("security", self.content.get("security", []))),
            "servers": sorted(server["url"] for server in self.content.get("servers", [])),
        }
        yield self._place("operation", "", facts, own, own)
        yield from self._parameters()
        yield from self._body()
        yield from self._responses()

    def _place(
        self, side: Side, where: str, facts: dict[str, Any], requirements: Requirements, own: Requirements
    ) -> Place:
        said = {keyword: value for keyword, value in facts.items() if value not in (None, False)}
        ids = tuple(sorted({name for names in own.values() for name in names}))
        return Place(
            operation=self.name, side=side, where=where, facts=said, requirements=requirements, own=ids
        )

    def _follow(self, node: dict[str, Any]) -> dict[str, Any]:
        """Give a node with what its `$ref` stands for; what stands beside the `$ref` wins."""
        seen: dict[str, Any] = node
        while "$ref" in seen:
            target = resolve(self.content, seen["$ref"])
            beside = {key: value for key, value in seen.items() if key != "$ref"}
            merged = {**target.get("x-requirements", {}), **beside.get("x-requirements", {})}
            seen = {**target, **beside, **({"x-requirements": merged} if merged else {})}
        return seen

    def _parameters(self) -> Iterator[Place]:
        for reference in [*self.item.get("parameters", []), *self.operation.get("parameters", [])]:
            parameter = self._follow(reference)
            kept = {
                key: parameter[key]
                for key in ("x-requirements", "allowEmptyValue", "deprecated")
                if key in parameter
            }
            schema = {**parameter.get("schema", {}), **kept}
            where = f"{parameter['in']} {parameter['name']}"
            required = bool(parameter.get("required"))
            yield from self._schema("request", where, schema, {}, required=required)

    def _body(self) -> Iterator[Place]:
        if "requestBody" not in self.operation:
            return
        body = self._follow(self.operation["requestBody"])
        own = requirements_of(body)
        yield self._place("request", "body", {"required": body.get("required", False)}, own, own)
        yield from self._content("request", "body", body, own)

    def _responses(self) -> Iterator[Place]:
        for status, reference in self.operation.get("responses", {}).items():
            response = self._follow(reference)
            own = requirements_of(response)
            yield self._place("response", str(status), {}, own, own)
            yield from self._content("response", str(status), response, own)

    def _content(
        self, side: Side, where: str, node: dict[str, Any], requirements: Requirements
    ) -> Iterator[Place]:
        for media_type, described in node.get("content", {}).items():
            content = {"content": requirements.get("content", ())}
            yield self._place(side, f"{where} {media_type}", {"content": True}, content, content)
            yield from self._schema(side, where, described.get("schema", {}), {}, required=False)

    def _schema(
        self,
        side: Side,
        where: str,
        node: dict[str, Any],
        around: Requirements,
        *,
        required: bool,
        visited: tuple[str, ...] = (),
    ) -> Iterator[Place]:
        if node.get("$ref") in visited:
            return
        visited = (*visited, node["$ref"]) if "$ref" in node else visited
        schema = self._follow(node)
        own = requirements_of(schema)
        schema, nullable = self._without_null(schema)
        requirements = {**around, **requirements_of(schema), **own}
        facts = {**self._facts(schema, nullable=nullable), "required": required}
        yield self._place(side, where, facts, requirements, own)
        inherited = {keyword: ids for keyword, ids in requirements.items() if keyword != "exists"}
        for name, child in schema.get("properties", {}).items():
            if self.operation.get("operationId") not in child.get(
                "x-only", [self.operation.get("operationId")]
            ):
                continue
            is_required = name in schema.get("required", [])
            place = f"{where} > {name}"
            around_child = {**inherited, "required": _required_by(schema, name)}
            yield from self._schema(side, place, child, around_child, required=is_required, visited=visited)
        if isinstance(schema.get("items"), dict):
            yield from self._schema(
                side, f"{where}[]", schema["items"], inherited, required=False, visited=visited
            )

    def _without_null(self, schema: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Give what a choice between a schema and null chooses from, and whether there was one."""
        for keyword in ("oneOf", "anyOf"):
            choices = schema.get(keyword, [])
            others = [choice for choice in choices if choice != {"type": "null"}]
            if len(others) == 1:
                around = {key: value for key, value in schema.items() if key != keyword}
                return {**self._follow(others[0]), **around}, len(choices) > 1
        return schema, False

    def _facts(self, schema: dict[str, Any], *, nullable: bool) -> dict[str, Any]:
        facts = {keyword: schema[keyword] for keyword in LIMITS if keyword in schema}
        types = schema.get("type", [])
        types = {types} if isinstance(types, str) else set(types)
        if nullable and types:
            types.add("null")
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        conditions = {keyword: schema[keyword] for keyword in CONDITIONS if keyword in schema}
        if "if" in schema:
            conditions["if"] = {key: schema[key] for key in ("if", "then", "else") if key in schema}
        return {
            **facts,
            **{keyword: _canonical(condition) for keyword, condition in conditions.items()},
            "type": sorted(types) or None,
            "allowEmptyValue": schema.get("allowEmptyValue", False),
            "enum": sorted(values, key=str) if values is not None else None,
            "deprecated": schema.get("deprecated", False),
            "deprecated values": schema.get("x-deprecated-values"),
        }


def requirements_of(node: dict[str, Any]) -> Requirements:
    """Give the sources that stand at a node, by keyword; those of single fields are gathered."""
    found: Requirements = {}
    for keyword, named in node.get("x-requirements", {}).items():
        values = named.values() if isinstance(named, dict) else [named]
        ids = [one for value in values for one in ([value] if isinstance(value, str) else value)]
        found[keyword] = tuple(ids)
    return found


def _required_by(schema: dict[str, Any], name: str) -> tuple[str, ...]:
    """Give the sources of a field's being required; they may stand at the object, for each field or for all."""
    named = schema.get("x-requirements", {}).get("required", ())
    return requirements_of(
        {"x-requirements": {"": named.get(name, ()) if isinstance(named, dict) else named}}
    )[""]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
