"""What changed in the Python API of the generated client, for those who call it.

griffe reads both trees without importing them and finds what was removed, moved or is required now. What it
does not look at is compared here: the types of attributes, parameters and results, the values of enums, names
that are exported lazily, base classes, and whether a function is asynchronous.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import griffe

from .python_types import fits, gained

PACKAGE: Final = "clumio_connection_groups"
PUBLIC: Final = ("", "client", "errors", "models", "pagination", "types", "waiting")
"""The modules whose names users import, beside those of the operations below `api`."""
_FLAVOURS: Final = ("sync", "sync_detailed", "asyncio", "asyncio_detailed")
_MOST: Final = 4
"""How many arguments an example shows."""
_MARKS: Final = ("async", "property", "classmethod", "staticmethod")

Level = Literal["break", "addition"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of the API.

    Attributes:
        level: Whether a caller of the old API breaks, or may use something new.
        path: The public name, without the package: `models.Link.href`.
        what: What happened to it, as the rest of a sentence: `was removed`.
        parameter: The parameter that it is about; empty for anything else.
        before: Code of a caller that worked; empty when there is none.
        after: Code that works now; empty when there is none.
    """

    level: Level
    path: str
    what: str
    parameter: str = ""
    before: str = ""
    after: str = ""


class PythonApiError(Exception):
    """A tree has no package that can be read; the message says which and why."""


def compare(old: Path, new: Path) -> list[Change]:
    """Return the changes from one generated folder to another, what breaks first.

    Raises:
        PythonApiError: One of them has no readable package.
    """
    before, after = _Api(old), _Api(new)
    names = _renamed(before, after)
    found = [*_gone(before, after, names), *_come(before, after, names), *_kept(before, after, names)]
    merged = _joined(_without_mirrors(found))
    return sorted(merged, key=lambda one: (one.level != "break", one.path, one.what))


class _Api:
    """The public objects of a tree by their public names."""

    def __init__(self, folder: Path) -> None:
        try:
            root = griffe.load(PACKAGE, search_paths=[folder], allow_inspection=False, resolve_aliases=True)
        except (griffe.GriffeError, ImportError, SyntaxError) as why:
            raise PythonApiError(
                f"{folder}: the package {PACKAGE} can't be read: {why}; generate it, or name another revision"
            ) from why
        self.objects: dict[str, Any] = {}
        self.modules: dict[str, Any] = dict(_modules(root))
        for name, module in self.modules.items():
            self.objects |= _objects(name, module)
        self.bases = {
            one.name: str(one.bases[0]).removesuffix("Enum").lower()
            for one in self.objects.values()
            if _is_enum(one) and str(one.bases[0]) in {"StrEnum", "IntEnum"}
        }


def _modules(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield the public modules, and those of the operations."""
    for name in PUBLIC:
        if not name:
            yield name, root
        elif name in root.members:
            yield name, root.members[name]
    waiting = [("api", root.members["api"])] if "api" in root.members else []
    while waiting:
        name, module = waiting.pop()
        yield name, module
        waiting += [
            (f"{name}.{one.name}", one)
            for one in module.members.values()
            if not one.is_alias and one.is_module
        ]


def _objects(name: str, module: Any) -> dict[str, Any]:
    """Return the public names of a module, and those of its classes."""
    prefix = f"{name}." if name else ""
    exported = module.exports
    found: dict[str, Any] = {}
    for member in module.members.values():
        public = member.name in exported if exported is not None else not member.name.startswith("_")
        if not public or (member.is_alias and exported is None) or (not member.is_alias and member.is_module):
            continue
        final = _final(member)
        found[prefix + member.name] = final
        if final is not None and final.is_class:
            found |= {
                f"{prefix}{member.name}.{inner.name}": _final(inner)
                for inner in final.all_members.values()
                if not inner.name.startswith("_") or inner.name == "__init__"
            }
    # Names that are only in __all__ come out of a lazy `__getattr__`.
    return {**dict.fromkeys(prefix + str(one) for one in exported or ()), **found}


def _final(member: Any) -> Any:
    """Follow an import to its object; None when this is not in the package."""
    try:
        return member.final_target if member.is_alias else member
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None


def _is_enum(one: Any) -> bool:
    return one is not None and one.is_class and any(str(base).endswith("Enum") for base in one.bases)


def _outermost(names: Iterable[str]) -> list[str]:
    """Return the names without those inside of another one."""
    known = set(names)
    return [name for name in known if name.rpartition(".")[0] not in known and _own_part(name)]


def _own_part(name: str) -> bool:
    return not name.endswith(".__init__")


def _renamed(before: _Api, after: _Api) -> dict[str, str]:
    """Return the new name of each class that is gone while exactly one with the same attributes has come."""
    names: dict[str, str] = {}
    for name in _outermost(before.objects.keys() - after.objects.keys()):
        shape = _shape(name, before)
        heirs = [one for one in _outermost(after.objects.keys() - before.objects.keys())
                 if shape and _shape(one, after) == shape]  # fmt: skip
        if len(heirs) == 1:
            names[name.rpartition(".")[2]] = heirs[0].rpartition(".")[2]
    return names


def _shape(name: str, api: _Api) -> dict[str, str]:
    """Return the attributes of a class, with their types or values; nothing for what is no class."""
    one = api.objects[name]
    if one is None or not one.is_class:
        return {}
    attributes = (inner for inner in one.members.values() if inner.is_attribute and inner.name[0] != "_")
    return {inner.name: _type(inner) or str(inner.value) for inner in attributes}


def _gone(before: _Api, after: _Api, names: Mapping[str, str]) -> Iterator[Change]:
    modules = before.modules.keys() - after.modules.keys()
    for name in modules:
        yield Change(level="break", path=name, what="was removed", before=_imported(name))
    gone = [
        name
        for name in before.objects.keys() - after.objects.keys()
        if not any(name.startswith(f"{module}.") for module in modules)
    ]
    for name in _outermost(gone):
        new = names.get(name.rpartition(".")[2])
        yield _moved_class(name, new) if new else _removed(name, before, after)


def _moved_class(name: str, new: str) -> Change:
    now = name.rpartition(".")[0] + f".{new}"
    what = f"has the new name `{new}`"
    return Change(level="break", path=name, what=what, before=_imported(name), after=_imported(now))


def _removed(name: str, before: _Api, after: _Api) -> Change:
    """Say that a name is gone, and what to write instead, if that can be known."""
    owner, _, last = name.rpartition(".")
    parent = before.objects.get(owner)
    if parent is None or not parent.is_class:
        return Change(level="break", path=name, what="was removed", before=_imported(name))
    kind = parent.name
    if _is_enum(parent):
        value = _value(before.objects[name])
        return Change(
            level="break",
            path=name,
            what=f"was removed; where {value} still comes, it is a value that is not documented",
            before=f"{kind}.{last}",
            after=f"{kind}({value})  # as long as the vendor accepts it",
        )
    variable = _variable(kind)
    heir = _heir(name, before, after)
    if heir:
        what = f"was removed; `{heir}` is new and has the same type, so this may be a new name"
        return Change(
            level="break", path=name, what=what, before=f"{variable}.{last}", after=f"{variable}.{heir}"
        )
    wire = _wire_name(parent, last)
    after_text = f'{variable}.additional_properties.get("{wire}")  # while it comes' if wire else ""
    return Change(level="break", path=name, what="was removed", before=f"{variable}.{last}", after=after_text)


def _heir(name: str, before: _Api, after: _Api) -> str:
    """Find the only new attribute of the same class with the same type."""
    owner = name.rpartition(".")[0]
    new = [
        other
        for other in after.objects.keys() - before.objects.keys()
        if other.rpartition(".")[0] == owner and _type(after.objects[other]) == _type(before.objects[name])
    ]
    return new[0].rpartition(".")[2] if len(new) == 1 and _type(before.objects[name]) else ""


def _wire_name(model: Any, attribute: str) -> str:
    """Return the name of a model's attribute in JSON; empty when the class is no model."""
    names = model.members.get("_names")
    found = re.search(rf"'{attribute}': '([^']+)'", str(names.value).replace('"', "'")) if names else None
    return found[1] if found else ""


def _come(before: _Api, after: _Api, names: Mapping[str, str]) -> Iterator[Change]:
    modules = after.modules.keys() - before.modules.keys()
    for name in modules:
        yield Change(level="addition", path=name, what="is new", after=_imported(name))
    for name in _outermost(after.objects.keys() - before.objects.keys()):
        renamed = name.rpartition(".")[2] in names.values()
        if not renamed and not any(name.startswith(f"{module}.") for module in modules):
            yield Change(level="addition", path=name, what="is new")


def _kept(before: _Api, after: _Api, names: Mapping[str, str]) -> Iterator[Change]:
    for name in before.objects.keys() & after.objects.keys():
        old, new = before.objects[name], after.objects[name]
        if old is None or new is None:
            continue
        if old.kind != new.kind:
            what = f"was a {old.kind.value}, and is a {new.kind.value}"
            yield Change(level="break", path=name, what=what)
        elif old.is_function:
            yield from _calls(name, old, new, _Types(bases=after.bases, names=names))
        elif old.is_attribute:
            is_member = _is_enum(before.objects.get(name.rpartition(".")[0]))
            values = _members if is_member else _values
            yield from values(name, old, new, _Types(bases=after.bases, names=names))
        else:
            yield from _lost_bases(name, old, new)


def _lost_bases(name: str, old: Any, new: Any) -> Iterator[Change]:
    lost = [str(base) for base in old.bases if str(base) not in map(str, new.bases)]
    if lost:
        what = f"is no {' or '.join(lost)} any more"
        yield Change(level="break", path=name, what=what)


@dataclass(frozen=True, kw_only=True)
class _Types:
    """What a comparison of types needs: the built-in types of enums, and the new names of classes."""

    bases: Mapping[str, str]
    names: Mapping[str, str]

    def of(self, annotation: Any) -> str:
        """Return an old annotation with the new names."""
        return re.sub(r"\w+", lambda word: self.names.get(word[0], word[0]), str(annotation or ""))


def _members(name: str, old: Any, new: Any, _: _Types) -> Iterator[Change]:
    """Compare the members of two enums."""
    if str(old.value) != str(new.value):
        what = f"has the value {_value(new)}, not {_value(old)}"
        yield Change(level="break", path=name, what=what)


def _values(name: str, old: Any, new: Any, types: _Types) -> Iterator[Change]:
    """Compare two attributes: who reads one must expect what it may be now."""
    was, now = types.of(_type(old)), _type(new)
    if not was or was == now or fits(now, was, types.bases):
        return
    owner, _, last = name.rpartition(".")
    read, more = f"{_variable(owner.rpartition('.')[2])}.{last}", gained(was, now)
    guards = {"Unset": f"if not isinstance({read}, Unset): ...", "None": f"if {read} is not None: ..."}
    yield Change(
        level="break",
        path=name,
        what=f"was `{was}`, and may be `{' | '.join(more) or now}` now",
        parameter=last,
        before=f"value: {was} = {read}",
        after=guards[more[0]] if len(more) == 1 and more[0] in guards else f"value: {now} = {read}",
    )


def _calls(name: str, old: Any, new: Any, types: _Types) -> Iterator[Change]:
    """Compare two functions, first by griffe, then by their types."""
    moved = []
    for breakage in griffe.find_breaking_changes(_holder(old), _holder(new)):
        if breakage.kind is griffe.BreakageKind.PARAMETER_MOVED:
            moved.append(breakage.old_value.name)
        else:
            yield _from_griffe(name, old, new, breakage)
    if moved:
        yield _reordered(name, old, new, moved)
    for mark in _MARKS:
        if (mark in old.labels) != (mark in new.labels):
            what = f"is {'now' if mark in new.labels else 'no longer'} {mark}"
            yield Change(level="break", path=_callable(name), what=what)
    yield from _parameter_types(name, old, new, types)
    was, now = types.of(old.returns), str(new.returns or "")
    if was and now and was != now and not fits(now, was, types.bases):
        what = f"returned `{was}`, and may return `{now}` now"
        yield Change(level="break", path=_callable(name), what=what)


def _reordered(name: str, old: Any, new: Any, moved: list[str]) -> Change:
    """Say that positional arguments mean other parameters now; keywords are right before and after."""
    by_place = [
        one.name for one in old.parameters if one.name != "self" and "keyword-only" not in one.kind.value
    ]
    shown = by_place[: by_place.index(moved[-1]) + 1]
    kept = [f"{one}={one}" for one in shown if one in new.parameters]
    return Change(
        level="break",
        path=_callable(name),
        what=f"has another order of its positional parameters: {', '.join(moved)} moved",
        before=_call(name, [*shown[:_MOST], *["..."] * (len(shown) > _MOST)]),
        after=_call(name, [*kept[:_MOST], *["..."] * (len(kept) > _MOST)]),
    )


def _holder(function: Any) -> Any:
    """Return a module with this function alone: griffe compares members."""
    holder = griffe.Module("holder", filepath=Path("holder.py"))
    parameters = griffe.Parameters(*function.parameters)
    holder.set_member("call", griffe.Function("call", parameters=parameters, returns=function.returns))
    return holder


def _from_griffe(name: str, old: Any, new: Any, breakage: griffe.Breakage) -> Change:
    one = breakage.new_value if breakage.old_value is None else breakage.old_value
    kind = breakage.kind
    parameter = getattr(one, "name", "")
    what = {
        griffe.BreakageKind.PARAMETER_REMOVED: f"has no parameter `{parameter}` any more",
        griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: f"needs `{parameter}` now",
        griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: f"has the new parameter `{parameter}`, and needs it",
        griffe.BreakageKind.PARAMETER_CHANGED_KIND: f"takes `{parameter}` in another way: it was "
        f"{_words(old, parameter)}, and is {_words(new, parameter)}",
        griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT: f"has another default of `{parameter}`: "
        f"{_default(new, parameter)} instead of {_default(old, parameter)}",
    }.get(kind, f"{kind.value.lower()}")
    needs = {griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED, griffe.BreakageKind.PARAMETER_ADDED_REQUIRED}
    before, after = "", ""
    if kind in needs or kind is griffe.BreakageKind.PARAMETER_CHANGED_KIND:
        before, after = _call(name, ["..."]), _call(name, ["...", f"{parameter}=..."])
    elif kind is griffe.BreakageKind.PARAMETER_REMOVED:
        before, after = _call(name, ["...", f"{parameter}=..."]), _call(name, ["..."])
    return Change(
        level="break", path=_callable(name), what=what, parameter=parameter, before=before, after=after
    )


def _words(function: Any, parameter: str) -> str:
    return str(function.parameters[parameter].kind.value) if parameter in function.parameters else "absent"


def _default(function: Any, parameter: str) -> Any:
    return function.parameters[parameter].default if parameter in function.parameters else "none"


def _parameter_types(name: str, old: Any, new: Any, types: _Types) -> Iterator[Change]:
    """Compare what parameters take; new ones that one may leave out are an addition."""
    known = {one.name: one for one in old.parameters}
    for one in new.parameters:
        if one.name not in known:
            if not one.required:
                what = f"takes `{one.name}`"
                yield Change(level="addition", path=_callable(name), what=what, parameter=one.name)
            continue
        was, now = types.of(known[one.name].annotation), str(one.annotation or "")
        if not was or not now or was == now or fits(was, now, types.bases):
            continue
        call = _call(name, ["...", f"{one.name}={one.name}"])
        yield Change(
            level="break",
            path=_callable(name),
            what=f"took `{was}` as `{one.name}`, and takes `{now}` now",
            parameter=one.name,
            before=f"{call}  # {one.name}: {was}",
            after=f"{call}  # {one.name}: {now}",
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
        groups.setdefault((owner if last in _FLAVOURS else one.path, one.what, one.level), []).append(one)
    for (path, what, _), group in groups.items():
        flavours = [name for name in _FLAVOURS if any(one.path == f"{path}.{name}" for one in group)]
        shown = min(group, key=lambda one: one.path.endswith("detailed") or "asyncio" in one.path)
        yield shown if len(group) == 1 else replace(shown, path=path, what=f"({', '.join(flavours)}) {what}")


def _type(one: Any) -> str:
    return str(getattr(one, "annotation", None) or "")


def _callable(name: str) -> str:
    return name.removesuffix(".__init__")


def _call(name: str, arguments: list[str]) -> str:
    """Write the call of a class, or of a function of an operation's module."""
    parts = _callable(name).split(".")
    target = ".".join(parts[-2:]) if parts[-1] in _FLAVOURS else parts[-1]
    return f"{target}({', '.join(arguments)})"


def _imported(name: str) -> str:
    owner, _, last = name.rpartition(".")
    return f"from {PACKAGE}{f'.{owner}' if owner else ''} import {last}"


def _value(member: Any) -> str:
    """Return the value of an enum's member as code, in double quotes."""
    return json.dumps(ast.literal_eval(str(member.value)))


def _variable(kind: str) -> str:
    """Return a name for an instance: `ConnectionGroup` is `connection_group`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()
