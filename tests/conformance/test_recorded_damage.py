"""Damaged recordings: no traceback, an exit code as documented, and no secret in what is said."""

import copy
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from recordings import EXTERNAL_ID, GROUP, TOKEN, entry, kept
from spread import spread

from clumio_conformance.connection_groups.recorded import KNOWLEDGE
from clumio_conformance.recording.reading import judged
from clumio_conformance.recording.recorded import RecordingError

CASES = Path(__file__).parents[1] / "cases" / "recorded"
FILES = [path for path in sorted(CASES.rglob("*")) if path.is_file() and path.suffix not in {".py", ".dat"}]
JUNK = [
    b"\0",
    b"\xff",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"\\",
    b"null",
    b"-1",
    b"1e999",
    b"\\ud800",
    b"\n",
    b"{}",
]
VALUES: list[Any] = [
    None,
    True,
    -1,
    1e308,
    "",
    "x",
    [],
    {},
    [None],
    {"x": {"y": []}},
    "\ud800",
    "\0",
    10**40,
    "***",
]


def bytes_changed(rnd: random.Random, content: bytes) -> bytes:
    """Some bytes of a file are replaced, taken out, or doubled; or its end is missing."""
    data = bytearray(content)
    for _ in range(rnd.choice([1, 1, 2, 5, 20])):
        at = rnd.randrange(len(data) + 1)
        change = rnd.randrange(4)
        if change == 0:
            data[at : at + rnd.randrange(3)] = rnd.choice(JUNK)
        elif change == 1:
            del data[at : at + rnd.randrange(1, 200)]
        elif change == 2:
            data[at:at] = data[at : at + rnd.randrange(1, 200)]
        elif rnd.random() < 0.2:
            del data[at:]
    return bytes(data)


def value_changed(rnd: random.Random, content: bytes) -> bytes:
    """Some values of a JSON document are replaced, or taken out."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return bytes_changed(rnd, content)
    for _ in range(rnd.choice([1, 1, 2, 4])):
        holder, key = rnd.choice(list(_places(value)) or [(None, None)])
        if holder is None:
            break
        if isinstance(holder, dict) and rnd.random() < 0.3:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(rnd.choice(VALUES))
    return json.dumps(value, ensure_ascii=rnd.random() < 0.5).encode("utf-8", "surrogatepass")


def _places(value: Any, depth: int = 0) -> list[tuple[Any, Any]]:
    if depth > 8 or not isinstance(value, dict | list):
        return []
    members = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    found: list[tuple[Any, Any]] = [(value, key) for key, _ in members]
    for _, child in members:
        found += _places(child, depth + 1)
    return found


def outcome(file: Path) -> int:
    """The exit code of a judgement; anything but a clear error is raised."""
    try:
        return judged([file], kept(), KNOWLEDGE).exit_code
    except RecordingError as why:
        message = str(why)
    assert str(file) in message
    assert "\n" not in message
    return 4


@pytest.mark.parametrize("change", [bytes_changed, value_changed])
@pytest.mark.parametrize(
    ("seed", "count"), spread([(1, 100), (3, 1000), (2, 5000)], [(1, 100)], slow=[(3, 1000)])
)
def test_a_damaged_recording_is_read_as_far_as_it_can_be(
    change: Callable[[random.Random, bytes], bytes], seed: int, count: int, tmp_path: Path
) -> None:
    rnd = random.Random(f"{seed} {change.__name__}")
    contents = {path: path.read_bytes() for path in FILES if path.stat().st_size < 100_000}
    outcomes = set()
    for number in range(count):
        path = rnd.choice(list(contents))
        file = tmp_path / f"damaged{path.suffix}"
        file.write_bytes(change(rnd, contents[path]))
        try:
            outcomes.add(outcome(file))
        except BaseException:
            print(f"seed {seed}, number {number}, {path.name}")
            raise

    assert outcomes == {0, 1, 4, 5}


def test_one_damaged_entry_stops_nothing(tmp_path: Path) -> None:
    wrong = json.dumps(entry({**GROUP, "status": "active"}))
    for broken in (
        "null",
        "7",
        '"x"',
        "[]",
        "{}",
        '{"request": null}',
        '{"request": {"url": 5}}',
        "{nonsense}",
        '{"a": NaN}',
    ):
        file = tmp_path / "traffic.har"
        file.write_text(f'{{"log": {{"entries": [{broken}, {wrong}, {broken}]}}}}')

        result = judged([file], kept(), KNOWLEDGE)

        assert result.run["requests"] == 1, broken
        assert result.exit_code == 1, broken
        assert any("not read: 2 damaged entries" in note for note in result.notes), (broken, result.notes)
        assert any("entry 0" in note for note in result.notes), broken


def test_the_whole_entries_of_a_recording_that_is_cut_off_are_judged(tmp_path: Path) -> None:
    one = json.dumps(entry({**GROUP, "status": "active"}))
    whole = f'{{"log": {{"entries": [{one}, {one.replace("7c3e", "8d4f")}]}}}}'
    file = tmp_path / "traffic.har"
    for end in range(len(one) + 60, len(whole) - 3, 97):
        file.write_text(whole[:end])

        result = judged([file], kept(), KNOWLEDGE)

        assert result.run["requests"] >= 1
        assert any("is cut off" in note for note in result.notes)


def test_secrets_are_in_no_error(tmp_path: Path) -> None:
    text = json.dumps({"log": {"entries": [entry({**GROUP, "external_id": EXTERNAL_ID})]}})
    rnd = random.Random(3)
    for _ in range(300):
        file = tmp_path / "traffic.har"
        file.write_bytes(bytes_changed(rnd, text.encode()))
        stream = io.StringIO()
        try:
            result = judged([file], kept(), KNOWLEDGE)
            print(result.run, result.notes, result.inconclusive, file=stream)
        except RecordingError as why:
            print(why, file=stream)
        assert TOKEN not in stream.getvalue()
        assert EXTERNAL_ID not in stream.getvalue()
