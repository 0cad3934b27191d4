"""One document of a description that refers to other files.

What a reference leads to in another file becomes a component of its kind, with the name that it has there. A
component or a path that is nothing else than such a reference gets the content itself.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from typing import Any, Final
from urllib.parse import unquote

from clumio_conformance.contract.objects import COMPONENTS, REFERABLE, Kind, field_of
from clumio_conformance.contract.pointers import at, escaped, pointer_of, tokens_of
from clumio_conformance.contract.source_file import SourceFile
from clumio_conformance.contract.specification import Origin, nodes
from clumio_conformance.contract.yaml_files import ContractError

Read = Callable[[Path], SourceFile]
"""Read a file by its path.

Raises:
    ContractError: it can't be read.
"""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_MAPPED_FILE: Final = re.compile(r"[/#]|\.(ya?ml|json)$")
"""What makes the value of a discriminator's mapping a reference, and not the name of a component."""


@dataclass(frozen=True)
class _Node:
    """A node of a file: its path, and its pointer there."""

    path: Path
    pointer: str

    def below(self, *tokens: str | int) -> "_Node":
        return _Node(self.path, self.pointer + pointer_of(tokens))


class Bundle:
    """A document with all that it refers to.

    Attributes:
        content: The document; all references are local.
        origins: The node of a file for each pointer where the document continues with another file or node.
        references: The pointers of the objects that are references.

    Raises:
        ContractError: a file can't be read, or a reference leads to nothing, to a URL or in a circle.
    """

    def __init__(self, path: Path, source: SourceFile, read: Read) -> None:
        self._root = Path(normpath(path))
        self._read = read
        self._sources: dict[Path, SourceFile] = {self._root: source}
        self._known: dict[_Node, str] = {}
        """The pointer of the document for each node that is part of it."""
        self._waiting: deque[tuple[Kind, _Node, str]] = deque()
        self._within: list[_Node] = []
        self._followed_now: list[_Node] = []
        self.origins: dict[str, Origin] = {}
        self.references: list[str] = []
        top = _Node(self._root, "")
        self._placed(top, "")
        self._components = self._own_components(top)
        self.content: dict[str, Any] = self._object("document", self._sources[self._root].mapping, top, "")
        while self._waiting:
            kind, node, pointer = self._waiting.popleft()
            held = self.content.setdefault("components", {}).setdefault(REFERABLE[kind], {})
            held[tokens_of(pointer)[-1]] = self._object(kind, self._value(node), node, pointer)

    def _own_components(self, top: _Node) -> dict[str, set[str]]:
        """Name the components of the document; one that is a reference to another file takes its content."""
        taken: dict[str, set[str]] = {}
        written = self._sources[self._root].mapping.get("components")
        components, node = self._followed(written, top.below("components"))
        if node.path != self._root:
            self._known[node] = "/components"
        for name in COMPONENTS:
            held = components.get(name) if isinstance(components, dict) else None
            held, holder = self._followed(held, node.below(name))
            if not isinstance(held, dict):
                continue
            taken[name] = set(held)
            if holder.path != self._root:
                self._known[holder] = pointer_of(["components", name])
            for key, value in held.items():
                if _is_reference(value) and len(value) == 1:
                    target = self._target(value["$ref"], holder.below(key))
                    if target.path != self._root:
                        self._known.setdefault(target, pointer_of(["components", name, key]))
        return taken

    def _followed(self, value: Any, node: _Node) -> tuple[Any, _Node]:
        """Follow a reference that stands for a whole mapping."""
        if not _is_reference(value):
            return value, node
        target = self._target(value["$ref"], node)
        return self._value(target), target

    def _object(self, kind: Kind, value: Any, node: _Node, pointer: str) -> Any:
        """Return a copy of an object that stands at a node of a file and at a pointer of the document."""
        if not isinstance(value, dict):
            return value
        if _is_reference(value):
            if kind not in REFERABLE:
                return self._content(kind, value, node, pointer)
            target = self._target(value["$ref"], node)
            is_path = kind == "path" and pointer.count("/") == 2 and target.path != self._root
            if is_path or self._known.get(target) == pointer:
                return self._content(kind, value, node, pointer)
            self.references.append(pointer)
            copy = {key: child for key, child in value.items() if key != "$ref"}
            copy = {"$ref": "#" + self._local(kind, target), **self._fields(kind, copy, node, pointer)}
            return {key: copy[key] for key in value}
        return self._fields(kind, value, node, pointer)

    def _content(self, kind: Kind, value: dict[str, Any], node: _Node, pointer: str) -> Any:
        """Return what a reference leads to, with the keys beside it over its own."""
        target = self._target(value["$ref"], node)
        if target in self._within:
            raise self._broken(node.below("$ref"), "refers to itself; break the circle")
        self._placed(target, pointer)
        self._within.append(target)
        found = self._object(kind, self._value(target), target, pointer)
        self._within.pop()
        beside = {key: child for key, child in value.items() if key != "$ref"}
        for key in beside:
            self._placed(node.below(key), pointer + pointer_of([key]))
        return {**found, **self._fields(kind, beside, node, pointer)} if isinstance(found, dict) else found

    def _fields(self, kind: Kind, value: dict[str, Any], node: _Node, pointer: str) -> dict[str, Any]:
        copy: dict[str, Any] = {}
        for key, child in value.items():
            place = node.below(key), f"{pointer}/{escaped(key)}"
            field = field_of(kind, key)
            if field is None:
                is_mapped = kind == "schema" and key == "discriminator"
                copy[key] = self._discriminator(child, place[0]) if is_mapped else child
            elif field[0] == "one":
                copy[key] = self._object(field[1], child, *place)
            elif field[0] == "map":
                copy[key] = self._map(field[1], child, *place)
            elif isinstance(child, list):
                copy[key] = [
                    self._object(field[1], one, place[0].below(index), f"{place[1]}/{index}")
                    for index, one in enumerate(child)
                ]
            else:
                copy[key] = child
        return copy

    def _map(self, kind: Kind, value: Any, node: _Node, pointer: str) -> Any:
        if not isinstance(value, dict):
            return value
        held = {key: (child, node.below(key)) for key, child in value.items()}
        if _is_reference(value):
            del held["$ref"]
            value, node = self._followed(value, node)
            if node in self._within:
                raise self._broken(node, "refers to itself; break the circle")
            for key, (_, place) in held.items():
                self._placed(place, pointer + pointer_of([key]))
            self._placed(node, pointer)
            if not isinstance(value, dict):
                return value
            held = {key: (child, node.below(key)) for key, child in value.items()} | held
        self._within.append(node)
        copy = {
            key: self._object(kind, child, place, f"{pointer}/{escaped(key)}")
            for key, (child, place) in held.items()
        }
        self._within.pop()
        return copy

    def _discriminator(self, value: Any, node: _Node) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("mapping"), dict):
            return value
        mapping = {
            key: "#" + self._local("schema", self._target(one, node.below("mapping", key)))
            if isinstance(one, str) and _MAPPED_FILE.search(one) and not self._is_local(one, node)
            else one
            for key, one in value["mapping"].items()
        }
        return {**value, "mapping": mapping}

    def _is_local(self, reference: str, node: _Node) -> bool:
        return reference.startswith("#") and node.path == self._root

    def _local(self, kind: Kind, target: _Node) -> str:
        """Return the pointer of the document for a node; what is not part of it yet becomes a component."""
        tokens = tokens_of(target.pointer)
        for length in range(len(tokens), -1, -1):
            around = self._known.get(_Node(target.path, pointer_of(tokens[:length])))
            if around is not None:
                return around + pointer_of(tokens[length:])
        pointer = pointer_of(["components", REFERABLE[kind], self._name(REFERABLE[kind], target)])
        self._placed(target, pointer)
        self._waiting.append((kind, target, pointer))
        return pointer

    def _name(self, group: str, target: _Node) -> str:
        """Choose the name of a new component: its name in its file, or that of the file."""
        taken = self._components.setdefault(group, set())
        stem, token = target.path.stem, (tokens_of(target.pointer) or [""])[-1]
        plain = f"{stem}_{token}" if token.isdecimal() else token or stem
        names = [_safe(plain), _safe(f"{stem}_{plain}")]
        numbered = (f"{names[0]}_{number}" for number in range(2, len(taken) + 4))
        name = next(one for one in (*names, *numbered) if one not in taken)
        taken.add(name)
        return name

    def _placed(self, node: _Node, pointer: str) -> None:
        self._known.setdefault(node, pointer)
        self.origins[pointer] = Origin(self._sources[node.path], node.pointer)

    def _target(self, reference: str, node: _Node) -> _Node:
        """Return the node that a reference leads to: behind references to references of other files."""
        target, seen = self._step(reference, node), {node}
        while target.path != self._root:
            value = self._value(target)
            if not (_is_reference(value) and len(value) == 1):
                break
            if target in seen:
                raise self._broken(node.below("$ref"), "refers to itself; break the circle")
            seen.add(target)
            target = self._step(value["$ref"], target)
        return target

    def _step(self, reference: str, node: _Node) -> _Node:
        name, _, fragment = reference.partition("#")
        fragment, place = unquote(fragment), node.below("$ref")
        path = Path(normpath(node.path.parent / unquote(name))) if name else node.path
        if _SCHEME.match(name):
            if (named := self._marked(node.path, "$id", name)) is None:
                cause = f"refers to {name}; download it beside this file, and write its relative path"
                raise self._broken(place, cause)
            path, fragment = node.path, named + fragment
        elif path not in self._sources:
            try:
                self._sources[path] = self._read(path)
            except ContractError as why:
                if why.line is not None:  # it is there, and broken at this line
                    raise
                raise self._broken(place, f"refers to {name}: {why}") from why
        if fragment and not fragment.startswith("/"):
            if (marked := self._marked(path, "$anchor", fragment)) is None:
                raise self._broken(place, f"{reference} points to nothing: there is no $anchor {fragment!r}")
            fragment = marked
        return self._descended(path, fragment, reference, place)

    def _descended(self, path: Path, pointer: str, reference: str, place: _Node) -> _Node:
        """Go down from the top of a file, through references to other nodes on the way."""
        node, tokens, seen = _Node(path, ""), deque(tokens_of(pointer)), set[_Node]()
        while tokens:
            value = self._value(node)
            try:
                at(value, pointer_of([tokens[0]]))
                node = node.below(tokens.popleft())
            except LookupError as why:
                if not _is_reference(value):
                    cause = f"{reference} points to nothing: there is no {tokens[0]!r}; name what exists"
                    raise self._broken(place, cause) from why
                if node in seen or node in self._followed_now:
                    raise self._broken(place, f"{reference} goes in a circle; break it") from why
                seen.add(node)
                self._followed_now.append(node)
                node = self._step(value["$ref"], node)
                self._followed_now.pop()
        return node

    def _marked(self, path: Path, keyword: str, name: str) -> str | None:
        """Find the schema of a file with a name of its own."""
        everything = nodes(self._sources[path].content)
        found = (place for place, node in everything if isinstance(node, dict) and node.get(keyword) == name)
        place = next(found, None)
        return None if place is None else pointer_of(place)

    def _value(self, node: _Node) -> Any:
        return at(self._sources[node.path].content, node.pointer)

    def _broken(self, node: _Node, cause: str) -> ContractError:
        source = self._sources[node.path]
        where = "/".join(tokens_of(node.pointer)) or "the document"
        line = source.line(node.pointer) or source.line(node.pointer.rpartition("/")[0])
        return ContractError(source.file, line, f"{where}: {cause}")


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("$ref"), str)


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_") or "component"
