"""An exchange is judged once for each form: the result is that of judging each exchange."""

import json
from pathlib import Path
from typing import Any

import pytest
from random_traffic import traffic
from recordings import kept
from spread import spread

from clumio_conformance.connection_groups.recorded import KNOWLEDGE
from clumio_conformance.recording import forms, judgement
from clumio_conformance.recording.forms import Forms, numbered
from clumio_conformance.recording.reading import judged


def concluded(file: Path, *, by_form: bool) -> dict[str, Any]:
    ledger = kept()
    ledger.items, ledger.earliest = "/_embedded/items/*", True
    result = judged([file], ledger, KNOWLEDGE, by_form=by_form)
    return {
        "findings": {
            one.fingerprint: (
                one.requirement,
                one.place,
                one.deviation.observed,
                one.count,
                one.of,
                one.operations,
            )
            for one in result.findings
        },
        "statuses": {one.fingerprint: one.statuses for one in result.findings},
        "rows": {row.requirement.id: (row.outcome, row.reason) for row in result.rows},
        "coverage": result.coverage,
        "run": result.run,
        "exit code": result.exit_code,
        "notes": sorted(result.notes),
    }


# The last one reaches the limits of what is kept in memory.
COUNTS = [(1, 400), (2, 1500), (3, 1500), (4, 1500), (5, 25_000)]


@pytest.mark.parametrize(("seed", "count"), spread(COUNTS, COUNTS[:1], slow=COUNTS[1:3]))
def test_forms_change_nothing(seed: int, count: int, tmp_path: Path) -> None:
    file = tmp_path / "traffic.ndjson"
    file.write_text("".join(json.dumps(one) + "\n" for one in traffic(seed, count)))

    by_form, each = concluded(file, by_form=True), concluded(file, by_form=False)

    assert len(each["findings"]) > 30
    for name, value in each.items():
        assert by_form[name] == value, name


@pytest.mark.slow
def test_limits_of_what_is_kept_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With limits that a short recording reaches too."""
    monkeypatch.setattr(forms, "_MOST_KEPT", 500)
    monkeypatch.setattr(forms, "_MOST_RECENT", 25)
    monkeypatch.setattr(judgement, "MOST_FORMS", 250)
    test_forms_change_nothing(6, 1500, tmp_path)


def form(text: str) -> tuple[str, tuple[int, ...]]:
    words: list[str] = []
    made = Forms(frozenset({"_etag"})).text(text, words)
    return made, numbered(words)


LONG = "a" * 16
A, B = "5a1e0000-0000-4000-8000-0000000000a1", "6b2f0000-0000-4000-8000-0000000000b2"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (f'{{"id": "{A}"}}', f'{{"id": "{B}"}}', True),
        (f"/groups/{A}", f"/groups/{B}", True),
        (f'["{A}", "{A}"]', f'["{B}", "{B}"]', True),
        (f'["{A}", "{A}"]', f'["{A}", "{B}"]', False),
        ('{"_etag": "e1-1"}', '{"_etag": "e23-45"}', True),
        ('{"status": "e1-1"}', '{"status": "e2-1"}', False),
        ('{"at": "2026-01-01T00:00:00Z"}', '{"at": "2027-01-01T00:00:00Z"}', True),
        ('{"at": "2026-01-01T00:00:00Z"}', '{"at": "2026-01-01T00:00:00"}', False),
        ('{"at": "2026-01-01T00:00:00Z"}', '{"at": "2026-01-01"}', False),
        ('{"n": 123456789012}', '{"n": 123456789013}', False),
        ('{"n": "123456789012"}', '{"n": "123456789013"}', True),
        ('{"n": "123456789012"}', '{"n": "12345678901"}', False),
        (f'["{LONG}1234", "{LONG}123456"]', f'["{LONG}1234", "bbbb{LONG}123456"]', False),
        ('{"status": "active"}', '{"status": "connecting"}', False),
        (f'{{"a": "\0id\0", "b": "{A}"}}', f'{{"a": "{B}", "b": "{A}"}}', False),
    ],
)  # fmt: skip
def test_what_a_form_tells_apart(one: str, other: str, same: bool) -> None:
    assert (form(one) == form(other)) is same


def test_the_pattern_of_a_form_finds_the_words_that_the_first_text_had() -> None:
    """The second text of a form goes another way than the first one: through the pattern."""
    forms = Forms(frozenset({"_etag"}))
    texts = [
        f'{{"_etag": "e{n}-1", "id": "{A[:-1]}{n}", "d": "2026-01-0{n}T00:00:00.5+02:00",'
        f'"x": "{n}{"0f" * 8}", "t": "{"Ab_-" * 5}123{n}", "account": "12345678901{n}"}}'
        for n in range(1, 9)
    ]
    for text in texts:
        words: list[str] = []
        made = forms.text(text, words)
        alone: list[str] = []
        assert made == Forms(frozenset({"_etag"})).text(text, alone)
        assert words == alone
        assert len(words) == 6
