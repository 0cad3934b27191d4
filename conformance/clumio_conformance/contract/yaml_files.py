"""YAML 1.2 files (`on` and `no` stay strings); errors name the line."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from clumio_conformance.contract.pointers import tokens_of


class ContractError(Exception):
    """A file of the contract cannot be used; the message names the file, the line, the cause and the fix."""

    def __init__(self, file: Path, line: int | None, cause: str) -> None:
        super().__init__(f"{file}{f':{line}' if line else ''}: {cause}")
        self.line = line


def read_text(file: Path) -> str:
    """Read a text file.

    Raises:
        ContractError: it cannot be read, or is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as why:
        raise ContractError(
            file, None, f"can't be read: {why.strerror}; restore it, or name another checkout"
        ) from why
    except UnicodeDecodeError as why:
        raise ContractError(file, None, f"is not UTF-8: {why.reason}; save it as UTF-8") from why


def read_yaml(file: Path, *, marked: bool = False) -> dict[str, Any]:
    """Read a mapping as JSON values with string keys; with `marked`, as a `CommentedMap` with line numbers.

    Raises:
        ContractError: the file cannot be read, or is not a YAML mapping.
    """
    text = read_text(file)
    if not marked and text.lstrip().startswith("{"):
        with suppress(ValueError):  # what is no JSON may be YAML, or gets a message with its line
            return dict(json.loads(text, object_pairs_hook=_object))
    try:
        document = _yaml().load(text) if marked else YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as why:
        mark = why.problem_mark or why.context_mark
        problem = (why.problem or "broken").splitlines()[0]
        cause = f"is not YAML: {problem}; fix it there or just above"
        raise ContractError(file, mark.line + 1 if mark else None, cause) from why
    except (YAMLError, ValueError) as why:  # a ValueError is a date that there is not
        raise ContractError(file, None, f"is not YAML: {why}; fix it") from why
    if not isinstance(document, dict):
        found = type(document).__name__
        raise ContractError(file, 1, f"expected a mapping at the top, found {found}; restore the file")
    if marked:
        return document
    try:
        return dict(_json(document))
    except KeyError as why:
        line = next(_lines_of_twins(_yaml().load(text)), None)
        raise ContractError(file, line, f"has the key {why} twice; take one of them away") from why
    except RecursionError as why:
        raise ContractError(file, None, "has an alias within its own anchor; write it out") from why


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; twins are left to the reader of YAML, which names their line.

    Raises:
        ValueError: a key stands there twice.
    """
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError
    return dict(pairs)


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


def line_at(document: CommentedMap, pointer: str) -> int | None:
    """Return the line, from 1, of the node that a JSON Pointer leads to; None when it leads to nothing."""
    node: Any = document
    line: int | None = 1
    for token in tokens_of(pointer):
        key: Any = int(token) if isinstance(node, list) and token.isdecimal() else token
        if isinstance(node, Mapping) and key not in node:
            key = next((name for name in node if str(name) == token), None)
        line = line_of(node, key)
        if line is None:
            return None
        node = node[key]
    return line


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _lines_of_twins(node: Any) -> Iterator[int | None]:
    """Yield the line of each key that another one becomes when both are texts, such as 200 and "200"."""
    if isinstance(node, dict):
        texts = [str(key) for key in node]
        yield from (line_of(node, key) for at, key in enumerate(node) if str(key) in texts[:at])
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _lines_of_twins(child)


def _json(value: Any) -> Any:
    """Return the JSON value: keys become strings, and so do values without a JSON type, such as dates.

    Raises:
        KeyError: two keys become the same one.
    """
    if isinstance(value, dict):
        texts = [str(key) for key in value]
        if len(set(texts)) < len(texts):
            raise KeyError(next(one for one in texts if texts.count(one) > 1))
        return dict(zip(texts, map(_json, value.values()), strict=True))
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
