"""What the transport sends, and what it does not: each test fails for a mutant of the transport."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest
from far_target import TOKEN, far

from clumio_conformance.connection_groups.operations import COLLECTION, group_path, near_paths
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import header
from clumio_conformance.transport import wire as wire_module
from clumio_conformance.transport.wire import SafetyError, TargetLostError

# --- deny by default ---


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", COLLECTION),
        ("POST", COLLECTION),
        ("DELETE", COLLECTION),
        ("get", COLLECTION),
        ("GET", group_path("mine")),
        ("PUT", group_path("other")),
        ("PUT", f"{COLLECTION}/mine/"),
        ("PUT", f"{COLLECTION}/%6Dine"),
        ("PUT", f"{COLLECTION}/../mine"),
        ("PUT", f"/{COLLECTION}/mine"),
        ("GET", f"{COLLECTION}#?x"),
        ("GET", ""),
        ("GET", "@evil.example.com/"),
    ],
)
def test_what_is_not_on_the_list_is_not_sent(method: str, path: str) -> None:
    target = far()

    with pytest.raises(SafetyError, match="not on the list"):
        target.wire.send(target.wire.outgoing(method, path, body=b"{}" if method == "PUT" else None))

    assert target.seen == []
    assert target.wire.requests == 0


@pytest.mark.parametrize("query", ["#", "a b", "a\r\nHost: evil", "\N{CLOUD}", "\x00"])
def test_what_no_request_line_can_carry_is_not_sent(query: str) -> None:
    target = far()

    with pytest.raises(SafetyError, match="no request line can carry"):
        target.wire.send(target.wire.outgoing("GET", f"{COLLECTION}?{query}"))

    assert target.seen == []


@pytest.mark.parametrize(
    ("form", "sent", "kept"),
    [
        ("$CLUMIO_API_TOKEN", "{token}", "$CLUMIO_API_TOKEN"),
        ("Basic $CLUMIO_API_TOKEN", "Basic {token}", "Basic $CLUMIO_API_TOKEN"),
        ("Bearer $CLUMIO_API_TOKENx", "Bearer {token}x", "Bearer $CLUMIO_API_TOKENx"),
        ("Bearer ${CLUMIO_API_TOKEN%?}", "Bearer {cut}", "Bearer ${CLUMIO_API_TOKEN%?}"),
        ("Bearer somebody-elses-token", "Bearer somebody-elses-token", "Bearer REDACTED"),
    ],
)
def test_a_token_in_a_wrong_place_is_sent_and_not_shown(form: str, sent: str, kept: str) -> None:
    target = far()
    authorization = target.wire.authorization(form)
    outgoing = replace(target.wire.outgoing("GET", COLLECTION), authorization=authorization)

    exchange = target.wire.send(outgoing)[-1]

    assert target.seen[0].headers["authorization"] == sent.format(token=TOKEN, cut=TOKEN[:-1])
    assert header(exchange.request.headers, "authorization") == kept
    assert not target.wire.carries_run_token(outgoing)
    assert TOKEN[:-1] not in f"{exchange!r} {exchange.request.curl()} {outgoing!r}"


def test_what_may_be_sent_once_is_sent_once() -> None:
    """A group that can't be deleted is created once; an answer that asks to come back later is none."""
    answers = iter([429, 201])
    target = far(lambda _: httpx.Response(next(answers)), once=frozenset({("POST", COLLECTION)}))
    target.wire.permit("POST", COLLECTION)
    create = target.wire.outgoing("POST", COLLECTION, body=b"{}")

    assert len(target.wire.send(create)) == 2
    with pytest.raises(SafetyError):
        target.wire.send(create)


def test_ids_that_are_nearly_a_groups_are_long_enough_to_be_nobodys() -> None:
    assert near_paths("0123456789abcde") == {}
    assert near_paths("0123456789abcdef/é") == {
        "cut": f"{COLLECTION}/0123456789abcdef%2F",
        "longer": f"{COLLECTION}/0123456789abcdef%2F%C3%A9x",
        "padded": f"{COLLECTION}/0123456789abcdef%2F%C3%A9%20",
    }


@pytest.mark.parametrize("group_id", ["", "..", ".", "../x", "a/b", "a?b", "a#b", "%2F", "\N{CLOUD}", "a\nb"])
def test_an_id_is_one_segment(group_id: str) -> None:
    segment = group_path(group_id).removeprefix(f"{COLLECTION}/")

    assert not set(segment) & set("/?#\\ \n")
    assert segment not in {".", ".."}
    assert segment.isascii()


# --- where the token goes ---


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "http://localhost.example.com",
        "http://evil.localhost",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1@example.com",
        "http://127.0.0.1\\@example.com",
        "http://[::ffff:8.8.8.8]",
        "http://0.0.0.0",
        "https://user:secret@api.example.com",
        "https://api.example.com?x=1",
        "https://api.example.com#x",
        "https://",
        "https:///path",
        "https://api.example.com/..",
        "https://api.example.com:99999",
        "https://api.exa mple.com",
        "https://\N{CLOUD}.example.com",
        "ftp://api.example.com",
        "file:///etc/passwd",
        "",
    ],
)  # fmt: skip
def test_no_token_goes_there(url: str) -> None:
    with pytest.raises(SafetyError) as refused:
        far(base_url=url)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com",
        "HTTPS://api.example.com:8443/base/",
        "http://127.0.0.1:1234",
        "http://127.9.9.9",
        "http://[::1]:1234",
        "http://localhost:1234/base",
    ],
)
def test_a_base_path_and_every_kind_of_loopback_work(url: str) -> None:
    """Each request goes below the base URL's path, and the contract knows it there."""
    target = far(base_url=url)

    answer = target.wire.send(target.wire.outgoing("GET", f"{COLLECTION}?limit=1"))[-1]

    sent = target.seen[0]
    base = urlsplit(url).path.rstrip("/")
    assert sent.extensions["target"] == f"{base}{COLLECTION}?limit=1".encode()
    assert sent.headers["authorization"] == f"Bearer {TOKEN}"
    assert contract().place("GET", answer.request.contract_path) is not None


def test_a_redirect_is_an_answer() -> None:
    """The token is not sent to a URL that the target points to."""
    target = far(lambda _: httpx.Response(302, headers={"Location": "https://evil.example.com/"}))

    answer = target.wire.send(target.wire.outgoing("GET", COLLECTION))[-1]

    assert answer.response is not None
    assert answer.response.status == 302
    assert [request.url.host for request in target.seen] == ["api.example.com"]


def test_a_cookie_of_the_target_vouches_for_nothing() -> None:
    """A session cookie would make a request without a token succeed: none is ever sent back."""
    target = far(lambda _: httpx.Response(200, headers={"Set-Cookie": "session=open; Path=/"}))

    for _ in range(2):
        target.wire.send(target.wire.outgoing("GET", COLLECTION))

    assert [request.headers.get("cookie") for request in target.seen] == [None, None]


# --- templates ---


def test_a_template_is_fetched_without_the_token_and_not_followed_into_the_open() -> None:
    """A redirect is followed by https alone; nothing of the run goes with it."""
    places = {"a.example.com": "https://b.example.com/2", "b.example.com": "http://c.example.com/3"}
    target = far(lambda r: httpx.Response(307, headers={"Location": places[r.url.host]}), fetches=True)

    answer = target.wire.fetch("https://a.example.com/1")

    assert answer.failure == "it is neither https nor on the target's own machine"
    assert [request.url.host for request in target.seen] == ["a.example.com", "b.example.com"]
    assert all(TOKEN not in str(request.headers.raw) for request in target.seen)


@pytest.mark.parametrize(
    "url", ["http://a.example.com/x", "file:///etc/passwd", "http://127.0.0.1/admin", "https://[", "x"]
)
def test_a_template_lies_nowhere_else(url: str) -> None:
    """A far target can make us fetch nothing in the clear, and nothing of this machine."""
    target = far(fetches=True)

    assert target.wire.fetch(url).failure
    assert target.seen == []


def test_a_run_without_writes_fetches_nothing() -> None:
    target = far()

    with pytest.raises(SafetyError):
        target.wire.fetch("https://a.example.com/1")

    assert target.seen == []


def test_a_template_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_module, "LARGEST_BODY", 100)

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 10

    target = far(lambda _: httpx.Response(200, content=endless()), fetches=True)

    assert "larger than 100 bytes" in str(target.wire.fetch("https://a.example.com/1").failure)


def test_an_answer_that_drips_is_cut() -> None:
    """A byte now and then keeps every time-out from being reached: the whole answer has one, too."""

    def dripping() -> Iterator[bytes]:
        while True:
            target.clock.now += 29
            yield b"x"

    target = far(lambda _: httpx.Response(200, content=dripping()))

    assert "did not end within" in str(target.wire.send(target.wire.outgoing("GET", COLLECTION))[-1].failure)


# --- how much, how fast ---


def test_the_cap_ends_the_run_and_not_the_restoration() -> None:
    target = far(max_requests=3)
    read = target.wire.outgoing("GET", COLLECTION)
    for _ in range(3):
        target.wire.send(read)

    with pytest.raises(TargetLostError, match=r"cap of 3 requests.*--max-requests"):
        target.wire.send(read)
    with pytest.raises(TargetLostError, match="cap"):
        target.wire.send(read)
    assert len(target.seen) == 3

    target.wire.revive()
    target.wire.send(read)
    assert len(target.seen) == 4


def test_no_more_than_the_rate() -> None:
    """Requests are spread evenly; time that the target takes counts."""
    target = far(rate=4.0)
    read = target.wire.outgoing("GET", COLLECTION)
    for _ in range(5):
        target.wire.send(read)
    assert target.clock.slept == [0.25] * 4

    target.clock.now += 10
    target.wire.send(read)
    target.wire.send(read)
    assert target.clock.slept == [0.25] * 5, "a long silence allows no burst"


def test_nothing_is_held_back_without_a_rate() -> None:
    target = far()
    for _ in range(5):
        target.wire.send(target.wire.outgoing("GET", COLLECTION))

    assert target.clock.slept == []
