"""What changed in how a function is called, and in what it returns."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import griffe

from .python_change import Change, call, callable_name
from .python_types import fits

_MOST: Final = 4
"""How many arguments an example shows."""
_MARKS: Final = ("async", "property", "classmethod", "staticmethod")


@dataclass(frozen=True, kw_only=True)
class Types:
    """What a comparison of types needs: the built-in types of enums, and the new names of classes."""

    bases: Mapping[str, str]
    names: Mapping[str, str]

    def of(self, annotation: Any) -> str:
        """Return an old annotation with the new names."""
        return re.sub(r"\w+", lambda word: self.names.get(word[0], word[0]), str(annotation or ""))


def calls(name: str, old: Any, new: Any, types: Types) -> Iterator[Change]:
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
            yield Change(level="break", path=callable_name(name), what=what)
    yield from _parameter_types(name, old, new, types)
    was, now = types.of(old.returns), str(new.returns or "")
    if was and now and was != now and not fits(now, was, types.bases):
        what = f"returned `{was}`, and may return `{now}` now"
        yield Change(level="break", path=callable_name(name), what=what)


def _holder(function: Any) -> Any:
    """Return a module with this function alone: griffe compares members."""
    holder = griffe.Module("holder", filepath=Path("holder.py"))
    parameters = griffe.Parameters(*function.parameters)
    holder.set_member("call", griffe.Function("call", parameters=parameters, returns=function.returns))
    return holder


def _reordered(name: str, old: Any, new: Any, moved: list[str]) -> Change:
    """Say that positional arguments mean other parameters now; keywords are right before and after."""
    by_place = [
        one.name for one in old.parameters if one.name != "self" and "keyword-only" not in one.kind.value
    ]
    shown = by_place[: by_place.index(moved[-1]) + 1]
    kept = [f"{one}={one}" for one in shown if one in new.parameters]
    return Change(
        level="break",
        path=callable_name(name),
        what=f"has another order of its positional parameters: {', '.join(moved)} moved",
        before=call(name, [*shown[:_MOST], *["..."] * (len(shown) > _MOST)]),
        after=call(name, [*kept[:_MOST], *["..."] * (len(kept) > _MOST)]),
    )


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
        before, after = call(name, ["..."]), call(name, ["...", f"{parameter}=..."])
    elif kind is griffe.BreakageKind.PARAMETER_REMOVED:
        before, after = call(name, ["...", f"{parameter}=..."]), call(name, ["..."])
    return Change(
        level="break", path=callable_name(name), what=what, parameter=parameter, before=before, after=after
    )


def _words(function: Any, parameter: str) -> str:
    return str(function.parameters[parameter].kind.value) if parameter in function.parameters else "absent"


def _default(function: Any, parameter: str) -> Any:
    return function.parameters[parameter].default if parameter in function.parameters else "none"


def _parameter_types(name: str, old: Any, new: Any, types: Types) -> Iterator[Change]:
    """Compare what parameters take; new ones that one may leave out are an addition."""
    known = {one.name: one for one in old.parameters}
    for one in new.parameters:
        if one.name not in known:
            if not one.required:
                what = f"takes `{one.name}`"
                yield Change(level="addition", path=callable_name(name), what=what, parameter=one.name)
            continue
        was, now = types.of(known[one.name].annotation), str(one.annotation or "")
        if not was or not now or was == now or fits(was, now, types.bases):
            continue
        example = call(name, ["...", f"{one.name}={one.name}"])
        yield Change(
            level="break",
            path=callable_name(name),
            what=f"took `{was}` as `{one.name}`, and takes `{now}` now",
            parameter=one.name,
            before=f"{example}  # {one.name}: {was}",
            after=f"{example}  # {one.name}: {now}",
        )
