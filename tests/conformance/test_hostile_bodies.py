"""No answer stops the judge: what it can't read is a finding."""

import pytest
from exchanges import judged, update

from clumio_conformance.exchange import NotJson, parse_json

HOSTILE = {
    "half a surrogate pair": rb'{"status": "\ud800"}',
    "half a surrogate pair as a name": rb'{"\uDFFF": 1}',
    "arrays, too deep to validate": b'{"status": ' + b"[" * 300 + b"]" * 300 + b"}",
    "objects, too deep to validate": b'{"status": ' + b'{"a": ' * 300 + b"1" + b"}" * 301,
    "arrays, too deep to parse": b"[" * 100_000,
    "NaN": b'{"status": NaN}',
    "no UTF-8": b'{"status": "\xff"}',
    "an integer that is too long": b'{"status": ' + b"9" * 5000 + b"}",
    "nothing": b"",
}


@pytest.mark.parametrize("status", [200, 204, 400, 500, 999])
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_is_a_finding(body: bytes, status: int) -> None:
    verdicts = judged(update(body, status=status, media_type=""))

    assert isinstance(parse_json(body), NotJson)
    assert any(verdict.deviation for verdict in verdicts)


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_request_is_one_to_refuse(body: bytes) -> None:
    verdicts = judged(update({}, sent=body))

    assert "accepts-invalid" in {verdict.deviation.kind for verdict in verdicts if verdict.deviation}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'{"a": "\ud83d\ude00"}', {"a": "\U0001f600"}),
        (b"1e999", float("inf")),
        (b"[" * 200 + b"]" * 200, None),
    ],
    ids=["a whole surrogate pair", "a number beyond every limit", "deep, but not too deep"],
)
def test_what_is_unusual_but_json_is_read(body: bytes, value: object) -> None:
    parsed = parse_json(body)

    assert not isinstance(parsed, NotJson)
    assert value is None or parsed == value
