"""Enums and objects that gained or lost something from one specification to another, and who must know it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from clumio_conformance.contract.pointers import pointer_of
from clumio_conformance.contract.specification import Specification, nodes

from .places import KNOWING, Place, listings, mentions

SANDBOX: Final = "sandbox"
ROOM: Final = "conformance"
_ROWS: Final = "openapi/requirements.yaml"
"""trace.py names its rows whose words are out of date."""
_MOST: Final = 5
"""Who lists four of five known values lists all on purpose."""
_FIELDS: Final = 4
"""From how many known fields on a list of them is taken for one."""


@dataclass(frozen=True, kw_only=True)
class Growth:
    """An enum or an object that changed: its pointer, and the names that stayed, came and went."""

    kind: Literal["value", "field"]
    pointer: str
    line: int | None
    kept: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something that a person must do, or look at: why, and the places."""

    why: str
    places: tuple[Place, ...]
    must: bool


def growths(old: Specification, new: Specification) -> list[Growth]:
    """Return what gained or lost string values or properties, at the pointers that both have."""
    before, after = dict(_sets(old)), dict(_sets(new))
    return [
        Growth(
            kind=key[0],
            pointer=key[1],
            line=new.line(key[1]),
            kept=tuple(name for name in after[key] if name in before[key]),
            added=tuple(name for name in after[key] if name not in before[key]),
            removed=tuple(name for name in before[key] if name not in after[key]),
        )
        for key in after
        if key in before and set(before[key]) != set(after[key])
    ]


def _sets(spec: Specification) -> Iterator[tuple[tuple[Literal["value", "field"], str], list[str]]]:
    for location, node in nodes(spec.content):
        if {"example", "examples", "default", "const"} & set(map(str, location)):
            continue
        if location[-1:] == ("enum",) and isinstance(node, list):
            yield ("value", pointer_of(location)), [one for one in node if isinstance(one, str)]
        elif location[-1:] == ("properties",) and isinstance(node, dict):
            yield ("field", pointer_of(location)), list(map(str, node))


def tasks(root: Path, found: list[Growth]) -> list[Task]:
    """Return what must be taught of it to the sandbox and others, and what lists or names it by hand."""
    return [task for one in found for task in (*_taught(root, one), *_lost(root, one))]


def _taught(root: Path, one: Growth) -> Iterator[Task]:
    least = 2 if one.kind == "value" else _FIELDS
    for name in one.added:
        listed = listings(root, one.kept, name, least=least) if len(one.kept) > 1 else []
        must = [
            place
            for place in listed
            if place.file.startswith(KNOWING) and _MOST * place.count >= len(one.kept) * (_MOST - 1)
        ]
        knows = mentions(root, name, folders=[SANDBOX])
        what = f"the new {one.kind} {name} of {one.pointer}"
        if must and not (one.kind == "field" and knows):
            yield Task(why=f"teach {what}: these list its kind by hand", places=tuple(must), must=True)
        elif not knows:
            yield Task(why=f"the sandbox does not name {what}: teach it, if it answers with it or takes it",
                       places=(), must=False)  # fmt: skip
        if one.kind == "value":
            known = mentions(root, name, known=one.kept, folders=[SANDBOX, ROOM])
            if known:
                yield Task(why=f"{what} is named already, perhaps as a value that nobody knows",
                           places=_first_in_file(known), must=False)  # fmt: skip
            others = tuple(place for place in listed if place not in must and place.file != _ROWS)
            if others:
                yield Task(why=f"lists without {what}, perhaps examples only", places=others, must=False)


def _lost(root: Path, one: Growth) -> Iterator[Task]:
    for name in one.removed:
        folders = [*KNOWING, "examples", _ROWS] if one.kind == "value" else KNOWING
        named = mentions(root, name, folders=folders)
        if named:
            why = f"{name} is no {one.kind} of {one.pointer} any more, and is named here"
            yield Task(why=why, places=_first_in_file(named), must=False)


def _first_in_file(places: list[Place]) -> tuple[Place, ...]:
    """Return one place of each file, with the number of the others."""
    files: dict[str, list[Place]] = {}
    for place in places:
        files.setdefault(place.file, []).append(place)
    return tuple(
        Place(
            file=file,
            line=group[0].line,
            what=group[0].what + (f", and {len(group) - 1} lines more" if group[1:] else ""),
        )
        for file, group in files.items()
    )


def described(value: Task) -> str:
    """Return a task for a person."""
    return "\n".join([value.why, *(f"  {place}" for place in value.places)])
