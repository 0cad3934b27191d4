"""A schema of the contract, resolved to a plain tree, and the comparison of an instance with it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final

import jsonschema_rs

from clumio_conformance.contract.nodes import OVERLAY
from clumio_conformance.contract.nodes import Node as Described
from clumio_conformance.contract.pointers import at, pointer_of, tokens_of
from clumio_conformance.contract.specification import Specification

# Keywords that do not constrain an instance.
_ANNOTATIONS: Final = frozenset(
    {"$ref", "description", "title", "example", "examples", "default", "deprecated", "externalDocs", "xml",
     "discriminator", "readOnly", "writeOnly", "format"}
)  # fmt: skip
_SCHEMAS: Final = frozenset({"not", "if", "then", "else", "contains", "additionalProperties", "propertyNames",
                             "unevaluatedItems", "unevaluatedProperties"})  # fmt: skip
_LISTS: Final = frozenset({"anyOf", "oneOf", "prefixItems"})
_MAPPINGS: Final = frozenset({"patternProperties", "dependentSchemas"})


Place = tuple[str, str]
"""A place in an instance, as a JSON Pointer, and a keyword that is broken there."""


def _always(_value: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node of a resolved schema.

    `sources` maps a keyword to the requirement that the node itself names; `source` also finds an inherited
    one. `applies` says whether the node's `if` holds for a value.
    """

    pointer: str
    type: str | None = None
    nullable: bool = False
    enum: tuple[Any, ...] = ()
    deprecated_values: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Any] = field(default_factory=dict)
    properties: "Mapping[str, Node]" = field(default_factory=dict)
    items: "Node | None" = None
    documented: bool = True
    source: Callable[[str, str | None], str | None] = field(
        default=lambda _keyword, _member: None, compare=False
    )
    applies: Callable[[Any], bool] = field(default=_always, compare=False)

    def child(self, token: str | int) -> "Node | None":
        """Return the node of a property or array item; None when the contract has none."""
        return self.items if isinstance(token, int) else self.properties.get(token)

    def expects(self, keyword: str) -> str:
        """Return the text that says what a keyword expects of a value."""
        if keyword == "enum":
            return " | ".join(str(value) for value in self.enum)
        if keyword == "if":
            return _condition(self.keywords)
        if keyword in {"minimum", "maximum"}:
            return f"{_article(self.type)} {_range(self.keywords)}"
        if keyword == "type" or keyword not in self.keywords:
            return f"{self.type}{' or null' if self.nullable else ''}"
        return f"{keyword} {as_json(self.keywords[keyword])}"


@dataclass(frozen=True, kw_only=True)
class Violation:
    """Where an instance does not match the schema: `path` is a JSON Pointer into the instance.

    `by_overlay`: without its overlays, the contract has nothing against it.
    """

    requirement: str
    keyword: str
    path: str
    pointer: str
    expected: str
    actual: str
    by_overlay: bool = False


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One value of an instance and its node; without a node the value is undocumented."""

    path: str
    value: Any
    node: Node | None


class Schema:
    """One schema of the contract, compiled once.

    `pointer` is the JSON Pointer of the schema in the description, `operation` the operation that uses it.
    A property that is documented for other operations only (`x-only`) counts as undocumented.
    """

    def __init__(self, described: Described, operation: str) -> None:
        self._operation = operation
        self._is_overlaid = False
        self._base: Schema | None = None
        self.plain, self.root = self._resolve(described, ())
        try:
            self._validator = jsonschema_rs.Draft202012Validator(self.plain)
        except (jsonschema_rs.ValidationError, ValueError) as why:
            place = getattr(why, "instance_path", ())
            raise described.specification.broken(
                described.pointer + pointer_of(place),
                f"is no JSON schema: {str(why).splitlines()[0]}; write it as JSON Schema 2020-12 demands",
            ) from why

    @classmethod
    def at(cls, specification: Specification, pointer: str, operation: str) -> "Schema":
        """Compile the schema at a JSON Pointer of a description."""
        return cls(Described.enter(specification, pointer), operation)

    def compare(self, base: "Schema | None") -> None:
        """Compare each instance with the schema without overlays, too; without one, all is by an overlay."""
        self._is_overlaid, self._base = True, base

    def broken(self, instance: Any) -> frozenset[Place]:
        """Return the places and keywords in which an instance does not match the schema."""
        return frozenset(_place(error) for error in self._validator.iter_errors(instance))

    def beyond(self, instance: Any) -> dict[str, str | None]:
        """Return the places that only an overlay allows, each with the requirement that it names for them."""
        new = self._base.broken(instance) - self.broken(instance) if self._base else frozenset()
        return {path: self._node(tokens_of(path)).source(OVERLAY, None) for path, _ in sorted(new)}

    def adds_fields(self, instance: Any) -> bool:
        """Whether an instance without undocumented fields has one that only an overlay documents."""
        return self._base is not None and any(visit.node is None for visit in self._base.visits(instance))

    def violations(self, instance: Any) -> list[Violation]:
        """Return the violations, one for each value: a wrong type is not also reported as a wrong enum.

        What only an overlay forbids is one if the overlay names a requirement for it.
        """
        found: dict[str, Violation] = {}
        shared = self._base.broken(instance) if self._base else frozenset()
        for error in self._validator.iter_errors(instance):
            by_overlay = self._is_overlaid and _place(error) not in shared
            violation = self._violation(error, by_overlay=by_overlay)
            if violation is None:
                continue
            key = violation.path + (violation.expected if violation.keyword == "required" else "")
            if key not in found or violation.keyword == "type":
                found[key] = violation
        return list(found.values())

    def visits(self, instance: Any) -> Iterator[Visit]:
        """Every value of the instance with the node that describes it."""
        yield from _visits(instance, "", self.root)

    def _node(self, tokens: Sequence[str | int]) -> Node:
        """Return the innermost described node on the way to a place of an instance."""
        node = self.root
        for token in tokens:
            index = isinstance(token, int) or (node.items is not None and token.isdecimal())
            child = node.child(int(token) if index else token)
            if child is None:
                break
            node = child
        return node

    def _violation(self, error: jsonschema_rs.ValidationError, *, by_overlay: bool) -> Violation | None:
        path, keyword = _place(error)
        node = self._node(error.instance_path)
        actual, member = as_json(error.instance), None
        expected = self._expects(node, keyword, error)
        if keyword == "required":
            member = str(error.kind.property)  # type: ignore[attr-defined]  # one stub class for all kinds
            expected, actual = f"the required field {member}", "no such field"
        source = node.source(OVERLAY, None) if by_overlay else None
        if by_overlay and source is None:
            return None
        source = source or node.source(keyword, member) or node.source("type", None)
        if source is None:
            what = (
                f"{node.pointer}: the keyword {keyword} names no requirement as its source (x-requirements)"
            )
            raise LookupError(what)
        return Violation(
            requirement=source,
            keyword=keyword,
            path=path,
            pointer=node.pointer,
            expected=expected,
            actual=actual,
            by_overlay=by_overlay,
        )

    def _expects(self, node: Node, keyword: str, error: jsonschema_rs.ValidationError) -> str:
        """Return what a keyword expects; it may stand below the node, as in a `patternProperties`."""
        around = at(self.plain, pointer_of(error.schema_path[:-1]))
        if keyword in node.keywords or not isinstance(around, Mapping) or keyword not in around:
            return node.expects(keyword)
        types = " or ".join(_types(around)) or None
        enum = tuple(around.get("enum", ()))
        return Node(pointer=node.pointer, type=types, enum=enum, keywords=around).expects(keyword)

    def _resolve(self, described: Described, above: tuple[str, ...]) -> tuple[dict[str, Any], Node]:
        described, nullable = described.without_null()
        if described.pointer in above:  # a schema within itself: the inner one is not described
            return {}, Node(pointer=described.pointer)
        above = (*above, described.pointer)
        keywords = described.keywords
        plain = self._constraints(described, above)
        branches = [self._resolve(branch, above) for _, branch in described.each("allOf")]
        if branches:
            plain["allOf"] = [branch for branch, _ in branches]
        properties: dict[str, Node] = {}
        for name, child in described.each("properties"):
            resolved, properties[name] = self._resolve(child, above)
            if properties[name].documented:
                plain.setdefault("properties", {})[name] = resolved
        items = None
        if isinstance(keywords.get("items"), Mapping):
            plain["items"], items = self._resolve(described.below("items"), above)
        elif "items" in keywords:
            plain["items"] = keywords["items"]
        types = [one for one in _types(keywords) if one != "null"]
        if nullable and types:
            plain["type"] = [*types, "null"]
        node = Node(
            pointer=described.pointer,
            type=" or ".join(types) or None,
            nullable=nullable,
            enum=tuple(keywords.get("enum", ())),
            deprecated_values=tuple(keywords.get("x-deprecated-values", ())),
            keywords=plain,
            sources={name: ids for scope in reversed(described.own) for name, ids in scope.sources.items()},
            properties=properties,
            items=items,
            documented=self._operation in keywords.get("x-only", [self._operation]),
            source=described.requirement,
            applies=jsonschema_rs.Draft202012Validator(plain["if"]).is_valid if "if" in plain else _always,
        )
        return plain, reduce(_joined, (branch for _, branch in branches), node)

    def _constraints(self, described: Described, above: tuple[str, ...]) -> dict[str, Any]:
        """Return the keywords of a schema, without its properties, items, `allOf` and `$ref`."""
        plain: dict[str, Any] = {}
        for name, value in described.keywords.items():
            if name in _ANNOTATIONS or name in {"properties", "items", "allOf"} or name.startswith("x-"):
                continue
            if name in _SCHEMAS and isinstance(value, Mapping):
                plain[name] = self._resolve(described.below(name), above)[0]
            elif name in _LISTS:
                plain[name] = [self._resolve(child, above)[0] for _, child in described.each(name)]
            elif name in _MAPPINGS:
                plain[name] = {key: self._resolve(child, above)[0] for key, child in described.each(name)}
            else:
                plain[name] = value
        return plain


def _place(error: jsonschema_rs.ValidationError) -> Place:
    """Return the place of an error in the instance, and its keyword."""
    tokens = [token for token in error.schema_path if isinstance(token, str)]
    path = pointer_of(error.instance_path)
    if tokens[-1] == "required" and "then" not in tokens:
        path += pointer_of([str(error.kind.property)])  # type: ignore[attr-defined]  # one stub class for all kinds
    return path, "if" if "then" in tokens else tokens[-1]


def _joined(node: Node, branch: Node) -> Node:
    """Return a node with what a branch of its `allOf` adds; what it says itself comes first."""
    added = branch.keywords.keys() - node.keywords.keys()

    def source(keyword: str, member: str | None) -> str | None:
        first, second = (branch, node) if keyword in added else (node, branch)
        return first.source(keyword, member) or second.source(keyword, member)

    return replace(
        node,
        type=node.type or branch.type,
        enum=node.enum or branch.enum,
        deprecated_values=node.deprecated_values or branch.deprecated_values,
        keywords={**branch.keywords, **node.keywords},
        sources={**branch.sources, **node.sources},
        properties={**branch.properties, **node.properties},
        items=node.items or branch.items,
        source=source,
        applies=branch.applies if "if" in added else node.applies,
    )


def as_json(value: Any) -> str:
    """Write a value as short, readable JSON."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 160 else f"{text[:120]}... ({len(text)} characters)"


def json_type(value: Any) -> str:
    """Name the JSON type of a value."""
    names = {
        type(None): "null",
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        list: "array",
        dict: "object",
    }
    return names.get(type(value), "nothing")


def _types(keywords: Mapping[str, Any]) -> Sequence[str]:
    types = keywords.get("type", [])
    return [types] if isinstance(types, str) else types


def _article(noun: str | None) -> str:
    return f"{'an' if noun and noun[0] in 'aeiou' else 'a'} {noun or 'value'}"


def _range(keywords: Mapping[str, Any]) -> str:
    low, high = keywords.get("minimum"), keywords.get("maximum")
    if low is not None and high is not None:
        return f"from {low} to {high}"
    return f"of at least {low}" if low is not None else f"of at most {high}"


def _condition(keywords: Mapping[str, Any]) -> str:
    """Write the rule of an `if`: an element needs another one, or both schemas as JSON."""
    condition, consequence = keywords.get("if", {}), keywords.get("then", {})
    needed, present = (
        part.get("contains", {}).get("const") if isinstance(part, Mapping) else None
        for part in (consequence, condition)
    )
    if isinstance(needed, str) and isinstance(present, str):
        return f"{needed} together with {present}"
    return f"{as_json(consequence)} if {as_json(condition)}"


def _visits(value: Any, path: str, node: Node) -> Iterator[Visit]:
    yield Visit(path=path, value=value, node=node)
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for token, child in children:
        below = path + pointer_of([token])
        described = node.child(token)
        if described is None and not (node.properties and isinstance(token, str)):
            continue  # an open object, or a value of the wrong type: its content is not described
        if described is None or not described.documented:
            yield Visit(path=below, value=child, node=None)
        else:
            yield from _visits(child, below, described)
