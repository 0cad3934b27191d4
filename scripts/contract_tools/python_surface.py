"""The public names of a generated client, read by griffe without importing it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import griffe

PACKAGE: Final = "clumio_connection_groups"
PUBLIC: Final = ("", "client", "errors", "models", "pagination", "types", "waiting")
"""The modules whose names users import, beside those of the operations below `api`."""


class PythonApiError(Exception):
    """A tree has no package that can be read; the message says which and why."""


class Api:
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
            if is_enum(one) and str(one.bases[0]) in {"StrEnum", "IntEnum"}
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


def is_enum(one: Any) -> bool:
    """Whether an object is an enum."""
    return one is not None and one.is_class and any(str(base).endswith("Enum") for base in one.bases)


def outermost(names: Iterable[str]) -> list[str]:
    """Return the names without those inside of another one."""
    known = set(names)
    return [name for name in known if name.rpartition(".")[0] not in known and _own_part(name)]


def _own_part(name: str) -> bool:
    return not name.endswith(".__init__")


def type_of(one: Any) -> str:
    """Return the annotation of an attribute; empty when there is none."""
    return str(getattr(one, "annotation", None) or "")
