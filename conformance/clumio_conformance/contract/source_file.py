"""A YAML or JSON file as JSON values, with the line of each of them."""

import json
import math
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from clumio_conformance.contract.pointers import tokens_of
from clumio_conformance.contract.yaml_files import ContractError, not_a_mapping, not_yaml, read_text

_TAG: Final = "tag:yaml.org,2002:"
_DEEPEST: Final = 150
"""Levels that all readers of a document can go down."""
_TOO_DEEP: Final = (
    f"is nested more than {_DEEPEST} levels deep; move inner parts to components, and refer to them"
)
_FREE_ALIASES: Final = 100_000
"""Values that aliases may stand for, beyond ten times those that are written."""
_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o(?P<octal>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)")
_NUMBER: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_JSON: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class SourceFile:
    """A file: `content` is its JSON value.

    Plain words are read as the core schema of YAML 1.2 does: `on` and `1_000` are texts, `012` is 12. Keys
    are texts. Merge keys (`<<`) are followed.

    Raises:
        ContractError: it is neither YAML nor JSON, has a key twice, or has what JSON has not.
    """

    def __init__(self, file: Path, text: str) -> None:
        self.file = file
        self._text = text
        self.content = self._json() if text.lstrip().startswith("{") else self._composed.root
        self._check_depth()

    @classmethod
    def read(cls, file: Path) -> "SourceFile":
        """Read a file.

        Raises:
            ContractError: as above, or it can't be read.
        """
        return cls(file, read_text(file))

    @property
    def mapping(self) -> dict[str, Any]:
        """The content, which must be a mapping.

        Raises:
            ContractError: it is something else.
        """
        if not isinstance(self.content, dict):
            raise not_a_mapping(self.file, self.content)
        return self.content

    def line(self, pointer: str) -> int | None:
        """Return the line of a node, from 1; None when the pointer leads to nothing."""
        try:
            composed = self._composed
        except ContractError:  # a few texts of JSON are no YAML: a key may be as long as it likes
            return None
        node, line = composed.root, 1
        for token in tokens_of(pointer):
            lines = composed.lines.get(id(node), {})
            key = int(token) if isinstance(node, list) and token.isdecimal() else token
            if key not in lines:
                return None
            node, line = node[key], lines[key]
        return line

    def _json(self) -> Any:
        try:
            return json.loads(
                self._text, object_pairs_hook=_without_twins, parse_constant=_refused, parse_float=_finite
            )
        except RecursionError:
            self._refuse_depth()
        except ValueError as why:
            try:
                return self._composed.root
            except ContractError:
                if self.file.suffix == ".json" and isinstance(why, json.JSONDecodeError):
                    cause = f"is not JSON: {why.msg}; fix it there or just above"
                    raise ContractError(self.file, why.lineno, cause) from why
                raise

    @cached_property
    def _composed(self) -> "_Composition":
        # JSON allows tabs between tokens, and nowhere else.
        is_json = self._text.lstrip().startswith("{")
        text = self._text.replace("\t", " ") if is_json else self._text
        try:
            return _Composition(self.file, YAML(typ="safe", pure=True).parse(text))
        except YAMLError as why:
            raise not_yaml(self.file, why) from why
        except RecursionError:
            self._refuse_depth()

    def _check_depth(self) -> None:
        level, depth = [self.content], 0
        while level:
            level = [child for node in level for child in _children(node)]
            depth += 1
            if depth > _DEEPEST:
                self._refuse_depth()

    def _refuse_depth(self) -> NoReturn:
        raise ContractError(self.file, None, _TOO_DEEP)


class _Composition:
    """The value of the events of a YAML parser.

    Attributes:
        root: The value. Aliases share the value of their anchor.
        lines: The line of each key or index, by the `id` of the mapping or list.
    """

    def __init__(self, file: Path, events: Iterator[Any]) -> None:
        self.root: Any = None
        self.lines: dict[int, dict[Any, int]] = {}
        self._file = file
        self._anchors: dict[str, Any] = {}
        self._sizes: dict[int, int] = {}
        self._written = 0
        self._open: list[_Open] = []
        documents = 0
        for event in events:
            documents += isinstance(event, DocumentStartEvent)
            if documents > 1:
                self._refuse(event, "has a second document; split the file")
            if isinstance(event, NodeEvent | CollectionEndEvent):
                self._take(event)

    def _take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            is_map = isinstance(event, MappingStartEvent)
            if event.tag not in {None, "!", f"{_TAG}{'map' if is_map else 'seq'}"}:
                self._refuse(event, f"has the tag {event.tag}, which JSON has not; take it away")
            self._open.append(_Open({} if is_map else [], event.anchor, line))
            if len(self._open) > _DEEPEST:
                self._refuse(event, _TOO_DEEP)
            return
        if isinstance(event, CollectionEndEvent):
            done = self._open.pop()
            self._merge(done, event)
            size = 1 + sum(self._sizes.get(id(child), 1) for child in _children(done.value))
            if size > _FREE_ALIASES + 10 * self._written:
                cause = f"has aliases that stand for more than {_FREE_ALIASES} values; write $ref instead"
                self._refuse(event, cause)
            self._sizes[id(done.value)] = size
            self.lines[id(done.value)] = done.lines
            self._put(event, done.value, done.line, anchor=done.anchor)
        elif isinstance(event, AliasEvent):
            if event.anchor not in self._anchors:
                is_within = any(one.anchor == event.anchor for one in self._open)
                cause = (
                    "has an alias within its own anchor; write it out"
                    if is_within
                    else f"has the alias *{event.anchor}, but no anchor of this name before it; correct it"
                )
                self._refuse(event, cause)
            self._put(event, self._anchors[event.anchor], line)
        else:
            self._put(event, self._value(event), line, anchor=event.anchor)

    def _put(self, event: Any, value: Any, line: int, *, anchor: str | None = None) -> None:
        """Put a whole value where it stands: as an item, as a key, or as the value of a key."""
        self._written += 1
        if anchor is not None:
            self._anchors[anchor] = value
        if not self._open:
            self.root = value
            return
        around = self._open[-1]
        if isinstance(around.value, list):
            around.lines[len(around.value)] = line
            around.value.append(value)
        elif around.key is None:
            if not isinstance(event, ScalarEvent):
                self._refuse(event, "has a key that is no text; write a text")
            plain = event.style is None and event.tag is None
            around.key = (event.value, line, plain and event.value == "<<")
        else:
            key, line, is_merge = around.key
            around.key = None
            if is_merge:
                around.merged.append((line, value))
            elif key in around.value:
                self._fail(line, f"has the key {key!r} twice; take one of them away")
            else:
                around.value[key], around.lines[key] = value, line

    def _merge(self, done: "_Open", event: Any) -> None:
        for _, merged in done.merged:
            for one in merged if isinstance(merged, list) else [merged]:
                if not isinstance(one, dict):
                    self._refuse(event, "has a merge key (<<) with something else than mappings; correct it")
                for key in one.keys() - done.value.keys():
                    done.lines[key] = self.lines[id(one)][key]
                done.value |= {key: child for key, child in one.items() if key not in done.value}

    def _value(self, event: ScalarEvent) -> Any:
        text, tag = str(event.value), (event.tag or "").removeprefix(_TAG)
        if tag in {"str", "!", "timestamp"} or (not tag and event.style is not None):
            return text
        if tag not in {"", "int", "float", "bool", "null"}:
            self._refuse(event, f"has the tag {event.tag}, which JSON has not; take it away")
        if text in _WORDS:
            return _WORDS[text]
        if _NO_JSON.fullmatch(text):
            self._refuse(event, f"has the number {text}, which JSON has not; quote it, or write another")
        try:
            if number := _INTEGER.fullmatch(text):
                octal, hexadecimal = number["octal"], number["hex"]
                return int(octal, 8) if octal else int(hexadecimal, 16) if hexadecimal else int(text)
        except ValueError:
            self._refuse(event, "has a number with too many digits; quote it, or write another")
        found = float(text) if _NUMBER.fullmatch(text) else text
        if isinstance(found, float) and not math.isfinite(found):
            self._refuse(event, f"has the number {text}, which is too large; quote it, or write another")
        return found

    def _refuse(self, event: Any, cause: str) -> NoReturn:
        self._fail(event.start_mark.line + 1, cause)

    def _fail(self, line: int, cause: str) -> NoReturn:
        raise ContractError(self._file, line, cause)


class _Open:
    """A mapping or list whose end has not come yet."""

    def __init__(self, value: Any, anchor: str | None, line: int) -> None:
        self.value = value
        self.anchor = anchor
        self.line = line
        self.lines: dict[Any, int] = {}
        self.key: tuple[str, int, bool] | None = None
        self.merged: list[tuple[int, Any]] = []


def _children(node: Any) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)
