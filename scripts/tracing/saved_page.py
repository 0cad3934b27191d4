"""The text of a page that was saved as text, Markdown or HTML, with any line breaks and typography."""

import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

from clumio_conformance.contract.yaml_files import ContractError

_CHROME = frozenset(
    {"head", "script", "style", "nav", "footer", "aside", "button", "svg", "noscript", "template", "select"}
)
"""Elements without statements."""

_CONTENT = ("article", "main")
"""Elements with the page itself, in the order of preference."""

_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad`", None),
    }
)
"""Quotes and dashes become plain; zero-width characters and the marks of inline code are removed."""

_BULLETS = re.compile(r"(?<!\S)(?:-+|[*•·‣▪]|\*\*)(?!\S)")
_BROKEN_WORD = re.compile(r"(?<=\w-)[^\S\n]*\n\s*(?=\w)")
_STRONG = re.compile(r"\*\*(?=\S)|(?<=\S)\*\*")


def read_page(file: Path) -> str:
    """Return the text of a saved page on one line, with plain typography and without list bullets.

    Raises:
        ContractError: the file can't be read, or has no text.
    """
    try:
        raw = file.read_bytes()
    except OSError as why:
        cause = f"can't be read: {why.strerror}; give the page as saved, as text or HTML"
        raise ContractError(file, None, cause) from why
    text = _decoded(raw)
    text = plain(html_text(text) if _is_html(file, text) else text)
    if not text:
        raise ContractError(
            file, None, "has no text; expected the vendor's page; save it again as text or HTML"
        )
    return text


def plain(text: str) -> str:
    """Put a text on one line, in plain typography, without bullets; a word broken at its hyphen is joined."""
    text = unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY)
    text = _STRONG.sub("", _BROKEN_WORD.sub("", text))
    return " ".join(_BULLETS.sub(" ", text).split())


def html_text(html: str) -> str:
    """Return the text of the page itself: its articles, or its main element, or all without navigation."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    found = (parser.text[name] for name in _CONTENT if "".join(parser.text[name]).strip())
    return "".join(next(found, parser.text["all"]))


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _is_html(file: Path, text: str) -> bool:
    start = text.lstrip()[:500].lower()
    return (
        file.suffix.lower() in {".html", ".htm", ".xhtml"}
        or start.startswith("<!doctype")
        or "<html" in start
    )


class _Text(HTMLParser):
    """Collects text; each tag but `wbr` separates words: statements are compared without white space."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: dict[str, list[str]] = {"all": [], **{name: [] for name in _CONTENT}}
        self._depth = dict.fromkeys((*_CHROME, *_CONTENT), 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in self._depth:
            self._depth[tag] += 1
        if tag != "wbr":
            self._add(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag != "wbr":
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._depth.get(tag):
            self._depth[tag] -= 1
        self._add(" ")

    def handle_data(self, data: str) -> None:
        if not any(self._depth[name] for name in _CHROME):
            self._add(data)

    def _add(self, text: str) -> None:
        self.text["all"].append(text)
        for name in _CONTENT:
            if self._depth[name]:
                self.text[name].append(text)
