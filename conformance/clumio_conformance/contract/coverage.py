"""How much of the contract a run has seen: every operation, property, value and constraint, on each of its sides."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from clumio_conformance.contract.document import UPDATE, Contract, Operation
from clumio_conformance.contract.schema import Node, Schema
from clumio_conformance.exchange import Exchange, NotJson

Item = tuple[str, str]
"""A category and what is to be seen in it, as in ("enum value", "answer /status connecting")."""


@dataclass
class Coverage:
    """Counts off what the contract has: `items` is all of it, `seen` what was seen of it."""

    contract: Contract
    seen: set[Item] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.items = dict.fromkeys(
            item for operation in self.contract.operations for item in _items(operation)
        )

    def observe(self, exchange: Exchange) -> None:
        """Count off what an exchange shows."""
        match = self.contract.match(exchange.request.method, exchange.request.place)
        if match is not None and exchange.response is not None:
            self.seen.update(item for item in _shown(match[0], exchange) if item in self.items)

    def summary(self) -> dict[str, Any]:
        """For each category how many there are, how many were seen, and which were not."""
        categories = sorted({category for category, _ in self.items})
        return {category: self._category(category) for category in categories}

    def _category(self, category: str) -> dict[str, Any]:
        items = [name for kind, name in self.items if kind == category]
        unseen = [name for name in items if (category, name) not in self.seen]
        return {"all": len(items), "seen": len(items) - len(unseen), "unseen": sorted(unseen)}


def _items(operation: Operation) -> Iterator[Item]:
    yield "answer", f"{operation.id} 200 success"
    yield "answer", f"{operation.id} default error"
    yield from _schema_items(f"{operation.id} answer", operation.success.root)
    yield from _schema_items(f"{operation.id} error", operation.error.root)
    if operation.request is not None:
        where = f"{operation.id} request"
        yield from _schema_items(where, operation.request.root)
        yield from _constraints(where, operation.request)
    if operation.id == UPDATE and operation.request is not None:
        values = _values(operation.request.root.properties["asset_types"])
        yield from (("asset type pair", "+".join(pair)) for pair in combinations(values, 2))


def _schema_items(where: str, node: Node, path: str = "") -> Iterator[Item]:
    for name, child in node.properties.items():
        if child.documented:
            below = f"{path}/{name}"
            yield "property", f"{where} {below}"
            if child.nullable:
                yield from (("nullable", f"{where} {below} {state}") for state in ("null", "absent", "value"))
            yield from (("enum value", f"{where} {below} {value}") for value in _values(child))
            yield from _schema_items(where, child, below)
    if node.items is not None:
        yield from _schema_items(where, node.items, f"{path}/*")


def _values(node: Node) -> tuple[Any, ...]:
    return node.enum or (node.items.enum if node.items else ())


def _constraints(where: str, schema: Schema) -> Iterator[Item]:
    for name, node in schema.root.properties.items():
        keywords = ["type", *(["enum", "if"] if _values(node) else [])]
        if name in schema.plain.get("required", ()):
            keywords.append("required")
        for keyword in keywords:
            for side in ("met", "missed"):
                yield "constraint", f"{where} /{name} {keyword} {side}"


def _shown(operation: Operation, exchange: Exchange) -> Iterator[Item]:
    response = exchange.response
    assert response is not None  # noqa: S101 - asked by the caller
    if response.status == 200:
        yield "answer", f"{operation.id} 200 success"
        yield from _schema_shown(f"{operation.id} answer", operation.success, response.json)
    elif response.status >= 400:
        yield "answer", f"{operation.id} default error"
        yield from _schema_shown(f"{operation.id} error", operation.error, response.json)
    if operation.request is not None and exchange.request.body:
        body = exchange.request.json
        if not isinstance(body, NotJson):
            yield from _request_shown(operation, operation.request, body)


def _schema_shown(where: str, schema: Schema, body: Any) -> Iterator[Item]:
    for visit in schema.visits(body):
        if not visit.chain:
            continue
        path = "/".join("*" if token.isdigit() else token for token in visit.path.split("/"))
        yield "property", f"{where} {path}"
        yield "nullable", f"{where} {path} {'null' if visit.value is None else 'value'}"
        yield "enum value", f"{where} {path.removesuffix('/*')} {visit.value}"
        if isinstance(visit.value, dict):
            yield from (
                ("nullable", f"{where} {path}/{name} absent")
                for name in visit.node.properties
                if name not in visit.value
            )


def _applies(keyword: str, value: Any) -> bool:
    return keyword != "if" or (isinstance(value, list) and "EC2MSSQL" in value)


def _request_shown(operation: Operation, schema: Schema, body: Any) -> Iterator[Item]:
    where = f"{operation.id} request"
    yield from _schema_shown(where, schema, body)
    missed = {
        ("/" + violation.path.split("/")[1], violation.keyword)
        for violation in schema.violations(body)
        if violation.path
    }
    yield from (("constraint", f"{where} {path} {keyword} missed") for path, keyword in missed)
    if isinstance(body, dict):
        for name in body:
            for keyword in ("type", "enum", "if", "required"):
                if (f"/{name}", keyword) not in missed and _applies(keyword, body[name]):
                    yield "constraint", f"{where} /{name} {keyword} met"
        types = body.get("asset_types")
        if isinstance(types, list) and len(types) == 2:
            yield from (("asset type pair", "+".join(map(str, pair))) for pair in (types, types[::-1]))
