"""An exchange shows what was on the wire, and its request can be sent again from a shell."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from exchanges import GROUP, PATH, SENT, refused, unanswered, update
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clumio_conformance.exchange import (
    CUT_TOKEN,
    OTHER_CASE_TOKEN,
    SECOND_TOKEN,
    Exchange,
    Headers,
    NotJson,
    Request,
    Response,
    header,
    parse_json,
)

URL = f"https://api.invalid{PATH}"
# Writes its arguments and its input into files, as they are.
CURL = """curl() { printf '%s\\0' "$@" >arguments; cat >input; }\n"""


def replayed(request: Request, folder: Path) -> tuple[list[str], bytes]:
    """Let a shell run the command with another curl; return the arguments and the body that this one got."""
    subprocess.run(
        ["/bin/sh", "-c", CURL + request.curl()],
        cwd=folder,
        env={
            "CLUMIO_API_TOKEN": "a 'token'",
            "CLUMIO_API_TOKEN_OF_ANOTHER_ORGANIZATION": "a second",
            "PATH": os.environ["PATH"],
        },
        stdin=subprocess.DEVNULL,
        check=True,
        capture_output=True,
    )
    arguments = (folder / "arguments").read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]
    if "--data-raw" in arguments:
        return arguments, arguments[arguments.index("--data-raw") + 1].encode("utf-8", "surrogateescape")
    return arguments, (folder / "input").read_bytes()


@pytest.mark.parametrize(
    "body",
    [
        b'{"asset_types": ["RDS"]}',
        b"@/etc/hostname",
        b'it\'s "quoted" $HOME `id` \\ %s\n\ttwo lines',
        "Zürich \N{ROCKET}".encode(),
        b'{"description": "\xff\xfe"}',
        b"\x00\x01 -n % \\0",
        b"-n \xff",
        b"$CLUMIO_API_TOKE",
        b"",
    ],
)
def test_a_shell_sends_the_same_body_again(body: bytes, tmp_path: Path) -> None:
    arguments, sent = replayed(Request(method="PUT", url=URL, body=body), tmp_path)

    assert sent == body
    assert arguments[:3] == ["-i", "-X", "PUT"]
    assert arguments[-1] == URL


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=st.binary() | st.text(st.characters(codec="utf-8")).map(str.encode))
def test_a_shell_sends_any_body_again(body: bytes, tmp_path: Path) -> None:
    assert replayed(Request(method="PUT", url=URL, body=body), tmp_path)[1] == body


def test_a_shell_puts_the_token_in_wherever_it_stood(tmp_path: Path) -> None:
    request = Request(
        method="PUT",
        url=f"{URL}?t=$CLUMIO_API_TOKEN",
        headers=(
            ("Authorization", "Bearer $CLUMIO_API_TOKEN"),
            ("X-Twice", "$CLUMIO_API_TOKEN, it's $CLUMIO_API_TOKEN"),
            ("x-clumio-organizationalunit-context", ""),
            ("Content-Length", "2"),
            ("Host", "api.invalid"),
        ),
    )

    arguments, _ = replayed(request, tmp_path)

    assert "$CLUMIO_API_TOKEN" in request.curl()
    assert arguments == [
        "-i", "-X", "PUT",
        "-H", "Authorization: Bearer a 'token'",
        "-H", "X-Twice: a 'token', it's a 'token'",
        "-H", "x-clumio-organizationalunit-context;",
        f"{URL}?t=a 'token'",
    ]  # fmt: skip


def test_a_shell_makes_the_other_tokens_of_the_suite(tmp_path: Path) -> None:
    """In another case, without its end, and that of another organization, which is a variable of its own."""
    forms = (OTHER_CASE_TOKEN, CUT_TOKEN, SECOND_TOKEN)
    headers = tuple(("Authorization", f"Bearer {form}") for form in forms)
    sent, _ = replayed(Request(method="GET", url=URL, headers=headers), tmp_path)

    assert [one for one in sent if one.startswith("Authorization")] == [
        "Authorization: Bearer A 'TOKEN'", "Authorization: Bearer a 'token", "Authorization: Bearer a second"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ((("X-Request-Id", "7"), ("x-amzn-RequestId", "8")), "X-Request-Id: 7"),
        ((("date", "x"), ("x-amzn-RequestId", "8")), "x-amzn-RequestId: 8"),
        ((("date", "x"),), None),
    ],
)
def test_an_answer_may_name_its_request(headers: Headers, named: str | None) -> None:
    request = Request(method="GET", url=URL)

    assert Exchange(request=request, response=Response(status=200, headers=headers)).request_id == named
    assert Exchange(request=request).request_id is None


def test_the_time_is_that_of_the_target_if_it_says_one() -> None:
    ours = datetime(2026, 1, 1, 12, tzinfo=UTC)
    request = Request(method="GET", url=URL)
    for date, time in (
        ("Fri, 02 Jan 2026 03:04:05 GMT", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("x", ours),
    ):
        answer = Response(status=200, headers=(("Date", date),))
        assert Exchange(request=request, response=answer, sent=ours).time == time
    assert Exchange(request=request, sent=ours).time == ours


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b" [1, 2.5, true, null] ", [1, 2.5, True, None]),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'"\\u0000"', "\0"),
        (str(10**400).encode(), 10**400),
        ('"Z\u00fcrich"'.encode(), "Z\u00fcrich"),
    ],
)
def test_json_is_read(body: bytes, value: Any) -> None:
    assert parse_json(body) == value


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the body is empty"),
        (b"<html>", "Expecting value"),
        (b"{} {}", "Extra data"),
        (b'{"a": 1,}', "double quotes"),
        (b"[NaN]", "NaN is not JSON"),
        (b"-Infinity", "-Infinity is not JSON"),
        (b'"\xff"', "can't decode byte 0xff"),
        (b'"\x00"', "Invalid control character"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'"\\udc00"', "half a surrogate pair"),
        (b"[" * 201 + b"]" * 201, "nested too deeply"),
        (b"9" * 5000, "integer"),
    ],
)
def test_what_is_no_json_says_why(body: bytes, why: str) -> None:
    parsed = parse_json(body)

    assert isinstance(parsed, NotJson)
    assert why in parsed.why
    assert why in repr(parsed)


def test_the_first_header_of_a_name_counts_whatever_its_case() -> None:
    headers = (("etag", "1"), ("Content-Type", "a"), ("CONTENT-TYPE", "b"))

    assert header(headers, "content-type") == "a"
    assert header(headers, "ETag") == "1"
    assert header(headers, "x") is None
    assert Response(status=200, headers=headers).media_type == "a, b"
    assert Response(status=200).media_type is None


@pytest.mark.parametrize(
    ("exchange", "succeeded", "group"),
    [
        (update(), True, GROUP),
        (update(status=299), True, GROUP),
        (update(status=199), False, {}),
        (update(status=300), False, {}),
        (refused(GROUP), False, {}),
        (update([GROUP]), True, {}),
        (update(b""), True, {}),
        (unanswered(), False, {}),
    ],
)
def test_only_a_success_has_a_group(exchange: Exchange, succeeded: object, group: dict[str, Any]) -> None:
    assert exchange.succeeded is succeeded
    assert exchange.resource == group


def test_a_request_without_a_body_is_no_json() -> None:
    assert isinstance(update(sent=None).request.json, NotJson)
    assert update().request.json == SENT
