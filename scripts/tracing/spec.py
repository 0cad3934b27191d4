"""The sources that spec.yaml names for its constraints, and missing sources or constraints."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from clumio_conformance.contract.nodes import GRADE, OWN, SOURCES, Node, ids_of, operation_nodes
from clumio_conformance.contract.pointers import pointer_of, tokens_of
from clumio_conformance.contract.requirements import GRADES
from clumio_conformance.contract.schema import Schema
from clumio_conformance.contract.specification import Specification, nodes

Side = Literal["request", "answer"]
FILE: Final = Path("openapi/spec.yaml")
UNCONSTRAINING: Final = OWN | {"undocumented"}
"""Keys of x-requirements that are not the source of a constraint."""
_UNREAD: Final = ("webhooks", "callbacks", "headers")
"""What no rule of the contract reads."""
_OF_AN_ANSWER: Final = ("status", "content", "undocumented")
_CONDITION: Final = ("if", "then", "else")
_CHOICES: Final = ("oneOf", "anyOf", "allOf")
_NO_CONSTRAINTS: Final = frozenset(
    {"$ref", "$comment", "description", "title", "example", "examples", "default", "deprecated",
     "externalDocs", "xml", "discriminator", "readOnly", "writeOnly", "properties", "items", "allOf"}
)  # fmt: skip
_APART: Final = frozenset({"type", "required", *_CONDITION})
"""Constraints with more than one source, or with a source under another name."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """An entry of x-requirements: `id` is the source of `keyword` at the node `pointer`.

    `operations` are those for whose answers it is the source of status, media type or undocumented fields.
    `sides` is what it constrains, an answer or a request or both; it is empty where it constrains nothing.
    """

    id: str
    keyword: str
    pointer: str
    line: int
    operations: frozenset[str]
    sides: frozenset[Side]

    @property
    def in_schema(self) -> bool:
        """Whether it is the source of a constraint on a body."""
        return self.keyword not in UNCONSTRAINING and self._stands_in("schema", "schemas")

    @property
    def by_keyword(self) -> bool:
        """Whether rules for its keyword check it: not at parameters, security schemes, labels of requests."""
        label = self.keyword == "content" and not self.operations
        return not label and not self._stands_in("parameters", "securitySchemes")

    def _stands_in(self, *names: str) -> bool:
        return not set(names).isdisjoint(tokens_of(self.pointer))


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A missing or unused entry at a node, and how to fix it."""

    pointer: str
    line: int
    what: str
    fix: str


@dataclass(frozen=True, kw_only=True)
class Spec:
    """The links of spec.yaml to the requirements."""

    sources: tuple[Source, ...]
    gaps: tuple[Gap, ...]

    @property
    def nodes(self) -> int:
        """How many nodes name a requirement."""
        return len({source.pointer for source in self.sources})


def read_spec(root: Path) -> Spec:
    """Read the spec of a checkout.

    Raises:
        ContractError: the file can't be read, or a reference leads to nothing.
    """
    specification = Specification(root / FILE)
    walk = _Walk(specification)
    operations = list(operation_nodes(specification))
    for _, _, item, operation in operations:
        walk.operation(item, operation)
    walk.unread(Node.enter(specification, ""))
    walk.extensions(str(operation.keywords.get("operationId")) for *_, operation in operations)
    return Spec(sources=tuple(_sources(walk)), gaps=(*walk.gaps.values(), *_spare(walk)))


@dataclass
class _Walk:
    """Goes from each operation to each constraint that it uses; `used` are the entries that are a source.

    `answers` are the operations whose answers have an entry as a source.
    """

    specification: Specification
    gaps: dict[tuple[str, str], Gap] = field(default_factory=dict)
    used: defaultdict[tuple[str, str], set[Side]] = field(default_factory=lambda: defaultdict(set))
    answers: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    _open: list[str] = field(default_factory=list)
    _side: Side = "request"

    def operation(self, item: Node, operation: Node) -> None:
        self._side = "request"
        if operation.source("exists") is None:
            self._unnamed(operation, "is an operation without a source")
        for holder in (item, operation):
            for _, parameter in holder.each("parameters"):
                self._parameter(parameter)
        if "requestBody" in operation.keywords:
            body = operation.below("requestBody")
            self._required(body)
            self._content(body)
        self._responses(operation)
        self.unread(operation)

    def unread(self, node: Node) -> None:
        """Check that the node has nothing that no rule reads."""
        for keyword in node.keywords.keys() & set(_UNREAD):
            what = f"has {keyword}, which no rule of the contract reads"
            fix = "take them away, and write what is known of them as a row with a rule of its own"
            self._gap(node.pointer or "the document", node.line(keyword), what, fix)

    def extensions(self, operation_ids: Iterable[str]) -> None:
        """Check that each grade, and each operation of an `x-only`, is one that there is."""
        known: dict[str | int, tuple[str, ...]] = {GRADE: GRADES, "x-only": tuple(operation_ids)}
        for location, value in nodes(self.specification.content):
            *place, name = location or ("",)
            for one in value if isinstance(value, list) else [value]:
                if name in known and one not in known[name]:
                    line = self.specification.line(pointer_of(location)) or 1
                    fix = f"write one of {', '.join(known[name])}"
                    self._gap(pointer_of(place), line, f"has the {name} {one!r}, which there is not", fix)

    def _parameter(self, node: Node) -> None:
        constrained = self._required(node)
        if "schema" in node.keywords:
            constrained = self._schema(node.below("schema")) or constrained
        self._content(node)
        self._field(node, constrained=constrained)

    def _required(self, node: Node) -> bool:
        if node.keywords.get("required"):
            self._need(node, "required", node.line("required"))
        return bool(node.keywords.get("required"))

    def _responses(self, operation: Node) -> None:
        """Check each response; an operation's own source of `status` is for one response only."""
        self._side = "answer"
        taken = False
        for status, response in operation.each("responses"):
            line = self._line(operation, "responses", status)
            source = response.source("status")
            shared = source is not None and (source.pointer, source.entry) == (operation.pointer, "status")
            if shared and taken:
                place = operation.pointer + pointer_of(["responses", status])
                self._gap(place, line, "is constrained by status, which has no source of its own")
            else:
                self._need(response, "status", line)
            taken = taken or shared
            for found in filter(None, map(response.source, _OF_AN_ANSWER)):
                self.answers[found.pointer, found.entry].add(operation.keywords.get("operationId", ""))
            self._content(response)
            self.unread(response)
            if self._has_fields(response) and response.source("undocumented") is None:
                self._gap(
                    response.pointer, line, "has fields, and no source of `undocumented` for any others"
                )

    def _has_fields(self, response: Node) -> bool:
        return any(
            "properties" in described.below("schema").without_null()[0].keywords
            for _, described in response.each("content")
            if "schema" in described.keywords
        )

    def _content(self, holder: Node) -> None:
        for media_type, described in holder.each("content"):
            line = self._line(holder, "content", media_type)
            self._need(holder, "content", line, pointer=described.pointer)
            if "schema" in described.keywords:
                schema = described.below("schema")
                self._schema(schema)
                Schema(schema, "")  # it can be compiled

    def _schema(self, node: Node) -> bool:
        """Check a schema and what is below it; return whether it is constrained itself."""
        node, nullable = node.without_null()
        if node.pointer in self._open:
            return True
        self._open.append(node.pointer)
        constraints = list(_constraints(node, nullable=nullable))
        for keyword, written, member in constraints:
            self._need(node, keyword, node.line(written), member=member)
        for _, child in node.each("properties"):
            self._field(child, constrained=self._schema(child))
        if isinstance(node.keywords.get("items"), Mapping):
            self._schema(node.below("items"))
        branches = [self._schema(branch) for choice in _CHOICES for _, branch in node.each(choice)]
        self._open.pop()
        return bool(constraints) or any(branches)

    def _field(self, node: Node, *, constrained: bool) -> None:
        """Check that a property or parameter without a constraint has a source, too."""
        inherited = any(scope.graded and scope.sources for scope in node.around)
        if not constrained and not node.named and not inherited:
            self._unnamed(node, "has neither a constraint nor a source")

    def _need(
        self, node: Node, keyword: str, line: int, *, member: str | None = None, pointer: str | None = None
    ) -> None:
        """Note the source of a keyword, or of a member of it, as used; where there is none, note the gap."""
        source = node.source(keyword, member)
        if source is not None:
            self.used[source.pointer, source.entry].add(self._side)
        else:
            shown = keyword if member is None else f"{keyword}: {member}"
            self._gap(pointer or node.pointer, line, f"is constrained by {shown}, which has no source")

    def _unnamed(self, node: Node, what: str) -> None:
        line = self.specification.line(node.pointer) or 1
        self._gap(node.pointer, line, what, f"name the row as `exists` in {SOURCES} of that node")

    def _gap(
        self, pointer: str, line: int, what: str, fix: str = f"name the row in {SOURCES} of that node"
    ) -> None:
        self.gaps.setdefault((pointer, what), Gap(pointer=pointer, line=line, what=what, fix=fix))

    def _line(self, holder: Node, keyword: str, key: str) -> int:
        return self.specification.line(holder.origins[keyword] + pointer_of([keyword, key])) or 1


def _constraints(node: Node, *, nullable: bool) -> Iterator[tuple[str, str, str | None]]:
    """Yield the constraints of a schema: the keyword in the sources, the one as written, and the member."""
    types = node.keywords.get("type", [])
    types = {types} if isinstance(types, str) else set(types)
    if nullable or "null" in types:
        yield "null", "type", None
    if types - {"null"}:
        yield "type", "type", None
    if node.keywords.get("items") is False:
        yield "items", "items", None
    for keyword in node.keywords.keys() - _NO_CONSTRAINTS - _APART:
        if not keyword.startswith("x-"):
            yield keyword, keyword, None
    condition = next((keyword for keyword in _CONDITION if keyword in node.keywords), None)
    if condition:
        yield "if", condition, None
    yield from (("required", "required", name) for name in node.keywords.get("required", ()))


def _entries(specification: Specification) -> Iterator[tuple[str, str, str | None, Any]]:
    """Yield each entry of each x-requirements: the node, the keyword, the member, and what it names."""
    for location, entries in nodes(specification.content):
        if location[-1:] == (SOURCES,) and isinstance(entries, dict):
            for keyword, named in entries.items():
                members = named if isinstance(named, dict) else {None: named}
                yield from (
                    (pointer_of(location[:-1]), keyword, member, ids) for member, ids in members.items()
                )


def _sources(walk: _Walk) -> Iterator[Source]:
    for pointer, keyword, member, named in _entries(walk.specification):
        entries = {(pointer, keyword), (pointer, _entry(keyword, member))}
        for one in ids_of(named):
            yield Source(
                id=one,
                keyword=keyword,
                pointer=pointer,
                line=_line_of(walk.specification, pointer, keyword, member),
                operations=frozenset(walk.answers.get((pointer, keyword), ())),
                sides=frozenset(side for entry in entries for side in walk.used.get(entry, ())),
            )


def _spare(walk: _Walk) -> Iterator[Gap]:
    """Yield the entries that no constraint needs."""
    for pointer, keyword, member, _ in _entries(walk.specification):
        entry = _entry(keyword, member)
        is_used = (pointer, keyword) in walk.used or (pointer, entry) in walk.used
        if keyword not in UNCONSTRAINING and not is_used:
            yield Gap(
                pointer=pointer,
                line=_line_of(walk.specification, pointer, keyword, member),
                what=f"names a source of {entry.replace('/', ': ')}, but no constraint there needs it",
                fix="remove the entry, or restore the constraint",
            )


def _entry(keyword: str, member: str | None) -> str:
    """The name of an entry, as the reader of the contract has it: a keyword, or a member of it."""
    return keyword if member is None else f"{keyword}/{member}"


def _line_of(specification: Specification, pointer: str, keyword: str, member: str | None) -> int:
    path = [SOURCES, keyword] if member is None else [SOURCES, keyword, member]
    return specification.line(pointer + pointer_of(path)) or 1
