"""What stands between the run and the API is not the API: portals, filters, gateways, wrong addresses."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from live_target import BRIEF, SandboxAndControl, ran, vendor, writing
from proxy import Change
from spread import spread

from clumio_conformance.exchange import Request, Response

CHOSEN = (*BRIEF, "-k", "test_reading or authorization or description or ordinary or as-string or path-")
HTML = ("Content-Type", "text/html")
JSON = ("Content-Type", "application/json")
REFUSED = b'{"errors":[{"error_code":359,"error_message":"You may not do this"}]}'


def answer(status: int, body: bytes = b"", *headers: tuple[str, str]) -> Response:
    return Response(status=status, headers=headers, body=body)


def page(status: int, text: str = "<html><h1>Not you</h1></html>", server: str = "nginx") -> Response:
    return answer(status, text.encode(), HTML, ("Server", server))


def message(status: int, text: str) -> Response:
    return answer(status, f'{{"message": "{text}"}}'.encode(), JSON)


def reset() -> Response:
    raise ConnectionAbortedError("on purpose")


def to_all(given: Callable[[], Response]) -> Change:
    return lambda _request, _response: given()


def to_puts(given: Callable[[], Response]) -> Change:
    return lambda request, _response: given() if request.method == "PUT" else None


def to_content(given: Callable[[], Response]) -> Change:
    """What a web application firewall dislikes."""
    bad = (b"</script>", b"\\u0000", b"0123456789" * 30)
    return lambda request, _response: given() if any(word in (request.body or b"") for word in bad) else None


def without_token(given: Callable[[], Response]) -> Change:
    def named(request: Request, _response: Response) -> Response | None:
        return None if any(name.lower() == "authorization" for name, _ in request.headers) else given()

    return named


def to_long(given: Callable[[], Response]) -> Change:
    return lambda request, _response: given() if len(request.url) > 200 else None


def once(turn: int, given: Callable[[], Response]) -> Change:
    """One answer of many."""
    count = itertools.count(1)
    return lambda _request, _response: given() if next(count) == turn else None


def from_then_on(turn: int, given: Callable[[], Response]) -> Change:
    count = itertools.count(1)
    return lambda _request, _response: given() if next(count) >= turn else None


@dataclass(frozen=True)
class Situation:
    """What is on the way, and what becomes of the run: its exit code, who is blamed, and what it says."""

    change: Change
    code: int
    says: str
    blamed: frozenset[str] = frozenset()


EITHER = "the vendor, or a filter on the way"
either, vendors = frozenset({"vendor or filter"}), frozenset({"vendor"})
NO_API = "no API answers at"
SITUATIONS: dict[str, Callable[[], Situation]] = {
    "portal": lambda: Situation(to_all(lambda: page(200, "<html>Log in</html>")), 5, "a login page"),
    "portal in JSON": lambda: Situation(
        to_all(lambda: answer(200, b'{"login": "https://portal.invalid"}', JSON)),
        5,
        "the same to every request",
    ),
    "portal that redirects": lambda: Situation(
        to_all(lambda: answer(302, b"", ("Location", "https://portal.invalid/in"))),
        5,
        "https://portal.invalid/in",
    ),
    "404 to everything": lambda: Situation(to_all(lambda: answer(404, REFUSED, JSON)), 5, "404 with JSON"),
    "500 to everything": lambda: Situation(to_all(lambda: answer(500, REFUSED, JSON)), 5, "500 with JSON"),
    "base URL that moved": lambda: Situation(
        to_all(lambda: answer(308, b"", ("Location", "https://api.invalid/v2"))), 5, "name that base URL"
    ),
    "network that asks for a login": lambda: Situation(to_all(lambda: page(511)), 5, "a network that asks"),
    "login in the middle": lambda: Situation(
        from_then_on(40, lambda: page(200, "<html>Session ended</html>")), 5, "could not be restored"
    ),
    "filter that refuses all": lambda: Situation(to_all(lambda: page(403)), 5, "a filter, such as"),
    "gateway that refuses all": lambda: Situation(
        to_all(lambda: message(403, "Forbidden")), 5, "a filter, such as"
    ),
    "empty 403 to all": lambda: Situation(to_all(lambda: answer(403)), 5, "a filter, such as"),
    "token refused for all": lambda: Situation(
        to_all(lambda: answer(403, REFUSED, JSON)), 5, "the target refuses the token of this run"
    ),
    "token without writes": lambda: Situation(
        to_puts(lambda: answer(403, REFUSED, JSON)), 5, "a token without the permission to PUT"
    ),
    "filter that refuses writes": lambda: Situation(to_puts(lambda: page(403)), 5, "a filter, such as"),
    "gateway that refuses writes": lambda: Situation(
        to_puts(lambda: message(403, "Missing Authentication Token")), 5, "a filter, such as"
    ),
    "method not let pass": lambda: Situation(to_puts(lambda: page(405)), 5, "lets some methods pass only"),
    "method unknown to a proxy": lambda: Situation(
        to_puts(lambda: page(501)), 5, "lets some methods pass only"
    ),
    "proxy that asks for credentials": lambda: Situation(to_all(lambda: page(407)), 5, "HTTPS_PROXY"),
    "size limit": lambda: Situation(
        lambda request, _: page(413) if len(request.body or b"") > 200 else None, 0, "size of a body"
    ),
    "size limit for all": lambda: Situation(to_puts(lambda: page(413)), 5, "size of a body"),
    "URL limit": lambda: Situation(to_long(lambda: page(414)), 0, "length of a URL"),
    "rate page": lambda: Situation(to_all(lambda: page(429)), 5, "lower --rate"),
    "rate message": lambda: Situation(to_all(lambda: message(429, "Too Many Requests")), 5, "lower --rate"),
    "rate limit now and then": lambda: Situation(once(9, lambda: message(429, "Too Many Requests")), 0, ""),
    "one page of error": lambda: Situation(once(30, lambda: page(500)), 0, ""),
    "one empty answer": lambda: Situation(once(30, lambda: answer(500)), 0, ""),
    "one gateway time-out": lambda: Situation(
        once(30, lambda: message(504, "Endpoint request timed out")), 0, ""
    ),
    "one reset": lambda: Situation(once(30, reset), 0, ""),
    "no required certificate": lambda: Situation(
        to_all(lambda: page(400, "<html>No required SSL certificate was sent</html>")),
        5,
        "a client certificate",
    ),
    "http to an https port": lambda: Situation(
        to_all(lambda: page(400, "<html>The plain HTTP request was sent to HTTPS port</html>")),
        5,
        "write https://",
    ),
    "other server": lambda: Situation(to_all(lambda: page(404)), 5, "check the path of the base URL"),
    "other router": lambda: Situation(
        to_all(lambda: message(404, "no Route matched with those values")),
        5,
        "check the path of the base URL",
    ),
    "server down": lambda: Situation(to_all(lambda: page(503)), 5, "a gateway whose API does not answer"),
    "error page for all": lambda: Situation(to_all(lambda: page(500)), 5, NO_API),
    "plain text for all": lambda: Situation(
        to_all(lambda: answer(503, b"upstream connect error", ("Content-Type", "text/plain"))), 5, NO_API
    ),
    "nothing in it for all": lambda: Situation(to_all(lambda: answer(200)), 5, NO_API),
    "filter that resets content": lambda: Situation(to_content(reset), 0, EITHER, either),
    "filter page for content": lambda: Situation(to_content(lambda: page(403)), 0, "a filter, such as"),
    "error page for content": lambda: Situation(to_content(lambda: page(500)), 0, EITHER, either),
    "gateway that checks tokens": lambda: Situation(
        without_token(lambda: message(403, "Forbidden")), 0, EITHER, either
    ),
    "updates without an answer": lambda: Situation(to_puts(reset), 1, "no answer", vendors),
    "error page for every update": lambda: Situation(to_puts(lambda: page(500)), 1, "", vendors),
    "empty error for every update": lambda: Situation(to_puts(lambda: answer(500)), 1, "", vendors),
}


# To all, to some, once, from then on; a page, JSON, nothing, no answer; each exit code.
SPREAD = (
    "portal", "login in the middle", "method not let pass", "one reset", "nothing in it for all",
    "updates without an answer",
)  # fmt: skip


@pytest.mark.parametrize("name", spread(SITUATIONS, SPREAD))
def test_what_is_on_the_way_is_not_the_vendors(tmp_path: Path, sandbox: SandboxAndControl, name: str) -> None:
    """It is one cause with a likely name; nothing else follows from it, and the group is as it was."""
    situation = SITUATIONS[name]()
    with vendor(sandbox, situation.change) as target:
        group = target.create()
        before = target.group(group)
        done = ran(tmp_path, target.token, *writing(target, group), *CHOSEN)
        after = target.group(group)

    assert done.code == situation.code, done.output
    assert done.blamed() == situation.blamed, done.output
    assert situation.says in done.output
    if situation.code == 5:
        assert situation.says in done.report["inconclusive"]
        assert done.report["findings"] == []
    journal = tmp_path / "conformance-report" / "restore.json"
    assert (after == before) is not journal.exists()
    assert journal.exists() is ("could not be restored" in situation.says)
