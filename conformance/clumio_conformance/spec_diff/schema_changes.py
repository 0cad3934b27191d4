"""What changed from one schema to another, place by place.

Keywords whose values have an order are compared by it, lists of values by their members, fields and items
one by one. The rest (choices, `not`, conditions, patterns) is compared by proof, and where there is none, by
values that are tried.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Final

from clumio_conformance.contract.nodes import OWN, ids_of
from clumio_conformance.spec_diff import proof
from clumio_conformance.spec_diff.difference import Kind, Witness
from clumio_conformance.spec_diff.schemas import (
    MOST,
    RESIDUES,
    Choices,
    Part,
    Reader,
    Roots,
    Shape,
    canonical,
    names_of,
)

MOST_PLACES: Final = 8
"""The same two schemas are compared at this many places of one side; layers that double end there."""
WIDER_FORMATS: Final = {("int32", "int64"), ("float", "double")}
ANNOTATIONS: Final = ("deprecated", "x-deprecated-values", "x-sunset")
_HANDLED: Final = frozenset({"x-requirements", "x-grade", "x-only", *ANNOTATIONS})
# What a keyword's sources are named under, where that is not the keyword.
_SOURCES: Final = {
    "type": ("type", "null"),
    "enum": ("enum", "exists"),
    "deprecated": ("exists",),
    "x-deprecated-values": ("exists",),
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """One difference within a schema.

    Attributes:
        where: The place, as `body > names[]`.
        subject: What changed: a keyword, or `property`.
        keyword: The keyword; empty for a whole field.
        kind: How the allowed values changed.
        before: The old value.
        after: The new value.
        old: The pointer in the old specification; None when it is not there.
        new: The pointer in the new one.
        ids: The requirements that are its sources.
        decided: Whether the kind is proved.
        required: Whether a field that came must be there.
        closed: Whether a field that came was forbidden before.
        witnesses: Values that show the difference.
    """

    where: str
    subject: str
    keyword: str
    kind: Kind
    before: Any
    after: Any
    old: str | None
    new: str | None
    ids: frozenset[str]
    decided: bool = True
    required: bool = False
    closed: bool = False
    witnesses: tuple[Witness, ...] = ()


@dataclass(kw_only=True, eq=False)
class SchemaComparison:
    """Compares schemas of two specifications for one side of one operation."""

    old: Reader
    new: Reader
    _places: Counter[tuple[Any, Any]] = field(default_factory=Counter)
    _relations: dict[Any, proof.Relation] = field(default_factory=dict)
    _open: set[tuple[Any, Any]] = field(default_factory=set)

    def compare(self, old: Roots, new: Roots, where: str) -> Iterator[Found]:
        """Yield the differences of two schemas and of what is below them."""
        key = (tuple(pointer for pointer, _ in old), tuple(pointer for pointer, _ in new))
        if key in self._open or self._places[key] >= MOST_PLACES:
            return
        self._places[key] += 1
        self._open.add(key)
        one, other = self.old.read(old), self.new.read(new)
        if max(len(one.shapes), len(other.shapes)) > 1:
            yield from self._annotations(one.parts, other.parts, where)
            yield from self._choices(one, other, where)
        else:
            yield from self._annotations(_all_parts(one), _all_parts(other), where)
            yield from self._types(one, other, where)
            if one.shapes and other.shapes:
                yield from self._shapes(one.shapes[0], other.shapes[0], where)
        self._open.discard(key)

    def _types(self, one: Choices, other: Choices, where: str) -> Iterator[Found]:
        """Compare the types of schemas with one shape at most, null among them."""
        was, now = _types_of(one), _types_of(other)
        has_values = any(shape.values is not None for shape in (*one.shapes, *other.shapes))
        if one.shapes and other.shapes and has_values:
            was, now = was & {"null"}, now & {"null"}
        if was == now:
            return
        kind = _by_sets(now, was)
        said = _named(_types_of(one)), _named(_types_of(other))
        yield self._found(where, "type", kind, *said, _all_parts(one), _all_parts(other))

    def _choices(self, one: Choices, other: Choices, where: str) -> Iterator[Found]:
        keyword = one.keyword or other.keyword or "anyOf"
        parts = (one.parts, other.parts)
        if one.nullable != other.nullable:
            kind: Kind = "widened" if other.nullable else "narrowed"
            said = _named(_types_of(one)), _named(_types_of(other))
            yield self._found(where, "type", kind, *said, *parts)
        everything = self._relation(one.shapes, other.shapes)
        pairs, lost, gained = self._matched(one.shapes, other.shapes)
        inner = [
            found
            for old, new in pairs
            for found in self._pair(old, new, where + _label(old, new, len(pairs)))
            if not (found.kind == "narrowed" and not everything.narrows and found.subject != "property")
            if not (found.kind == "widened" and not everything.widens and found.subject != "property")
        ]
        yield from inner
        gone = [shape for shape in lost if self._relation((shape,), other.shapes).narrows]
        come = [shape for shape in gained if self._relation(one.shapes, (shape,)).widens]
        for shape in gone:
            yield self._found(where, keyword, "narrowed", _name(shape), None, shape.parts, other.parts)
        for shape in come:
            yield self._found(where, keyword, "widened", None, _name(shape), one.parts, shape.parts)
        kinds = {found.kind for found in inner} | {"removed" for _ in gone} | {"added" for _ in come}
        if self._overlap(self.old, one) or self._overlap(self.new, other):
            everything = proof.relation(
                self.old.plain_choices(one, closed=True), self.new.plain_choices(other, closed=True)
            )
        missed = proof.kind_of(
            narrows=everything.narrows and not kinds & {"narrowed", "changed", "removed"},
            widens=everything.widens and not kinds & {"widened", "changed", "added"},
        )
        if missed:
            found = self._found(where, keyword, missed, None, None, *parts)
            yield replace(found, decided=everything.decided, witnesses=everything.witnesses)

    def _overlap(self, reader: Reader, choices: Choices) -> bool:
        """Whether a value may match two choices of `oneOf`, which makes it invalid."""
        plain = [reader.plain_shapes((shape,), closed=True) for shape in choices.shapes]
        return choices.exclusive and not all(proof.disjoint(*pair) for pair in combinations(plain, 2))

    def _relation(self, old: tuple[Shape, ...], new: tuple[Shape, ...]) -> proof.Relation:
        """Compare what is allowed, without trying values; fields that are not declared come in no value."""
        key = (tuple(map(id, old)), tuple(map(id, new)))
        if key not in self._relations:
            plain = self.old.plain_shapes(old, closed=True), self.new.plain_shapes(new, closed=True)
            covered = proof.covers(plain[1], plain[0]), proof.covers(plain[0], plain[1])
            kind = proof.kind_of(narrows=covered[0] is not True, widens=covered[1] is not True)
            self._relations[key] = proof.Relation(kind=kind, decided=None not in covered)
        return self._relations[key]

    def _matched(
        self, old: tuple[Shape, ...], new: tuple[Shape, ...]
    ) -> tuple[list[tuple[Shape, Shape]], list[Shape], list[Shape]]:
        """Pair the choices: the equal ones, then those of one name, then those that share most fields."""
        lost, gained = list(old), list(new)
        pairs: list[tuple[Shape, Shape]] = []

        def pair(fits: Callable[[Shape, Shape], bool]) -> None:
            for one in list(lost):
                for other in gained:
                    if fits(one, other):
                        pairs.append((one, other))
                        lost.remove(one)
                        gained.remove(other)
                        break

        pair(lambda one, other: _name(one) == _name(other) and self._relation((one,), (other,)).kind is None)
        pair(lambda one, other: self._relation((one,), (other,)).kind is None)
        pair(lambda one, other: one.component is not None and one.component == other.component)
        pair(lambda one, other: one.types == other.types and _alike(one, other))
        if len(old) == len(new) and len(lost) == 1:
            pair(lambda one, other: one.types == other.types)
        return pairs, lost, gained

    def _pair(self, old: Shape, new: Shape, where: str) -> Iterator[Found]:
        yield from self._annotations(old.parts, new.parts, where)
        if old.types != new.types and old.values is None and new.values is None:
            kind = _by_sets(new.types, old.types)
            said = names_of(old.types), names_of(new.types)
            yield self._found(where, "type", kind, *said, old.parts, new.parts)
        yield from self._shapes(old, new, where)

    def _shapes(self, old: Shape, new: Shape, where: str) -> Iterator[Found]:
        if old.values is not None or new.values is not None:
            yield from self._values(old, new, where)
            return
        if not old.types & new.types:
            return
        yield from self._limits(old, new, where)
        if "object" in old.types & new.types:
            yield from self._fields(old, new, where)
        if "array" in old.types & new.types:
            yield from self._items(old, new, where)
        yield from self._residues(old, new, where)

    def _values(self, old: Shape, new: Shape, where: str) -> Iterator[Found]:
        was, now = ({canonical(one): one for one in shape.values or ()} for shape in (old, new))
        lost = [was[key] for key in was.keys() - now.keys()]
        gained = [now[key] for key in now.keys() - was.keys()]
        shown: tuple[Witness, ...] = ()
        if old.values is None or new.values is None:
            kind = self._relation((old,), (new,)).kind
        else:
            kind = proof.kind_of(narrows=bool(lost), widens=bool(gained))
            shown = tuple(Witness(value=one, allowed_by="old") for one in sorted(lost, key=canonical)[:1])
            shown += tuple(Witness(value=one, allowed_by="new") for one in sorted(gained, key=canonical)[:1])
        if kind:
            said = old.values and list(old.values), new.values and list(new.values)
            keyword = "const" if _has_const(old) and _has_const(new) else "enum"
            found = self._found(where, keyword, kind, *said, old.parts, new.parts)
            yield replace(found, witnesses=shown)

    def _limits(self, old: Shape, new: Shape, where: str) -> Iterator[Found]:
        for keyword in sorted(old.limits.keys() | new.limits.keys()):
            was, now = old.limits.get(keyword), new.limits.get(keyword)
            if was == now:
                continue
            kind, decided, witnesses = _ordered(keyword, was, now)
            if kind:
                name = keyword
                if keyword in {"minimum", "maximum"} and any(bound and bound[1] for bound in (was, now)):
                    name = f"exclusive{keyword.capitalize()}"
                said = _said(keyword, was), _said(keyword, now)
                found = self._found(where, name, kind, *said, old.parts, new.parts)
                yield replace(found, decided=decided, witnesses=witnesses)

    def _fields(self, old: Shape, new: Shape, where: str) -> Iterator[Found]:
        for name in sorted(old.properties.keys() | new.properties.keys() | old.required ^ new.required):
            was, now = old.properties.get(name), new.properties.get(name)
            place = f"{where} > {name}"
            must = (name in old.required, name in new.required)
            if was is None and now is not None and not (old.additional and not self._is_false(self.old, old)):
                ids = ids_within(self.new, now)
                found = self._whole(place, "added", None, now, ids)
                closed = old.additional is not None
                yield replace(found, required=must[1] and not must[0], closed=closed)
                continue
            if now is None and was is not None and not (new.additional and not self._is_false(self.new, new)):
                yield self._whole(place, "removed", was, None, ids_within(self.old, was))
                continue
            if must[0] != must[1]:
                ids = _ids_of_member(old.parts, name) | _ids_of_member(new.parts, name)
                yield Found(
                    where=place,
                    subject="required",
                    keyword="required",
                    kind="narrowed" if must[1] else "widened",
                    before=must[0] or None,
                    after=must[1] or None,
                    old=_pointer(old.parts, "required"),
                    new=_pointer(new.parts, "required"),
                    ids=ids,
                )
            was, now = was or old.additional, now or new.additional
            if was and now:
                yield from self.compare(was, now, place)
        yield from self._others("additionalProperties", old, new, f"{where} > *")

    def _is_false(self, reader: Reader, shape: Shape) -> bool:
        assert shape.additional is not None  # noqa: S101 - the caller looked; for the type checker
        choices = reader.read(shape.additional)
        return not choices.shapes and not choices.nullable

    def _others(self, keyword: str, old: Shape, new: Shape, where: str) -> Iterator[Found]:
        """Compare what is said of the fields that are not declared, or of the items beyond a tuple."""
        was, now = (old.items, new.items) if keyword == "items" else (old.additional, new.additional)
        if was and now:
            yield from self.compare(was, now, where)
        elif was or now:
            kind: Kind = "narrowed" if now else "widened"
            place = where.removesuffix(" > *").removesuffix("[]")
            said = self._at(self.old, was), self._at(self.new, now)
            found = self._found(place, keyword, kind, *said, old.parts, new.parts)
            yield replace(found, closed=keyword == "additionalProperties")

    def _items(self, old: Shape, new: Shape, where: str) -> Iterator[Found]:
        for index in range(max(len(old.prefix), len(new.prefix))):
            was, now = (
                shape.prefix[index] if index < len(shape.prefix) else shape.items for shape in (old, new)
            )
            if was and now:
                yield from self.compare(was, now, f"{where}[{index}]")
            elif was or now:
                kind: Kind = "narrowed" if now else "widened"
                said = self._at(self.old, was), self._at(self.new, now)
                yield self._found(f"{where}[{index}]", "prefixItems", kind, *said, old.parts, new.parts)
        yield from self._others("items", old, new, f"{where}[]")

    def _residues(self, old: Shape, new: Shape, where: str) -> Iterator[Found]:
        for group in (*RESIDUES, ("choices",)):
            name = group[0]
            if name not in old.residues and name not in new.residues:
                continue
            plain = self.old.plain_residue(old, group), self.new.plain_residue(new, group)
            found = proof.relation(*plain)
            if found.kind:
                was, now = (_one_or_all(shape.residues.get(name)) for shape in (old, new))
                keyword = "anyOf" if name == "choices" else name
                one = self._found(where, keyword, found.kind, was, now, old.parts, new.parts)
                # A constraint that came or went can go one way only.
                is_decided = found.decided or (found.kind != "changed" and None in (was, now))
                yield replace(one, decided=is_decided, witnesses=found.witnesses)

    def _annotations(self, old: tuple[Part, ...], new: tuple[Part, ...], where: str) -> Iterator[Found]:
        for keyword in ANNOTATIONS:
            was, now = _first_of(old, keyword), _first_of(new, keyword)
            if canonical(was or None) != canonical(now or None):
                yield self._found(where, keyword, "annotated", was or None, now or None, old, new)
        was, now = (_marked(parts, "default") for parts in (old, new))
        if was != now:
            said = _first_of(old, "default"), _first_of(new, "default")
            yield self._found(where, "default", "changed", *said, old, new)
        names = sorted({key for part in (*old, *new) for key in part.keywords if key.startswith("x-")})
        for keyword in names:
            said = _first_of(old, keyword), _first_of(new, keyword)
            if keyword not in _HANDLED and canonical(said[0]) != canonical(said[1]):
                yield self._found(where, keyword, "annotated", *said, old, new)
        was, now = (canonical(_first_of(parts, "xml")) for parts in (old, new))
        if was != now:
            said = _first_of(old, "xml"), _first_of(new, "xml")
            yield replace(self._found(where, "xml", "changed", *said, old, new), decided=False)
        yield from self._discriminators(old, new, where)
        named = _sources_named(old), _sources_named(new)
        if named[0] != named[1]:
            ids = [{name for names in one.values() for name in names} for one in named]
            found = self._found(where, "requirements", "annotated", sorted(ids[0]), sorted(ids[1]), old, new)
            yield replace(found, ids=frozenset(ids[0] ^ ids[1] or ids[1]))

    def _discriminators(self, old: tuple[Part, ...], new: tuple[Part, ...], where: str) -> Iterator[Found]:
        was, now = _discriminator(old), _discriminator(new)
        if canonical(was) == canonical(now):
            return
        kind: Kind = "changed"
        if was and now and was["propertyName"] == now["propertyName"]:
            kind = _by_sets(frozenset(now["values"]), frozenset(was["values"]))
        found = self._found(where, "discriminator", kind, was, now, old, new)
        yield replace(found, decided=kind != "changed")

    def _whole(
        self, where: str, kind: Kind, old: Roots | None, new: Roots | None, ids: frozenset[str]
    ) -> Found:
        return Found(
            where=where,
            subject="property",
            keyword="",
            kind=kind,
            before=self._at(self.old, old),
            after=self._at(self.new, new),
            old=old[0][0] if old else None,
            new=new[0][0] if new else None,
            ids=ids,
        )

    def _at(self, reader: Reader, roots: Roots | None) -> Any:
        """Return a schema as it is written, in short."""
        return reader.specification.at(roots[0][0]) if roots else None

    def _found(  # noqa: PLR0917 - the order of every difference
        self,
        where: str,
        keyword: str,
        kind: Kind,
        before: Any,
        after: Any,
        old: tuple[Part, ...],
        new: tuple[Part, ...],
    ) -> Found:
        names = _SOURCES.get(keyword, (keyword,))
        return Found(
            where=where,
            subject=subject_of(keyword),
            keyword=keyword,
            kind=kind,
            before=before,
            after=after,
            old=_pointer(old, keyword),
            new=_pointer(new, keyword),
            ids=frozenset[str]().union(*(sources(parts, name) for parts in (old, new) for name in names)),
        )


def subject_of(keyword: str) -> str:
    """Return what a difference of a keyword is about: extensions that mean nothing here are all alike."""
    return "extension" if keyword.startswith("x-") and keyword not in ANNOTATIONS else keyword


def ids_within(reader: Reader, roots: Roots, visited: set[str] | None = None) -> frozenset[str]:
    """Return the sources that a schema and what is below it name, without those in `visited`."""
    visited = set() if visited is None else visited
    pointers = {pointer for pointer, _ in roots}
    if pointers <= visited:
        return frozenset()
    visited |= pointers
    found: set[str] = set()
    choices = reader.read(roots)
    for part in (*choices.parts, *(part for shape in choices.shapes for part in shape.parts)):
        found |= {name for scope in part.own for ids in scope.sources.values() for name in ids_of(ids)}
    for shape in choices.shapes:
        below = [*shape.properties.values(), *shape.prefix, shape.items, shape.additional]
        for child in below:
            if child:
                found |= ids_within(reader, child, visited)
    return frozenset(found)


def sources(parts: Iterable[Part], keyword: str) -> frozenset[str]:
    """Return the requirements that are the sources of a keyword: the nearest ones of its parts."""
    listed = tuple(parts)
    holders = [part for part in listed if keyword in part.keywords] or listed
    found: set[str] = set()
    for part in holders:
        scopes = part.own if keyword in OWN else part.scopes
        named = next((scope.sources[keyword] for scope in scopes if scope.sources.get(keyword)), None)
        if named:
            found |= set(ids_of(named))
    return frozenset(found)


def _ids_of_member(parts: tuple[Part, ...], name: str) -> frozenset[str]:
    found: set[str] = set()
    for part in parts:
        for scope in part.scopes:
            named = scope.sources.get("required")
            if named:
                found |= set(ids_of(named.get(name, []) if isinstance(named, Mapping) else named))
                break
    return frozenset(found)


def _sources_named(parts: tuple[Part, ...]) -> dict[str, tuple[str, ...]]:
    scopes = {scope.pointer: scope for part in parts for scope in part.own}
    return {name: ids_of(ids) for scope in scopes.values() for name, ids in scope.sources.items()}


def _discriminator(parts: tuple[Part, ...]) -> dict[str, Any] | None:
    """Return the discriminator, with its values: those of its mapping, and the names of the choices."""
    for part in parts:
        said = part.keywords.get("discriminator")
        if isinstance(said, dict):
            branches = [*part.keywords.get("oneOf", []), *part.keywords.get("anyOf", [])]
            names = {str(one.get("$ref", "")).rpartition("/")[2] for one in branches if isinstance(one, dict)}
            mapping = said.get("mapping", {})
            mapped = {str(target).rpartition("/")[2] for target in mapping.values()}
            values = sorted({*mapping, *(names - mapped - {""})})
            return {"propertyName": said.get("propertyName"), "values": values}
    return None


def _ordered(keyword: str, was: Any, now: Any) -> tuple[Kind | None, bool, tuple[Witness, ...]]:
    """Return how a limit changed, whether that is proved, and values that show it."""
    if was is None or now is None:
        return ("narrowed" if was is None else "widened"), True, ()
    if keyword == "pattern":
        return _patterns(was, now)
    if isinstance(was, frozenset):
        return _of_sets(keyword, was, now)
    if keyword == "maximum":
        was, now = (-was[0], was[1]), (-now[0], now[1])
    smaller_is_narrower = keyword in MOST
    return ("narrowed" if (now < was) == smaller_is_narrower else "widened"), True, ()


def _patterns(was: frozenset[str], now: frozenset[str]) -> tuple[Kind | None, bool, tuple[Witness, ...]]:
    if was < now or now < was:
        return _by_sets(was, now), True, ()
    found = proof.relation(*(_plain_pattern(patterns) for patterns in (was, now)))
    return found.kind, found.decided, found.witnesses


def _plain_pattern(patterns: frozenset[str]) -> dict[str, Any]:
    return {"type": "string", "allOf": [{"pattern": one} for one in sorted(patterns)]}


def _of_sets(
    keyword: str, was: frozenset[Any], now: frozenset[Any]
) -> tuple[Kind, bool, tuple[Witness, ...]]:
    one, other = next(iter(was)), next(iter(now))
    is_single = len(was) == len(now) == 1
    if is_single and keyword == "multipleOf" and 0 in {one % other, other % one}:
        return ("narrowed" if one % other else "widened"), True, ()
    if is_single and keyword == "format" and {(one, other), (other, one)} & WIDER_FORMATS:
        return ("widened" if (one, other) in WIDER_FORMATS else "narrowed"), True, ()
    kind = _by_sets(was, now)
    return kind, kind != "changed" or keyword in {"multipleOf", "contentEncoding"}, ()


def _by_sets(one: frozenset[Any], other: frozenset[Any]) -> Kind:
    """Name the change from what allows all of `other` to what allows all of `one`."""
    if one < other:
        return "narrowed"
    return "widened" if one > other else "changed"


def _said(keyword: str, limit: Any) -> Any:
    if limit is None:
        return None
    if keyword in {"minimum", "maximum"}:
        return limit[0]
    if isinstance(limit, frozenset):
        return next(iter(limit)) if len(limit) == 1 else sorted(limit)
    return limit


def _types_of(choices: Choices) -> frozenset[str]:
    found = frozenset[str]().union(*(shape.types for shape in choices.shapes))
    return found | {"null"} if choices.nullable else found


def _named(types: frozenset[str]) -> list[str] | None:
    """Return types by their names; None for all of them."""
    found = names_of(types)
    return None if len(found) == 6 else found


def _all_parts(choices: Choices) -> tuple[Part, ...]:
    return choices.shapes[0].parts if len(choices.shapes) == 1 else choices.parts


def _pointer(parts: tuple[Part, ...], keyword: str) -> str | None:
    """Return the node where a keyword is written; the first one of the schema when it is written nowhere."""
    for part in parts:
        if keyword in part.keywords:
            return part.pointer
    return parts[0].pointer if parts else None


def _first_of(parts: tuple[Part, ...], keyword: str) -> Any:
    return next((part.keywords[keyword] for part in parts if keyword in part.keywords), None)


def _marked(parts: tuple[Part, ...], keyword: str) -> str | None:
    """Return the value of a keyword as a text; None when it is absent, which null is not."""
    return next((canonical(part.keywords[keyword]) for part in parts if keyword in part.keywords), None)


def _one_or_all(said: list[dict[str, Any]] | None) -> Any:
    if not said:
        return None
    return said[0] if len(said) == 1 else said


def _has_const(shape: Shape) -> bool:
    return any("const" in part.keywords for part in shape.parts)


def _name(shape: Shape) -> Any:
    """Return what names a choice: its component, its values, or its fields and types."""
    if shape.component:
        return shape.component
    if shape.values is not None:
        return list(shape.values)
    fields = sorted(shape.properties)
    return f"{' or '.join(names_of(shape.types))}{' with ' + ', '.join(fields) if fields else ''}"


def _label(old: Shape, new: Shape, count: int) -> str:
    """Return what is added to a place for one of its choices."""
    name = new.component or old.component
    return f" ({name})" if name and count > 1 else ""


def _alike(one: Shape, other: Shape) -> bool:
    """Whether two choices have most of their fields in common, or are lists or simple values both."""
    mine, theirs = one.properties.keys(), other.properties.keys()
    if not mine and not theirs:
        return "object" not in one.types
    return 2 * len(mine & theirs) >= max(len(mine), len(theirs))
