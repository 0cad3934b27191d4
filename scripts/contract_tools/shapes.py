"""Schemas in the few shapes that the generator reads well; what has no shape of its own is any value.

A shape is `{}` (any value), a type without keywords, a list of a shape, a reference to a class, or `anyOf`
several of these. A class is an object with fields, or an enum of strings or integers. Everything else about a
schema is for the judge of answers: the client reads what it can, and keeps the rest as it was received.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Any

from openapi_python_client.strings import pascal_case

from clumio_conformance.contract.pointers import at

from . import python_names

Schema = dict[str, Any]

ANY: Schema = {}
NULL: Schema = {"type": "null"}
ORDER = ("boolean", "integer", "number", "enum", "string", "array", "class", "null")
"""The order of the shapes of a choice: at most one group of parsers takes a JSON value then."""
STRUCTURE = frozenset({
    *("$ref", "allOf", "anyOf", "oneOf", "type", "enum", "const"),
    *("properties", "patternProperties", "additionalProperties", "items", "prefixItems"),
})  # fmt: skip
"""The keywords that make a shape."""
OF_TYPES = {
    **dict.fromkeys(("properties", "patternProperties", "additionalProperties"), "object"),
    **dict.fromkeys(("items", "prefixItems"), "array"),
}
"""The type of a schema that does not name one."""
MOST_CHOICES = 64
MOST_LISTS = 6
"""How many choices, and lists within lists, have a type of their own; beyond it, a value is any value."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the templates need of a class, beside its shape.

    Attributes:
        fields: The name of each field, by its attribute.
        docs: The documentation of each attribute.
        tags: The values of a field that are this class's, and not another's of the same choice.
        wanted: The fields that an object of this class should have.
        members: The value of each member of an enum, by its name.
    """

    fields: dict[str, str] = field(default_factory=dict)
    docs: dict[str, str] = field(default_factory=dict)
    tags: dict[str, list[str]] = field(default_factory=dict)
    wanted: list[str] = field(default_factory=list)
    members: dict[str, str | int] = field(default_factory=dict)


class Shapes:
    """The shapes of a specification: `classes` are those of its classes, `facts` what else is of them."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content
        self._made: dict[int, list[Schema]] = {}
        self._owners: dict[int, tuple[str, str]] = {}
        self._kept: list[Any] = []  # so that no other node gets the id of one in `_made`
        self._at_work: set[int] = set()
        self._waiting: list[tuple[str, Schema]] = []
        self._chosen: set[str] = set()
        self.classes: dict[str, Schema] = {}
        self.facts: dict[str, Facts] = {}
        components = content.get("components", {}).get("schemas", {})
        self._taken = python_names.classes(components)
        owned = list(zip(self._taken, components.values(), strict=True))
        self._owners = {id(schema): ("", name) for name, schema in owned}
        for name, schema in owned:
            self._shapes_of(schema, ("", name))
        self._finish()
        self.classes = {name: self.classes[name] for name in self._taken if name in self.classes}

    def of(self, schema: Any, parent: str, name: str) -> Schema:
        """Return the shape of a schema; a class of its own is named after `parent` and `name`."""
        shape = self._combined(self._shapes_of(schema, (parent, name)), (parent, name), schema)
        self._finish()
        return shape

    def _finish(self) -> None:
        while self._waiting:
            name, schema = self._waiting.pop(0)
            self._fill(name, schema)
        for name in self.facts.keys() - self._chosen:
            self.facts[name].tags.clear()
            self.facts[name].wanted.clear()

    # --- a schema ---

    def _shapes_of(self, schema: Any, owner: tuple[str, str]) -> list[Schema]:
        """Return the shapes of a schema: it is one of them. A circle without an object in it is any value."""
        node = self._core(schema)
        if not isinstance(node, dict) or not node:
            return [ANY]
        if id(node) in self._made:
            return self._made[id(node)]
        if id(node) in self._at_work:
            return [ANY]
        owner = self._owners.get(id(node), owner)
        self._at_work.add(id(node))
        shapes = list(self._alternatives(self._conjunction([node]), owner, node))
        self._at_work.remove(id(node))
        if len(shapes) > 1:
            whole = self._combined(shapes, owner, node)
            shapes = whole.get("anyOf", [whole])
        self._kept.append(node)
        self._made[id(node)] = shapes
        return shapes

    def _core(self, schema: Any) -> Any:
        """Follow a schema that is nothing but another one, by `$ref` or as the only part of a combination."""
        seen: list[int] = []
        while isinstance(schema, dict) and id(schema) not in seen:
            seen.append(id(schema))
            structure = [key for key in schema if key in STRUCTURE]
            if structure == ["$ref"]:
                schema = self._target(schema["$ref"])
                continue
            parts = schema.get(structure[0], []) if len(structure) == 1 else []
            if len(structure) == 2 and "allOf" in structure and schema.get("type") == "object":
                parts = schema["allOf"]
            if (
                not structure
                or structure[0] not in ("allOf", "anyOf", "oneOf", "type")
                or not isinstance(parts, list)
            ):
                break
            shaped = [part for part in parts if self._has_structure(part)]
            if len(shaped) != 1 or (len(parts) > 1 and "allOf" not in structure):
                break
            schema = shaped[0]
        return schema

    def _target(self, reference: Any) -> Any:
        try:
            return at(self._content, str(reference))
        except LookupError:
            return ANY

    @staticmethod
    def _has_structure(schema: Any) -> bool:
        return isinstance(schema, dict) and any(key in STRUCTURE for key in schema)

    def _conjunction(self, parts: list[Any], seen: set[int] | None = None) -> Schema:
        """Merge schemas that hold together; `choices` has the lists of which one schema each holds, too."""
        merged: Schema = {"choices": []}
        seen = set() if seen is None else seen
        for part in parts:
            if not isinstance(part, dict) or id(part) in seen:
                continue
            seen.add(id(part))
            inner = [*part.get("allOf", []), *([self._target(part["$ref"])] if "$ref" in part else [])]
            own = {
                key: value for key, value in part.items() if key not in ("allOf", "$ref", "anyOf", "oneOf")
            }
            choices = [part[key] for key in ("anyOf", "oneOf") if isinstance(part.get(key), list)]
            self._merge(merged, own | {"choices": part.get("choices", []) + choices})
            if inner:
                self._merge(merged, self._conjunction(inner, seen))
        return merged

    @staticmethod
    def _merge(merged: Schema, other: Schema) -> None:
        for key, value in other.items():
            if key not in merged:
                merged[key] = value
            elif key == "choices":
                merged[key] = merged[key] + value
            elif key == "properties":
                both = {
                    name: {"allOf": [merged[key][name], value[name]]} for name in value if name in merged[key]
                }
                merged[key] = merged[key] | value | both
            elif key == "required":
                merged[key] = [*merged[key], *(name for name in value if name not in merged[key])]
            elif key == "items":
                merged[key] = {"allOf": [merged[key], value]}
            elif key == "enum":
                merged[key] = [one for one in merged[key] if _is_in(one, value)]
            elif key == "type":
                merged[key] = _common(_listed(merged[key]), _listed(value))

    def _alternatives(self, schema: Schema, owner: tuple[str, str], node: Any) -> Iterator[Schema]:
        choices = schema.pop("choices")
        rest_has_structure = self._has_structure(schema)
        if prod(map(len, choices)) > MOST_CHOICES:
            yield ANY
            return
        if schema.get("nullable") is True:
            yield NULL
        for index, given in enumerate(choices):
            branches = given
            if rest_has_structure:
                branches = [branch for branch in branches if self._has_structure(self._core(branch))]
            if not branches:
                continue
            rest = schema | {"choices": choices[index + 1 :]}
            whole = [
                self._joined(rest, branch) if rest_has_structure or rest["choices"] else branch
                for branch in branches
            ]
            alone = len([one for one in whole if not self._is_null(one)]) == 1
            for number, one in enumerate(whole):
                parent, name = owner
                yield from self._shapes_of(one, (parent, name if alone else f"{name}_type_{number}"))
            self._tag(node, branches)
            return
        if "const" in schema or "enum" in schema:
            yield from self._of_values(schema, owner)
            return
        types = (
            _listed(schema["type"])
            if "type" in schema
            else sorted({OF_TYPES[key] for key in schema if key in OF_TYPES})
        )
        if not types:
            yield ANY
        for kind in types:
            yield self._of_type(kind, schema, owner)

    def _is_null(self, schema: Any) -> bool:
        node = self._core(schema)
        return isinstance(node, dict) and node.get("type") in ("null", ["null"])

    def _joined(self, rest: Schema, branch: Any) -> Schema:
        joined = self._conjunction([rest, branch])
        choices = joined.pop("choices")
        return joined | ({"allOf": [{"anyOf": one} for one in choices]} if choices else {})

    def _of_type(self, kind: str, schema: Schema, owner: tuple[str, str]) -> Schema:
        if kind == "array":
            items = self._items(schema, owner)
            return {"type": "array", "items": items if _lists_in(items) < MOST_LISTS else ANY}
        if kind == "object":
            return self._class(schema, owner)
        keeps_bytes = kind == "string" and schema.get("format") == "binary"
        return {"type": kind, "format": "binary"} if keeps_bytes else {"type": kind}

    def _items(self, schema: Schema, owner: tuple[str, str]) -> Schema:
        parent, name = owner
        items = [*schema.get("prefixItems", [])]
        if schema.get("items") is not False:  # beyond a tuple anything may come
            items.append(schema.get("items", True))
        owners = [
            (parent, f"{name}_item" if len(items) == 1 else f"{name}_item_{index}")
            for index in range(len(items))
        ]
        shapes = [
            shape for item, one in zip(items, owners, strict=True) for shape in self._shapes_of(item, one)
        ]
        return self._combined(shapes, (parent, f"{name}_item"), schema.get("items"))

    def _of_values(self, schema: Schema, owner: tuple[str, str]) -> Iterator[Schema]:
        """The shapes of the listed values: an enum of strings, one of integers, or types."""
        values = [schema["const"]] if "const" in schema else schema["enum"]
        if any(value is None for value in values):
            yield NULL
        kinds = {type_of(value) for value in values if value is not None}
        if "number" in _listed(schema.get("type", [])):
            kinds = {"number" if kind == "integer" else kind for kind in kinds}
        for kind in sorted(kinds):
            listed = [value for value in values if type_of(value) == kind]
            if kind in ("string", "integer") and len(kinds) == 1:
                if "const" in schema:
                    yield {"type": kind, "const": listed[0]}
                else:
                    yield self._enum(kind, listed, schema, owner)
            else:
                yield (
                    self._of_type(kind, {} if kind == "array" else schema, owner) if kind != "object" else ANY
                )

    # --- a class ---

    def _name(self, owner: tuple[str, str]) -> str:
        parent, name = owner
        if not parent and name in self._taken and name not in self.facts:
            return name
        [made] = python_names.classes([f"{pascal_case(parent)}{pascal_case(name)}"], self._taken)
        self._taken.append(made)
        return made

    def _class(self, schema: Schema, owner: tuple[str, str]) -> Schema:
        name = self._name(owner)
        self.facts[name] = Facts()
        self.classes[name] = {"type": "object"}
        self._waiting.append((name, schema))
        return _reference(name)

    def _fill(self, name: str, schema: Schema) -> None:
        """Make the fields of a class; later than the class, which may be a field of itself."""
        fields = schema.get("properties", {})
        attributes = python_names.attributes(fields)
        made, facts = self.classes[name], self.facts[name]
        made |= _described(schema)
        made["properties"] = {}
        required = [one for one in schema.get("required", []) if one in fields]
        facts.wanted.extend(required)
        made["required"] = [
            attributes[one] for one in required if not _is_read_only(self._core(fields[one]), fields[one])
        ]
        for one, inner in fields.items():
            owner = (name, one)
            shape = self._combined(self._shapes_of(inner, owner), owner, inner)
            made["properties"][attributes[one]] = shape
            facts.fields[attributes[one]] = one
            facts.docs[attributes[one]] = self._documentation(inner)
            merged = self._conjunction([inner])
            values = [merged["const"]] if "const" in merged else merged.get("enum", [])
            if values and all(isinstance(value, str) for value in values):
                facts.tags.setdefault(one, []).extend(values)

    def _tag(self, node: Any, branches: list[Any]) -> None:
        """Note for each class of a choice the values of the discriminator that are its own."""
        discriminator: Any = node.get("discriminator") if isinstance(node, dict) else None
        name = discriminator.get("propertyName") if isinstance(discriminator, dict) else None
        if not name:
            return
        mapping = discriminator.get("mapping") or {}
        for branch in branches:
            reference = branch.get("$ref", "") if isinstance(branch, dict) else ""
            short = reference.rpartition("/")[2]
            values = [value for value, target in mapping.items() if target in (reference, short)] or [short]
            for shape in self._shapes_of(branch, ("", short)):
                facts = self.facts.get(_named(shape))
                if facts is not None and values != [""]:
                    facts.tags.setdefault(name, []).extend(values)

    def _enum(self, kind: str, values: list[Any], schema: Schema, owner: tuple[str, str]) -> Schema:
        name = self._name(owner)
        values = list(dict.fromkeys(values))
        given = schema.get("x-enum-varnames")
        names = python_names.members(
            values, given if isinstance(given, list) and len(given) == len(values) else None
        )
        self.facts[name] = Facts(members=dict(zip(names, values, strict=True)))
        self.classes[name] = {"type": kind, "enum": values, "x-enum-varnames": names, **_described(schema)}
        return _reference(name)

    def _documentation(self, schema: Any) -> str:
        """Describe a field by its description, or that of what it refers to, and by its marks."""
        merged = self._conjunction([schema])
        text = " ".join(str(merged.get("description") or merged.get("title") or "").split())
        notes = []
        if merged.get("deprecated") is True and "deprecated" not in text.lower():
            notes.append("Deprecated.")
        if merged.get("readOnly") is True:
            notes.append("Only in answers.")
        if merged.get("writeOnly") is True:
            notes.append("Only in requests.")
        if merged.get("default") is not None:
            notes.append(f"When it is not sent: {merged['default']!r}.")
        if "const" in merged:
            notes.append(f"Always {merged['const']!r}.")
        return " ".join([text, *notes]).strip()

    # --- a choice ---

    def _combined(self, shapes: list[Schema], owner: tuple[str, str], schema: Any) -> Schema:
        """Return one shape for several: any value if one of them is, and one list for several lists."""
        flat = [one for shape in shapes for one in shape.get("anyOf", [shape])]
        if any(shape == ANY for shape in flat):
            return ANY
        for kind in ("string", "integer"):
            constants = [shape for shape in flat if "const" in shape and shape["type"] == kind]
            if len(constants) > 1 and {"type": kind} not in flat:
                described = schema if isinstance(schema, dict) else {}
                flat = [shape for shape in flat if shape not in constants]
                flat.append(self._enum(kind, [shape["const"] for shape in constants], described, owner))
        groups: dict[str, list[Schema]] = {kind: [] for kind in ORDER}
        for shape in flat:
            plain = {key: value for key, value in shape.items() if key != "const"}
            group = groups[self._group(plain)]
            if plain not in group:
                group.append(plain)
        if groups["number"]:
            groups["integer"] = []
        if len(groups["array"]) > 1:
            items = [shape["items"] for shape in groups["array"]]
            groups["array"] = [{"type": "array", "items": self._combined(items, owner, None)}]
        if len(groups["class"]) > 1:
            self._chosen.update(_named(shape) for shape in groups["class"])
        made = [shape for kind in ORDER for shape in groups[kind]]
        return made[0] if len(made) == 1 else {"anyOf": made} if made else ANY

    def _group(self, shape: Schema) -> str:
        if "$ref" in shape:
            return "enum" if self.facts[_named(shape)].members else "class"
        return str(shape["type"])


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _named(shape: Schema) -> str:
    """Name the class that a shape refers to; nothing if it is none."""
    return str(shape.get("$ref", "")).rpartition("/")[2]


def _described(schema: Schema) -> Schema:
    texts = [schema[key] for key in ("title", "description") if schema.get(key)]
    return {"description": "\n\n".join(texts)} if texts else {}


def _lists_in(shape: Schema) -> int:
    """How many lists within lists a shape has."""
    inner = [*shape.get("anyOf", []), *([shape["items"]] if "items" in shape else [])]
    return ("items" in shape) + max(map(_lists_in, inner), default=0)


def _is_read_only(*schemas: Any) -> bool:
    return any(isinstance(schema, dict) and schema.get("readOnly") is True for schema in schemas)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _common(first: list[str], second: list[str]) -> list[str]:
    """Return the types that two lists share (an integer is a number), or else those of the first."""
    both = [kind for kind in first if kind in second or (kind == "integer" and "number" in second)]
    both += [kind for kind in second if kind == "integer" and "number" in first and kind not in both]
    return both or first


def _is_in(value: Any, values: list[Any]) -> bool:
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in values)


def type_of(value: Any) -> str:
    """Name the JSON type of a value."""
    if isinstance(value, bool):
        return "boolean"
    kinds = ((str, "string"), (int, "integer"), (float, "number"), (list, "array"), (type(None), "null"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "object")
