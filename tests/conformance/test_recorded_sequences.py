"""What a recording shows beyond one exchange: only if nothing else can be the cause, somebody is blamed."""

import random
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from recordings import ERROR, UPDATE, entry, har, judge_files
from test_watching import GROUP as WHOLE
from test_watching import URL

from clumio_conformance.judging.findings import UNDECIDED
from clumio_conformance.result import Result

GROUP: dict[str, Any] = {**WHOLE, "description": "nightly"}
SENT = {**UPDATE, "description": "nightly"}
SECOND = count()
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def step(body: Any, method: str = "GET", status: int = 200, **more: Any) -> dict[str, Any]:
    """The next exchange, a second after the one before."""
    made = entry(body, status, method=method, url=URL, sent=SENT, **more)
    return {**made, "startedDateTime": (FIRST + timedelta(seconds=next(SECOND))).isoformat()}


def judge(tmp_path: Path, *entries: dict[str, Any]) -> Result:
    return judge_files(har(tmp_path, *entries))


def blamed(result: Result, requirement: str) -> dict[str, str]:
    return {
        one.deviation.location: one.deviation.blame
        for one in result.findings
        if one.requirement == requirement
    }


OTHER = {**GROUP, "description": "other"}
NEWER = {**OTHER, "_etag": "e2"}


def test_a_read_that_differs_from_the_update_before_it(tmp_path: Path) -> None:
    result = judge(tmp_path, step(GROUP, "PUT"), step(OTHER))

    assert blamed(result, "UCG-SAVE-06") == {"/description": "vendor"}
    assert result.exit_code == 0, "it is inferred"


def test_somebody_else_may_have_changed_a_group_whose_version_differs(tmp_path: Path) -> None:
    result = judge(tmp_path, step(GROUP, "PUT"), step(NEWER))

    assert blamed(result, "UCG-SAVE-06") == {"/description": UNDECIDED}
    [finding] = [one for one in result.findings if one.requirement == "UCG-SAVE-06"]
    assert "if nobody else has changed the group since" in finding.deviation.expected


@pytest.mark.parametrize(
    "later",
    [
        {**NEWER, "ongoing_stack_operation": "updating_stack"},
        {**NEWER, "status": "fully_connected"},
        {**NEWER, "asset_types_enabled": ["RDS"]},
    ],
)
def test_a_stack_that_has_changed_may_have_discarded_the_update(
    later: dict[str, Any], tmp_path: Path
) -> None:
    assert blamed(judge(tmp_path, step(GROUP, "PUT"), step(later)), "UCG-SAVE-06") == {}


def test_a_refused_request_that_has_changed_something(tmp_path: Path) -> None:
    result = judge(tmp_path, step(GROUP), step(ERROR, "PUT", 400), step(OTHER))

    assert blamed(result, "UCG-SAVE-05") == {"/description": "vendor"}
    assert blamed(result, "UCG-SAVE-06") == {}


@pytest.mark.parametrize(("method", "status"), [("DELETE", 405), ("PATCH", 200), ("PUT", 500)])
def test_a_request_whose_effect_nobody_knows_ends_the_sequence(
    method: str, status: int, tmp_path: Path
) -> None:
    result = judge(tmp_path, step(GROUP), step(ERROR, method, status), step(OTHER))

    assert blamed(result, "UCG-SAVE-05") == {}
    assert blamed(result, "UCG-SAVE-06") == {}


def test_nothing_is_concluded_where_the_order_is_not_known(tmp_path: Path) -> None:
    one, other = tmp_path / "a.json", tmp_path / "b.json"
    for file, made in ((one, step(GROUP, "PUT")), (other, step(OTHER))):
        del made["startedDateTime"]
        har(tmp_path, made).rename(file)

    assert blamed(judge_files(one, other), "UCG-SAVE-06") == {}
    assert blamed(
        judge(
            tmp_path,
            *[{**step(GROUP, "PUT"), "startedDateTime": None}, {**step(OTHER), "startedDateTime": None}],
        ),
        "UCG-SAVE-06",
    )


def test_entries_are_taken_in_the_order_of_time_across_files(tmp_path: Path) -> None:
    update, read = step(GROUP, "PUT"), step(OTHER)
    late, early = tmp_path / "a.har", tmp_path / "b.har"
    har(tmp_path, read).rename(late)
    har(tmp_path, update).rename(early)

    assert blamed(judge_files(late, early), "UCG-SAVE-06") == {"/description": "vendor"}
    shuffled = [
        step({**GROUP, "_etag": f"e{n}", "created_timestamp": GROUP["created_timestamp"]}) for n in range(50)
    ]
    random.Random(1).shuffle(shuffled)
    assert judge(tmp_path, *shuffled).run["requests"] == 50


def test_an_update_that_connects_at_once_what_it_asks_for(tmp_path: Path) -> None:
    at_once = {**GROUP, "asset_types_enabled": ["RDS"], "_etag": "e2"}
    before = {**GROUP, "intended_asset_types": ["S3"]}

    result = judge(tmp_path, step(before), step(at_once, "PUT"))

    assert blamed(result, "UCG-FLOW-03") == {"/asset_types_enabled": "vendor"}
    assert result.exit_code == 1


def test_an_earlier_update_may_have_been_deployed_in_between(tmp_path: Path) -> None:
    deployed = {**GROUP, "asset_types_enabled": ["RDS"], "_etag": "e2"}

    assert blamed(judge(tmp_path, step(GROUP), step(deployed, "PUT")), "UCG-FLOW-03") == {}


@pytest.mark.parametrize(
    ("stated", "query", "place"),
    [(2, "", "/current_count"), (1, "", None), (1, "?limit=1", None), (2, "?limit=1", "/_embedded/items")],
)
def test_a_page_counts_its_groups(stated: int, query: str, place: str | None, tmp_path: Path) -> None:
    groups = [GROUP, {**GROUP, "id": "other"}][: 2 if place == "/_embedded/items" else 1]
    page = {"_embedded": {"items": groups}, "current_count": stated, "_links": {}}
    listed = entry(page, method="GET", url=URL.rpartition("/")[0] + query)

    assert set(blamed(judge(tmp_path, listed), "UCG-LIST-05")) == ({place} if place else set())
