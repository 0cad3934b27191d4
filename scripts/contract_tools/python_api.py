"""What changed in the Python API of the generated client, for those who call it.

griffe reads both trees without importing them and finds what was removed, moved or is required now. What it
does not look at is compared here: the types of attributes, parameters and results, the values of enums, names
that are exported lazily, base classes, and whether a function is asynchronous.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .python_calls import Types, calls
from .python_change import FLAVOURS, Change, Level, imported, value_of, variable_of
from .python_surface import Api, is_enum, outermost, type_of
from .python_types import fits, gained


def compare(old: Path, new: Path) -> list[Change]:
    """Return the changes from one generated folder to another, what breaks first.

    Raises:
        PythonApiError: One of them has no readable package.
    """
    before, after = Api(old), Api(new)
    names = _renamed(before, after)
    found = [*_gone(before, after, names), *_come(before, after, names), *_kept(before, after, names)]
    merged = _joined(_without_mirrors(found))
    return sorted(merged, key=lambda one: (one.level != "break", one.path, one.what))


def _renamed(before: Api, after: Api) -> dict[str, str]:
    """Return the new name of each class that is gone while exactly one with the same attributes has come."""
    names: dict[str, str] = {}
    for name in outermost(before.objects.keys() - after.objects.keys()):
        shape = _shape(name, before)
        heirs = [one for one in outermost(after.objects.keys() - before.objects.keys())
                 if shape and _shape(one, after) == shape]  # fmt: skip
        if len(heirs) == 1:
            names[name.rpartition(".")[2]] = heirs[0].rpartition(".")[2]
    return names


def _shape(name: str, api: Api) -> dict[str, str]:
    """Return the attributes of a class, with their types or values; nothing for what is no class."""
    one = api.objects[name]
    if one is None or not one.is_class:
        return {}
    attributes = (inner for inner in one.members.values() if inner.is_attribute and inner.name[0] != "_")
    return {inner.name: type_of(inner) or str(inner.value) for inner in attributes}


def _gone(before: Api, after: Api, names: Mapping[str, str]) -> Iterator[Change]:
    modules = before.modules.keys() - after.modules.keys()
    for name in modules:
        yield Change(level="break", path=name, what="was removed", before=imported(name))
    gone = [
        name
        for name in before.objects.keys() - after.objects.keys()
        if not any(name.startswith(f"{module}.") for module in modules)
    ]
    for name in outermost(gone):
        new = names.get(name.rpartition(".")[2])
        yield _moved_class(name, new) if new else _removed(name, before, after)


def _moved_class(name: str, new: str) -> Change:
    now = name.rpartition(".")[0] + f".{new}"
    what = f"has the new name `{new}`"
    return Change(level="break", path=name, what=what, before=imported(name), after=imported(now))


def _removed(name: str, before: Api, after: Api) -> Change:
    """Say that a name is gone, and what to write instead, if that can be known."""
    owner, _, last = name.rpartition(".")
    parent = before.objects.get(owner)
    if parent is None or not parent.is_class:
        return Change(level="break", path=name, what="was removed", before=imported(name))
    kind = parent.name
    if is_enum(parent):
        value = value_of(before.objects[name])
        return Change(
            level="break",
            path=name,
            what=f"was removed; where {value} still comes, it is a value that is not documented",
            before=f"{kind}.{last}",
            after=f"{kind}({value})  # as long as the vendor accepts it",
        )
    variable = variable_of(kind)
    heir = _heir(name, before, after)
    if heir:
        what = f"was removed; `{heir}` is new and has the same type, so this may be a new name"
        return Change(
            level="break", path=name, what=what, before=f"{variable}.{last}", after=f"{variable}.{heir}"
        )
    wire = _wire_name(parent, last)
    after_text = f'{variable}.additional_properties.get("{wire}")  # while it comes' if wire else ""
    return Change(level="break", path=name, what="was removed", before=f"{variable}.{last}", after=after_text)


def _heir(name: str, before: Api, after: Api) -> str:
    """Find the only new attribute of the same class with the same type."""
    owner = name.rpartition(".")[0]
    wanted = type_of(before.objects[name])
    new = [
        other
        for other in after.objects.keys() - before.objects.keys()
        if other.rpartition(".")[0] == owner and type_of(after.objects[other]) == wanted
    ]
    return new[0].rpartition(".")[2] if len(new) == 1 and wanted else ""


def _wire_name(model: Any, attribute: str) -> str:
    """Return the name of a model's attribute in JSON; empty when the class is no model."""
    names = model.members.get("_names")
    found = re.search(rf"'{attribute}': '([^']+)'", str(names.value).replace('"', "'")) if names else None
    return found[1] if found else ""


def _come(before: Api, after: Api, names: Mapping[str, str]) -> Iterator[Change]:
    modules = after.modules.keys() - before.modules.keys()
    for name in modules:
        yield Change(level="addition", path=name, what="is new", after=imported(name))
    for name in outermost(after.objects.keys() - before.objects.keys()):
        renamed = name.rpartition(".")[2] in names.values()
        if not renamed and not any(name.startswith(f"{module}.") for module in modules):
            yield Change(level="addition", path=name, what="is new")


def _kept(before: Api, after: Api, names: Mapping[str, str]) -> Iterator[Change]:
    for name in before.objects.keys() & after.objects.keys():
        old, new = before.objects[name], after.objects[name]
        if old is None or new is None:
            continue
        if old.kind != new.kind:
            what = f"was a {old.kind.value}, and is a {new.kind.value}"
            yield Change(level="break", path=name, what=what)
        elif old.is_function:
            yield from calls(name, old, new, Types(bases=after.bases, names=names))
        elif old.is_attribute:
            is_member = is_enum(before.objects.get(name.rpartition(".")[0]))
            values = _members if is_member else _values
            yield from values(name, old, new, Types(bases=after.bases, names=names))
        else:
            yield from _lost_bases(name, old, new)


def _lost_bases(name: str, old: Any, new: Any) -> Iterator[Change]:
    lost = [str(base) for base in old.bases if str(base) not in map(str, new.bases)]
    if lost:
        what = f"is no {' or '.join(lost)} any more"
        yield Change(level="break", path=name, what=what)


def _members(name: str, old: Any, new: Any, _: Types) -> Iterator[Change]:
    """Compare the members of two enums."""
    if str(old.value) != str(new.value):
        what = f"has the value {value_of(new)}, not {value_of(old)}"
        yield Change(level="break", path=name, what=what)


def _values(name: str, old: Any, new: Any, types: Types) -> Iterator[Change]:
    """Compare two attributes: who reads one must expect what it may be now."""
    was, now = types.of(type_of(old)), type_of(new)
    if not was or was == now or fits(now, was, types.bases):
        return
    owner, _, last = name.rpartition(".")
    read, more = f"{variable_of(owner.rpartition('.')[2])}.{last}", gained(was, now)
    guards = {"Unset": f"if not isinstance({read}, Unset): ...", "None": f"if {read} is not None: ..."}
    yield Change(
        level="break",
        path=name,
        what=f"was `{was}`, and may be `{' | '.join(more) or now}` now",
        parameter=last,
        before=f"value: {was} = {read}",
        after=guards[more[0]] if len(more) == 1 and more[0] in guards else f"value: {now} = {read}",
    )


def _without_mirrors(changes: list[Change]) -> list[Change]:
    """Leave out what is said of a model's parameter where the same is said of its attribute."""
    attributes = {(one.level, one.path) for one in changes}
    unique = {(one.level, one.path, one.what): one for one in changes}.values()
    mirrored = [(one.level, f"{one.path}.{one.parameter}") for one in unique]
    return [
        one
        for one, mirror in zip(unique, mirrored, strict=True)
        if not one.parameter or mirror not in attributes
    ]


def _joined(changes: Iterable[Change]) -> Iterator[Change]:
    """Say once what happened to all four functions of an operation."""
    groups: dict[tuple[str, str, Level], list[Change]] = {}
    for one in changes:
        owner, _, last = one.path.rpartition(".")
        groups.setdefault((owner if last in FLAVOURS else one.path, one.what, one.level), []).append(one)
    for (path, what, _), group in groups.items():
        flavours = [name for name in FLAVOURS if any(one.path == f"{path}.{name}" for one in group)]
        shown = min(group, key=lambda one: one.path.endswith("detailed") or "asyncio" in one.path)
        yield shown if len(group) == 1 else replace(shown, path=path, what=f"({', '.join(flavours)}) {what}")
