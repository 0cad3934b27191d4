"""Stencils: entries of HAR whose texts differ in volatile words alone need not be decoded.

The text of an entry that was decoded becomes a pattern: what a verdict depends on stands in it literally, but
for volatile words, which are groups; what no verdict depends on, such as timings, is left open. An entry that
matches, with the same words equal to each other, has the same key.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from clumio_conformance.recording.forms import Forms, numbered, pattern_of
from clumio_conformance.recording.recorded import Answered, Asked, Beside, Content, Place, Recorded

NOTHING, SECRET, LENGTH = "", "secret", "content-length"
"""What a header is, unless it is one that counts: that one is its name."""
_FREE_NUMBERS: Final = frozenset(
    {
        "time",
        "send",
        "wait",
        "receive",
        "blocked",
        "dns",
        "connect",
        "ssl",
        "headersSize",
        "_blocked_queueing",
    }
)
_FREE_TEXTS: Final = frozenset({"serverIPAddress", "connection", "_connectionId", "pageref", "_request_id"})
_SIZES: Final = frozenset({"size", "bodySize"})
_NUMBER: Final = re.compile(r"(\s*:\s*)(-?\d[\d.eE+-]*)(.*)", re.DOTALL)
_IS_VALUE: Final = re.compile(r"\s*:\s*")
_OPEN: Final = {"any text": r'[^"\\]*+', "any number": r"-?\d[\d.eE+-]*+"}
_MOST: Final = 200
_LONGEST: Final = 20_000


@dataclass(slots=True)
class Variant:
    """The key of entries that match a stencil with the same words equal; `words` are numbers of groups."""

    key: tuple[Any, ...]
    words: tuple[int, ...]


@dataclass(slots=True)
class Stencil:
    """The pattern of a text. `started` is the group of its time, or None.

    `sizes` are groups that state the length of a body: that is `base` and the lengths of the groups in it.
    """

    match: Callable[[str], re.Match[str] | None]
    started: int | None
    sizes: tuple[tuple[int, int, tuple[int, ...]], ...]
    counted: tuple[int, ...]
    variants: dict[tuple[int, ...], Variant] = field(default_factory=dict)


@dataclass(slots=True)
class Alike:
    """An entry that matches a stencil: its key, its volatile words, and its text, which is not decoded."""

    key: tuple[Any, ...]
    words: list[str]
    started: str | None
    text: str
    place: Place
    beside: Beside


class Stencils:
    """The stencils of recent entries, the last used first.

    `kind` says of the name of a header what it is; no verdict depends on one that is nothing.
    """

    def __init__(self, forms: Forms, kind: Callable[[str], str]) -> None:
        self._forms, self._kind = forms, kind
        self._stencils: list[Stencil] = []
        self._tried = 0

    def find(self, text: str, place: Place, beside: Beside) -> Alike | None:
        """Return what is known of an entry by its text; None if it must be decoded."""
        for at, stencil in enumerate(self._stencils):
            found = stencil.match(text)
            if found is None:
                continue
            if at:
                self._stencils.insert(0, self._stencils.pop(at))
            groups = found.groups()
            for group, base, inside in stencil.sizes:
                if int(groups[group]) != base + sum([len(groups[one]) for one in inside]):
                    return None
            variant = stencil.variants.get(numbered([groups[one] for one in stencil.counted]))
            if variant is None:
                return None
            started = None if stencil.started is None else groups[stencil.started]
            return Alike(variant.key, [groups[one] for one in variant.words], started, text, place, beside)
        return None

    def learn(self, text: str, one: Recorded, key: tuple[Any, ...], words: Sequence[str]) -> None:
        """Make a stencil of the text of an entry with a known key and known words, if that is possible."""
        if len(text) > _LONGEST or "\0" in text or not text.isascii() or self._tried > 20 * _MOST:
            return
        self._tried += 1
        made = _Making(text, one, self._forms, self._kind).stencil()
        if made is None:
            return
        stencil, groups = made
        known = next((old for old in self._stencils if old.match(text)), None)
        stencil = known or stencil
        if known is None:
            del self._stencils[_MOST:]
            self._stencils.insert(0, stencil)
        places = {word: at for at, word in reversed(list(enumerate(groups)))}
        if all(word in places for word in words) and len(stencil.variants) < _MOST:
            numbers = numbered([groups[one] for one in stencil.counted])
            stencil.variants[numbers] = Variant(key, tuple(places[word] for word in words))


class _Making:
    """Makes a stencil of one text."""

    def __init__(self, text: str, one: Recorded, forms: Forms, kind: Callable[[str], str]) -> None:
        self._text, self._one, self._forms, self._kind = text, one, forms, kind
        self._secrets: list[str] = []

    def stencil(self) -> tuple[Stencil, list[str]] | None:
        """Return the stencil and the texts of its groups; None if there can be none."""
        bodies = [self._span(side) for side in (self._one.request, self._one.response)]
        if None in bodies or "@" in self._one.request.url or "?" in self._one.request.url:
            return None
        known = [body for body in bodies if body]
        self._lengths = [length for _, _, length in known]
        words: list[str] = []
        parts = self._text.split('"')
        for at in range(len(parts)):
            self._keep_secret(parts, at)
        parts = self._forms.marked(parts, words, ('"', '\\"'))
        for at in range(1, len(parts) - 1):
            self._free(parts, at)
        return self._compiled(parts, words, known)

    def _keep_secret(self, parts: list[str], at: int) -> None:
        """Let the value of a secret header stand in the pattern: each secret must be seen once."""
        if self._is_header(parts, at) and self._kind(parts[at + 2]) == SECRET:
            self._secrets.append(parts[at + 6])
            parts[at + 6] = "\0secret\0"

    @staticmethod
    def _is_header(parts: list[str], at: int) -> bool:
        return parts[at] == "name" and at + 6 < len(parts) and parts[at + 4] == "value"

    def _span(self, side: Asked | Answered) -> tuple[int, int, int] | tuple[()] | None:
        """Where the text of a body stands, and how long it is; () without a body, None if it is not found."""
        content: Content | None = side.content
        if content is None or not content.text:
            return ()
        if not isinstance(content.text, str) or content.encoding is not None or not content.text.isascii():
            return None
        written = json.dumps(content.text)[1:-1]
        start = self._text.find(written)
        return None if start < 0 else (start, start + len(written), len(content.text))

    def _free(self, parts: list[str], at: int) -> None:
        """Leave open what no verdict depends on, and mark what states the length of a body."""
        name, after = parts[at], parts[at + 1]
        number = _NUMBER.fullmatch(after)
        if number and name in _FREE_NUMBERS:
            parts[at + 1] = f"{number[1]}\0any number\0{number[3]}"
        elif number and name in _SIZES and self._is_length(number[2]):
            parts[at + 1] = f"{number[1]}\0size {number[2]}\0{number[3]}"
        elif name in _FREE_TEXTS and _IS_VALUE.fullmatch(after) and "\0" not in parts[at + 2]:
            parts[at + 2] = "\0any text\0"
        elif self._is_header(parts, at):
            value, kind = parts[at + 6], self._kind(parts[at + 2])
            if kind == LENGTH and self._is_length(value):
                parts[at + 6] = f"\0size {value}\0"
            elif kind == NOTHING and "\0" not in value and "\\" not in value:
                parts[at + 6] = "\0any text\0"

    def _is_length(self, stated: str) -> bool:
        """Whether a number is the length of one of the bodies; any other one stands in the pattern."""
        return stated.isdecimal() and str(int(stated)) == stated and self._lengths.count(int(stated)) == 1

    def _compiled(
        self, parts: list[str], words: list[str], bodies: Iterable[tuple[int, int, int]]
    ) -> tuple[Stencil, list[str]] | None:
        """Compile the parts between quotes; the marks in them are groups, or open."""
        pattern: list[str] = []
        groups: list[str] = []
        starts: list[int] = []
        sizes: list[tuple[int, int]] = []
        started: int | None = None
        offset, words_left, secrets_left = 0, iter(words), iter(self._secrets)
        for number, part in enumerate(parts):
            pattern.append('"' if number else "")
            offset += number > 0
            for at, piece in enumerate(part.split("\0")):
                original = piece
                if at % 2 == 0 or piece == "secret":
                    original = piece if at % 2 == 0 else next(secrets_left)
                    pattern.append(re.escape(original))
                elif piece in _OPEN:
                    found = re.compile(_OPEN[piece]).match(self._text, offset)
                    if found is None:
                        return None
                    original = found[0]
                    pattern.append(_OPEN[piece])
                else:
                    is_size = piece.startswith("size ")
                    original = piece[5:] if is_size else next(words_left)
                    if is_size:
                        sizes.append((len(groups), int(original)))
                    elif number > 1 and parts[number - 2] == "startedDateTime":
                        started = len(groups)
                    groups.append(original)
                    starts.append(-1 if is_size else offset)
                    pattern.append(r"(\d+)" if is_size else pattern_of(piece))
                offset += len(original)
        checks = self._checks(sizes, groups, starts, list(bodies))
        if offset != len(self._text):
            return None
        counted = tuple(at for at in range(len(groups)) if at != started and starts[at] >= 0)
        return Stencil(re.compile("".join(pattern), re.DOTALL).fullmatch, started, checks, counted), groups

    @staticmethod
    def _checks(
        sizes: list[tuple[int, int]], groups: list[str], starts: list[int], bodies: list[tuple[int, int, int]]
    ) -> tuple[tuple[int, int, tuple[int, ...]], ...]:
        """Which body each stated size is about: the one of this length."""
        checks: list[tuple[int, int, tuple[int, ...]]] = []
        for group, size in sizes:
            start, end, length = next(body for body in bodies if body[2] == size)
            inside = tuple(at for at, where in enumerate(starts) if start <= where < end)
            checks.append((group, length - sum(len(groups[one]) for one in inside), inside))
        return tuple(checks)
