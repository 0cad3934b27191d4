"""An OpenAPI description as a file: its content, and the line of each node."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ruamel.yaml.comments import CommentedMap

from clumio_conformance.contract.pointers import at, pointer_of, tokens_of
from clumio_conformance.contract.yaml_files import ContractError, line_at, read_yaml

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

Location = tuple[str | int, ...]


class Specification:
    """An OpenAPI description: `content` is the file as JSON values.

    With a `content` given, the file is not read: its nodes have no lines.

    Raises:
        ContractError: the file cannot be read, or is not a YAML mapping.
    """

    def __init__(self, file: Path, content: dict[str, Any] | None = None) -> None:
        self.file = file
        self.content = read_yaml(file) if content is None else content
        self._has_lines = content is None
        self._origins: Mapping[str, tuple[Path, str]] = {}
        self._marks: dict[Path, CommentedMap] = {}

    def made(self, content: dict[str, Any], origins: Mapping[str, tuple[Path, str]]) -> "Specification":
        """Return the description with another content; `origins` names what of it is from other files."""
        made = Specification(self.file, content)
        made._has_lines, made._origins = self._has_lines, origins
        return made

    def place(self, pointer: str) -> tuple[Path, str, int | None]:
        """Return the file of a node, its pointer there, and its line, from 1; None when it is unknown."""
        tokens = tokens_of(pointer)
        for length in range(len(tokens), 0, -1):
            file, start = self._origins.get(pointer_of(tokens[:length]), (None, ""))
            if file is not None:
                inner = start + pointer_of(tokens[length:])
                return file, inner, line_at(self.marked(file), inner)
        return self.file, pointer, line_at(self.marked(self.file), pointer) if self._has_lines else None

    @property
    def digest(self) -> str:
        """The SHA-256 of the content; comments and layout do not count."""
        return digest_of(self.content)

    def at(self, pointer: str) -> Any:
        """Return the node that a JSON Pointer, or a `$ref` into this file, leads to.

        Raises:
            LookupError: it leads to nothing, or into another file.
        """
        if pointer and not pointer.startswith(("/", "#/")):
            raise LookupError(f"{pointer} does not point into this file")
        return at(self.content, pointer)

    def line(self, pointer: str) -> int | None:
        """Return the line of a node, from 1; None when the pointer leads to nothing."""
        return self.place(pointer)[2]

    def broken(self, pointer: str, cause: str) -> ContractError:
        """Make the error for a node, with the line of the innermost node that exists on the way to it."""
        tokens = tokens_of(pointer)
        file, inner, line = self.place(pointer)
        for length in range(len(tokens), -1, -1):
            if line:
                break
            *_, line = self.place(pointer_of(tokens[:length]))
        named = pointer if file == self.file else inner
        return ContractError(file, line, f"{'/'.join(tokens_of(named)) or 'the document'}: {cause}")

    def marked(self, file: Path | None = None) -> CommentedMap:
        """Return a file with the lines of its nodes; by default the description's own."""
        file = file or self.file
        if file not in self._marks:
            marked = read_yaml(file, marked=True)
            assert isinstance(marked, CommentedMap)  # noqa: S101 - what `marked` means; for the type checker
            self._marks[file] = marked
        return self._marks[file]


def digest_of(value: Any) -> str:
    """Return the SHA-256 of a JSON value; the order of an object's fields does not count."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def nodes(node: Any, location: Location = ()) -> Iterator[tuple[Location, Any]]:
    """Yield a node and everything below it, each with its location."""
    yield location, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from nodes(child, (*location, key))


def references(node: Any) -> Iterator[tuple[Location, str]]:
    """Yield each `$ref` below a node, with its location."""
    for location, found in nodes(node):
        if location and location[-1] == "$ref" and isinstance(found, str):
            yield location, found
