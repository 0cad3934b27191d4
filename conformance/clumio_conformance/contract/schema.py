"""A schema of the contract, resolved to a plain tree, that tells where an instance departs from it and what it showed."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import jsonschema_rs

Side = Literal["holds", "accepts", "refuses"]
_MERGED = (
    "properties",
    "required",
    "items",
    "enum",
    "type",
    "minimum",
    "maximum",
    "if",
    "then",
    "const",
    "contains",
)


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node of a resolved schema; `sources` maps a keyword to the requirement that is its source."""

    pointer: str
    type: str | None = None
    nullable: bool = False
    enum: tuple[Any, ...] = ()
    deprecated_values: tuple[Any, ...] = ()
    sources: Mapping[str, Any] = field(default_factory=dict)
    properties: "Mapping[str, Node]" = field(default_factory=dict)
    items: "Node | None" = None
    documented: bool = True

    def child(self, token: str | int) -> "Node | None":
        """The node that describes this property or array item of an instance; None when the contract has none."""
        return self.items if isinstance(token, int) else self.properties.get(token)


@dataclass(frozen=True, kw_only=True)
class Violation:
    """Where an instance departs from the schema: `path` is a JSON Pointer into the instance."""

    requirement: str
    keyword: str
    path: str
    pointer: str
    expected: str
    actual: str


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One value of an instance and the chain of nodes that describe it, the root first; no chain: undocumented."""

    path: str
    value: Any
    chain: tuple[Node, ...]

    @property
    def node(self) -> Node:
        """The node that describes the value."""
        return self.chain[-1]

    def source(self, keyword: str) -> str | None:
        """The requirement behind a keyword at this value: the nearest node that names one."""
        source = _source(self.chain, keyword)
        return source if isinstance(source, str) else None


class Schema:
    """One schema of the contract, compiled once.

    `document` is the whole OpenAPI description, `pointer` the JSON Pointer of the schema in it, and `operation` the
    operation that uses it: a property that the contract knows for other operations only counts as undocumented.
    """

    def __init__(self, document: Mapping[str, Any], pointer: str, operation: str) -> None:
        self._document = document
        self._operation = operation
        self.plain, self.root = self._resolve(_at(document, pointer), pointer)
        self._validator = jsonschema_rs.Draft202012Validator(self.plain)

    def violations(self, instance: Any) -> list[Violation]:
        """Every place where the instance breaks the schema, one for each value: a wrong type is not a wrong enum too."""
        found: dict[str, Violation] = {}
        for error in self._validator.iter_errors(instance):
            violation = self._violation(error)
            key = violation.path + (violation.expected if violation.keyword == "required" else "")
            if key not in found or violation.keyword == "type":
                found[key] = violation
        return list(found.values())

    def visits(self, instance: Any) -> Iterator[Visit]:
        """Every value of the instance with the nodes that describe it."""
        yield from _visits(instance, "", (self.root,))

    def _violation(self, error: jsonschema_rs.ValidationError) -> Violation:
        tokens = [token for token in error.schema_path if isinstance(token, str)]
        keyword = "if" if "then" in tokens else tokens[-1]
        chain: list[Node] = [self.root]
        for token in error.instance_path:
            node = chain[-1].child(token)
            if node is None:
                break
            chain.append(node)
        path = pointer_of(error.instance_path)
        source = _source(chain, keyword)
        expected = _expected(chain[-1], keyword)
        actual = shown(error.instance)
        if keyword == "required":
            missing = str(error.kind.property)  # type: ignore[attr-defined]  # the stub has one class for all kinds
            source = source[missing] if isinstance(source, Mapping) else source
            path, expected, actual = f"{path}/{missing}", f"the required field {missing}", "no such field"
        if not isinstance(source, str):
            what = f"{chain[-1].pointer}: the keyword {keyword} names no requirement as its source (x-requirements)"
            raise LookupError(what)  # noqa: TRY004 - the spec lacks something, no argument is of a wrong type
        return Violation(
            requirement=source,
            keyword=keyword,
            path=path,
            pointer=chain[-1].pointer,
            expected=expected,
            actual=actual,
        )

    def _resolve(self, schema: Mapping[str, Any], pointer: str) -> tuple[dict[str, Any], Node]:
        schema, pointer, nullable = self._merged(schema, pointer)
        plain: dict[str, Any] = {key: schema[key] for key in _MERGED if key in schema}
        properties, items = {}, None
        if "properties" in schema:
            plain["properties"] = {}
            for name, child in schema["properties"].items():
                resolved, properties[name] = self._resolve(child, f"{pointer}/properties/{name}")
                if properties[name].documented:
                    plain["properties"][name] = resolved
        if "items" in schema:
            plain["items"], items = self._resolve(schema["items"], f"{pointer}/items")
        if nullable:
            plain["type"] = [schema["type"], "null"]
        return plain, Node(
            pointer=pointer,
            type=schema.get("type"),
            nullable=nullable,
            enum=tuple(schema.get("enum", ())),
            deprecated_values=tuple(schema.get("x-deprecated-values", ())),
            sources=schema.get("x-requirements", {}),
            properties=properties,
            items=items,
            documented=self._operation in schema.get("x-only", [self._operation]),
        )

    def _merged(self, schema: Mapping[str, Any], pointer: str) -> tuple[dict[str, Any], str, bool]:
        """Follow `$ref` and `oneOf` with null to one flat schema, whose own keys win over what it refers to."""
        nullable = False
        merged: dict[str, Any] = {}
        while True:
            sources = {**schema.get("x-requirements", {}), **merged.get("x-requirements", {})}
            merged = {**schema, **merged, "x-requirements": sources}
            if "$ref" in schema:
                pointer = schema["$ref"].removeprefix("#")
                schema = _at(self._document, pointer)
            elif "oneOf" in schema:
                pointer, nullable = f"{pointer}/oneOf/0", True
                schema = schema["oneOf"][0]
            else:
                return merged, pointer, nullable


def pointer_of(path: Iterable[str | int]) -> str:
    """Write a path of an instance as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def shown(value: Any) -> str:
    """Write a value as short JSON for a person."""
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


def _at(document: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        document = document[token.replace("~1", "/").replace("~0", "~")]
    return document


def _source(chain: Sequence[Node], keyword: str) -> Any:
    return next((node.sources[keyword] for node in reversed(chain) if keyword in node.sources), None)


def _expected(node: Node, keyword: str) -> str:
    if keyword == "enum":
        return " | ".join(str(value) for value in node.enum)
    if keyword == "if":
        return "EC2/EBS beside EC2MSSQL"
    if keyword in {"minimum", "maximum"}:
        return "an integer from 0 to 4294967295"
    return f"{node.type}{' or null' if node.nullable else ''}"


def _visits(value: Any, path: str, chain: tuple[Node, ...]) -> Iterator[Visit]:
    yield Visit(path=path, value=value, chain=chain)
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for token, child in children:
        below = path + pointer_of([token])
        node = chain[-1].child(token)
        if node is None and not (chain[-1].properties and isinstance(token, str)):
            continue  # an open object, or a value of the wrong type: nothing is said of what is in it
        if node is None or not node.documented:
            yield Visit(path=below, value=child, chain=())
        else:
            yield from _visits(child, below, (*chain, node))
