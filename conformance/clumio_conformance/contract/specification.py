"""An OpenAPI description as a file: its content, and the line of each node."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from clumio_conformance.contract.pointers import at, pointer_of, tokens_of
from clumio_conformance.contract.source_file import SourceFile
from clumio_conformance.contract.yaml_files import ContractError

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Origin:
    """The node of a file that a node of a document was made from."""

    source: SourceFile
    pointer: str


class Specification:
    """An OpenAPI description: `content` is the document as JSON values, with local references only.

    `documents.read_document` makes it from files. Without a `content`, it is that of the file as it is; with
    one, its nodes have lines where `origins`, by the pointers of the document, say so.

    Raises:
        ContractError: the file cannot be read, or is not a mapping.
    """

    def __init__(
        self,
        file: Path,
        content: dict[str, Any] | None = None,
        *,
        origins: Mapping[str, Origin] | None = None,
    ) -> None:
        self.file = file
        self._origins = origins or {}
        if content is None:
            source = SourceFile.read(file)
            content, self._origins = source.mapping, {"": Origin(source, "")}
        self.content = content

    @property
    def digest(self) -> str:
        """The SHA-256 of the content; comments and layout do not count."""
        return digest_of(self.content)

    def at(self, pointer: str) -> Any:
        """Return the node that a JSON Pointer, or a `$ref` within the document, leads to.

        Raises:
            LookupError: it leads to nothing, or into another file.
        """
        if pointer and not pointer.startswith(("/", "#/")):
            raise LookupError(f"{pointer} does not point into this file")
        return at(self.content, pointer)

    def line(self, pointer: str) -> int | None:
        """Return the line of a node in its file, from 1; None when the pointer leads to nothing there."""
        origin = self._origin(pointer)
        return origin.source.line(origin.pointer) if origin else None

    def place(self, pointer: str) -> tuple[Path, str, int | None]:
        """Return the file of a node, its pointer there, and its line, from 1; None when it is unknown.

        The line of a node that is not written there is that of the innermost one around it that is.
        """
        origin = self._origin(pointer)
        if origin is None:
            return self.file, pointer, None
        tokens = tokens_of(origin.pointer)
        ways = (pointer_of(tokens[:length]) for length in range(len(tokens), -1, -1))
        return origin.source.file, origin.pointer, next(filter(None, map(origin.source.line, ways)), None)

    def broken(self, pointer: str, cause: str) -> ContractError:
        """Make the error for a node, with its place."""
        file, inner, line = self.place(pointer)
        return ContractError(file, line, f"{'/'.join(tokens_of(inner)) or 'the document'}: {cause}")

    def _origin(self, pointer: str) -> Origin | None:
        return origin_in(self._origins, pointer)


def origin_in(origins: Mapping[str, Origin], pointer: str) -> Origin | None:
    """Return the origin of a node, by that of the nearest node around it that has one."""
    tokens = tokens_of(pointer)
    for length in range(len(tokens), -1, -1):
        if found := origins.get(pointer_of(tokens[:length])):
            return Origin(found.source, found.pointer + pointer_of(tokens[length:]))
    return None


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
