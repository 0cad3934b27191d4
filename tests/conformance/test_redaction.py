"""No secret is kept, and nothing else is lost."""

import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from exchanges import GROUP, PAGE, changed
from hypothesis import given
from hypothesis import strategies as st

from clumio_conformance.connection_groups.operations import redaction as for_groups
from clumio_conformance.transport.redaction import Redaction

TOKEN = "tok/en+of=the&tests"
EXTERNAL_ID = "5f0e-a-secret/of \u00fc-9c1d"
SIGNATURE = "c0ffee%2Bc0ffee%3D"
HIDDEN = "$CLUMIO_API_TOKEN"


@pytest.fixture
def redaction() -> Redaction:
    return for_groups(TOKEN)


@pytest.mark.parametrize(
    "written",
    [
        TOKEN,
        quote(TOKEN, safe=""),
        re.sub("%..", lambda escape: escape[0].lower(), quote(TOKEN, safe="")),
        TOKEN.replace("/", r"\/"),
    ],
    ids=["plain", "percent-encoded", "percent-encoded in lower case", "with an escaped slash"],
)
def test_the_token_is_taken_out(redaction: Redaction, written: str) -> None:
    error = b'{"errors": [{"error_message": "unknown token %s!"}]}'

    assert redaction.text(f"ConnectError: {written}") == f"ConnectError: {HIDDEN}"
    assert redaction.body(error % written.encode()) == error % HIDDEN.encode()
    assert redaction.headers([("Location", f"/login?t={written}")]) == (("Location", f"/login?t={HIDDEN}"),)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("Authorization", f"Bearer {TOKEN}", f"Bearer {HIDDEN}"),
        ("authorization", "Bearer of-somebody-else", "Bearer REDACTED"),
        ("Authorization", f"Bearer {TOKEN} and-another", "Bearer REDACTED"),
        ("Authorization", "Basic dXNlcjpwYXNzd29yZA==", "Basic REDACTED"),
        ("Authorization", "credentials-without-a-scheme", "REDACTED"),
        ("Proxy-Authorization", "Basic dXNlcjpwYXNzd29yZA==", "Basic REDACTED"),
        ("Set-Cookie", "session=secret; Path=/", "REDACTED"),
        ("Cookie", f"a=1; session=secret; t={TOKEN}", "REDACTED"),
        ("X-Amz-Security-Token", "secret", "REDACTED"),
        ("Content-Type", "application/json; charset=utf-8", "application/json; charset=utf-8"),
    ],
)
def test_headers_that_carry_credentials(redaction: Redaction, name: str, value: str, kept: str) -> None:
    assert redaction.headers([(name, value)]) == ((name, kept),)


def _spelled(external_id: str) -> dict[str, str]:
    """The ways in which JSON may write the member."""
    quoted = json.dumps(external_id)
    plain = json.dumps(external_id, ensure_ascii=False)
    return {
        "compact": f'{{"external_id":{quoted},"id":"7c3e"}}',
        "not escaped": f'{{"external_id": {plain}}}',
        "spaced": f'{{\n  "external_id"\t:\r\n  {quoted}\n}}',
        "escaped name": f'{{"\\u0065xternal\\u005Fid": {quoted}}}',
        "escaped slash": f'{{"external_id": {plain.replace("/", chr(92) + "/")}}}',
        "nested": json.dumps(changed(PAGE, {"/_embedded/items/0/external_id": external_id})),
        "twice": f'[{{"external_id":{quoted}}},{{"external_id":{quoted}}}]',
        "quoted": json.dumps({"error_message": f'sent {{"external_id": {plain}}}'}),
        "quoted and indented": json.dumps(
            {"m": json.dumps({"external_id": "x" * 20 + external_id}, indent=1)}
        ),
    }


# A quotation of a quotation is read only where the id has no quotation marks of its own.
SPELLINGS = [
    (external_id, spelling)
    for external_id in (EXTERNAL_ID, r"with-\"quotes\"-and-\\backslashes", "ExternalID_0000")
    for spelling in _spelled("")
    if "backslashes" not in external_id or not spelling.startswith("quoted")
]


@pytest.mark.parametrize(("external_id", "spelling"), SPELLINGS)
def test_an_external_id_is_taken_out_however_it_is_written(
    redaction: Redaction, external_id: str, spelling: str
) -> None:
    hidden = redaction.body(_spelled(external_id)[spelling].encode()).decode()

    assert "REDACTED" in hidden
    assert json.loads(hidden)
    for written in (external_id, json.dumps(external_id)[1:-1], external_id[-9:]):
        assert written not in hidden


def test_an_external_id_that_was_seen_is_taken_out_everywhere(redaction: Redaction) -> None:
    redaction.body(json.dumps({"external_id": EXTERNAL_ID}).encode())

    assert redaction.text(f"no role {EXTERNAL_ID} here") == "no role REDACTED here"
    assert (
        redaction.text(f"?param_RoleExternalId={quote(EXTERNAL_ID, safe='')}&x=1")
        == "?param_RoleExternalId=REDACTED&x=1"
    )
    assert EXTERNAL_ID.encode() not in redaction.body(
        json.dumps({"error_message": EXTERNAL_ID}, ensure_ascii=False).encode()
    )


def test_external_ids_are_distinguished_by_number(redaction: Redaction) -> None:
    def hidden(external_id: str) -> bytes:
        return redaction.body(b'{"external_id": "%s"}' % external_id.encode())

    first, second = "ExternalID_first-of-them", "another-long-id-of-a-group"
    assert [hidden(one) for one in (first, second, first, second)] == [
        b'{"external_id": "REDACTED"}',
        b'{"external_id": "REDACTED-2"}',
    ] * 2
    assert redaction.text(f"{second} and {first}") == "REDACTED-2 and REDACTED"
    assert hidden("too short") == b'{"external_id": "REDACTED"}'


def test_an_external_id_in_the_vendors_form_is_taken_out_at_first_sight(redaction: Redaction) -> None:
    assert redaction.text("stack of ExternalID_4f1c1c1e-52a4 failed") == "stack of REDACTED failed"


def test_a_short_external_id_is_no_reason_to_tear_other_values_apart(redaction: Redaction) -> None:
    body = b'{"external_id": "east", "master_region": "us-east-1"}'

    assert redaction.body(body) == b'{"external_id": "REDACTED", "master_region": "us-east-1"}'
    assert redaction.body(b'{"master_region": "us-east-1"}') == b'{"master_region": "us-east-1"}'


def test_a_short_token_is_taken_out_where_it_stands_alone() -> None:
    redaction = for_groups("test")

    assert redaction.text('{"description": "under test", "status": "tested"}') == (
        f'{{"description": "under {HIDDEN}", "status": "tested"}}'
    )


@pytest.mark.parametrize(
    "body", [b'{"external_id": ""}', b'{"external_id": null}', b'{"external_id": 7}', b"external_id"]
)
def test_an_external_id_that_is_none_stays(redaction: Redaction, body: bytes) -> None:
    assert redaction.body(body) == body


SIGNED = {
    "version 4": f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA{SIGNATURE}%2F20260131"
    "&X-Amz-Date=20260131T093000Z"
    f"&X-Amz-Expires=900&X-Amz-Security-Token=FwoG{SIGNATURE}&X-Amz-SignedHeaders=host&X-Amz-Signature={SIGNATURE}",
    "version 2": f"AWSAccessKeyId=AKIA{SIGNATURE}&Expires=1800000000&Signature={SIGNATURE}",
    "CloudFront": f"Expires=1800000000&Policy=eyJ{SIGNATURE}&Signature={SIGNATURE}"
    f"&Key-Pair-Id=APKA{SIGNATURE}",
    "in lower case": f"x-amz-credential=akia{SIGNATURE}&x-amz-signature={SIGNATURE}&x-amz-expires=900",
    "with a fragment": f"X-Amz-Signature={SIGNATURE}#part",
}
WRITTEN: dict[str, Callable[[str], str]] = {
    "plain": str,
    "as Go writes it": lambda url: url.replace("&", r"\u0026"),
    "as PHP writes it": lambda url: url.replace("/", r"\/"),
    "all escaped": lambda url: "".join(rf"\u{ord(c):04x}" if c in "&%+" else c for c in url),
}


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("query", SIGNED.values(), ids=SIGNED)
def test_a_signed_url_is_hidden_and_can_still_be_fetched(
    redaction: Redaction, query: str, write: Callable[[str], str]
) -> None:
    url = f"https://bucket.s3.amazonaws.com/a/template.yaml?versionId=7&{query}"
    body = f'{{"deployment_template_url": "{write(url)}", "id": "7c3e"}}'

    hidden = json.loads(redaction.body(body.encode()))

    shown = hidden["deployment_template_url"]
    assert SIGNATURE not in shown
    assert "c0ffee" not in shown
    assert hidden["id"] == "7c3e"
    assert redaction.url(shown) == url
    open_parts = [part.partition("=") for part in url.partition("#")[0].split("&") if SIGNATURE not in part]
    assert all("=".join((name, value)) in shown for name, _, value in open_parts)


def test_a_signed_url_within_a_url_is_hidden(redaction: Redaction) -> None:
    inner = quote(f"https://bucket.s3.amazonaws.com/t?X-Amz-Signature={SIGNATURE}&X-Amz-Expires=900", safe="")
    url = f"https://console.aws.amazon.com/cloudformation/home#/stacks/quickcreate?templateURL={inner}&stackName=clumio"

    hidden = redaction.text(url)

    assert "c0ffee" not in hidden
    assert hidden.endswith("%26X-Amz-Expires%3D900&stackName=clumio")
    assert redaction.url(hidden) == url


def test_of_two_urls_that_look_alike_the_last_is_fetched(redaction: Redaction) -> None:
    first, second = (f"https://s3.invalid/t?X-Amz-Signature={n}" for n in ("aaa", "bbb"))

    hidden = {redaction.text(first), redaction.text(second)}

    assert len(hidden) == 1
    assert redaction.url(hidden.pop()) == second


def test_another_url_is_given_back_as_it_is(redaction: Redaction) -> None:
    assert redaction.url("https://s3.invalid/t") == "https://s3.invalid/t"


def test_what_holds_no_secret_stays_byte_for_byte(redaction: Redaction) -> None:
    body = json.dumps({**GROUP, "external_id": ""}, indent=3).encode()

    assert redaction.body(body) == body
    assert redaction.body(body[:-2]) == body[:-2]


@given(
    st.binary() | st.text(st.characters(codec=None)).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_pass(body: bytes) -> None:
    redaction = for_groups("a-token-that-is-nowhere")

    assert redaction.body(body) == body


@given(
    st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=()), min_size=12)
)
def test_any_secret_is_taken_out_of_any_text(text: str, secret: str) -> None:
    redaction = for_groups()
    redaction.hide(secret)

    hidden = redaction.text(f"{text}{secret}")

    assert secret not in hidden
