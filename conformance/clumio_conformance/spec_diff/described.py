"""What is compared of a specification beside its schemas: operations, parameters, security, servers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from clumio_conformance.contract.nodes import SOURCES, Node, operation_nodes
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import METHODS, Specification, nodes
from clumio_conformance.spec_diff.difference import Place
from clumio_conformance.spec_diff.schema_changes import ids_within
from clumio_conformance.spec_diff.schemas import Reader, Roots, canonical

STYLES: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
"""The style of a parameter that names none."""
_EXPLODED: Final = frozenset({"form", "cookie"})
_WORDS: Final = frozenset(
    {"description", "summary", "title", "externalDocs", "example", "examples", "$comment"}
)
_UNUSED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
"""Header parameters that have no effect in OpenAPI."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation, webhook or callback.

    Attributes:
        name: Method and path.
        path: The path; empty for a webhook or callback.
        item: The path item.
        node: The operation.
        incoming: Whether the vendor sends the request.
    """

    name: str
    path: str
    item: Node
    node: Node
    incoming: bool = False

    @property
    def body(self) -> Node | None:
        """The request body."""
        return self.node.below("requestBody") if "requestBody" in self.node.keywords else None

    @property
    def responses(self) -> dict[str, Node]:
        """The answers by status: 200, 2XX, default."""
        named = ((str(status).upper(), node) for status, node in self.node.each("responses"))
        return {status.lower() if status == "DEFAULT" else status: node for status, node in named}

    @property
    def parameters(self) -> dict[str, Node]:
        """The parameters by place in the path, or by name; names of headers have no case."""
        placeholders = re.findall(r"{([^{}]*)}", self.path)
        found: dict[str, Node] = {}
        for holder in (self.item, self.node):
            for _, node in holder.each("parameters"):
                where, name = node.keywords.get("in"), str(node.keywords.get("name"))
                if where == "header":
                    name = name.lower()
                elif where == "path" and name in placeholders:
                    name = str(placeholders.index(name))
                if where != "header" or name not in _UNUSED_HEADERS:
                    found[f"{where} {name}"] = node
        return found

    @property
    def callbacks(self) -> "dict[str, Operation]":
        """What the vendor calls, by name."""
        found: dict[str, Operation] = {}
        for name, callback in self.node.each("callbacks"):
            for expression in callback.keywords:
                if not expression.startswith(("x-", "$ref")):
                    found |= _incoming(
                        callback.below(expression), f"{self.name} callback {name} {expression}"
                    )
        return found

    @property
    def servers(self) -> dict[str, Any]:
        """The servers by their contents: those of the operation, else of the path, else of the document."""
        holders = (self.node.keywords, self.item.keywords, self.node.specification.content)
        said = next((one["servers"] for one in holders if one.get("servers")), [{"url": "/"}])
        kept = [without_words(server) for server in said]
        return {canonical(one): one if one.get("variables") else one.get("url") for one in kept}

    @property
    def security(self) -> "list[Alternative]":
        """The alternatives of credentials; a single empty one when none are needed."""
        content = self.node.specification.content
        said = self.node.keywords.get("security", content.get("security", []))
        schemes = content.get("components", {}).get("securitySchemes", {})
        return [_alternative(one, schemes) for one in said or [{}]]


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Credentials that are enough: `names` for people, `demands` as schemes' contents with scopes."""

    names: list[str]
    demands: frozenset[tuple[str, str]]


class Described:
    """One of the two specifications, with its readers of schemas."""

    def __init__(self, specification: Specification) -> None:
        self.specification = specification
        self._readers: dict[tuple[bool, str | None], Reader] = {}
        everything = (node for _, node in nodes(specification.content))
        self._is_scoped = any("x-only" in node for node in everything if isinstance(node, dict))

    def reader(self, operation: Operation, *, sent: bool) -> Reader:
        """Return the reader for what an operation sends, or gets."""
        named = operation.node.keywords.get("operationId") if self._is_scoped else None
        if (sent, named) not in self._readers:
            self._readers[sent, named] = Reader(specification=self.specification, sent=sent, operation=named)
        return self._readers[sent, named]

    def operations(self) -> dict[str, Operation]:
        """Return the operations and webhooks by method and path, without the names of path parameters."""
        found: dict[str, Operation] = {}
        for path, method, item, node in operation_nodes(self.specification):
            key = f"{method} {re.sub(r'{[^{}]*}', '{}', path)}"
            key = f"{method} {path}" if key in found else key
            found[key] = Operation(name=f"{method.upper()} {path}", path=path, item=item, node=node)
        for name in self.specification.content.get("webhooks", {}):
            item = Node.enter(self.specification, pointer_of(["webhooks", name]))
            found |= _incoming(item, f"webhook {name}")
        return found

    def place(self, pointer: str) -> Place:
        """Return a node as a place in its file."""
        file, inner, line = self.specification.place(pointer)
        return Place(file=str(file), pointer=inner, line=line)

    def ids_of(self, operation: Operation, node: Node, *, sent: bool) -> set[str]:
        """Return the requirements named at a parameter, a body or an answer, and within its schemas."""
        found = named(node)
        for holder in (node, *(media for _, media in node.each("content"))):
            if roots := schema_of(holder):
                found |= ids_within(self.reader(operation, sent=sent), roots)
        return found

    def all_ids(self, operation: Operation) -> set[str]:
        """Return the requirements named anywhere in an operation."""
        sent = not operation.incoming
        found = named(operation.node)
        for node in (*operation.parameters.values(), operation.body):
            found |= self.ids_of(operation, node, sent=sent) if node else set()
        for node in operation.responses.values():
            found |= self.ids_of(operation, node, sent=not sent)
        return found


def _incoming(item: Node, name: str) -> dict[str, Operation]:
    """Return the operations of a webhook or callback."""
    found = {f"{name} {method.upper()}": item.below(method) for method in METHODS if method in item.keywords}
    return {
        full: Operation(name=full, path="", item=item, node=node, incoming=True)
        for full, node in found.items()
    }


def _alternative(said: Mapping[str, list[str]], schemes: Mapping[str, Any]) -> Alternative:
    demands: set[tuple[str, str]] = set()
    for name, scopes in said.items():
        scheme = canonical(_scheme(schemes.get(name, name)))
        demands |= {(scheme, ""), *((scheme, str(scope)) for scope in scopes)}
    names = [f"{name}: {', '.join(scopes)}" if scopes else name for name, scopes in said.items()]
    return Alternative(names=sorted(names), demands=frozenset(demands))


def _scheme(scheme: Any) -> Any:
    """Return a security scheme without what makes no difference on the wire."""
    if not isinstance(scheme, Mapping):
        return scheme
    kept = without_words(scheme)
    kept.pop("bearerFormat", None)
    for flow in kept.get("flows", {}).values():
        flow.pop("scopes", None)
    if kept.get("type") == "http":
        kept["scheme"] = str(kept.get("scheme")).lower()
    if kept.get("in") == "header":
        kept["name"] = str(kept.get("name")).lower()
    return kept


def parameter_facts(parameter: Node) -> dict[str, Any]:
    """Return style and explode of a parameter, or their defaults; a single value has no explode."""
    said = parameter.keywords
    style = said.get("style", STYLES.get(str(said.get("in")), "form"))
    types = parameter.below("schema").keywords.get("type", []) if "schema" in said else []
    types = {types} if isinstance(types, str) else set(types)
    is_single = bool(types) and types <= {"string", "integer", "number", "boolean", "null"}
    explode = None if is_single or "content" in said else said.get("explode", style in _EXPLODED)
    return {"style": style, "explode": explode}


def media_types(holder: Node) -> dict[str, tuple[str, Node]]:
    """Return the bodies, and the names as written, by media type without case and `charset=utf-8`."""
    found = {}
    for name, media in holder.each("content"):
        essence, *parameters = (part.strip().lower() for part in name.split(";"))
        kept = sorted(one for one in parameters if one and one.replace('"', "") != "charset=utf-8")
        found[";".join([essence, *kept])] = (name, media)
    return found


def headers(response: Node) -> dict[str, tuple[str, Node]]:
    """Return the headers of an answer by their names in lower case, with the name as written."""
    found = {name.lower(): (name, header) for name, header in response.each("headers")}
    found.pop("content-type", None)
    return found


def links(response: Node) -> dict[str, Any]:
    """Return the links of an answer by name."""
    found = {}
    for name, link in response.keywords.get("links", {}).items():
        target = response.specification.at(link["$ref"]) if "$ref" in link else link
        found[name] = without_words(target)
    return found


def schema_of(node: Node) -> Roots | None:
    """Return the schema of a parameter, header or body; None when everything is allowed."""
    if node.keywords.get("schema", True) is True:
        return None
    return ((f"{node.origins['schema']}/schema", node.scopes),)


def without_words(value: Any) -> Any:
    """Return a value without descriptions, examples and extensions."""
    if isinstance(value, Mapping):
        kept = {key: child for key, child in value.items() if not str(key).startswith("x-")}
        return {key: without_words(child) for key, child in kept.items() if key not in _WORDS}
    return [without_words(child) for child in value] if isinstance(value, list) else value


def extensions(*holders: Node) -> Iterator[str]:
    """Yield the extensions of nodes that are no bookkeeping of ours."""
    names = {key for node in holders for key in node.keywords if key.startswith("x-")}
    yield from sorted(names - {SOURCES, "x-grade", "x-only"})


def named(node: Node) -> set[str]:
    """Return the requirements that a node names."""
    return {name for ids in node.named.values() for name in ids}


def ids_for(keyword: str, *holders: Node) -> set[str]:
    """Return the requirements that are the sources of a keyword of nodes."""
    found = (node.source(keyword) for node in holders)
    return {name for source in found if source for name in source.ids}


def short(node: Node | None) -> Any:
    """Return what a removed or new node is, in short."""
    if node is None:
        return None
    found = {key: node.keywords[key] for key in ("required", "schema") if key in node.keywords}
    if "content" in node.keywords:
        found["content"] = sorted(node.keywords["content"])
    return found
