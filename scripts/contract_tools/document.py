"""The specification as a file: read, validated, and with the line of each node."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

Location = tuple[str | int, ...]


class BrokenSpecError(Exception):
    """A specification cannot be used; the text names file, line and cause."""

    def __init__(self, path: Path, line: int, cause: str) -> None:
        super().__init__(f"{path}:{line}: {cause}")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A specification.

    Attributes:
        path: The file.
        content: What the file says, as plain JSON values.
        nodes: The same, with the line of each node.
    """

    path: Path
    content: dict[str, Any]
    nodes: CommentedMap

    @property
    def digest(self) -> str:
        """The SHA-256 of what the file says; comments and layout do not count."""
        return digest_of(self.content)

    def line_of(self, location: Location) -> int:
        """Give the line, counted from 1, of a node, or of the innermost known node around it."""
        node: Any = self.nodes
        line = 1
        for key in location:
            line = _line_of_child(node, key) or line
            try:
                node = node[key]
            except (KeyError, IndexError, TypeError):
                break
        return line

    def place_of_key(self, key: str) -> Location:
        """Find the first node with this key."""
        return next((location for location, _ in nodes(self.content) if location[-1:] == (key,)), ())

    def broken(self, location: Location, cause: str) -> BrokenSpecError:
        """Make the error that says what is wrong with a node."""
        place = "/".join(str(key) for key in location)
        return BrokenSpecError(self.path, self.line_of(location), f"{place or 'the document'}: {cause}")


def digest_of(value: Any) -> str:
    """Give the SHA-256 of a JSON value; the order of an object's fields does not count."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read(path: Path) -> Document:
    """Read a specification and check that it is a valid OpenAPI document.

    Raises:
        BrokenSpecError: It is not.
    """
    nodes = _parse(path)
    document = Document(path=path, content=_plain(nodes), nodes=nodes)
    _check_references(document)
    error = next(iter(OpenAPIV31SpecValidator(document.content).iter_errors()), None)
    if error is not None:
        location = tuple(error.absolute_path) or _location_of(document.content, error.instance)
        raise document.broken(location, error.message)
    return document


def _parse(path: Path) -> CommentedMap:
    try:
        nodes = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BrokenSpecError(path, mark.line + 1 if mark else 1, f"not YAML: {error.problem}") from error
    except YAMLError as error:
        raise BrokenSpecError(path, 1, f"not YAML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenSpecError(path, 1, f"cannot be read: {error}") from error
    if not isinstance(nodes, CommentedMap):
        raise BrokenSpecError(path, 1, f"expected an OpenAPI document, got {type(nodes).__name__}")
    return nodes


def _plain(node: Any) -> Any:
    """Give the JSON value of a node; keys are strings, as they are in JSON."""
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(item) for item in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return str(node)


def _line_of_child(node: Any, key: str | int) -> int | None:
    try:
        if isinstance(node, CommentedMap):
            return int(node.lc.key(key)[0]) + 1
        if isinstance(node, CommentedSeq):
            return int(node.lc.item(key)[0]) + 1
    except (KeyError, TypeError, AttributeError):
        return None
    return None


def nodes(node: Any, location: Location = ()) -> Iterator[tuple[Location, Any]]:
    """Give a node and everything below it, each with its location."""
    yield location, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from nodes(child, (*location, key))


def references(node: Any) -> Iterator[tuple[Location, str]]:
    """Give each `$ref` below a node, with its location."""
    for location, found in nodes(node):
        if location and location[-1] == "$ref" and isinstance(found, str):
            yield location, found


def _location_of(content: Any, value: Any) -> Location:
    """Find a value that the validator refuses without saying where it stands."""
    return next((location for location, found in nodes(content) if found == value), ())


def resolve(content: dict[str, Any], reference: str) -> Any:
    """Give what a `$ref` within the document stands for.

    Raises:
        LookupError: It stands for nothing.
    """
    if not reference.startswith("#/"):
        raise LookupError(f"{reference} does not point into this file")
    node: Any = content
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict) or key not in node:
            raise LookupError(f"{reference} points to nothing")
        node = node[key]
    return node


def _check_references(document: Document) -> None:
    for location, reference in references(document.content):
        try:
            resolve(document.content, reference)
        except LookupError as error:
            raise document.broken(location, str(error)) from error
