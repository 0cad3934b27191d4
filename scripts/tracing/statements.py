"""A page's statements: the heading of a field, a sentence, a value of an example, a status, a media type.

They are found by words, not by lines, and identified by a hash of their text without white space: other line
breaks, a lost indent or an HTML copy of the same page give the same statements.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_TYPE = (
    r"(?:(?:string|boolean|object|integer|number|array|float|double)(?:\[\]|<[\w-]+>)*(?![a-z_])"
    r"|(?:string|object)(?:\[\])+|u?int\d+(?:\[\])*)"
)
_NAME = r"(?<![A-Za-z_-])(?!(?i:a|an|the|this|that|any|each|every|of|as|is|or|and|json)\b)[A-Za-z_][\w-]*"
_FLAGS = r"(?:\s*\b(?:required|nullable|deprecated|read-only|write-only)\b)*"
_MEDIA = r"(?:application|text|multipart)/[\w.+=*-]*\w"
_STATUS = r"(?:default|[1-5](?:\d\d|XX))"
_FIELD = rf"(?P<field>(?P<name>{_NAME})\s+{_TYPE}{_FLAGS})"
_MARKER: Final = re.compile(
    "|".join(
        (
            r"(?P<part>(?:Path|Query|Header|Cookie) Parameters|Request Body(?:\s*required)?)",
            rf"(?P<statuses>\b(?:{_STATUS}\s+)+(?=(?:Success|Error)\b))",
            rf"(?P<answer>\b(?:Success|Error))(?=\s+{_MEDIA})",
            rf"(?P<media>\b{_MEDIA})",
            _FIELD,
            r"(?P<chrome>\bExample \(from schema\)|\bSchema(?=\s+(?:Example \(|\{|[\w-]+\s+" + _TYPE + ")))",
            r"(?P<example>\{(?=\s*\"))",
        )
    )
)
TOP: Final = "Page"
"""The place of the text before the first part."""

_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s*(?=[A-Z(\"])|(?<=\])\s*(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a page: `place` is its headings, the outermost first."""

    place: tuple[str, ...]
    text: str

    @property
    def hash(self) -> str:
        """The first 16 hex digits of the SHA-256 of the text without white space."""
        return hashlib.sha256("".join(self.text.split()).encode()).hexdigest()[:16]

    @property
    def at(self) -> str:
        """The place in one line."""
        return " > ".join(self.place)


def statements(text: str) -> list[Statement]:
    """Split a page's text, on one line and in plain typography, into its statements."""
    return list(_Splitter(text).split())


class _Splitter:
    """Walks the text from marker to marker; what lies between two markers is prose."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._part: tuple[str, ...] = (TOP,)
        self._field: tuple[str, ...] = ()
        self._statuses: list[str] = []

    def split(self) -> Iterator[Statement]:
        position = 0
        while found := _MARKER.search(self._text, position):
            yield from self._prose(self._text[position : found.start()])
            position = found.end()
            if found.lastgroup == "example" or found["example"]:
                value, position = self._example(found.start())
                yield from value
            else:
                yield from self._marked(found)
        yield from self._prose(self._text[position:])

    def _marked(self, found: re.Match[str]) -> Iterator[Statement]:
        if found["chrome"]:
            self._part = (self._part[0], "Schema")
        elif found["field"]:
            self._field = (found["name"],)
            yield self._statement(found["field"])
        elif found["statuses"]:
            self._statuses = found["statuses"].split()
            for status in self._statuses:
                yield Statement(place=(status,), text=status)
        else:
            self._enter(found)
            yield self._statement(found[0])

    def _enter(self, found: re.Match[str]) -> None:
        """Enter the part that a heading begins; a media type belongs to the current part, or begins one."""
        self._field = ()
        if found["part"]:
            self._part = (found["part"].removesuffix("required").rstrip(),)
        elif found["answer"]:
            success = next((status for status in self._statuses if status != "default"), "200")
            self._part = (success if found["answer"] == "Success" else "default",)
        elif self._part == ("Path Parameters",):
            self._part = ("Request Body",)

    def _prose(self, text: str) -> Iterator[Statement]:
        for sentence in _SENTENCE_END.split(text):
            if re.search(r"\w", sentence):
                yield self._statement(sentence.strip())

    def _example(self, start: int) -> tuple[list[Statement], int]:
        try:
            value, end = json.JSONDecoder().raw_decode(self._text, start)
        except json.JSONDecodeError:
            return [], start + 1
        place = (self._part[0], "Example")
        self._field = ()
        found = [
            Statement(place=place + path, text=f"{'.'.join(path)} {json.dumps(leaf)}")
            for path, leaf in _leaves(value)
        ]
        return found, end

    def _statement(self, text: str) -> Statement:
        return Statement(place=(*self._part, *self._field), text=text)


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and value:
        for name, child in value.items():
            yield from _leaves(child, (*path, name))
    elif isinstance(value, list) and value:
        for child in value:
            yield from _leaves(child, (*path[:-1], f"{path[-1] if path else ''}[]"))
    else:
        yield path, value
