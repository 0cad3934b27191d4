"""YAML files whose nodes know their lines."""

from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from tracing.errors import UnusableInputError


def read_yaml(file: Path) -> CommentedMap:
    """Read a YAML 1.2 mapping.

    Raises UnusableInputError when the file can't be read, or is no YAML mapping.
    """
    text = read_text(file)
    try:
        document = _yaml().load(text)
    except MarkedYAMLError as why:
        mark = why.problem_mark or why.context_mark
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        problem = (why.problem or "broken").splitlines()[0]
        raise UnusableInputError(f"{where}: is not YAML: {problem}; mend it there or just above") from why
    except YAMLError as why:
        raise UnusableInputError(f"{file}: is not YAML: {why}; mend it") from why
    if not isinstance(document, CommentedMap):
        raise UnusableInputError(
            f"{file}:1: expected a mapping at the top, found {type(document).__name__}; restore the file"
        )
    return document


def read_text(file: Path) -> str:
    """Read a text file of the project.

    Raises UnusableInputError when the file can't be read or is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except OSError as why:
        raise UnusableInputError(
            f"{file}: can't be read: {why.strerror}; restore it, or name the checkout with --root"
        ) from why
    except UnicodeDecodeError as why:
        raise UnusableInputError(f"{file}: is not UTF-8: {why.reason}; save it as UTF-8") from why


def dump_yaml(document: CommentedMap) -> str:
    """Give a document as text, with its comments, quotes and unknown keys."""
    stream = StringIO()
    _yaml().dump(document, stream)
    return stream.getvalue()


def line_of(node: Any, key: str | int) -> int:
    """The line, from 1, of a key of a mapping or an item of a list; 1 when the node doesn't know it."""
    try:
        return int(node.lc.data[key][0]) + 1
    except (AttributeError, KeyError, TypeError):
        return 1


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
