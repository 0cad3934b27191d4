"""The keys of recorded exchanges: those with the same key have the same verdicts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from clumio_conformance.contract.contract import Contract
from clumio_conformance.recording import bodies
from clumio_conformance.recording.addresses import Addresses, Route
from clumio_conformance.recording.evidence import Knowledge
from clumio_conformance.recording.forms import Forms, numbered
from clumio_conformance.recording.recorded import (
    Answered,
    Asked,
    Recorded,
    Unread,
    When,
    fields,
    number,
    pairs,
    status_of,
)
from clumio_conformance.recording.remarks import Counts
from clumio_conformance.recording.secrets import Secrets
from clumio_conformance.recording.stencils import LENGTH, NOTHING, SECRET, Alike, Stencils

_HEADERS: Final = frozenset({"content-type", "content-encoding", "transfer-encoding", "location"})
"""Headers whose values count for every contract."""
_PLAIN: Final = frozenset("{[<")
"""How a text begins that is JSON or a page, and nothing in base64."""
_MOST_NAMES: Final = 10_000

Key = tuple[Any, ...]


@dataclass(slots=True)
class Seen:
    """An exchange with its form: `words` are its volatile words, `parameters` the values in its path."""

    recorded: Recorded | Alike
    route: Route
    parameters: tuple[str, ...]
    key: Key
    words: list[str]
    when: When = None

    @property
    def method(self) -> str:
        """The method of the request."""
        return str(self.key[2])

    @property
    def status(self) -> int:
        """The status of the answer; 0 if there is none."""
        return status_of(self.key[3])


@dataclass(slots=True)
class Other:
    """An exchange outside of the contract; or one in it (`is_known`) that can't be read."""

    recorded: Recorded | Alike
    is_known: bool
    when: When = None


class Keys:
    """Makes the keys of exchanges, and learns the secrets in them on the way.

    `counting` are the names of the headers on which a key depends, in lower case.
    """

    def __init__(
        self,
        contract: Contract,
        knowledge: Knowledge,
        base_url: str | None = None,
        counts: Counts | None = None,
    ) -> None:
        self._forms = Forms(knowledge.opaque)
        self._opaque = knowledge.opaque
        self._kinds: dict[str, str] = {}
        self.addresses = Addresses(contract, self._forms, counts or Counts(), base_url)
        self.secrets = Secrets()
        self.stencils = Stencils(self._forms, self.kind)
        self.counting = frozenset(name.encode() for name in (_HEADERS | knowledge.opaque | {LENGTH}))

    def keyed(self, items: Iterable[Recorded | Alike | Unread]) -> Iterator[Seen | Other | Unread]:
        """Yield exchanges with their keys; each new form becomes a stencil for those that come after it."""
        for one in items:
            if isinstance(one, Unread):
                yield one
                continue
            seen = self.of(one)
            if isinstance(one, Recorded) and one.text is not None:
                if seen is not None:
                    self.stencils.learn(one.text, one, seen.key, seen.words)
                one.text = None
            if seen is None or (isinstance(one, Recorded) and one.unread):
                yield Other(one, is_known=seen is not None)
            else:
                yield seen

    def of(self, one: Recorded | Alike) -> Seen | None:
        """Return an exchange with its key; None for one outside of the contract."""
        if isinstance(one, Alike):
            key: Key = one.key
            route: Route = key[0]
            return Seen(one, route, route.values(one.words), key, one.words)
        words: list[str] = []
        request, response = one.request, one.response
        found = self.addresses.find(request.method, request.url, words)
        if found is None:
            return None
        route, path = found
        key = (
            route,
            path,
            request.method,
            response.status,
            self._side(request, words),
            self._side(response, words),
            numbered(words),
        )
        if "?" in request.url or "@" in request.url:
            self.secrets.url(request.url)
        for cookies in (request.cookies, response.cookies):
            if cookies:
                self.secrets.values(cookies)
        return Seen(one, route, route.values(words), key, words)

    def _side(self, side: Asked | Answered, words: list[str]) -> Key:
        """The form of a request or an answer: of the headers that count, and of the body.

        The text of the body is made from what the recording has if that is needed; else its size is compared.
        """
        form: list[object] = []
        length = -1.0
        headers, kinds = side.headers, self._kinds
        for one in headers if isinstance(headers, list) else fields(pairs(headers)) or ():
            kind = kinds.get(one.name)
            if kind is None:
                kind = self.kind(one.name)
            if kind is NOTHING:
                continue
            value = one.value
            if kind is SECRET:
                self.secrets.header(one.name, value)
            elif kind is LENGTH:
                length = float(value) if value.isdecimal() else -1.0
            else:
                form += (kind, self._forms.header(kind, value, words))
        content = side.content
        text = content.text if content else None
        if content is None or not text:
            sizes = number(side.size, -1), number(content.size, -1) if content else -1, length
            transferred = side.transferred if isinstance(side, Answered) else None
            form += (headers is None, _signs(sizes), number(transferred) > 0)
            if content and content.parameters:
                form.append(str(content.parameters))
        elif text.__class__ is str and text[0] in _PLAIN and content.encoding is None:
            size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
            stated = side.size
            is_cut = (stated is not None and number(stated) > size) or length > size
            is_cut = is_cut or (content.size is not None and number(content.size) > size)
            form += (self._forms.text(text, words), is_cut)
        else:
            form += self._decoded(side, words)
        if content:
            form += [
                one if one is None or one.__class__ is str else repr(one)
                for one in (content.media_type, content.comment, content.file)
            ]
        return tuple(form)

    def _decoded(self, side: Asked | Answered, words: list[str]) -> tuple[str, str]:
        found, lost = bodies.sent(side) if isinstance(side, Asked) else bodies.received(side, "GET")
        return self._forms.text((found or b"").decode("utf-8", "backslashreplace"), words), lost

    def kind(self, name: str) -> str:
        """What a header of this name is: nothing, a secret, the length, or one that counts, by its name."""
        lower = name.lower()
        kind = NOTHING
        if self.secrets.is_secret(name):
            kind = SECRET
        elif lower in _HEADERS or lower in self._opaque:
            kind = lower
        elif lower == LENGTH:
            kind = LENGTH
        if len(self._kinds) < _MOST_NAMES:
            self._kinds[name] = kind
        return kind


def _signs(sizes: tuple[float, float, float]) -> tuple[int, int, int]:
    """Which of the stated sizes are unknown, nothing, or something."""
    one, two, three = sizes
    return (one > 0) - (one < 0), (two > 0) - (two < 0), (three > 0) - (three < 0)
