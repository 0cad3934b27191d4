"""The form of an exchange: what a verdict depends on. Of ids and times only counts which are equal."""

import re
from collections.abc import Callable
from typing import Final

# Words that differ from exchange to exchange: ids, times, account numbers, digests, tokens.
_VOLATILE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"(?P<id>[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{12})"
    r"|(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?P<part>\.\d+)?(?P<zone>Z|[+-]\d\d:?\d\d)?"
    r"|(?P<number>\d{9,})"
    r"|(?P<digest>(?=[a-fA-F]*\d)[0-9a-fA-F]{12,})"
    r"|(?P<word>(?=(?:[A-Za-z_-]*\d){4})[0-9A-Za-z_-]{20,})"
    r")(?![0-9A-Za-z])"
)
_OPAQUE_VALUE: Final = re.compile(r"(?=[A-Za-z_.-]*+\d)[0-9A-Za-z_.-]++")
_BETWEEN: Final = frozenset(":,{}[]")
_DIGIT: Final = re.compile(r"\d")
_MOST_KEPT: Final = 20_000
"""How many pieces of texts are kept with their forms."""
_LONGEST_KEPT: Final = 200
_MOST_RECENT: Final = 1000
_LONGEST_RECENT: Final = 4096
"""Which texts are kept as a whole for a while: a program that waits gets the same answer again and again."""
_SHORTEST_WORD: Final = 9
"""Characters of a volatile word at least; an opaque value may be shorter, but is only compared as a whole."""
_MOST_GROUPS: Final = 90
_MOST_CANDIDATES: Final = 16
_BEGINNING: Final = 12
"""By how many characters a text is matched with the patterns of forms."""


class _Pieces(dict[str, str]):
    """The forms of the pieces between the quotes of a text; most pieces are names and values that come again.

    A piece with volatile words is never kept: each time its words are added to `words`.
    """

    words: list[str]

    def __missing__(self, piece: str) -> str:
        if piece.startswith("\0opaque "):
            value, _, rest = piece[8:].partition("\0")
            self.words.append(value)
            return f"\0opaque\0{rest}"
        words: list[str] = []

        def form(found: re.Match[str]) -> str:
            words.append(found[0])
            if found["time"]:
                return f"\0time{len(found['part'] or '')}{(found['zone'] or '')[:1]}\0"
            return f"\0number{len(found[0])}\0" if found["number"] else f"\0{found.lastgroup}\0"

        # Between texts stand numbers, whose values count.
        is_text = _DIGIT.search(piece) and piece.lstrip()[:1] not in _BETWEEN
        made = _VOLATILE.sub(form, piece) if is_text else piece
        if words:
            self.words += words
        elif len(self) < _MOST_KEPT and len(piece) < _LONGEST_KEPT:
            self[piece] = piece
        return made


class Forms:
    """Makes the forms of texts and headers; `opaque` are fields and headers whose values are only compared.

    The form of a text is the text with a mark in place of each volatile word. Each form becomes a pattern
    that finds the words of the next such text at once.
    """

    def __init__(self, opaque: frozenset[str] = frozenset()) -> None:
        self._opaque = opaque
        self._pieces = _Pieces()
        self._recent: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._patterns: dict[str, list[tuple[Callable[[str], re.Match[str] | None], str]]] = {}

    def text(self, text: str, words: list[str]) -> str:
        """Return the form of a text, and add its volatile words to the list."""
        if "\0" in text:
            return f"\0\0{text}"
        known = self._recent.get(text)
        if known is not None:
            words += known[1]
            return known[0]
        start = text[:_BEGINNING]
        for at, (match, form) in enumerate(candidates := self._patterns.get(start, [])):
            found = match(text)
            if found:
                mine = found.groups()
                words += mine
                self._keep(text, form, mine)
                if at:
                    candidates.insert(0, candidates.pop(at))
                return form
        made: list[str] = []
        form = self._made(text, made)
        words += made
        self._keep(text, form, tuple(made))
        if 0 < len(made) < _MOST_GROUPS:
            if len(self._patterns) > _MOST_KEPT:
                self._patterns.clear()
            del candidates[_MOST_CANDIDATES:]
            candidates.insert(0, (_pattern(form).fullmatch, form))
            self._patterns[start] = candidates
        return form

    def _keep(self, text: str, form: str, words: tuple[str, ...]) -> None:
        if len(text) < _LONGEST_RECENT:
            if len(self._recent) >= _MOST_RECENT:
                self._recent.clear()
            self._recent[text] = form, words

    def _made(self, text: str, words: list[str]) -> str:
        return '"'.join(self.marked(text.split('"'), words))

    def marked(self, parts: list[str], words: list[str], quotes: tuple[str, ...] = ('"',)) -> list[str]:
        r"""Return the pieces between the quotes of a text, with marks for volatile words, which are added.

        With `\"` among the `quotes`, a JSON text within a JSON string is looked at, too.
        """
        for quote in quotes:
            end = quote[:-1]
            for name in self._opaque:
                at = parts.index(name + end) + 2 if name + end in parts else len(parts)
                value = parts[at] if at < len(parts) else ""
                if value.endswith(end) and _OPAQUE_VALUE.fullmatch(value[: len(value) - len(end)]):
                    parts[at] = f"\0opaque {value[: len(value) - len(end)]}\0{end}"
        self._pieces.words = words
        return list(map(self._pieces.__getitem__, parts))

    def header(self, name: str, value: str, words: list[str]) -> str:
        """Return the form of the value of a header."""
        bare = value.removeprefix("W/").strip('"')
        if name in self._opaque and _OPAQUE_VALUE.fullmatch(bare):
            words.append(bare)
            return value.replace(bare, "\0opaque\0")
        return self.text(value, words)


def _pattern(form: str) -> re.Pattern[str]:
    """The pattern of all texts with a form; its groups are their volatile words."""
    parts = form.split("\0")
    return re.compile(
        "".join(pattern_of(part) if at % 2 else re.escape(part) for at, part in enumerate(parts))
    )


def pattern_of(mark: str) -> str:
    """The group that finds a volatile word with this mark."""
    if mark.startswith("time"):
        length, zone = mark[4:].rstrip("Z+-"), mark[-1:] if mark[-1:] in "Z+-" else ""
        part = rf"\.\d{{{int(length) - 1}}}" if int(length) else ""
        zones = {"Z": "Z", "+": r"\+\d\d:?\d\d", "-": r"-\d\d:?\d\d", "": ""}
        return rf"(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d{part}{zones[zone]})"
    if mark.startswith("number"):
        return rf"(\d{{{mark[6:]}}})"
    return {
        "id": r"([0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{12})",
        "digest": r"((?=[a-fA-F]*+\d)[0-9a-fA-F]{12,}+)",
        "word": r"((?=(?:[A-Za-z_-]*+\d){4})[0-9A-Za-z_-]{20,}+)",
        "opaque": r"((?=[A-Za-z_.-]*+\d)[0-9A-Za-z_.-]++)",
    }[mark]


def numbered(words: list[str]) -> tuple[int, ...]:
    """Return for each word which of the different words it is, in their order, and which begin others."""
    numbers: dict[str, int] = {}
    order = [numbers.setdefault(word, len(numbers)) for word in words]
    if len({word[:_SHORTEST_WORD] for word in numbers}) < len(numbers):
        before = "\0"
        for word in sorted(numbers):
            if word.startswith(before):
                order += (-1, numbers[before], numbers[word])
            before = word
    return tuple(order)
