"""Nodes of an OpenAPI description with their `$ref` resolved, and the requirements behind their keywords.

`x-requirements` names the sources; this module alone knows how they are inherited. The source of a keyword
is the nearest one: at the node itself, at the `$ref` target, at the list around an item, at the choice around
a branch. A property inherits from the objects around it only where these have a grade (`x-grade`): there one
source is for all. `exists` and `description` are about the node itself and are never inherited.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from clumio_conformance.contract.pointers import escaped, pointer_of
from clumio_conformance.contract.shapes import in_schema, well_formed
from clumio_conformance.contract.specification import METHODS, Specification

SOURCES: Final = "x-requirements"
GRADE: Final = "x-grade"
OVERLAY: Final = "overlay"
"""The key of `x-requirements` for what only an overlay says of a node and of the nodes below it."""
OWN: Final = frozenset({"exists", "description"})
"""Keys of `x-requirements` that are the source of a node or of its prose, not of a constraint."""
_BY_EXISTENCE: Final = frozenset({"status", "content"})
_BESIDE_METHODS: Final = frozenset({"$ref", "summary", "description", "servers", "parameters"})


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A node that may be the source of keywords below it."""

    pointer: str
    sources: Mapping[str, Any]
    graded: bool


@dataclass(frozen=True, kw_only=True)
class Source:
    """The requirements that `x-requirements` names for a keyword, with the scope and the entry."""

    ids: tuple[str, ...]
    pointer: str
    entry: str

    @property
    def is_by_existence(self) -> bool:
        """Whether the keyword has no source of its own, so that the source of the node's existence counts."""
        return self.entry == "exists"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node: `keywords` merges its own over those of its `$ref` target, `pointer` is its final place.

    `own` are the scopes at the node and at its `$ref` target, `around` those that it inherits, the nearest
    first. `origins` maps each keyword to the node where it is written.
    """

    specification: Specification = field(repr=False)
    pointer: str
    keywords: Mapping[str, Any]
    own: tuple[Scope, ...]
    around: tuple[Scope, ...]
    origins: Mapping[str, str]

    @classmethod
    def enter(cls, specification: Specification, pointer: str, around: tuple[Scope, ...] = ()) -> "Node":
        """Return the node at a pointer; keywords beside a `$ref` override those of its target.

        Raises:
            ContractError: a reference leads to nothing, or in a circle, or a node is not what it must be.
        """
        keywords: dict[str, Any] = {}
        origins: dict[str, str] = {}
        own: list[Scope] = []
        while True:
            value = well_formed(specification, pointer)
            own.append(Scope(pointer=pointer, sources=value.get(SOURCES, {}), graded=GRADE in value))
            new = {name: child for name, child in value.items() if name not in keywords}
            keywords |= new
            origins |= dict.fromkeys(new, pointer)
            if "$ref" not in value:
                break
            pointer = _target(specification, pointer, value["$ref"])
            if any(scope.pointer == pointer for scope in own):
                raise specification.broken(pointer, "refers to itself; break the circle")
        return cls(
            specification=specification,
            pointer=pointer,
            keywords=keywords,
            own=tuple(own),
            around=around,
            origins=origins,
        )

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Every scope that may be the source of a keyword, the nearest first."""
        return (*self.own, *self.around)

    def below(self, *tokens: str) -> "Node":
        """Return a node below this one; a property inherits graded scopes only, anything else all scopes."""
        around = self.scopes
        if tokens[0] == "properties":
            around = tuple(scope for scope in around if scope.graded)
        pointer = self.origins[tokens[0]] + pointer_of(tokens)
        return Node.enter(self.specification, pointer, around)

    def each(self, keyword: str) -> Iterator[tuple[str, "Node"]]:
        """Yield each node of a mapping or list below this one, with its key or index."""
        children = self.keywords.get(keyword, {})
        names = children if isinstance(children, Mapping) else map(str, range(len(children)))
        yield from ((name, self.below(keyword, name)) for name in names)

    def without_null(self, above: tuple[str, ...] = ()) -> tuple["Node", bool]:
        """Return the schema without the choice of null, and whether null is allowed.

        `above` are the choices that it is the only branch of.

        Raises:
            ContractError: it is a branch of itself.
        """
        if self.pointer in above:
            raise self.specification.broken(self.pointer, "refers to itself; break the circle")
        for choice in ("oneOf", "anyOf"):
            branches = self.keywords.get(choice, [])
            others = [str(index) for index, branch in enumerate(branches) if branch != {"type": "null"}]
            if len(others) == 1:
                inner, nullable = self.below(choice, others[0]).without_null((*above, self.pointer))
                beside = {name: value for name, value in self.keywords.items() if name != choice}
                node = Node(
                    specification=self.specification,
                    pointer=inner.pointer,
                    keywords={**inner.keywords, **beside},
                    own=(*self.own, *inner.own),
                    around=self.around,
                    origins={**inner.origins, **{name: self.origins[name] for name in beside}},
                )
                return node, nullable or len(branches) > 1
        types = self.keywords.get("type")
        return self, isinstance(types, list) and "null" in types

    def source(self, keyword: str, member: str | None = None) -> Source | None:
        """Return the nearest source of a keyword, or of one member, such as a field in `required`."""
        for scope in self.own if keyword in OWN else self.scopes:
            if member is not None and not in_schema(scope.pointer):
                break
            named, entry = scope.sources.get(keyword), keyword
            if isinstance(named, Mapping) and member is not None:
                if member not in named:
                    break
                named, entry = named[member], f"{keyword}/{member}"
            elif not named and scope.graded and keyword in _BY_EXISTENCE:
                named, entry = scope.sources.get("exists"), "exists"
            if named:
                return Source(ids=ids_of(named), pointer=scope.pointer, entry=entry)
        return None

    @property
    def named(self) -> dict[str, tuple[str, ...]]:
        """The requirements by keyword that the node names, or what it refers to; nothing is inherited."""
        return {name: ids_of(ids) for scope in reversed(self.own) for name, ids in scope.sources.items()}

    def requirement(self, keyword: str, member: str | None = None) -> str | None:
        """Return the first requirement that is the source of a keyword; None when none is named."""
        source = self.source(keyword, member)
        return source.ids[0] if source else None

    def line(self, keyword: str) -> int:
        """Return the line, from 1, where a keyword is written."""
        written = f"{self.origins.get(keyword, self.pointer)}/{escaped(keyword)}"
        return self.specification.line(written) or self.specification.line(self.pointer) or 1


def operation_nodes(specification: Specification) -> Iterator[tuple[str, str, Node, Node]]:
    """Yield path, method, path item and operation, in the order of the file; references are followed.

    Raises:
        ContractError: a path has something else than methods, or two operations have the same id.
    """
    paths = specification.content.get("paths", {})
    if not isinstance(paths, Mapping):
        raise specification.broken(
            "/paths", f"expected a mapping, found {paths!r}; write the operations there"
        )
    ids: set[str] = set()
    for path in paths:
        if path.startswith("x-"):
            continue
        item = Node.enter(specification, pointer_of(["paths", path]))
        for name in item.keywords:
            if not (name in METHODS or name in _BESIDE_METHODS or name.startswith("x-")):
                cause = f"is no method of OpenAPI; write one of {', '.join(METHODS)}"
                raise specification.broken(item.origins[name] + pointer_of([name]), cause)
        for method in METHODS:
            if method in item.keywords:
                operation = Node.enter(specification, f"{item.origins[method]}/{method}")
                named = operation.keywords.get("operationId")
                if named in ids or named == "":
                    cause = f"{named!r} is not the id of this operation alone; give it one of its own"
                    raise specification.broken(f"{operation.pointer}/operationId", cause)
                ids |= {named} if named else set()
                yield path, method, item, operation


def ids_of(named: Any) -> tuple[str, ...]:
    """Return the requirements of an `x-requirements` entry: one id, a list, or ids for each member."""
    if isinstance(named, Mapping):
        return tuple(one for ids in named.values() for one in ids_of(ids))
    return tuple(map(str, named)) if isinstance(named, list) else (str(named),)


def _target(specification: Specification, pointer: str, reference: str) -> str:
    try:
        specification.at(reference)
    except LookupError as why:
        raise specification.broken(f"{pointer}/$ref", f"{why}; name a node that exists") from why
    return reference.removeprefix("#")
