"""How much of the contract a run covers: every operation, property, value and side of a constraint."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from clumio_conformance.contract.contract import Contract
from clumio_conformance.contract.operations import Answer, Operation
from clumio_conformance.contract.schema import Node, Schema
from clumio_conformance.exchange import Exchange, NotJson

Item = tuple[str, str]
"""A category and one of its items, such as ("answer", "read 200 success")."""


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """A list in a request: each two of its values should occur together; `category` is the report's name."""

    category: str
    operation: str
    field: str


@dataclass
class Coverage:
    """Counts the items of the contract: `items` are all of them, `seen` those that were seen."""

    contract: Contract
    pairs: Pairs | None = None
    seen: set[Item] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.items = dict.fromkeys(
            item for operation in self.contract.operations for item in self._items(operation)
        )

    def observe(self, exchange: Exchange) -> None:
        """Mark the items of a placed exchange as seen."""
        operation = self.contract.operation_of(exchange)
        if operation is not None and exchange.response is not None:
            self.seen.update(item for item in self._seen_items(operation, exchange) if item in self.items)

    def summary(self) -> dict[str, Any]:
        """Return for each category how many items there are, how many were seen, and which were not."""
        categories = sorted({category for category, _ in self.items})
        return {category: self._category(category) for category in categories}

    def unseen_operations(self) -> list[Operation]:
        """The operations without any answer."""
        answered = {name.split(" ")[0] for category, name in self.seen if category == "answer"}
        return [operation for operation in self.contract.operations if operation.id not in answered]

    def _category(self, category: str) -> dict[str, Any]:
        items = [name for kind, name in self.items if kind == category]
        unseen = [name for name in items if (category, name) not in self.seen]
        return {
            "all": len(items),
            "seen": len(items) - len(unseen),
            "unseen": sorted(unseen),
            "parts": dict(sorted(Counter(filter(None, map(part_of, items))).items())),
        }

    def _items(self, operation: Operation) -> Iterator[Item]:
        for answer in operation.answers:
            yield "answer", _answer(operation, answer)
            for schema in filter(None, answer.schemas.values()):
                yield from _schema_items(_where(operation, answer), schema.root)
        if operation.request is not None:
            where = f"{operation.id} request"
            yield from _schema_items(where, operation.request.root)
            yield from _constraints(where, operation.request)
            if self.pairs and self.pairs.operation == operation.id:
                values = _values(operation.request.root.properties[self.pairs.field])
                yield from ((self.pairs.category, "+".join(pair)) for pair in combinations(values, 2))

    def _seen_items(self, operation: Operation, exchange: Exchange) -> Iterator[Item]:
        response = exchange.response
        answer = operation.answer(response.status) if response else None
        if response is not None and answer is not None and answer.documents(response.status):
            yield "answer", _answer(operation, answer)
            schema = answer.content(response.media_type)[1]
            if schema is not None:
                yield from _schema_seen_items(_where(operation, answer), schema, response.json)
        if operation.request is not None and exchange.request.body:
            body = exchange.request.json
            if not isinstance(body, NotJson):
                yield from self._seen_in_request(operation, operation.request, body)

    def _seen_in_request(self, operation: Operation, schema: Schema, body: Any) -> Iterator[Item]:
        where = f"{operation.id} request"
        yield from _schema_seen_items(where, schema, body)
        missed = {
            ("/" + violation.path.split("/")[1], violation.keyword)
            for violation in schema.violations(body)
            if violation.path
        }
        yield from (("constraint", f"{where} {path} {keyword} missed") for path, keyword in missed)
        if isinstance(body, dict):
            yield from _met(where, schema, body, missed)
            values = body.get(self.pairs.field) if self.pairs else None
            if self.pairs and isinstance(values, list) and len(values) == 2:
                for pair in (values, values[::-1]):
                    yield self.pairs.category, "+".join(map(str, pair))


def part_of(name: str) -> str | None:
    """The operation and direction, or status, of an item's name; None for one that has none."""
    operation, space, rest = name.partition(" ")
    return f"{operation} {rest.partition(' ')[0]}" if space else None


def _answer(operation: Operation, answer: Answer) -> str:
    kind = "success" if answer.status.startswith("2") else "error"
    return f"{operation.id} {answer.status} {kind}"


def _where(operation: Operation, answer: Answer) -> str:
    return f"{operation.id} {'answer' if answer.status.startswith('2') else 'error'}"


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
        keywords = [
            "type",
            *(["enum"] if _values(node) else []),
            *(["if"] if "if" in node.keywords else []),
            *(["required"] if name in schema.plain.get("required", ()) else []),
        ]
        for keyword in keywords:
            for side in ("met", "missed"):
                yield "constraint", f"{where} /{name} {keyword} {side}"


def _schema_seen_items(where: str, schema: Schema, body: Any) -> Iterator[Item]:
    for visit in schema.visits(body):
        if visit.node is None:
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


def _met(where: str, schema: Schema, body: dict[str, Any], missed: set[tuple[str, str]]) -> Iterator[Item]:
    for name, value in body.items():
        node = schema.root.child(name)
        for keyword in ("type", "enum", "if", "required"):
            if (f"/{name}", keyword) in missed or node is None:
                continue
            if keyword != "if" or (isinstance(value, list) and node.applies(value)):
                yield "constraint", f"{where} /{name} {keyword} met"
