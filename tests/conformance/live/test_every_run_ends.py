"""Every run ends, and costs the same in a large organization: lists without an end, a budget of seconds."""

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from live_target import (
    BRIEF,
    COLLECTION,
    PRECIOUS,
    Ran,
    SandboxAndControl,
    Vendor,
    ran,
    same,
    vendor,
    writing,
)
from proxy import Change
from spread import spread

from clumio_conformance.connection_groups.listing import MOST_PAGES, MOST_SECONDS, walk
from clumio_conformance.connection_groups.subjects import NEW_GROUP
from clumio_conformance.exchange import Exchange, Request, Response
from clumio_conformance.session.session import Session


def listing(edit: Callable[[Request, dict[str, Any]], None]) -> Change:
    """Change each page of the list."""

    def change(request: Request, response: Response) -> Response | None:
        is_page = request.method == "GET" and request.url.partition("?")[0] == COLLECTION
        if not is_page or response.status != 200:
            return None
        page = json.loads(response.body)
        edit(request, page)
        return replace(response, body=json.dumps(page).encode())

    return change


def leading_to(page: dict[str, Any], query: str) -> None:
    page["_links"]["_next"] = {"href": f"{COLLECTION}?{query}", "templated": False, "type": "get"}


def back_to_itself() -> Change:
    return listing(lambda request, page: leading_to(page, request.url.partition("?")[2]))


def the_same_page_by_new_tokens() -> Change:
    tokens, shown = itertools.count(), list[Any]()

    def edit(_request: Request, page: dict[str, Any]) -> None:
        shown.extend([] if shown else page["_embedded"]["items"])
        page["_embedded"]["items"], page["current_count"] = shown, len(shown)
        leading_to(page, f"limit=100&start=t{next(tokens)}")

    return listing(edit)


def new_groups_for_ever() -> Change:
    numbers = itertools.count()

    def edit(_request: Request, page: dict[str, Any]) -> None:
        for item in page["_embedded"]["items"]:
            item["id"] = f"{next(numbers)}"
        leading_to(page, f"limit=100&start=t{next(numbers)}")

    return listing(edit)


def empty_pages_for_ever() -> Change:
    numbers = itertools.count()

    def edit(_request: Request, page: dict[str, Any]) -> None:
        page["_embedded"]["items"], page["current_count"] = [], 0
        leading_to(page, f"limit=100&start=t{next(numbers)}")

    return listing(edit)


ENDLESS: Final = {
    "back to itself": (back_to_itself, True),
    "the same page by new tokens": (the_same_page_by_new_tokens, True),
    "new groups for ever": (new_groups_for_ever, False),
    "empty pages for ever": (empty_pages_for_ever, False),
}


def pages_of(target: Vendor) -> int:
    return sum(request.url.startswith(f"{COLLECTION}?") for request in target.seen)


LISTING: Final = ("-k", "test_reading or test_saving or test_life_cycle")
"""The tests that walk through lists."""


def run_all(folder: Path, target: Vendor, *words: str, chosen: Sequence[str] = ()) -> Ran:
    """Run everything that a sandbox behind the target allows."""
    options = ("--base-url", target.url, "--control-url", target.behind, "--allow-writes", *words)
    return ran(folder, target.token, "run", *options, *BRIEF, *chosen)


@pytest.mark.parametrize(
    ("name", "chosen"),
    spread([*((name, ()) for name in ENDLESS), ("back to itself", LISTING)], [("back to itself", LISTING)]),
    ids=[*ENDLESS, "some tests"],
)
def test_a_list_without_an_end_ends_the_walk_and_not_the_run(
    sandbox: SandboxAndControl, tmp_path: Path, name: str, chosen: tuple[str, ...]
) -> None:
    """A page that comes again is a finding; what was not walked is not asserted, so no group is missed."""
    change, is_found = ENDLESS[name]
    with vendor(sandbox, change()) as target:
        done = run_all(tmp_path, target, chosen=chosen)
    found = {(one["requirement"], one["observed"]) for one in done.report["findings"]}
    assert (("UCG-LIST-02", "leads back") in found) is is_found
    assert "UCG-LIST-03" not in {requirement for requirement, _ in found}
    assert pages_of(target) < 12 * MOST_PAGES
    assert done.code in {0, 1}


@pytest.mark.parametrize(
    ("last", "chosen"),
    spread([(False, ()), (True, ()), (True, LISTING)], [(True, LISTING)]),
    ids=["False", "True", "some tests"],
)
def test_a_group_that_is_not_listed_is_missed_only_if_all_pages_were_walked(
    sandbox: SandboxAndControl, tmp_path: Path, *, last: bool, chosen: tuple[str, ...]
) -> None:
    def edit(_request: Request, page: dict[str, Any]) -> None:
        page["_embedded"]["items"], page["current_count"] = [], 0
        page["_links"].pop("_next", None)
        if not last:
            leading_to(page, "limit=100&start=more")

    with vendor(sandbox, listing(edit)) as target:
        done = run_all(tmp_path, target, chosen=chosen)
    assert ("UCG-LIST-03" in {one["requirement"] for one in done.report["findings"]}) is last


@pytest.mark.slow
def test_groups_that_others_create_and_change_are_no_findings(
    sandbox: SandboxAndControl, tmp_path: Path
) -> None:
    numbers = itertools.count()
    with vendor(sandbox) as others:

        def meddling(request: Request, _response: Response) -> Response | None:
            if (
                request.method == "GET"
                and request.url.startswith(f"{COLLECTION}?")
                and next(numbers) % 3 == 0
            ):
                others.call("PUT", f"{COLLECTION}/{made}", {**PRECIOUS, "description": f"{next(numbers)}"})
                others.create()
            return None

        made = others.create()
        with vendor(sandbox, meddling) as target:
            done = run_all(tmp_path, replace(target, token=others.token), "--strict")
    assert [one["requirement"] for one in done.report["findings"]] == []
    assert done.code == 0


@pytest.mark.parametrize("groups", spread([1000, 5000], [], slow=[1000]))
def test_a_run_costs_as_much_with_thousands_of_groups(
    sandbox: SandboxAndControl, tmp_path: Path, groups: int
) -> None:
    """With everything that is allowed, with reads only, and with one group to write to."""
    done = []
    for count in (1, groups):
        with vendor(sandbox) as target:
            made = [target.create() for _ in range(count)]
            ways = (
                (),
                ("--allow-writes", "--connection-group-id", made[-1]),
                ("--control-url", target.behind, "--allow-writes"),
            )
            runs = [("run", "--strict", "--base-url", target.url, *words) for words in ways]
            done.append([ran(tmp_path / str(count), target.token, *words) for words in runs])
    for one, many in zip(*done, strict=True):
        assert (one.code, many.code) == (0, 0), many.output
        assert many.report["findings"] == []
        assert many.report["run"]["requests"] < 1.05 * one.report["run"]["requests"]


def test_the_budget_ends_a_run_with_what_it_has(sandbox: SandboxAndControl, tmp_path: Path) -> None:
    """Time passes in these tests only while the run waits for its own rate: 5 requests a second."""
    with vendor(sandbox, same) as target:
        group = target.create(**PRECIOUS)
        before = target.group(group)
        done = ran(
            tmp_path, target.token, *writing(target, group), "--rate", "5", "--max-seconds", "10", *BRIEF
        )
        assert target.group(group) == before
    assert done.code == 5
    assert "the budget of 10 s is used up after 5" in done.report["inconclusive"]
    assert "--max-seconds" in done.report["inconclusive"]
    assert done.outcome("UCG-READ-01") == "conforms"
    assert NEW_GROUP["description"] not in str(before)


def test_a_live_run_has_a_budget_by_default(sandbox: SandboxAndControl, tmp_path: Path) -> None:
    with vendor(sandbox) as target:
        plan = ran(tmp_path, target.token, "run", "--base-url", target.url, "--dry-run").output
        endless = ran(
            tmp_path, target.token, "run", "--base-url", target.url, "--max-seconds", "0", "--dry-run"
        ).output
    assert "budget    600 s" in plan
    assert "budget    none" in endless


def test_a_walk_ends_after_its_time() -> None:
    """Each page takes a while, and there is always another one: the walk is not whole."""
    pages = itertools.count()
    time = itertools.count(step=MOST_SECONDS / 2)
    body: dict[str, Any] = {"_links": {"_next": {"href": ""}}, "_embedded": {"items": []}}

    def answered(_outgoing: object, _expected: object) -> Exchange:
        body["_links"]["_next"]["href"] = f"{COLLECTION}?start={next(pages)}"
        answer = Response(status=200, body=json.dumps(body).encode())
        return Exchange(request=Request(method="GET", url=COLLECTION), response=answer)

    session = SimpleNamespace(exchange=answered, wire=SimpleNamespace(outgoing=lambda _method, path: path))
    found = walk(cast("Session", session), clock=lambda: next(time))

    assert (len(found.pages), found.is_whole, found.repeats) == (1, False, False)
