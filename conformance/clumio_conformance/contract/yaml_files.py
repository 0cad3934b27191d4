"""YAML 1.2 files (`on` and `no` stay strings); errors name the line."""

from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class ContractError(Exception):
    """A file of the contract cannot be used; the message names the file, the line, the cause and the fix."""

    def __init__(self, file: Path, line: int | None, cause: str) -> None:
        super().__init__(f"{file}{f':{line}' if line else ''}: {cause}")
        self.line = line


def read_text(file: Path) -> str:
    """Read a text file, without its byte order mark.

    Raises:
        ContractError: it cannot be read, or is not UTF-8.
    """
    try:
        return decoded(file.read_bytes(), file)
    except OSError as why:
        raise ContractError(
            file, None, f"can't be read: {why.strerror}; restore it, or correct the path"
        ) from why


def decoded(content: bytes, file: Path) -> str:
    """Return the text of a file's content, without its byte order mark.

    Raises:
        ContractError: it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as why:
        raise ContractError(file, None, f"is not UTF-8: {why.reason}; save it as UTF-8") from why


def read_marked(file: Path) -> CommentedMap:
    """Read a mapping that keeps its lines, comments and layout.

    Raises:
        ContractError: the file cannot be read, or is not a YAML mapping.
    """
    try:
        document = _yaml().load(read_text(file))
    except YAMLError as why:
        raise not_yaml(file, why) from why
    if not isinstance(document, CommentedMap):
        raise not_a_mapping(file, document)
    return document


def not_yaml(file: Path, why: YAMLError) -> ContractError:
    """Make the error for a file that is no YAML."""
    if not isinstance(why, MarkedYAMLError):
        return ContractError(file, None, f"is not YAML: {why}; fix it")
    mark = why.problem_mark or why.context_mark
    problem = (why.problem or "broken").splitlines()[0]
    line = mark.line + 1 if mark else None
    return ContractError(file, line, f"is not YAML: {problem}; fix it there or just above")


def not_a_mapping(file: Path, found: Any) -> ContractError:
    """Make the error for a file with something else than a mapping at the top."""
    cause = f"expected a mapping at the top, found {type(found).__name__}; restore the file"
    return ContractError(file, 1, cause)


def dump_yaml(document: CommentedMap) -> str:
    """Return a marked document as text, with its comments, quotes and unknown keys."""
    stream = StringIO()
    _yaml().dump(document, stream)
    return stream.getvalue()


def line_of(node: Any, key: str | int) -> int | None:
    """Return the line, from 1, of a key of a marked mapping or list; None when it is unknown."""
    try:
        return int(node.lc.data[key][0]) + 1
    except (AttributeError, KeyError, TypeError):
        return None


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
