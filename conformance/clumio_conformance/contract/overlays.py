"""OpenAPI Overlays 1.0 and 1.1: documents of actions that change a description without editing its file.

Both versions are applied alike; only 1.1 has `copy`, and targets that are neither objects nor lists. Stricter
than the Overlay Specification, an action that does nothing is an error: its overlay is out of date.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from clumio_conformance.contract.pointers import pointer_of, tokens_of
from clumio_conformance.contract.requirements import Requirement, rows_of
from clumio_conformance.contract.source_file import SourceFile
from clumio_conformance.contract.specification import Location, Specification
from clumio_conformance.contract.yaml_files import ContractError, read_marked

ROWS: Final = "x-requirements"
"""The key of the overlay's own requirements, at its top."""
VERSIONS: Final = ("1.0", "1.1")
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "the overlay": frozenset({"overlay", "info", "extends", "actions"}),
    "info": frozenset({"title", "version", "description"}),
    "an action": frozenset({"target", "description", "update", "remove", "copy"}),
}
_MODIFIERS: Final = ("update", "remove", "copy")


@dataclass
class Origin:
    """Where a node is written: file, pointer and line there, and the same for the nodes below it."""

    place: tuple[Path, str, int | None]
    below: "dict[str, Origin] | list[Origin]"

    @classmethod
    def of(cls, specification: Specification, node: Any, pointer: str = "") -> "Origin":
        """Return the origin of a node of a description."""

        def below(token: str | int, child: Any) -> Origin:
            return cls.of(specification, child, pointer + pointer_of([token]))

        if isinstance(node, list):
            return cls(specification.place(pointer), [below(at, one) for at, one in enumerate(node)])
        children = node if isinstance(node, dict) else {}
        return cls(specification.place(pointer), {key: below(key, one) for key, one in children.items()})

    def at(self, location: Location) -> "Origin":
        """Return the origin of a node below this one.

        Raises:
            LookupError: there is no such node.
        """
        found = self
        for token in location:
            found = found.below[int(token)] if isinstance(found.below, list) else found.below[str(token)]
        return found


class Overlaid(Specification):
    """A description with overlays applied; each node knows the file that it was written in."""

    def __init__(self, file: Path, content: dict[str, Any], origin: Origin, overlays: "Sequence[Overlay]"):
        super().__init__(file, content)
        self.origin = origin
        self.overlays = tuple(overlays)

    def place(self, pointer: str) -> tuple[Path, str, int | None]:
        """Return the file of a node, its pointer there, and its line, from 1; None when it is unknown."""
        found, tokens = self.origin, tokens_of(pointer)
        for length, token in enumerate(tokens):
            try:
                found = found.at((token,))
            except (LookupError, ValueError):
                file, start, line = found.place
                return file, start + pointer_of(tokens[length:]), line
        return found.place

    def line(self, pointer: str) -> int | None:
        """Return the line of a node in the file that it was written in; None when there is no such node."""
        try:
            return self.origin.at(tuple(tokens_of(pointer))).place[2]
        except (LookupError, ValueError):
            return None


@dataclass(frozen=True, kw_only=True)
class _Target:
    """A node that an action changes, with its origin and its place."""

    location: Location
    value: Any
    origin: Origin


class Overlay(Specification):
    """An overlay document, read and checked.

    Raises:
        ContractError: it can't be read, or is no overlay of a supported version.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.origin = Origin.of(self, self.content)
        self.version = self._check()

    @property
    def rows(self) -> tuple[Requirement, ...]:
        """The requirements that exist only where the overlay is applied."""
        return rows_of(read_marked(self.file), ROWS, self.file)

    def apply(self, target: Specification, content: dict[str, Any], origin: Origin) -> None:
        """Change a description's content and origins in place, action by action.

        Raises:
            ContractError: an action has no effect, or does not fit its target.
        """
        self._check_extends(target)
        for index in range(len(self.content["actions"])):
            self._act(index, target.file, content, origin)

    def _check(self) -> str:
        """Check the form of the document and return the version, such as 1.0."""
        stated = self.content.get("overlay")
        version = ".".join(str(stated).split(".")[:2])
        if not isinstance(stated, str) or version not in VERSIONS:
            cause = f"expected the version of the overlay, found {stated!r}; write overlay: 1.0.0 or 1.1.0"
            raise self.broken("/overlay", cause)
        self._only(self.content, "", "the overlay")
        info = self.content.get("info")
        if not isinstance(info, dict):
            raise self.broken("/info", f"expected a mapping, found {info!r}; write title and version there")
        self._only(info, "/info", "info")
        for name in ("title", "version"):
            if not isinstance(info.get(name), str):
                raise self.broken(f"/info/{name}", f"expected a text, found {info.get(name)!r}; write one")
        actions = self.content.get("actions")
        if not isinstance(actions, list) or not actions:
            raise self.broken(
                "/actions", f"expected a list of actions, found {actions!r}; write at least one"
            )
        for index, action in enumerate(actions):
            self._check_action(action, f"/actions/{index}", version)
        return version

    def _check_action(self, action: Any, pointer: str, version: str) -> None:
        if not isinstance(action, dict):
            raise self.broken(pointer, f"expected a mapping, found {action!r}; write target and update there")
        self._only(action, pointer, "an action")
        for name, shape, words in (
            ("target", str, "a JSONPath"),
            ("description", str, "a text"),
            ("remove", bool, "true or false"),
            ("copy", str, "a JSONPath"),
        ):
            if (name == "target" or name in action) and not isinstance(action.get(name), shape):
                raise self.broken(
                    f"{pointer}/{name}", f"expected {words}, found {action.get(name)!r}; correct it"
                )
        given = [name for name in _MODIFIERS if action.get(name) is not False and name in action]
        if len(given) != 1:
            cause = f"expected one of update, remove and copy, found {' and '.join(given) or 'none of them'}"
            raise self.broken(pointer, f"{cause}; make it one action for each")
        if given == ["copy"] and version == "1.0":
            raise self.broken(f"{pointer}/copy", "is not known in version 1.0; write overlay: 1.1.0")

    def _only(self, found: Mapping[str, Any], pointer: str, what: str) -> None:
        for name in found:
            if name not in _FIELDS[what] and not name.startswith("x-"):
                known = ", ".join(sorted(_FIELDS[what]))
                raise self.broken(
                    pointer + pointer_of([name]), f"is no field of {what}; write one of {known}, or x-..."
                )

    def _check_extends(self, target: Specification) -> None:
        """Refuse a target that is another API than that of the document in `extends`, if this is a file."""
        named = self.content.get("extends")
        if named is None:
            return
        if not isinstance(named, str):
            raise self.broken("/extends", f"expected a URI reference, found {named!r}; name the description")
        parts = urlsplit(named)
        if parts.scheme not in {"", "file"} or parts.netloc:
            return
        file = self.file.parent / unquote(parts.path)
        if not file.is_file() or file.resolve() == target.file.resolve():
            return
        meant, title = _title(SourceFile.read(file).mapping), _title(target.content)
        if meant != title:
            cause = (
                f"names the description {meant!r}, but the overlay is applied to {title!r} ({target.file})"
            )
            raise self.broken("/extends", f"{cause}; apply it to {named}, or correct `extends`")

    def _act(self, index: int, file: Path, content: dict[str, Any], origin: Origin) -> None:
        action, pointer = self.content["actions"][index], f"/actions/{index}"
        targets = [
            _Target(location=one, value=_at(content, one), origin=origin.at(one))
            for one in self._selected(content, f"{pointer}/target", action["target"])
        ]
        if not targets:
            raise self.broken(
                f"{pointer}/target",
                f"{action['target']} matches nothing in {file}, so the action does nothing; "
                "correct the target, or take the action away if the description changed",
            )
        if self.version == "1.0":
            for one in targets:
                if not isinstance(one.value, dict | list):
                    cause = f"{action['target']} leads to {one.value!r}, and 1.0 changes objects and lists"
                    raise self.broken(f"{pointer}/target", f"{cause}; name what holds it, or write 1.1.0")
        if action.get("remove"):
            self._remove(targets, pointer, content, origin)
            return
        update, written, where = self._source(action, pointer, content, origin)
        for one in targets:
            # Each target gets a copy of its own: a later action may change one of them alone.
            added, its = deepcopy(update), deepcopy(written)
            if isinstance(one.value, list) and not isinstance(added, list):
                added, its = [added], Origin(its.place, [its])
            pair = self._merged((one.value, one.origin), (added, its), where)
            if one.location:
                _put(content, origin, one.location, pair)

    def _source(
        self, action: Mapping[str, Any], pointer: str, content: dict[str, Any], origin: Origin
    ) -> tuple[Any, Origin, str]:
        """Return what an action merges into its targets, its origin, and the place of this in the overlay."""
        if "copy" not in action:
            where = f"{pointer}/update"
            return action["update"], self.origin.at(tuple(tokens_of(where))), where
        where = f"{pointer}/copy"
        found = self._selected(content, where, action["copy"])
        if len(found) != 1:
            cause = f"{action['copy']} matches {len(found) or 'nothing'}; name exactly one node to copy"
            raise self.broken(where, cause)
        return _at(content, found[0]), origin.at(found[0]), where

    def _selected(self, content: dict[str, Any], pointer: str, query: str) -> list[Location]:
        """Return the locations that a JSONPath selects, each once."""
        # Who reads the contract without an overlay does not wait for it.
        from jsonpath import JSONPathEnvironment, JSONPathError  # noqa: PLC0415 - see above

        try:
            found = [
                tuple(match.parts) for match in JSONPathEnvironment(strict=True).finditer(query, content)
            ]
        except (JSONPathError, RecursionError) as why:
            cause = f"{query} is no JSONPath (RFC 9535): {str(why).splitlines()[0]}; correct it"
            raise self.broken(pointer, cause) from why
        return list(dict.fromkeys(found))

    def _remove(
        self, targets: Sequence[_Target], pointer: str, content: dict[str, Any], origin: Origin
    ) -> None:
        # The last ones first, so that the indices of the others stay; what is in a node goes before it.
        for one in sorted(targets, key=lambda target: _order(target.location), reverse=True):
            if not one.location:
                raise self.broken(f"{pointer}/target", "the whole description can't be removed; name a part")
            *above, last = one.location
            del _at(content, tuple(above))[last]
            del origin.at(tuple(above)).below[last]  # type: ignore[arg-type]  # a key, or an index of a list

    def _merged(self, old: tuple[Any, Origin], new: tuple[Any, Origin], where: str) -> tuple[Any, Origin]:
        """Merge two values with their origins: objects by key, lists one after the other, others replaced."""
        (value, origin), (update, its) = old, new
        if isinstance(value, dict) and isinstance(update, dict):
            assert isinstance(origin.below, dict)  # noqa: S101 - the same shape; for the type checker
            assert isinstance(its.below, dict)  # noqa: S101 - the same shape; for the type checker
            for name, child in update.items():
                pair = child, its.below[name]
                if name in value:
                    known = value[name], origin.below[name]
                    pair = self._merged(known, pair, where + pointer_of([name]))
                value[name], origin.below[name] = pair
            return value, origin
        if isinstance(value, list) and isinstance(update, list):
            assert isinstance(origin.below, list)  # noqa: S101 - the same shape; for the type checker
            assert isinstance(its.below, list)  # noqa: S101 - the same shape; for the type checker
            value.extend(update)
            origin.below.extend(its.below)
            return value, origin
        if isinstance(value, dict | list) or isinstance(update, dict | list):
            cause = f"expected {_kind(value)}, as in the description, found {_kind(update)}"
            raise self.broken(where, f"{cause}; write {_kind(value)}, or remove the old one first")
        return update, its


def overlaid(specification: Specification, files: Sequence[Path]) -> Specification:
    """Return a description with overlays applied, one after the other; without any, the description itself.

    Raises:
        ContractError: an overlay can't be used.
    """
    if not files:
        return specification
    content = deepcopy(specification.content)
    origin = Origin.of(specification, content)
    overlays = [Overlay(file) for file in files]
    for overlay in overlays:
        overlay.apply(specification, content, origin)
    return Overlaid(specification.file, content, origin, overlays)


def named(name: str, folder: Path) -> Path:
    """Return the file of an overlay: one of the project's own in a folder by its name, or else a path.

    Raises:
        ContractError: it is neither.
    """
    own = {file.stem: file for file in sorted(folder.glob("*.yaml"))}
    file = own.get(name, Path(name))
    if not file.is_file():
        raise ContractError(file, None, f"there is no such file; name one, or one of: {', '.join(own)}")
    return file


def _title(content: Mapping[str, Any]) -> Any:
    info = content.get("info")
    return info.get("title") if isinstance(info, dict) else None


def _kind(value: Any) -> str:
    return (
        "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a plain value"
    )


def _order(location: Location) -> list[tuple[int, str]]:
    return [(token, "") if isinstance(token, int) else (-1, token) for token in location]


def _at(content: Any, location: Location) -> Any:
    for token in location:
        content = content[token]
    return content


def _put(content: Any, origin: Origin, location: Location, pair: tuple[Any, Origin]) -> None:
    *above, last = location
    _at(content, tuple(above))[last] = pair[0]
    origin.at(tuple(above)).below[last] = pair[1]  # type: ignore[index]  # a key, or an index of a list
