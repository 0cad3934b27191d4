"""What spec.yaml names as the source of its constraints, and the constraints that have none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ruamel.yaml.comments import CommentedMap

from tracing.documents import line_of, read_yaml
from tracing.errors import UnusableInputError

FILE: Final = Path("openapi/spec.yaml")
SOURCES: Final = "x-requirements"
UNCONSTRAINING: Final = frozenset({"exists", "description"})
"""Keys of x-requirements that are the source of a node or of its prose, not of a constraint."""

SCHEMA_KEYWORDS: Final = frozenset({"type", "enum", "required", "minimum", "maximum", "if", "null"})
"""The keywords that a schema rule checks, whatever the requirement."""

_METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
_PLAIN: Final = (
    "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern", "format",
    "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties",
    "maxProperties", "dependentRequired", "propertyNames", "additionalProperties", "unevaluatedProperties",
    "unevaluatedItems", "patternProperties", "prefixItems", "dependentSchemas", "anyOf", "not", "contains",
)  # fmt: skip
_CONDITION: Final = ("if", "then", "else")


@dataclass(frozen=True, kw_only=True)
class Source:
    """An entry of x-requirements: `id` is the source of `keyword` at the node `pointer`."""

    id: str
    keyword: str
    pointer: str
    line: int

    @property
    def in_schema(self) -> bool:
        """Whether it is the source of a constraint on a body: not of a parameter, a status or a media type."""
        return self.keyword in SCHEMA_KEYWORDS and not {"schema", "schemas"}.isdisjoint(
            self.pointer.split("/")
        )


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A constraint without a source (`spare` false), or a source without its constraint (`spare` true)."""

    keyword: str
    pointer: str
    line: int
    spare: bool = False


@dataclass(frozen=True, kw_only=True)
class Spec:
    """The links of spec.yaml to the requirements."""

    sources: tuple[Source, ...]
    gaps: tuple[Gap, ...]

    @property
    def nodes(self) -> int:
        """How many nodes name a requirement."""
        return len({source.pointer for source in self.sources})

    @property
    def schema_ids(self) -> frozenset[str]:
        """The requirements that a rule checks which holds a body against its schema."""
        return frozenset(source.id for source in self.sources if source.in_schema)


def read_spec(root: Path) -> Spec:
    """Read the spec of a checkout.

    Raises UnusableInputError when the file can't be read, or a reference leads nowhere.
    """
    document = read_yaml(root / FILE)
    walk = _Walk(document)
    walk.paths()
    return Spec(
        sources=tuple(_sources(document, "")), gaps=(*walk.gaps.values(), *_spare(document, "", walk.used))
    )


@dataclass(frozen=True)
class _Scope:
    """A node that may be the source of keywords below it: of those of its properties too when it has a grade."""

    sources: Mapping[str, Any]
    pointer: str
    graded: bool


@dataclass
class _Walk:
    """Goes from each operation to each constraint that it uses."""

    document: CommentedMap
    gaps: dict[tuple[str, str], Gap] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    open: list[str] = field(default_factory=list)

    def paths(self) -> None:
        for path, item in self.document.get("paths", {}).items():
            at = f"/paths/{_token(path)}"
            self._parameters(item, at, ())
            for method in _METHODS:
                if method in item:
                    self._operation(item[method], f"{at}/{method}")

    def _operation(self, operation: CommentedMap, pointer: str) -> None:
        operation, pointer, scopes = self._entered(operation, pointer, ())
        self._parameters(operation, pointer, scopes)
        if "requestBody" in operation:
            body, at, inner = self._entered(operation["requestBody"], f"{pointer}/requestBody", scopes)
            if body.get("required"):
                self._need("required", body, at, inner)
            self._content(body, at, inner)
        for status, answer in operation.get("responses", {}).items():
            found, at, inner = self._entered(answer, f"{pointer}/responses/{status}", scopes)
            self._need("status", operation["responses"], at, inner, key=status)
            self._content(found, at, inner)

    def _parameters(self, item: CommentedMap, pointer: str, scopes: tuple[_Scope, ...]) -> None:
        for index, parameter in enumerate(item.get("parameters", [])):
            found, at, inner = self._entered(parameter, f"{pointer}/parameters/{index}", scopes)
            if found.get("required"):
                self._need("required", found, at, inner)
            if "schema" in found:
                self._schema(found["schema"], f"{at}/schema", inner)
            self._content(found, at, inner)

    def _content(self, holder: CommentedMap, pointer: str, scopes: tuple[_Scope, ...]) -> None:
        for media_type, value in holder.get("content", {}).items():
            at = f"{pointer}/content/{_token(media_type)}"
            self._need("content", holder["content"], at, scopes, key=media_type)
            if "schema" in value:
                self._schema(value["schema"], f"{at}/schema", scopes)

    def _schema(self, schema: CommentedMap, pointer: str, scopes: tuple[_Scope, ...]) -> None:
        schema, pointer, scopes = self._entered(schema, pointer, scopes)
        if pointer in self.open:
            return
        self.open.append(pointer)
        self._constraints(schema, pointer, scopes)
        self._children(schema, pointer, scopes)
        self.open.pop()

    def _constraints(self, schema: CommentedMap, pointer: str, scopes: tuple[_Scope, ...]) -> None:
        self._types(schema, pointer, scopes)
        for keyword in _PLAIN:
            if keyword in schema:
                self._need(keyword, schema, pointer, scopes)
        if any(keyword in schema for keyword in _CONDITION):
            self._need("if", schema, pointer, scopes, key=next(word for word in _CONDITION if word in schema))
        for name in schema.get("required", ()):
            self._need("required", schema, pointer, scopes, member=name)

    def _types(self, schema: CommentedMap, pointer: str, scopes: tuple[_Scope, ...]) -> None:
        if "type" not in schema:
            return
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if "null" in types:
            self._need("null", schema, pointer, scopes, key="type")
        if set(types) != {"null"}:
            self._need("type", schema, pointer, scopes)

    def _children(self, schema: CommentedMap, pointer: str, scopes: tuple[_Scope, ...]) -> None:
        for name, child in schema.get("properties", {}).items():
            below = tuple(scope for scope in scopes if scope.graded)
            self._schema(child, f"{pointer}/properties/{_token(name)}", below)
        if "items" in schema:
            self._schema(schema["items"], f"{pointer}/items", scopes)
        for keyword in ("oneOf", "anyOf", "allOf"):
            branches = schema.get(keyword, ())
            if (
                keyword == "oneOf"
                and branches
                and not any(branch.get("type") == "null" for branch in branches)
            ):
                self._need("oneOf", schema, pointer, scopes)
            for index, branch in enumerate(branches):
                self._schema(branch, f"{pointer}/{keyword}/{index}", scopes)

    def _entered(
        self, node: CommentedMap, pointer: str, scopes: tuple[_Scope, ...]
    ) -> tuple[CommentedMap, str, tuple[_Scope, ...]]:
        """Follow `$ref`: give the node with what it refers to, its own place, and the scopes, the nearest first."""
        found = CommentedMap(node)
        found.lc.data = dict(node.lc.data)
        scopes = (_Scope(node.get(SOURCES, {}), pointer, "x-grade" in node), *scopes)
        seen = {pointer}
        while "$ref" in node:
            pointer = node["$ref"].removeprefix("#")
            if pointer in seen:
                raise UnusableInputError(f"{FILE}: {pointer} refers to itself; break the circle")
            seen.add(pointer)
            node = self._at(node, pointer)
            scopes = (*scopes[:1], _Scope(node.get(SOURCES, {}), pointer, "x-grade" in node), *scopes[1:])
            for key in node.keys() - found.keys():
                found[key] = node[key]
                found.lc.data[key] = node.lc.data[key]
        return found, pointer, scopes

    def _at(self, node: CommentedMap, pointer: str) -> CommentedMap:
        target: Any = self.document
        for token in pointer.split("/")[1:]:
            target = (
                target.get(token.replace("~1", "/").replace("~0", "~"))
                if isinstance(target, Mapping)
                else None
            )
        if not isinstance(target, CommentedMap):
            raise UnusableInputError(
                f"{FILE}:{line_of(node, '$ref')}: $ref leads nowhere: {pointer}; name a node that exists"
            )
        return target

    def _need(
        self,
        keyword: str,
        node: CommentedMap,
        pointer: str,
        scopes: tuple[_Scope, ...],
        *,
        key: str | None = None,
        member: str | None = None,
    ) -> None:
        """Note the nearest source of a keyword (of `member` of it, where the source is told for each), or the gap."""
        for scope in scopes:
            if member is not None and not _in_schema(scope.pointer):
                break
            named = scope.sources.get(keyword)
            if isinstance(named, Mapping):
                if member not in named:
                    break
                self.used.add((scope.pointer, f"{keyword}/{member}"))
                return
            if named:
                self.used.add((scope.pointer, keyword))
                return
            if scope.graded and keyword in {"status", "content"} and "exists" in scope.sources:
                return
        shown = keyword if member is None else f"{keyword}: {member}"
        gap = Gap(keyword=shown, pointer=pointer, line=line_of(node, key or keyword))
        self.gaps.setdefault((pointer, shown), gap)


def _nodes(node: Any, pointer: str) -> Iterator[tuple[CommentedMap, str]]:
    """Every node that has an x-requirements, with its pointer."""
    if isinstance(node, Mapping):
        if isinstance(node.get(SOURCES), CommentedMap):
            yield node[SOURCES], pointer
        for key, child in node.items():
            yield from _nodes(child, f"{pointer}/{_token(str(key))}")
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _nodes(child, f"{pointer}/{index}")


def _sources(document: CommentedMap, pointer: str) -> Iterator[Source]:
    for entries, at in _nodes(document, pointer):
        for keyword, named in entries.items():
            members = named if isinstance(named, CommentedMap) else {keyword: named}
            for member, ids in members.items():
                line = line_of(members if isinstance(named, CommentedMap) else entries, member)
                for requirement in ids if isinstance(ids, list) else [ids]:
                    yield Source(id=str(requirement), keyword=keyword, pointer=at, line=line)


def _spare(document: CommentedMap, pointer: str, used: set[tuple[str, str]]) -> Iterator[Gap]:
    for entries, at in _nodes(document, pointer):
        for keyword, named in entries.items():
            if keyword in UNCONSTRAINING:
                continue
            names = [f"{keyword}/{member}" for member in named] if isinstance(named, Mapping) else [keyword]
            for name in names:
                if (at, name) not in used:
                    yield Gap(
                        keyword=name.replace("/", ": "),
                        pointer=at,
                        line=line_of(entries, keyword),
                        spare=True,
                    )


def _in_schema(pointer: str) -> bool:
    return not {"schema", "schemas"}.isdisjoint(pointer.split("/"))


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
