"""The differences between two specifications, and what they break."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from .flatten import Place, Places, flatten

Kind = Literal["added", "removed", "narrowed", "widened", "changed", "annotated"]
Party = Literal["client", "promise"]

ANNOTATIONS = ("deprecated", "deprecated values", "requirements")
IS_NARROWER: dict[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(("type", "enum", "servers"), lambda one, other: set(one) < set(other)),
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), lambda one, other: one > other),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), lambda one, other: one < other),
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One difference.

    Attributes:
        kind: How the allowed values changed.
        operations: Methods and paths.
        side: The operation itself, its request or its response.
        where: The place; empty for the operation itself.
        keyword: The changed keyword; empty when the whole place was added or removed.
        before, after: The values of the keyword; None when absent.
        breaks: A client of the old contract, or the promise that the vendor made with it.
        requirements: The ids of the requirements that are its sources.
    """

    kind: Kind
    operations: tuple[str, ...]
    side: str
    where: str
    keyword: str
    before: Any
    after: Any
    breaks: tuple[Party, ...]
    requirements: tuple[str, ...]


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """Return the differences; the same difference in several operations is one."""
    before, after = flatten(old), flatten(new)
    return _grouped([*_gone(before, after), *_come(before, after), *_altered(before, after)])


def _grouped(differences: Iterable[Difference]) -> list[Difference]:
    groups: dict[str, list[Difference]] = {}
    for one in differences:
        key = repr((one.kind, one.side, one.where, one.keyword, one.before, one.after, one.breaks))
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


def _gone(before: Places, after: Places) -> Iterator[Difference]:
    for place in _topmost(before, after):
        breaks: tuple[Party, ...] = ("client",)
        if place.side == "response" and "content" in place.facts:
            breaks = ("promise",)
        yield _whole("removed", place, before, breaks)


def _come(before: Places, after: Places) -> Iterator[Difference]:
    for place in _topmost(after, before):
        yield _whole("added", place, after, _breaks_by_coming(place, before))


def _breaks_by_coming(place: Place, before: Places) -> tuple[Party, ...]:
    is_required = place.facts.get("required", False)
    if place.side == "request":
        return ("client",) if is_required else ("promise",) if "content" in place.facts else ()
    if place.side == "response" and " " not in place.where:
        return () if (place.operation, "response", "default") in before else ("client",)
    if place.side == "response":
        return ("client",) if "content" in place.facts else ("promise",) if is_required else ()
    return ()


def _topmost(places: Places, other: Places) -> Iterator[Place]:
    """Yield the places that `other` lacks, without those inside of another one."""
    lacking = {key: place for key, place in places.items() if key not in other}
    for (operation, side, where), place in lacking.items():
        if side != "operation" and (operation, "operation", "") in lacking:
            continue
        if not any((operation, side, outer) in lacking for outer in _around(where)):
            yield place


def _around(where: str) -> Iterator[str]:
    """Yield the places that one is inside of: `body > a[] > b` is in `body > a[]`, `body > a` and `body`."""
    for index, character in enumerate(where):
        if where[index:].startswith((" ", "[]")) and character != ">":
            yield where[:index].removesuffix(" >")


def _whole(kind: Kind, place: Place, places: Places, breaks: tuple[Party, ...]) -> Difference:
    inside = [
        other
        for other in places.values()
        if other.operation == place.operation
        and (place.side == "operation" or (other.side == place.side and other.where.startswith(place.where)))
    ]
    ids = {name for other in inside for name in other.own}
    said = place.facts if place.side != "operation" else {"operationId": place.facts.get("operationId")}
    return Difference(
        kind=kind,
        operations=(place.operation,),
        side=place.side,
        where=place.where,
        keyword="",
        before=said if kind == "removed" else None,
        after=said if kind == "added" else None,
        breaks=breaks,
        requirements=tuple(sorted(ids)),
    )


def _altered(before: Places, after: Places) -> Iterator[Difference]:
    for key in before.keys() & after.keys():
        old, new = before[key], after[key]
        for keyword in sorted(old.facts.keys() | new.facts.keys()):
            was, now = old.facts.get(keyword), new.facts.get(keyword)
            if was != now:
                yield _said_differently(new, keyword, was, now, _ids(old, keyword) | _ids(new, keyword))
        if old.requirements != new.requirements:
            was, now = _all_ids(old), _all_ids(new)
            yield _said_differently(new, "requirements", sorted(was), sorted(now), was ^ now or now)


def _said_differently(place: Place, keyword: str, was: Any, now: Any, ids: set[str]) -> Difference:
    kind = judge(keyword, was, now)
    return Difference(
        kind=kind,
        operations=(place.operation,),
        side=place.side,
        where=place.where,
        keyword=keyword,
        before=was,
        after=now,
        breaks=breaks(kind, place.side),
        requirements=tuple(sorted(ids)),
    )


def _all_ids(place: Place) -> set[str]:
    return {name for names in place.requirements.values() for name in names}


def _ids(place: Place, keyword: str) -> set[str]:
    """Return the sources of a keyword; they may have the name of another keyword."""
    keywords = {
        "type": ("type", "null"),
        "enum": ("enum", "exists"),
        "deprecated": ("exists",),
        "deprecated values": ("exists",),
        "operationId": ("exists",),
    }
    return {name for key in keywords.get(keyword, (keyword,)) for name in place.requirements.get(key, ())}


def breaks(kind: Kind, side: str) -> tuple[Party, ...]:
    """Return what a difference breaks.

    A client breaks when it may send less, or may get more; the vendor's promise, when the vendor must
    accept more, or may send less, than it promised.
    """
    if kind == "changed":
        return ("client", "promise")
    if kind in {"narrowed", "widened"}:
        return ("client",) if (kind == "narrowed") == (side != "response") else ("promise",)
    return ()


def judge(keyword: str, was: Any, now: Any) -> Kind:
    """Say whether a keyword allows less or more than before; `changed` when it is neither, or unknown."""
    if keyword in ANNOTATIONS:
        return "annotated"
    if keyword in IS_NARROWER and was is not None and now is not None:
        return _judge_order(was, now, IS_NARROWER[keyword])
    if keyword == "allowEmptyValue":  # the only keyword that allows more when it is present
        was, now = now, was
    if not was:
        return "narrowed"
    return "changed" if now else "widened"


def _judge_order(was: Any, now: Any, is_narrower: Callable[[Any, Any], bool]) -> Kind:
    if is_narrower(now, was):
        return "narrowed"
    return "widened" if is_narrower(was, now) else "changed"
