"""The comparison of two specifications: each operation, webhook and callback with all that goes in and out.

A client breaks when it may send less, or may get more; the vendor's promise, which is the old specification, breaks
when the vendor must accept more, or may send less. In a callback or webhook the vendor sends the request.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from clumio_conformance.contract.nodes import SOURCES, Node, operation_nodes
from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import METHODS, Specification, nodes
from clumio_conformance.spec_diff import proof
from clumio_conformance.spec_diff.difference import Difference, Kind, Party, Place
from clumio_conformance.spec_diff.schema_changes import Found, SchemaComparison, ids_within
from clumio_conformance.spec_diff.schemas import Reader, Roots, canonical

EXPLODED: Final = frozenset({"form", "cookie"})
STYLES: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_WORDS: Final = frozenset(
    {"description", "summary", "title", "externalDocs", "example", "examples", "$comment"}
)
_IGNORED_HEADERS: Final = frozenset({"accept", "content-type", "authorization"})
"""Header parameters that OpenAPI tells readers to ignore."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation, webhook or callback.

    Attributes:
        key: What finds its partner: method, and path without the names of its parameters.
        name: Method and path.
        path: The path; empty for a webhook or callback.
        item: The path item.
        node: The operation.
        incoming: Whether the vendor sends the request.
    """

    key: str
    name: str
    path: str
    item: Node
    node: Node
    incoming: bool = False


def compare(old: Specification, new: Specification) -> list[Difference]:
    """Return the differences; the same difference in several operations is one.

    Raises:
        ContractError: a specification is broken at a place that the comparison needs.
    """
    return _grouped(_Comparison(old=_Side(old), new=_Side(new)).differences())


class _Side:
    """One of the two specifications, with its readers of schemas."""

    def __init__(self, specification: Specification) -> None:
        self.specification = specification
        self._readers: dict[tuple[bool, str | None], Reader] = {}
        self._is_scoped = any(
            "x-only" in node for _, node in nodes(specification.content) if isinstance(node, dict)
        )

    def reader(self, operation: Operation, *, sent: bool) -> Reader:
        named = operation.node.keywords.get("operationId") if self._is_scoped else None
        if (sent, named) not in self._readers:
            self._readers[sent, named] = Reader(specification=self.specification, sent=sent, operation=named)
        return self._readers[sent, named]

    def operations(self) -> dict[str, Operation]:
        """Return the operations and webhooks by their keys."""
        found: dict[str, Operation] = {}
        for path, method, item, node in operation_nodes(self.specification):
            key = f"{method} {re.sub(r'{[^{}]*}', '{}', path)}"
            key = f"{method} {path}" if key in found else key
            found[key] = Operation(key=key, name=f"{method.upper()} {path}", path=path, item=item, node=node)
        webhooks = self.specification.content.get("webhooks", {})
        for name in webhooks:
            item = Node.enter(self.specification, pointer_of(["webhooks", name]))
            found |= _of_item(item, f"webhook {name}")
        return found

    def place(self, pointer: str | None) -> Place | None:
        if pointer is None:
            return None
        line = self.specification.line(pointer)
        return Place(file=str(self.specification.file), pointer=pointer, line=line)


def _of_item(item: Node, name: str) -> dict[str, Operation]:
    """Return the operations of a webhook or callback."""
    found = {}
    for method in METHODS:
        if method in item.keywords:
            full = f"{name} {method.upper()}"
            node = item.below(method)
            found[full] = Operation(key=full, name=full, path="", item=item, node=node, incoming=True)
    return found


@dataclass(kw_only=True)
class _Comparison:
    old: _Side
    new: _Side

    def differences(self) -> Iterator[Difference]:
        yield from self._operations(self.old.operations(), self.new.operations())

    def _operations(self, old: dict[str, Operation], new: dict[str, Operation]) -> Iterator[Difference]:
        for key, operation in old.items():
            if key not in new:
                yield self._whole_operation("removed", operation)
            else:
                yield from self._operation(operation, new[key])
        for key, operation in new.items():
            if key not in old:
                yield self._whole_operation("added", operation)

    def _whole_operation(self, kind: Kind, operation: Operation) -> Difference:
        side, is_old = (self.old, True) if kind == "removed" else (self.new, False)
        said = {"operationId": operation.node.keywords.get("operationId")}
        subject = "webhook" if operation.incoming else "operation"
        return Difference(
            rule=f"{subject}.{kind}",
            kind=kind,
            operations=(operation.name,),
            side="operation",
            where="",
            keyword="",
            before=said if is_old else None,
            after=None if is_old else said,
            breaks=("client",) if is_old else (),
            requirements=_sorted(self._ids_of_operation(side, operation)),
            old=self.old.place(operation.node.pointer) if is_old else None,
            new=None if is_old else self.new.place(operation.node.pointer),
        )

    def _ids_of_operation(self, side: _Side, operation: Operation) -> set[str]:
        found = _named(operation.node)
        for holder in (operation.item, operation.node):
            for _, parameter in holder.each("parameters"):
                found |= self._ids_of_parameter(side, operation, parameter)
        if "requestBody" in operation.node.keywords:
            body = operation.node.below("requestBody")
            found |= _named(body) | self._ids_of_content(side, operation, body, sent=not operation.incoming)
        for _, response in operation.node.each("responses"):
            found |= _named(response) | self._ids_of_content(
                side, operation, response, sent=operation.incoming
            )
        return found

    def _ids_of_parameter(self, side: _Side, operation: Operation, parameter: Node) -> set[str]:
        found = _named(parameter)
        if roots := _schema_of(parameter):
            found |= ids_within(side.reader(operation, sent=not operation.incoming), roots, set())
        return found

    def _ids_of_content(self, side: _Side, operation: Operation, holder: Node, *, sent: bool) -> set[str]:
        found: set[str] = set()
        for _, media in holder.each("content"):
            if roots := _schema_of(media):
                found |= ids_within(side.reader(operation, sent=sent), roots, set())
        return found

    def _operation(self, old: Operation, new: Operation) -> Iterator[Difference]:
        pair = _Pair(old=old, new=new, comparison=self)
        yield from pair.facts()
        yield from pair.parameters()
        yield from pair.body()
        yield from pair.responses()
        yield from self._operations(*(_callbacks(one) for one in (old, new)))


def _callbacks(operation: Operation) -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    for name, callback in operation.node.each("callbacks"):
        for expression in callback.keywords:
            if not expression.startswith(("x-", "$ref")):
                item = callback.below(expression)
                found |= _of_item(item, f"{operation.name} callback {name} {expression}")
    return found


@dataclass(kw_only=True)
class _Pair:
    """One operation in both specifications."""

    old: Operation
    new: Operation
    comparison: _Comparison
    _schemas: dict[bool, SchemaComparison] = field(default_factory=dict)

    def facts(self) -> Iterator[Difference]:
        """Compare what is about the operation itself."""
        old, new = self.old.node, self.new.node
        ids = set(_ids(old, "exists")) | set(_ids(new, "exists"))
        yield from self._fact(
            "operationId", old.keywords.get("operationId"), new.keywords.get("operationId"), "changed", ids
        )
        for keyword in ("deprecated", "tags", *sorted(_extensions(old) | _extensions(new))):
            was, now = old.keywords.get(keyword) or None, new.keywords.get(keyword) or None
            yield from self._fact(keyword, was, now, "annotated", ids if keyword == "deprecated" else set())
        yield from self._requirements(old, new, "operation", "")
        yield from self._security()
        yield from self._servers()

    def _fact(self, keyword: str, was: Any, now: Any, kind: Kind, ids: set[str]) -> Iterator[Difference]:
        if canonical(was) != canonical(now):
            subject = "extension" if keyword.startswith("x-") and keyword != "x-sunset" else keyword
            yield self._difference(
                f"operation.{subject}.{kind}", kind, "operation", "", keyword, was, now,
                breaks=() if kind == "annotated" else ("client", "promise"),
                ids=ids, old=self.old.node.pointer, new=self.new.node.pointer,
            )  # fmt: skip

    def _requirements(self, old: Node, new: Node, side: str, where: str) -> Iterator[Difference]:
        was, now = _named(old), _named(new)
        if old.named != new.named:
            yield self._difference(
                f"{side}.requirements.annotated", "annotated", side, where, "requirements",
                sorted(was), sorted(now), breaks=(), ids=was ^ now or now, old=old.pointer, new=new.pointer,
            )  # fmt: skip

    def _security(self) -> Iterator[Difference]:
        was, now = (_security(one.node) for one in (self.old, self.new))
        lost = [one for one in was if not any(_demands(one) >= _demands(other) for other in now)]
        gained = [one for one in now if not any(_demands(one) >= _demands(other) for other in was)]
        kind = proof.kind_of(bool(lost), bool(gained))
        if kind:
            said = [
                [sorted(one) for one in (alternative.names for alternative in side)] for side in (was, now)
            ]
            yield self._difference(
                f"operation.security.{kind}", kind, "operation", "", "security", *said,
                breaks=_breaks(kind, sent=True), ids=set(),
                old=self.old.node.pointer, new=self.new.node.pointer,
            )  # fmt: skip

    def _servers(self) -> Iterator[Difference]:
        was, now = (_servers(one) for one in (self.old, self.new))
        if set(was) != set(now):
            kind = proof.kind_of(bool(set(was) - set(now)), bool(set(now) - set(was)))
            assert kind is not None  # noqa: S101 - the sets differ; for the type checker
            yield self._difference(
                f"operation.servers.{kind}", kind, "operation", "", "servers",
                sorted(was.values(), key=canonical), sorted(now.values(), key=canonical),
                breaks=_breaks(kind, sent=True), ids=set(),
                old=self.old.node.pointer, new=self.new.node.pointer,
            )  # fmt: skip

    def parameters(self) -> Iterator[Difference]:
        """Compare the parameters: those of the path by their places in it, headers without case."""
        was, now = (_parameters(one) for one in (self.old, self.new))
        for key in was.keys() | now.keys():
            old, new = was.get(key), now.get(key)
            if old is None or new is None:
                yield self._whole_parameter(old, new)
            else:
                yield from self._parameter(old, new)

    def _whole_parameter(self, old: Node | None, new: Node | None) -> Difference:
        node = old or new
        assert node is not None  # noqa: S101 - one of them is there; for the type checker
        kind: Kind = "removed" if new is None else "added"
        required = bool(node.keywords.get("required"))
        side = self.comparison.old if new is None else self.comparison.new
        operation = self.old if new is None else self.new
        return self._difference(
            f"request.parameter.{kind}" + (".required" if new and required else ""), kind, "request", _where(node), "",
            _short(old), _short(new),
            breaks=("client",) if new is None or required else (),
            ids=self.comparison._ids_of_parameter(side, operation, node),
            old=old.pointer if old else None, new=new.pointer if new else None,
        )  # fmt: skip

    def _parameter(self, old: Node, new: Node) -> Iterator[Difference]:
        where = _where(new)
        for keyword, order in _PARAMETER.items():
            was, now = (_facts_of(node).get(keyword) for node in (old, new))
            if was == now:
                continue
            kind: Kind = order or "changed"
            if order and not now:
                kind = "widened" if order == "narrowed" else "narrowed"
            ids = set(_ids(old, keyword)) | set(_ids(new, keyword))
            yield self._difference(
                f"request.parameter-{keyword}.{kind}", kind, "request", where, keyword, was, now,
                breaks=_breaks(kind, sent=True) if kind != "annotated" else (),
                ids=ids, old=old.pointer, new=new.pointer,
            )  # fmt: skip
        yield from self._requirements(old, new, "request", where)
        if ("content" in old.keywords) != ("content" in new.keywords):
            yield self._difference(
                "request.parameter-content.changed", "changed", "request", where, "content",
                *(sorted(node.keywords.get("content", {})) or None for node in (old, new)),
                breaks=("client", "promise"), ids=set(), old=old.pointer, new=new.pointer,
            )  # fmt: skip
            return
        yield from self._schema(old, new, where, sent=not self.old.incoming)
        yield from self._content(old, new, where, sent=not self.old.incoming)

    def body(self) -> Iterator[Difference]:
        """Compare the request bodies."""
        sent = not self.old.incoming
        old, new = (
            one.node.below("requestBody") if "requestBody" in one.node.keywords else None
            for one in (self.old, self.new)
        )
        if old is None and new is None:
            return
        side = _side(sent)
        if old is None or new is None:
            node = old or new
            assert node is not None  # noqa: S101 - one of them is there; for the type checker
            kind: Kind = "removed" if new is None else "added"
            required = bool(node.keywords.get("required"))
            holder, operation = (
                (self.comparison.old, self.old) if new is None else (self.comparison.new, self.new)
            )
            yield self._difference(
                f"{side}.body.{kind}" + (".required" if new and required else ""), kind, side, "body", "",
                _short(old), _short(new),
                breaks=("client",) if new is None or required or not sent else (),
                ids=_named(node) | self.comparison._ids_of_content(holder, operation, node, sent=sent),
                old=old.pointer if old else None, new=new.pointer if new else None,
            )  # fmt: skip
            return
        must = [bool(node.keywords.get("required")) for node in (old, new)]
        if must[0] != must[1]:
            kind = "narrowed" if must[1] else "widened"
            yield self._difference(
                f"{side}.body-required.{kind}", kind, side, "body", "required", must[0] or None, must[1] or None,
                breaks=_breaks(kind, sent=sent),
                ids=set(_ids(old, "required")) | set(_ids(new, "required")), old=old.pointer, new=new.pointer,
            )  # fmt: skip
        yield from self._requirements(old, new, side, "body")
        yield from self._content(old, new, "body", sent=sent)

    def responses(self) -> Iterator[Difference]:
        """Compare the answers, status by status."""
        was, now = (
            {str(status).upper(): node for status, node in one.node.each("responses")}
            for one in (self.old, self.new)
        )
        for status in was.keys() | now.keys():
            old, new = was.get(status), now.get(status)
            name = status.lower() if status == "DEFAULT" else status
            if old is not None and new is not None:
                yield from self._response(old, new, name)
            else:
                yield self._whole_response(status, name, was, now)

    def _whole_response(
        self, status: str, name: str, was: dict[str, Node], now: dict[str, Node]
    ) -> Difference:
        """Report a status that came or went; it hurts unless a range or `default` stands for it as well."""
        kind: Kind = "added" if status in now else "removed"
        node = now.get(status) or was[status]
        others = was if kind == "added" else now
        stand_in = others.get(f"{status[0]}XX") or others.get("DEFAULT") if status != "DEFAULT" else None
        breaks: tuple[Party, ...] = ("client",)
        if stand_in is not None:
            pair = (stand_in, node) if kind == "added" else (node, stand_in)
            hurts = any("client" in one.breaks for one in self._response(*pair, name))
            breaks = ("client",) if hurts else ()
        elif kind == "removed" and status.startswith("2"):
            breaks = ("client", "promise")
        holder, operation = (
            (self.comparison.new, self.new) if kind == "added" else (self.comparison.old, self.old)
        )
        side = _side(self.old.incoming)
        ids = _named(node) | self.comparison._ids_of_content(holder, operation, node, sent=self.old.incoming)
        return self._difference(
            f"{side}.status.{kind}", kind, side, name, "", _short(was.get(status)), _short(now.get(status)),
            breaks=breaks, ids=ids,
            old=node.pointer if kind == "removed" else None, new=node.pointer if kind == "added" else None,
        )  # fmt: skip

    def _response(self, old: Node, new: Node, status: str) -> Iterator[Difference]:
        sent = self.old.incoming
        yield from self._requirements(old, new, _side(sent), status)
        yield from self._content(old, new, status, sent=sent)
        yield from self._headers(old, new, status, sent=sent)
        was, now = (_links(node) for node in (old, new))
        for name in was.keys() | now.keys():
            one, other = was.get(name), now.get(name)
            if canonical(one) != canonical(other):
                kind: Kind = "removed" if other is None else "added" if one is None else "changed"
                yield self._difference(
                    f"response.link.{kind}", kind, _side(sent), f"{status} link {name}", "", one, other,
                    breaks=() if kind == "added" else ("client",), decided=kind != "changed", ids=set(),
                    old=old.pointer, new=new.pointer,
                )  # fmt: skip

    def _headers(self, old: Node, new: Node, status: str, *, sent: bool) -> Iterator[Difference]:
        side = _side(sent)
        was, now = (
            {
                name.lower(): (name, header)
                for name, header in node.each("headers")
                if name.lower() != "content-type"
            }
            for node in (old, new)
        )
        for key in was.keys() | now.keys():
            name, header = now.get(key) or was[key]
            where = f"{status} header {name}"
            required = bool(header.keywords.get("required"))
            if key not in was or key not in now:
                kind: Kind = "removed" if key in was else "added"
                is_hurt = kind == "removed" or (sent and required)
                yield self._difference(
                    f"{side}.header.{kind}", kind, side, where, "",
                    _short(header) if key in was else None, _short(header) if key in now else None,
                    breaks=("client",) if is_hurt else ("promise",) if required else (), ids=_named(header),
                    old=header.pointer if key in was else None, new=header.pointer if key in now else None,
                )  # fmt: skip
                continue
            before, after = was[key][1], now[key][1]
            must = [bool(node.keywords.get("required")) for node in (before, after)]
            if must[0] != must[1]:
                kind = "narrowed" if must[1] else "widened"
                yield self._difference(
                    f"{side}.header-required.{kind}", kind, side, where, "required", must[0] or None, must[1] or None,
                    breaks=_breaks(kind, sent=sent), ids=_named(header), old=before.pointer, new=after.pointer,
                )  # fmt: skip
            yield from self._schema(before, after, where, sent=sent)
            yield from self._content(before, after, where, sent=sent)

    def _content(self, old: Node, new: Node, where: str, *, sent: bool) -> Iterator[Difference]:
        """Compare the bodies by media type; a charset of JSON says nothing."""
        side = _side(sent)
        was, now = (
            {_media_type(name): (name, media) for name, media in node.each("content")} for node in (old, new)
        )
        for key in was.keys() | now.keys():
            name, media = now.get(key) or was[key]
            if key in was and key in now:
                yield from self._schema(was[key][1], media, where, sent=sent)
                yield from self._encodings(was[key][1], media, f"{where} {name}", sent=sent)
                continue
            kind: Kind = "removed" if key in was else "added"
            parties: dict[tuple[bool, Kind], tuple[Party, ...]] = {
                (True, "removed"): ("client",),
                (True, "added"): ("promise",),
                (False, "removed"): ("client", "promise"),
                (False, "added"): ("client",),
            }
            holder = old if key in was else new
            yield self._difference(
                f"{side}.media-type.{kind}", kind, side, f"{where} {name}", "",
                {"content": True} if key in was else None, {"content": True} if key in now else None,
                breaks=parties[sent, kind], ids=set(_ids(holder, "content")),
                old=media.pointer if key in was else None, new=media.pointer if key in now else None,
            )  # fmt: skip

    def _encodings(self, old: Node, new: Node, where: str, *, sent: bool) -> Iterator[Difference]:
        was, now = (_without_words(node.keywords.get("encoding")) for node in (old, new))
        if canonical(was) != canonical(now):
            yield self._difference(
                f"{_side(sent)}.encoding.changed", "changed", _side(sent), where, "encoding", was, now,
                breaks=("client", "promise"), decided=False, ids=set(), old=old.pointer, new=new.pointer,
            )  # fmt: skip

    def _schema(self, old: Node, new: Node, where: str, *, sent: bool) -> Iterator[Difference]:
        """Compare the schemas of two parameters, headers or bodies; one that is left out allows everything."""
        was, now = _schema_of(old), _schema_of(new)
        if was and now:
            readers = [
                side.reader(operation, sent=sent)
                for side, operation in ((self.comparison.old, self.old), (self.comparison.new, self.new))
            ]
            schemas = self._schemas.setdefault(sent, SchemaComparison(old=readers[0], new=readers[1]))
            found = [self._within(one, sent) for one in schemas.compare(was, now, where)]
            yield from found
            if not any("client" in one.breaks for one in found):
                yield from self._missed(readers, was, now, where, sent)
        elif was or now:
            kind: Kind = "narrowed" if now else "widened"
            yield self._difference(
                f"{_side(sent)}.schema.{kind}", kind, _side(sent), where, "schema",
                old.keywords.get("schema"), new.keywords.get("schema"),
                breaks=_breaks(kind, sent=sent), ids=set(), old=old.pointer, new=new.pointer,
            )  # fmt: skip

    def _missed(
        self, readers: list[Reader], was: Roots, now: Roots, where: str, sent: bool
    ) -> Iterator[Difference]:
        """Check the whole schemas by proof: a client that breaks although no keyword says why is reported."""
        old, new = readers
        if sent:
            outer, inner = new.plain(now, closed=False), old.plain(was, closed=True)
        else:
            outer, inner = old.plain(was, closed=False), new.plain(now, closed=True)
        if proof.covers(outer, inner) is False:
            kind: Kind = "narrowed" if sent else "widened"
            yield self._difference(
                f"{_side(sent)}.schema.{kind}", kind, _side(sent), where, "schema", None, None,
                breaks=_breaks(kind, sent=sent), ids=set(), old=was[0][0], new=now[0][0],
                witnesses=tuple(proof.witness(inner, outer, "old" if sent else "new")),
            )  # fmt: skip

    def _within(self, found: Found, sent: bool) -> Difference:
        """Say what a difference within a schema breaks."""
        kind, decided, suffix = found.kind, found.decided, ""
        breaks: tuple[Party, ...] = ()
        if found.subject == "property" and kind == "removed":
            breaks = ("client",)
        elif found.subject == "property":
            suffix = ".required" if found.required else ""
            breaks = _by_coming(found, sent)
        elif found.subject == "default":
            breaks = ("client",) if sent else ()
            kind, decided = ("changed", False) if sent else ("annotated", True)
        elif kind != "annotated":
            breaks = _breaks(kind, sent=sent)
        return self._difference(
            f"{_side(sent)}.{found.subject}.{kind}{suffix}", kind, _side(sent), found.where, found.keyword,
            found.before, found.after, breaks=breaks, decided=decided, ids=set(found.ids),
            old=found.old, new=found.new, witnesses=found.witnesses,
        )  # fmt: skip

    def _difference(
        self,
        rule: str,
        kind: Kind,
        side: str,
        where: str,
        keyword: str,
        before: Any,
        after: Any,
        *,
        breaks: tuple[Party, ...],
        ids: Iterable[str],
        old: str | None,
        new: str | None,
        decided: bool = True,
        witnesses: tuple[Any, ...] = (),
    ) -> Difference:
        return Difference(
            rule=rule,
            kind=kind,
            operations=(self.new.name,),
            side=side,
            where=where,
            keyword=keyword,
            before=before,
            after=after,
            breaks=breaks,
            decided=decided,
            witnesses=witnesses,
            requirements=_sorted(ids),
            old=self.comparison.old.place(old),
            new=self.comparison.new.place(new),
        )


_PARAMETER: Final[dict[str, Kind | None]] = {
    "required": "narrowed",
    "allowEmptyValue": "widened",
    "allowReserved": "widened",
    "style": None,
    "explode": None,
    "deprecated": "annotated",
}
"""The keywords of a parameter, and what it means when one is set; None when every change hurts."""


def _by_coming(found: Found, sent: bool) -> tuple[Party, ...]:
    """Return what a new field breaks."""
    if sent:
        return ("client",) if found.required else ("promise",) if found.closed else ()
    parties: tuple[Party, ...] = ("client",) if found.closed else ()
    return (*parties, "promise") if found.required else parties


def _breaks(kind: str, *, sent: bool) -> tuple[Party, ...]:
    """Return what a difference breaks: a client that may send less or get more, or else the promise."""
    if kind == "changed":
        return ("client", "promise")
    return ("client",) if (kind == "narrowed") == sent else ("promise",)


def _side(sent: bool) -> str:
    return "request" if sent else "response"


def _grouped(differences: Iterable[Difference]) -> list[Difference]:
    groups: dict[str, list[Difference]] = {}
    for one in differences:
        key = repr((one.rule, one.side, one.where, canonical(one.before), canonical(one.after), one.breaks))
        groups.setdefault(key, []).append(one)
    merged = [
        replace(
            group[0],
            operations=tuple(sorted({name for one in group for name in one.operations})),
            requirements=tuple(sorted({name for one in group for name in one.requirements})),
        )
        for group in groups.values()
    ]
    return sorted(merged, key=lambda one: (one.operations, one.side, one.where, one.keyword, one.kind))


def _parameters(operation: Operation) -> dict[str, Node]:
    """Return the parameters by what identifies them; those of the operation override those of the path."""
    placeholders = re.findall(r"{([^{}]*)}", operation.path)
    found: dict[str, Node] = {}
    for holder in (operation.item, operation.node):
        for _, node in holder.each("parameters"):
            place, name = node.keywords.get("in"), str(node.keywords.get("name"))
            if place == "header":
                name = name.lower()
            elif place == "path" and name in placeholders:
                name = str(placeholders.index(name))
            if place != "header" or name not in _IGNORED_HEADERS:
                found[f"{place} {name}"] = node
    return found


def _where(parameter: Node) -> str:
    return f"{parameter.keywords.get('in')} {parameter.keywords.get('name')}"


def _facts_of(parameter: Node) -> dict[str, Any]:
    """Return the keywords of a parameter with their defaults; explode says nothing of a single value."""
    said = parameter.keywords
    style = said.get("style", STYLES.get(str(said.get("in")), "form"))
    schema = parameter.below("schema").keywords if "schema" in said else {}
    types = {schema.get("type")} if not isinstance(schema.get("type"), list) else set(schema["type"])
    is_plain = bool(types) and types <= {"string", "integer", "number", "boolean", "null"}
    return {
        **{keyword: said.get(keyword) or None for keyword in _PARAMETER},
        "style": style,
        "explode": None if is_plain or "content" in said else said.get("explode", style in EXPLODED),
    }


def _media_type(name: str) -> str:
    essence, _, rest = name.partition(";")
    parameters = sorted(one.strip().lower() for one in rest.split(";") if one.strip())
    kept = [one for one in parameters if one.replace('"', "") != "charset=utf-8"]
    return ";".join([essence.strip().lower(), *kept])


def _schema_of(node: Node) -> Roots | None:
    if "schema" not in node.keywords or node.keywords["schema"] is True:
        return None
    return ((f"{node.origins['schema']}/schema", node.scopes),)


@dataclass(frozen=True, kw_only=True)
class _Alternative:
    """One alternative of `security`: schemes by their contents, each with its scopes."""

    names: frozenset[str]
    demands: frozenset[tuple[str, str]]


def _demands(alternative: _Alternative) -> frozenset[tuple[str, str]]:
    return alternative.demands


def _security(operation: Node) -> list[_Alternative]:
    """Return the alternatives of an operation; none at all means that no credentials are needed."""
    content = operation.specification.content
    said = operation.keywords.get("security", content.get("security", []))
    schemes = content.get("components", {}).get("securitySchemes", {})
    found = []
    for alternative in said or [{}]:
        demands: set[tuple[str, str]] = set()
        for name, scopes in alternative.items():
            scheme = canonical(_scheme(schemes.get(name, name)))
            demands |= {(scheme, ""), *((scheme, str(scope)) for scope in scopes)}
        names = frozenset(
            f"{name}: {', '.join(scopes)}" if scopes else name for name, scopes in alternative.items()
        )
        found.append(_Alternative(names=names, demands=frozenset(demands)))
    return found


def _scheme(scheme: Any) -> Any:
    """Return a security scheme without what says nothing on the wire."""
    if not isinstance(scheme, Mapping):
        return scheme
    kept = _without_words(scheme)
    kept.pop("bearerFormat", None)
    for flow in kept.get("flows", {}).values():
        flow.pop("scopes", None)
    if kept.get("type") == "http":
        kept["scheme"] = str(kept.get("scheme")).lower()
    if kept.get("in") == "header":
        kept["name"] = str(kept.get("name")).lower()
    return kept


def _servers(operation: Operation) -> dict[str, Any]:
    """Return the servers of an operation by their contents: its own, else those of the path, else those of all."""
    content = operation.node.specification.content
    holders = (operation.node.keywords, operation.item.keywords, content)
    said = next((one["servers"] for one in holders if one.get("servers")), [{"url": "/"}])
    kept = [_without_words(server) for server in said]
    return {canonical(server): server if server.get("variables") else server.get("url") for server in kept}


def _links(response: Node) -> dict[str, Any]:
    found = {}
    for name, link in response.keywords.get("links", {}).items():
        target = response.specification.at(link["$ref"]) if "$ref" in link else link
        found[name] = _without_words(target)
    return found


def _without_words(value: Any) -> Any:
    """Return a value without descriptions, examples and extensions."""
    if isinstance(value, Mapping):
        return {
            key: _without_words(child)
            for key, child in value.items()
            if key not in _WORDS and not str(key).startswith("x-")
        }
    return [_without_words(child) for child in value] if isinstance(value, list) else value


def _extensions(node: Node) -> set[str]:
    return {key for key in node.keywords if key.startswith("x-")} - {SOURCES, "x-grade", "x-only"}


def _named(node: Node) -> set[str]:
    return {name for ids in node.named.values() for name in ids}


def _ids(node: Node, keyword: str) -> tuple[str, ...]:
    source = node.source(keyword)
    return source.ids if source else ()


def _short(node: Node | None) -> Any:
    """Return what a removed or new node is, in short."""
    if node is None:
        return None
    kept = ("required", "schema", "description") if "in" in node.keywords else ("required",)
    found = {key: node.keywords[key] for key in kept if key in node.keywords}
    if "content" in node.keywords:
        found["content"] = sorted(node.keywords["content"])
    return found


def _sorted(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))
