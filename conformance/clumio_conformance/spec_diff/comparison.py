"""The comparison of two specifications: each operation, webhook and callback with all that goes in and out.

A client breaks when it may send less, or may get more. The vendor's promise is the old specification:
it breaks when the vendor must accept more, or may send less. In a callback or webhook the vendor sends.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from clumio_conformance.contract.nodes import Node
from clumio_conformance.contract.specification import Specification
from clumio_conformance.spec_diff import proof
from clumio_conformance.spec_diff.described import (
    Described,
    Operation,
    extensions,
    headers,
    ids_for,
    links,
    media_types,
    named,
    parameter_facts,
    schema_of,
    short,
    without_words,
)
from clumio_conformance.spec_diff.difference import Difference, Kind, Party, Witness
from clumio_conformance.spec_diff.schema_changes import Found, SchemaComparison, subject_of
from clumio_conformance.spec_diff.schemas import Reader, Roots, canonical

Value = TypeVar("Value")

BOTH: Final[tuple[Party, ...]] = ("client", "promise")
PARAMETER_KEYWORDS: Final[dict[str, Kind]] = {
    "required": "narrowed",
    "allowEmptyValue": "widened",
    "allowReserved": "widened",
    "deprecated": "annotated",
}
"""What it means that a keyword of a parameter is set."""
_BY_MEDIA_TYPE: Final[dict[tuple[bool, Kind], tuple[Party, ...]]] = {
    (True, "removed"): ("client",),
    (True, "added"): ("promise",),
    (False, "removed"): BOTH,
    (False, "added"): ("client",),
}


def compare(old: Specification, new: Specification) -> list[Difference]:
    """Return the differences; the same difference in several operations is one.

    Raises:
        ContractError: a specification is broken at a place that the comparison needs.
    """
    if canonical(old.content) == canonical(new.content):  # true is not 1
        return []
    sides = Described(old), Described(new)
    found = _operations(*sides, sides[0].operations(), sides[1].operations())
    return _grouped(found)


def _operations(
    old: Described, new: Described, was: dict[str, Operation], now: dict[str, Operation]
) -> Iterator[Difference]:
    for key in sorted(was.keys() | now.keys()):
        if key in was and key in now:
            pair = _Pair(old=was[key], new=now[key], before=old, after=new)
            yield from pair.differences()
            yield from _operations(old, new, was[key].callbacks, now[key].callbacks)
        else:
            yield _whole_operation(old if key in was else new, was.get(key), now.get(key))


def _whole_operation(side: Described, old: Operation | None, new: Operation | None) -> Difference:
    kind: Kind = "removed" if new is None else "added"
    one = old or new
    assert one is not None  # noqa: S101 - one of them is there; for the type checker
    said, place = {"operationId": one.node.keywords.get("operationId")}, side.place(one.node.pointer)
    return Difference(
        rule=f"{'webhook' if one.incoming else 'operation'}.{kind}",
        kind=kind,
        operations=(one.name,),
        side="operation",
        where="",
        keyword="",
        before=said if old else None,
        after=said if new else None,
        breaks=("client",) if old else (),
        requirements=tuple(sorted(side.all_ids(one))),
        old=place if old else None,
        new=place if new else None,
    )


@dataclass(kw_only=True)
class _Pair:
    """One operation in both specifications."""

    old: Operation
    new: Operation
    before: Described
    after: Described
    _schemas: dict[bool, SchemaComparison] = field(default_factory=dict)

    def differences(self) -> Iterator[Difference]:
        """Yield the differences of the operation."""
        sent = not self.old.incoming
        yield from self._facts()
        yield from self._security_and_servers()
        for key, old, new in _both(self.old.parameters, self.new.parameters):
            yield from self._parameter(old, new) if old and new else [self._whole_parameter(key, old, new)]
        yield from self._body(self.old.body, self.new.body, sent=sent)
        for status, old, new in _both(self.old.responses, self.new.responses):
            if old and new:
                yield from self._response(old, new, status, sent=not sent)
            else:
                yield self._whole_response(status, old, new, sent=not sent)

    def _facts(self) -> Iterator[Difference]:
        old, new = self.old.node, self.new.node
        ids = ids_for("exists", old, new)
        for keyword in ("operationId", "deprecated", "tags", *extensions(old, new)):
            was, now = (node.keywords.get(keyword) or None for node in (old, new))
            if canonical(was) != canonical(now):
                is_name = keyword == "operationId" and was is not None
                kind: Kind = "changed" if is_name else "annotated"
                yield self._made(
                    subject_of(keyword), kind, "operation", "", keyword, was, now,
                    breaks=BOTH if is_name else (), ids=set() if keyword == "tags" else ids, at=(old, new),
                )  # fmt: skip
        yield from self._requirements(old, new, "operation", "")

    def _requirements(self, old: Node, new: Node, side: str, where: str) -> Iterator[Difference]:
        if old.named != new.named:
            was, now = named(old), named(new)
            yield self._made(
                "requirements", "annotated", side, where, "requirements", sorted(was), sorted(now),
                ids=was ^ now or now, at=(old, new),
            )  # fmt: skip

    def _security_and_servers(self) -> Iterator[Difference]:
        at = (self.old.node, self.new.node)
        was, now = self.old.security, self.new.security
        lost = any(not any(one.demands >= other.demands for other in now) for one in was)
        gained = any(not any(one.demands >= other.demands for other in was) for one in now)
        if kind := proof.kind_of(narrows=lost, widens=gained):
            said = [one.names for one in was], [one.names for one in now]
            yield self._made("security", kind, "operation", "", "security", *said, at=at)
        old, new = self.old.servers, self.new.servers
        if kind := proof.kind_of(narrows=bool(old.keys() - new), widens=bool(new.keys() - old)):
            servers = (sorted(one.values(), key=canonical) for one in (old, new))
            yield self._made("servers", kind, "operation", "", "servers", *servers, at=at)

    def _whole_parameter(self, key: str, old: Node | None, new: Node | None) -> Difference:
        node, side, operation = (old, self.before, self.old) if old else (new, self.after, self.new)
        assert node is not None  # noqa: S101 - one of them is there; for the type checker
        where = f"{key.partition(' ')[0]} {node.keywords.get('name')}"
        return self._came_or_went(
            "parameter", _side(sent=not operation.incoming), where, old, new,
            breaks=("client",) if old or node.keywords.get("required") else (),
            ids=side.ids_of(operation, node, sent=not operation.incoming),
        )  # fmt: skip

    def _parameter(self, old: Node, new: Node) -> Iterator[Difference]:
        sent = not self.old.incoming
        side, where = _side(sent=sent), f"{new.keywords.get('in')} {new.keywords.get('name')}"
        for keyword, meaning in PARAMETER_KEYWORDS.items():
            was, now = (bool(node.keywords.get(keyword)) or None for node in (old, new))
            if was != now:
                kind = meaning if now or meaning == "annotated" else _opposite(meaning)
                subject = f"parameter-{keyword}"
                ids = ids_for(keyword, old, new)
                yield self._made(subject, kind, side, where, keyword, was, now, ids=ids, at=(old, new))
        for keyword in extensions(old, new):
            said = old.keywords.get(keyword), new.keywords.get(keyword)
            if canonical(said[0]) != canonical(said[1]):
                subject = subject_of(keyword)
                yield self._made(subject, "annotated", side, where, keyword, *said, at=(old, new))
        facts = parameter_facts(old), parameter_facts(new)
        for keyword in ("style", "explode"):
            said = facts[0][keyword], facts[1][keyword]
            if said[0] != said[1] and None not in said:
                yield self._made(
                    f"parameter-{keyword}", "changed", side, where, keyword, *said, at=(old, new)
                )
        yield from self._requirements(old, new, side, where)
        if ("content" in old.keywords) != ("content" in new.keywords):
            content = (sorted(node.keywords.get("content", {})) or None for node in (old, new))
            yield self._made("parameter-content", "changed", side, where, "content", *content, at=(old, new))
        else:
            yield from self._schema(old, new, where, sent=sent)
            yield from self._content(old, new, where, sent=sent)

    def _body(self, old: Node | None, new: Node | None, *, sent: bool) -> Iterator[Difference]:
        if old and new:
            yield from self._required("body-required", old, new, "body", sent=sent)
            yield from self._requirements(old, new, _side(sent=sent), "body")
            yield from self._content(old, new, "body", sent=sent)
        elif node := old or new:
            side, operation = (self.before, self.old) if old else (self.after, self.new)
            hurts = old or node.keywords.get("required") or not sent
            yield self._came_or_went(
                "body", _side(sent=sent), "body", old, new,
                breaks=("client",) if hurts else (), ids=side.ids_of(operation, node, sent=sent),
            )  # fmt: skip

    def _required(
        self, subject: str, old: Node, new: Node, where: str, *, sent: bool
    ) -> Iterator[Difference]:
        was, now = (bool(node.keywords.get("required")) or None for node in (old, new))
        if was != now:
            kind: Kind = "narrowed" if now else "widened"
            ids = ids_for("required", old, new)
            yield self._made(
                subject, kind, _side(sent=sent), where, "required", was, now, ids=ids, at=(old, new)
            )

    def _whole_response(self, status: str, old: Node | None, new: Node | None, *, sent: bool) -> Difference:
        """Report a status that came or went; it breaks nothing where a range or `default` describes it."""
        node, side, operation = (old, self.before, self.old) if old else (new, self.after, self.new)
        assert node is not None  # noqa: S101 - one of them is there; for the type checker
        others = self.new.responses if old else self.old.responses
        described = others.get(f"{status[0]}XX") or others.get("default")
        breaks: tuple[Party, ...] = BOTH if old and status.startswith("2") else ("client",)
        if described and status != "default":
            pair = (node, described) if old else (described, node)
            hurts = any("client" in one.breaks for one in self._response(*pair, status, sent=sent))
            breaks = ("client",) if hurts else ()
        ids = side.ids_of(operation, node, sent=sent)
        return self._came_or_went("status", _side(sent=sent), status, old, new, breaks=breaks, ids=ids)

    def _response(self, old: Node, new: Node, status: str, *, sent: bool) -> Iterator[Difference]:
        yield from self._requirements(old, new, _side(sent=sent), status)
        yield from self._content(old, new, status, sent=sent)
        for _, was, now in _both(headers(old), headers(new)):
            yield from self._header(was, now, status, sent=sent)
        for name, was, now in _both(links(old), links(new)):
            if canonical(was) != canonical(now):
                kind: Kind = "removed" if now is None else "added" if was is None else "changed"
                yield self._made(
                    "link", kind, _side(sent=sent), f"{status} link {name}", "", was, now,
                    breaks=() if kind == "added" else ("client",), decided=kind != "changed", at=(old, new),
                )  # fmt: skip

    def _header(
        self, was: tuple[str, Node] | None, now: tuple[str, Node] | None, status: str, *, sent: bool
    ) -> Iterator[Difference]:
        name, header = now or was or ("", None)
        assert header is not None  # noqa: S101 - one of them is there; for the type checker
        where = f"{status} header {name}"
        if was and now:
            yield from self._required("header-required", was[1], now[1], where, sent=sent)
            yield from self._schema(was[1], now[1], where, sent=sent)
            yield from self._content(was[1], now[1], where, sent=sent)
            return
        required = bool(header.keywords.get("required"))
        hurts = was or (sent and required)
        yield self._came_or_went(
            "header", _side(sent=sent), where, was and was[1], now and now[1],
            breaks=("client",) if hurts else ("promise",) if required else (), ids=named(header),
        )  # fmt: skip

    def _content(self, old: Node, new: Node, where: str, *, sent: bool) -> Iterator[Difference]:
        side = _side(sent=sent)
        for _, was, now in _both(media_types(old), media_types(new)):
            if was and now:
                yield from self._schema(was[1], now[1], where, sent=sent)
                encodings = [without_words(media.keywords.get("encoding")) for _, media in (was, now)]
                if canonical(encodings[0]) != canonical(encodings[1]):
                    place = f"{where} {now[0]}"
                    yield self._made(
                        "encoding", "changed", side, place, "encoding", *encodings,
                        decided=False, at=(was[1], now[1]),
                    )  # fmt: skip
            elif one := was or now:
                ids = ids_for("content", old if was else new)
                yield self._came_or_went(
                    "media-type", side, f"{where} {one[0]}", was and was[1], now and now[1],
                    breaks=_BY_MEDIA_TYPE[sent, "removed" if was else "added"], ids=ids,
                )  # fmt: skip

    def _schema(self, old: Node, new: Node, where: str, *, sent: bool) -> Iterator[Difference]:
        """Compare the schemas of two parameters, headers or bodies; without one everything is allowed."""
        was, now = schema_of(old), schema_of(new)
        readers = self.before.reader(self.old, sent=sent), self.after.reader(self.new, sent=sent)
        if was and now:
            schemas = self._schemas.setdefault(sent, SchemaComparison(old=readers[0], new=readers[1]))
            found = [self._within(one, sent=sent) for one in schemas.compare(was, now, where)]
            yield from found
            if not any("client" in one.breaks for one in found):
                yield from self._missed(readers, was, now, where, sent=sent)
        elif (was and not _is_open(readers[0], was)) or (now and not _is_open(readers[1], now)):
            kind: Kind = "narrowed" if now else "widened"
            said = old.keywords.get("schema"), new.keywords.get("schema")
            yield self._made("schema", kind, _side(sent=sent), where, "schema", *said, at=(old, new))

    def _missed(
        self, readers: tuple[Reader, Reader], was: Roots, now: Roots, where: str, *, sent: bool
    ) -> Iterator[Difference]:
        """Check the whole schemas by proof: a client that breaks although no keyword says why is reported."""
        old, new = readers
        if sent:
            outer, inner = new.plain(now, closed=False), old.plain(was, closed=True)
        else:
            outer, inner = old.plain(was, closed=False), new.plain(now, closed=True)
        if proof.covers(outer, inner) is False:
            yield self._made(
                "schema", "narrowed" if sent else "widened", _side(sent=sent), where, "schema", None, None,
                at=(was[0][0], now[0][0]),
                witnesses=tuple(proof.witness(inner, outer, "old" if sent else "new")),
            )  # fmt: skip

    def _within(self, found: Found, *, sent: bool) -> Difference:
        """Say what a difference within a schema breaks."""
        kind, decided, breaks, suffix = found.kind, found.decided, None, ""
        if found.subject == "property":
            breaks = ("client",) if kind == "removed" else _by_coming(found, sent=sent)
            suffix = ".required" if found.required else ""
        elif found.subject == "default":
            breaks = ("client",) if sent else ()
            kind, decided = ("changed", False) if sent else ("annotated", True)
        return self._made(
            found.subject, kind, _side(sent=sent), found.where, found.keyword, found.before, found.after,
            breaks=breaks, decided=decided, ids=found.ids, at=(found.old, found.new),
            witnesses=found.witnesses, suffix=suffix,
        )  # fmt: skip

    def _came_or_went(
        self,
        subject: str,
        side: str,
        where: str,
        old: Node | None,
        new: Node | None,
        *,
        breaks: tuple[Party, ...],
        ids: Iterable[str],
    ) -> Difference:
        required = new and new.keywords.get("required") and subject in {"parameter", "body"}
        return self._made(
            subject, "removed" if new is None else "added", side, where, "", short(old), short(new),
            breaks=breaks, ids=ids, at=(old, new), suffix=".required" if required else "",
        )  # fmt: skip

    def _made(  # noqa: PLR0917 - the first seven are in the order of every difference
        self,
        subject: str,
        kind: Kind,
        side: str,
        where: str,
        keyword: str,
        before: Any,
        after: Any,
        *,
        at: tuple[Node | str | None, Node | str | None],
        breaks: tuple[Party, ...] | None = None,
        ids: Iterable[str] = (),
        decided: bool = True,
        witnesses: tuple[Witness, ...] = (),
        suffix: str = "",
    ) -> Difference:
        old, new = (one.pointer if isinstance(one, Node) else one for one in at)
        return Difference(
            rule=f"{side}.{subject}.{kind}{suffix}",
            kind=kind,
            operations=(self.new.name,),
            side=side,
            where=where,
            keyword=keyword,
            before=before,
            after=after,
            breaks=_breaks(kind, sent=side != "response") if breaks is None else breaks,
            decided=decided,
            witnesses=witnesses,
            requirements=tuple(sorted(ids)),
            old=None if old is None else self.before.place(old),
            new=None if new is None else self.after.place(new),
        )


def _both(old: dict[str, Value], new: dict[str, Value]) -> Iterator[tuple[str, Value | None, Value | None]]:
    for key in sorted(old.keys() | new.keys()):
        yield key, old.get(key), new.get(key)


def _is_open(reader: Reader, roots: Roots) -> bool:
    """Whether it is proved that a schema allows everything."""
    return proof.covers(reader.plain(roots, closed=False), {}) is True


def _by_coming(found: Found, *, sent: bool) -> tuple[Party, ...]:
    """Return what a new field breaks."""
    if sent:
        return ("client",) if found.required else ("promise",) if found.closed else ()
    parties: tuple[Party, ...] = ("client",) if found.closed else ()
    return (*parties, "promise") if found.required else parties


def _breaks(kind: Kind, *, sent: bool) -> tuple[Party, ...]:
    """Return what a difference breaks: a client that may send less or get more, or else the promise."""
    if kind == "changed":
        return BOTH
    if kind in {"narrowed", "widened"}:
        return ("client",) if (kind == "narrowed") == sent else ("promise",)
    return ()


def _opposite(kind: Kind) -> Kind:
    return "widened" if kind == "narrowed" else "narrowed"


def _side(*, sent: bool) -> str:
    return "request" if sent else "response"


def _grouped(differences: Iterable[Difference]) -> list[Difference]:
    groups: dict[str, list[Difference]] = {}
    for one in differences:
        key = repr((one.rule, one.where, canonical(one.before), canonical(one.after), one.breaks))
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
