"""Schemas as they are compared: references followed, conjunctions merged, choices spread out.

A schema is a conjunction of parts, since `allOf` and keywords beside a `$ref` all apply. Its shapes are its
choices (`anyOf`, `oneOf`), each merged with what stands around the choice; null is kept apart. So every
spelling of null, a wrapping `allOf` and a move behind a `$ref` give equal shapes.

Objects are read as their authors mean them: where the type is left out, `properties` make an object and
`items` a list.
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Final

from clumio_conformance.contract.nodes import GRADE, SOURCES, Scope
from clumio_conformance.contract.pointers import escaped, pointer_of
from clumio_conformance.contract.shapes import well_formed
from clumio_conformance.contract.specification import Specification, nodes, references

TYPES: Final = {
    "null": {"null"}, "boolean": {"boolean"}, "string": {"string"}, "array": {"array"}, "object": {"object"},
    "integer": {"integer"}, "number": {"integer", "fraction"},
}  # fmt: skip
"""The types of JSON Schema, where a number is an integer or a fraction."""
ALL_TYPES: Final = frozenset[str]().union(*TYPES.values())
MOST_SHAPES: Final = 64
"""Choices that multiply to more shapes than this are compared as a whole, as are nested ones with `oneOf`."""
LEAST: Final = {"minLength": "string", "minItems": "array", "minProperties": "object"}
MOST: Final = {"maxLength": "string", "maxItems": "array", "maxProperties": "object"}
RESIDUES: Final[tuple[tuple[str, ...], ...]] = (
    ("not",),
    ("if", "then", "else"),
    ("dependentRequired",),
    ("dependentSchemas",),
    ("propertyNames",),
    ("patternProperties",),
    ("contains", "minContains", "maxContains"),
)
"""Keywords that are compared by proof, those together that act together."""
_OF_OBJECTS: Final = ("properties", "required", "additionalProperties", "patternProperties")
_OF_ARRAYS: Final = ("items", "prefixItems")
_ALWAYS: Final[tuple[Any, ...]] = (True, {})
"""The schemas that allow everything; what must not match one allows nothing."""
_TRIVIAL: Final = frozenset({"", "^", "$", ".*", "^.*", ".*$", "^.*$"})

Root = tuple[str, tuple[Scope, ...]]
"""The pointer of a schema, and the scopes that it inherits from."""
Roots = tuple[Root, ...]
"""The schemas that a value must match, all of them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """A node of a conjunction: its keywords, and the scopes that may be their sources, the nearest first."""

    pointer: str
    keywords: Mapping[str, Any]
    scopes: tuple[Scope, ...]
    own: tuple[Scope, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Shape:
    """One choice of a schema, merged.

    Attributes:
        parts: What was merged.
        types: The allowed types, null left out.
        values: The allowed values, when they are listed; else None.
        limits: The other keywords, merged to values that can be ordered.
        properties: The declared fields.
        required: The fields that must be there.
        additional: What other fields must match; None when nothing is said of them.
        prefix: The items of a tuple.
        items: What the other items must match; None when nothing is said of them.
        residues: For each group of `RESIDUES`, its keywords as they are written.
        component: The name of the component that the choice is; None when it is none.
    """

    parts: tuple[Part, ...]
    types: frozenset[str]
    values: tuple[Any, ...] | None
    limits: dict[str, Any]
    properties: dict[str, Roots]
    required: frozenset[str]
    additional: Roots | None
    prefix: list[Roots]
    items: Roots | None
    residues: dict[str, list[dict[str, Any]]]
    component: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Choices:
    """A schema: its shapes, whether null is allowed, and whether a value must match one shape alone."""

    parts: tuple[Part, ...]
    shapes: tuple[Shape, ...]
    nullable: bool
    exclusive: bool
    keyword: str


@dataclass(frozen=True, eq=False)
class _Branch:
    """A choice that is being merged; the choices of the parts in `unspread` are not spread out."""

    parts: tuple[Part, ...]
    unspread: frozenset[str]

    @property
    def key(self) -> frozenset[str]:
        """The pointers of the parts that say something themselves."""
        return frozenset(part.pointer for part in self.parts if part.keywords.keys() != {"$ref"})

    def __add__(self, other: "_Branch") -> "_Branch":
        return _Branch(self.parts + other.parts, self.unspread | other.unspread)


@dataclass(kw_only=True, eq=False)
class Reader:
    """Reads the schemas of one specification, as one side of one operation sees them.

    `sent` says whether the client sends the values; `operation` is the operation's id, which `x-only` names.
    """

    specification: Specification
    sent: bool
    operation: str | None
    _read: dict[tuple[str, ...], Choices] = field(default_factory=dict)
    _spread_out: dict[str, tuple[list[_Branch], list[str]]] = field(default_factory=dict)
    _names: dict[tuple[bool, tuple[str, ...]], str] = field(default_factory=dict)
    _plain: dict[str, Any] = field(default_factory=dict)

    def read(self, roots: Roots) -> Choices:
        """Return the shapes of a schema.

        Raises:
            ContractError: a reference leads to nothing or in a circle, or a node is not what it must be.
        """
        key = _key(roots)
        if key not in self._read:
            self._read[key] = self._spread(roots)
        return self._read[key]

    def plain(self, roots: Roots, *, closed: bool) -> dict[str, Any]:
        """Return a schema as plain JSON Schema; `closed` allows no fields but the declared ones."""
        return self._whole({"$ref": f"#/$defs/{self._defined(roots, closed=closed)}"})

    def plain_shapes(self, shapes: tuple[Shape, ...], *, closed: bool) -> dict[str, Any]:
        """Return the union of shapes as plain JSON Schema."""
        return self._whole({"anyOf": [self._of_shape(shape, closed=closed) for shape in shapes]})

    def plain_choices(self, choices: Choices, *, closed: bool) -> dict[str, Any]:
        """Return all choices as plain JSON Schema."""
        return self._whole(self._of_choices(choices, closed=closed))

    def plain_residue(self, shape: Shape, group: tuple[str, ...]) -> dict[str, Any]:
        """Return one group of keywords as plain JSON Schema, for the types of the shape."""
        said = [self._raw(one) for one in shape.residues.get(group[0], [])]
        return self._whole({"allOf": [*said, {"type": names_of(shape.types)}]})

    def _whole(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return a schema with the definitions that it needs, and no others: they are what takes time."""
        needed: dict[str, Any] = {}
        waiting = [schema]
        while waiting:
            for _, reference in references(waiting.pop()):
                name = reference.removeprefix("#/$defs/")
                if name not in needed:
                    needed[name] = self._plain[name]
                    waiting.append(self._plain[name])
        return {**schema, "$defs": needed} if needed else schema

    def _raw(self, node: Any) -> Any:
        """Return a node as it is written, with what it refers to as definitions."""
        if isinstance(node, list):
            return [self._raw(child) for child in node]
        if not isinstance(node, dict):
            return node
        made = {key: self._raw(child) for key, child in node.items()}
        if isinstance(node.get("$ref"), str):
            name = _name_of("raw", node["$ref"])
            made["$ref"] = f"#/$defs/{name}"
            if name not in self._plain:
                self._plain[name] = {}  # for a node that refers to itself
                self._plain[name] = self._raw(self.specification.at(node["$ref"]))
        return made

    def _defined(self, roots: Roots, *, closed: bool) -> str:
        key = (closed, _key(roots))
        if key not in self._names:
            name = self._names[key] = _name_of(*key)
            self._plain[name] = self._of_choices(self.read(roots), closed=closed)
        return self._names[key]

    def _of_choices(self, choices: Choices, *, closed: bool) -> dict[str, Any]:
        branches = [self._of_shape(shape, closed=closed) for shape in choices.shapes]
        branches += [{"type": "null"}] if choices.nullable else []
        return {"oneOf" if choices.exclusive else "anyOf": branches} if branches else {"not": {}}

    def _of_shape(self, shape: Shape, *, closed: bool) -> dict[str, Any]:
        def inner(roots: Roots) -> dict[str, Any]:
            return {"$ref": f"#/$defs/{self._defined(roots, closed=closed)}"}

        plain: dict[str, Any] = {"type": names_of(shape.types)}
        if shape.values is not None:
            plain["enum"] = list(shape.values)
        for keyword, limit in shape.limits.items():
            plain |= _written(keyword, limit)
        if "object" in shape.types:
            plain |= self._of_fields(shape, inner, closed=closed)
        if "array" in shape.types:
            plain |= {"prefixItems": [inner(child) for child in shape.prefix]} if shape.prefix else {}
            plain |= {"items": inner(shape.items)} if shape.items else {}
        residues = (self._raw(one) for group in shape.residues.values() for one in group)
        if others := [*plain.get("allOf", []), *residues]:
            plain["allOf"] = others
        return plain

    def _of_fields(
        self, shape: Shape, inner: Callable[[Roots], dict[str, Any]], *, closed: bool
    ) -> dict[str, Any]:
        fields: dict[str, Any] = {name: inner(child) for name, child in shape.properties.items()}
        plain = {"properties": fields, "required": sorted(shape.required)}
        if shape.additional is not None:
            return {**plain, "additionalProperties": inner(shape.additional)}
        if closed and fields and "patternProperties" not in shape.residues:
            return {
                **plain,
                "properties": {**dict.fromkeys(shape.required, True), **fields},
                "additionalProperties": False,
            }
        return plain

    def _spread(self, roots: Roots) -> Choices:
        merged = _unique(part for pointer, around in roots for part in self._parts(pointer, around))
        branches, keywords = self._branches(merged, ())
        shapes, nulls = [], 0
        for branch in branches:
            shape = self._merged(branch)
            nulls += "null" in shape.types
            if rest := shape.types - {"null"}:
                component = _component(branch.parts[len(merged) :])
                shapes.append(_narrowed(replace(shape, component=component), rest))
        is_exclusive = keywords == ["oneOf"]
        return Choices(
            parts=merged,
            shapes=tuple(shapes) if is_exclusive else tuple(_united(shapes)),
            nullable=nulls == 1 if any("oneOf" in part.keywords for part in merged) else nulls > 0,
            exclusive=is_exclusive and len(shapes) > 1,
            keyword=keywords[0] if keywords else "",
        )

    def _parts(
        self,
        pointer: str,
        around: tuple[Scope, ...],
        above: tuple[str, ...] = (),
        seen: set[str] | None = None,
    ) -> Iterator[Part]:
        """Yield the node at a pointer, the targets of its references, and the branches of their `allOf`.

        What is in `seen` is left out: layers whose `allOf` double would take exponential time.
        """
        seen = set() if seen is None else seen
        chain: list[tuple[str, Mapping[str, Any]]] = []
        while True:
            if pointer in above or any(pointer == one for one, _ in chain):
                raise self.specification.broken(pointer, "refers to itself; break the circle")
            if pointer in seen:
                break
            seen.add(pointer)
            value = well_formed(self.specification, pointer)
            chain.append((pointer, value))
            reference = value.get("$ref", value.get("$dynamicRef"))
            if reference is None:
                break
            pointer = self._target(pointer, reference)
        own = tuple(
            Scope(pointer=one, sources=value.get(SOURCES, {}), graded=GRADE in value) for one, value in chain
        )
        scopes = (*own, *around)
        pointers = (*above, *(one for one, _ in chain))
        for one, value in chain:
            yield Part(pointer=one, keywords=value, scopes=scopes, own=own)
            for index in range(len(value.get("allOf", []))):
                yield from self._parts(f"{one}/allOf/{index}", scopes, pointers, seen)

    def _target(self, pointer: str, reference: str) -> str:
        try:
            if not reference.startswith("#/"):
                return self._anchored(reference)
            self.specification.at(reference)
        except LookupError as why:
            raise self.specification.broken(f"{pointer}/$ref", f"{why}; name a node that exists") from why
        return reference.removeprefix("#")

    def _anchored(self, reference: str) -> str:
        name = reference.removeprefix("#")
        for location, node in nodes(self.specification.content):
            if isinstance(node, dict) and name in (node.get("$anchor"), node.get("$dynamicAnchor")):
                return pointer_of(location)
        raise LookupError(f"{reference} does not point into this file")

    def _branches(
        self, merged: tuple[Part, ...], above: tuple[str, ...]
    ) -> "tuple[list[_Branch], list[str]]":
        """Spread out the choices; the second result names those with several branches beside null."""
        spread: list[list[_Branch]] = []
        keywords: list[str] = []
        holders = frozenset[str]()
        for part in merged:
            for keyword in part.keywords.keys() & {"anyOf", "oneOf"}:
                options: list[_Branch] = []
                for index in range(len(part.keywords[keyword])):
                    inner, within = self._branch(f"{part.pointer}/{keyword}/{index}", part.scopes, above)
                    options += inner
                    keywords += within
                several = sum(branch != {"type": "null"} for branch in part.keywords[keyword])
                keywords += [keyword] if several > 1 else []
                # One `anyOf` and two `oneOf` say all; layers that double would make the list endless.
                keywords = [*{"anyOf"}.intersection(keywords), *["oneOf"] * min(2, keywords.count("oneOf"))]
                spread.append(options)
                holders |= {part.pointer}
        is_mixed = "oneOf" in keywords and len(keywords) > 1
        if is_mixed or math.prod(len(options) for options in spread) > MOST_SHAPES:
            return [_Branch(merged, holders)], []
        whole = _Branch(merged, frozenset())
        found = [sum(chosen, whole) for chosen in product(*spread)]
        return found if "oneOf" in keywords else list({one.key: one for one in found}.values()), keywords

    def _branch(
        self, pointer: str, around: tuple[Scope, ...], above: tuple[str, ...]
    ) -> "tuple[list[_Branch], list[str]]":
        if pointer in above:
            raise self.specification.broken(pointer, "refers to itself; break the circle")
        if pointer not in self._spread_out:
            parts = _unique(self._parts(pointer, around))
            self._spread_out[pointer] = self._branches(parts, (*above, pointer))
        return self._spread_out[pointer]

    def _merged(self, branch: "_Branch") -> Shape:
        parts = _unique(branch.parts)
        types, values = _types_and_values(parts)
        limits: dict[str, Any] = {}
        for part in parts:
            for keyword, limit in _limits(part.keywords, types):
                limits[keyword] = _both(keyword, limits[keyword], limit) if keyword in limits else limit
        residues = _residues(parts)
        if branch.unspread:
            residues["choices"] = _choices(part for part in parts if part.pointer in branch.unspread)
        return Shape(
            parts=parts,
            types=types,
            values=values,
            limits=limits,
            properties=self._properties(parts),
            required=frozenset(self._required(parts)),
            additional=_rest(parts, "additionalProperties") or _rest(parts, "unevaluatedProperties"),
            prefix=_prefix(parts),
            items=_rest(parts, "items") or _rest(parts, "unevaluatedItems"),
            residues=residues,
        )

    def _properties(self, parts: tuple[Part, ...]) -> dict[str, Roots]:
        """Return the declared fields; what another part says of undeclared fields holds for them too."""
        found: dict[str, Roots] = {}
        for part in parts:
            for name in part.keywords.get("properties", {}):
                pointer = f"{part.pointer}/properties/{escaped(name)}"
                graded = tuple(scope for scope in part.scopes if scope.graded)
                found[name] = (*found.get(name, ()), (pointer, graded))
        for part in parts:
            if "additionalProperties" in part.keywords and "patternProperties" not in part.keywords:
                other = (f"{part.pointer}/additionalProperties", part.scopes)
                for name in found.keys() - part.keywords.get("properties", {}).keys():
                    found[name] = (*found[name], other)
        return {name: roots for name, roots in found.items() if not self._is_hidden(roots)}

    def _is_hidden(self, roots: Roots) -> bool:
        """Whether a field is not for this side of this operation, or never allowed."""
        mark = "readOnly" if self.sent else "writeOnly"
        for pointer, around in roots:
            for part in self._parts(pointer, around):
                known = part.keywords.get("x-only", [self.operation])
                if part.keywords.get(mark) is True or part.keywords.get("not") in _ALWAYS:
                    return True
                if self.operation not in known:
                    return True
        return False

    def _required(self, parts: tuple[Part, ...]) -> Iterator[str]:
        for part in parts:
            for name in part.keywords.get("required", []):
                holders = [one for one in parts if name in one.keywords.get("properties", {})]
                roots = tuple((f"{one.pointer}/properties/{escaped(name)}", one.scopes) for one in holders)
                if not self._is_hidden(roots):
                    yield name


def canonical(value: Any) -> str:
    """Return a JSON value as a text that is equal for equal values: 1 and 1.0 are, 1 and true are not."""
    return json.dumps(_even(value), sort_keys=True, ensure_ascii=False)


def names_of(types: frozenset[str]) -> list[str]:
    """Return types by their names in JSON Schema."""
    whole = {"number"} if "fraction" in types else {"integer"} & types
    return sorted((types - {"integer", "fraction"}) | whole)


def _even(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _even(child) for key, child in value.items()}
    return [_even(child) for child in value] if isinstance(value, list) else value


def _name_of(*key: Any) -> str:
    """Return the name of a definition: equal schemas of two specifications have equal ones."""
    return hashlib.sha256(repr(key).encode()).hexdigest()[:16]


def _component(parts: tuple[Part, ...]) -> str | None:
    for part in parts:
        if part.pointer.startswith("/components/schemas/") and part.pointer.count("/") == 3:
            return part.pointer.rpartition("/")[2]
    return None


def _key(roots: Roots) -> tuple[str, ...]:
    return tuple(sorted({pointer for pointer, _ in roots}))


def _unique(parts: Iterator[Part] | tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple({part.pointer: part for part in reversed(tuple(parts))}.values())[::-1]


def type_of(value: Any) -> str:
    """Return the type of a JSON value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if float(value).is_integer() else "fraction"
    names = {type(None): "null", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def _types_and_values(parts: tuple[Part, ...]) -> tuple[frozenset[str], tuple[Any, ...] | None]:
    types = ALL_TYPES
    values: dict[str, Any] | None = None
    for part in parts:
        said = part.keywords.get("type", list(TYPES))
        named = [said] if isinstance(said, str) else said
        types &= frozenset[str]().union(*(TYPES.get(name, {name}) for name in named))
        for listed in _listed(part.keywords):
            values = {key: one for key, one in listed.items() if values is None or key in values}
        if part.keywords.get("not") in _ALWAYS:
            types = frozenset()
        if isinstance(part.keywords.get("multipleOf"), int):
            types -= {"fraction"}
    if not any("type" in part.keywords for part in parts) and values is None:
        if any(keyword in part.keywords for part in parts for keyword in _OF_OBJECTS):
            types = frozenset({"object"})
        elif any(keyword in part.keywords for part in parts for keyword in _OF_ARRAYS):
            types = frozenset({"array"})
    if values is None:
        return types, None
    kept = tuple(one for one in values.values() if type_of(one) in types)
    found = frozenset(type_of(one) for one in kept)
    if {"boolean", "null"} >= found and sum(type_of(one) == "boolean" for one in kept) != 1:
        return found, None
    return found, kept


def _listed(keywords: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if "enum" in keywords:
        yield {canonical(one): one for one in keywords["enum"]}
    if "const" in keywords:
        yield {canonical(keywords["const"]): keywords["const"]}


def _limits(keywords: Mapping[str, Any], types: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Yield the keywords that say something for the types, as values that can be ordered."""
    numbers = types & TYPES["number"]
    if numbers:
        yield from _of_numbers(keywords, whole="fraction" not in types)
    for keyword, kind in LEAST.items():
        if kind in types and keywords.get(keyword, 0) > 0:
            yield keyword, keywords[keyword]
    for keyword, kind in MOST.items():
        if kind in types and keyword in keywords:
            yield keyword, keywords[keyword]
    if "array" in types and keywords.get("uniqueItems"):
        yield "uniqueItems", True
    if "string" in types:
        yield from _of_strings(keywords)
    if "format" in keywords and ("string" in types or numbers):
        yield "format", frozenset({keywords["format"]})


def _of_numbers(keywords: Mapping[str, Any], *, whole: bool) -> Iterator[tuple[str, Any]]:
    for keyword, sign in (("minimum", 1), ("maximum", -1)):
        for name in (keyword, f"exclusive{keyword.capitalize()}"):
            bound = keywords.get(name)
            if isinstance(bound, int | float) and not isinstance(bound, bool):
                yield keyword, _bound(bound, sign, whole=whole, strict=name != keyword)
    factor = keywords.get("multipleOf")
    if factor is not None and not (whole and factor == 1):
        yield "multipleOf", frozenset({factor})


def _of_strings(keywords: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if keywords.get("pattern", "") not in _TRIVIAL:
        yield "pattern", frozenset({keywords["pattern"]})
    for keyword in ("contentEncoding", "contentMediaType", "contentSchema"):
        if keyword in keywords:
            yield keyword, frozenset({canonical(keywords[keyword])})


def _bound(value: float, sign: int, *, whole: bool, strict: bool) -> tuple[float, bool]:
    """Return a bound and whether it is excluded itself; a bound of integers is the outermost integer."""
    if whole and sign > 0:
        return (math.floor(value) + 1 if strict else math.ceil(value)), False
    if whole:
        return (math.ceil(value) - 1 if strict else math.floor(value)), False
    return value, strict


def _both(keyword: str, one: Any, other: Any) -> Any:
    """Return the limit that demands both."""
    if isinstance(one, frozenset):
        return one | other
    if keyword == "minimum":
        return max(one, other)
    if keyword == "maximum":
        return min(one, other, key=lambda bound: (bound[0], not bound[1]))
    return min(one, other) if keyword in MOST else max(one, other)


def _written(keyword: str, limit: Any) -> dict[str, Any]:
    """Return a limit as JSON Schema; formats and contents are no constraint there."""
    if keyword in {"minimum", "maximum"}:
        value, strict = limit
        return {f"exclusive{keyword.capitalize()}" if strict else keyword: value}
    if keyword == "pattern":
        return {"allOf": [{keyword: one} for one in sorted(limit)]}
    if keyword == "multipleOf":
        return {keyword: next(iter(limit))} if len(limit) == 1 else {}
    return {} if isinstance(limit, frozenset) else {keyword: limit}


def _rest(parts: tuple[Part, ...], keyword: str) -> Roots | None:
    found = tuple(
        (f"{part.pointer}/{keyword}", part.scopes)
        for part in parts
        if keyword in part.keywords and part.keywords[keyword] not in (True, {})
    )
    return found or None


def _prefix(parts: tuple[Part, ...]) -> list[Roots]:
    length = max((len(part.keywords.get("prefixItems", [])) for part in parts), default=0)
    found: list[Roots] = []
    for index in range(length):
        roots: list[Root] = []
        for part in parts:
            if index < len(part.keywords.get("prefixItems", [])):
                roots.append((f"{part.pointer}/prefixItems/{index}", part.scopes))
            elif "items" in part.keywords:
                roots.append((f"{part.pointer}/items", part.scopes))
        found.append(tuple(roots))
    return found


def _residues(parts: tuple[Part, ...]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        for group in RESIDUES:
            said = {keyword: part.keywords[keyword] for keyword in group if keyword in part.keywords}
            if group[0] not in said or said.get("not") in _ALWAYS:
                continue
            if group[0] == "patternProperties":
                said["properties"] = dict.fromkeys(part.keywords.get("properties", {}), True)
                if "additionalProperties" in part.keywords:
                    said["additionalProperties"] = part.keywords["additionalProperties"]
            found.setdefault(group[0], []).append(said)
    return found


def _choices(parts: Iterable[Part]) -> list[dict[str, Any]]:
    keywords = ("anyOf", "oneOf")
    return [
        {keyword: part.keywords[keyword]}
        for part in parts
        for keyword in keywords
        if keyword in part.keywords
    ]


def _narrowed(shape: Shape, types: frozenset[str]) -> Shape:
    """Return a shape with fewer types."""
    if types == shape.types:
        return shape
    values = shape.values
    kept = None if values is None else tuple(one for one in values if type_of(one) in types)
    return replace(shape, types=types, values=kept)


def _united(shapes: list[Shape]) -> Iterator[Shape]:
    """Yield shapes, those that only list values of the same types as one."""
    listing: list[Shape] = []
    for shape in shapes:
        if shape.values is None:
            yield shape
        else:
            listing.append(shape)
    if listing:
        values = {canonical(one): one for shape in listing for one in shape.values or ()}
        parts = _unique(tuple(part for shape in listing for part in shape.parts))
        types = frozenset[str]().union(*(shape.types for shape in listing))
        yield replace(listing[0], parts=parts, types=types, values=tuple(values.values()))
