"""With writes on, the designated group is in its original state when the run ends, in any way."""

import json
import random
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from live_target import (
    BRIEF,
    COLLECTION,
    PRECIOUS,
    SandboxAndControl,
    Vendor,
    finished,
    ran,
    same,
    start,
    vendor,
    writing,
)
from spread import spread

from clumio_conformance.connection_groups.expectations import expectation
from clumio_conformance.connection_groups.operations import UPDATE
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Request, Response, header

POINTS = random.Random(2026).sample(range(5, 520), 20)
"""The requests at which a run is killed."""
PATIENCE = 600
"""Seconds that a process may take on a busy machine."""


def is_forbidden(request: Request) -> bool:
    return expectation(request, contract().operation(UPDATE)).outcome == "refused"


def test_the_whole_run_leaves_the_group_as_it_was(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    """Reads first, forbidden requests next, then the others; no other group is updated, and none created."""
    with vendor(sandbox) as target:
        group, other = target.create(), target.create(description="of others")
        before = target.group(group)
        done = ran(tmp_path, target.token, *writing(target, group), "--quick")
        after, untouched = target.group(group), target.group(other)

    assert done.code == 0, done.output
    assert f"the group {group} is in its original state" in done.output
    assert after == before
    assert untouched["description"] == "of others"
    assert {request.method for request in target.seen} == {"GET", "PUT"}
    ours = target.updates(group)
    assert len(ours) > 200
    read = next(at for at, request in enumerate(target.seen) if request.url == f"{COLLECTION}/{group}")
    assert read < target.seen.index(ours[0])
    assert not (tmp_path / "conformance-report" / "restore.json").exists()


@pytest.mark.slow
def test_what_must_be_refused_goes_first(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    """After the first update that was accepted, nothing is sent any more that must be refused."""
    updates: list[tuple[bool, Request]] = []

    def noted(request: Request, response: Response) -> Response | None:
        if request.method == "PUT" and request.url.endswith(group):
            updates.append((response.status < 300, request))
        return None

    with vendor(sandbox, noted) as target:
        group = target.create()
        done = ran(tmp_path, target.token, *writing(target, group), "--quick")

    assert done.code == 0, done.output
    first = next(at for at, (accepted, _) in enumerate(updates) if accepted)
    assert first > 100
    assert [request.body for _, request in updates[first:] if is_forbidden(request)] == []


@pytest.mark.parametrize(
    "words", [pytest.param(("--quick",), marks=pytest.mark.slow), BRIEF], ids=["", "brief"]
)
def test_the_first_forbidden_request_that_is_accepted_is_the_last(
    tmp_path: Path, sandbox: SandboxAndControl, words: tuple[str, ...]
) -> None:
    """A vendor that takes everything: one forbidden update is sent to somebody's group, not a hundred."""

    def accepting(request: Request, response: Response) -> Response | None:
        if request.method == "PUT" and request.url.endswith(group) and 400 <= response.status < 500:
            if header(request.headers, "authorization") != f"Bearer {target.token}":
                return None
            accepted.append(request)
            return Response(status=200, headers=shown[0].headers, body=shown[0].body)
        if response.status == 200 and request.url.endswith(group):
            shown[:] = [response]
        return None

    accepted: list[Request] = []
    shown: list[Response] = []
    with vendor(sandbox, accepting) as target:
        group = target.create()
        before = target.group(group)
        done = ran(tmp_path, target.token, *writing(target, group), *words)
        after = target.group(group)

    assert done.code == 1, done.output
    assert len([request for request in accepted if is_forbidden(request)]) == 1
    assert after == before


@pytest.mark.parametrize("tests", [pytest.param("", marks=pytest.mark.slow), "test_reading or test_saving"])
def test_without_an_id_one_group_is_created_and_no_other_is_touched(
    tmp_path: Path, sandbox: SandboxAndControl, tests: str
) -> None:
    with vendor(sandbox) as target:
        other = target.create()
        before = target.group(other)
        words = ["run", "--base-url", target.url, "--allow-writes", *BRIEF, "-k", tests]
        done = ran(tmp_path, target.token, *words)
        assert target.group(other) == before

    assert [request.method for request in target.seen].count("POST") == 1
    assert target.updates(other) == []
    assert "created and not deleted" in done.output


def test_a_create_that_gives_a_group_that_was_there_is_left_alone(
    tmp_path: Path, sandbox: SandboxAndControl
) -> None:
    """A vendor that answers a create with the group that the account has already: it is somebody's."""

    def existing(request: Request, response: Response) -> Response | None:
        if request.method != "POST":
            return None
        return Response(status=200, headers=response.headers, body=shown)

    with vendor(sandbox, existing) as target:
        other = target.create()
        shown = target.raw(f"{COLLECTION}/{other}")
        done = ran(tmp_path, target.token, "run", "--base-url", target.url, "--allow-writes", *BRIEF)

    assert target.updates(other) == []
    assert "with an existing group" in done.output


@pytest.mark.parametrize("name", spread(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"], ["SIGINT"]))
def test_a_run_that_is_stopped_restores(tmp_path: Path, sandbox: SandboxAndControl, name: str) -> None:
    """Ctrl-C, a kill, or a closed terminal in the middle of the updates."""
    reached, stopped = threading.Event(), threading.Event()

    def noted(request: Request, _response: Response) -> Response | None:
        if request.method == "PUT" and b'"sent twice' in (request.body or b""):
            reached.set()
            stopped.wait(PATIENCE)
        return None

    with vendor(sandbox, noted) as target:
        group = target.create()
        before = target.group(group)
        process = start(tmp_path, target.token, *writing(target, group), *BRIEF, "-k", "test_saving")
        assert reached.wait(PATIENCE)
        process.send_signal(getattr(signal, name))
        stopped.set()
        done = finished(process, tmp_path)
        after = target.group(group)

    assert done.code == 2, done.output
    assert "is in its original state" in done.output
    assert after == before
    assert done.report["verdict"] == "interrupted"


def killed(folder: Path, sandbox: SandboxAndControl, due: Callable[[Vendor, str], bool]) -> bool:
    """Kill a run in the first request that is `due`, and restore; return whether the group was changed."""
    came = threading.Event()

    def counted(_request: Request, _response: Response) -> None:
        if due(target, group):
            process.kill()
            process.wait()
            came.set()

    with vendor(sandbox, counted) as target:
        group = target.create()
        before = target.group(group)
        process = start(folder, target.token, *writing(target, group), *BRIEF)
        assert came.wait(PATIENCE)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        changed = target.group(group) != before

        journal = folder / "conformance-report" / "restore.json"
        assert journal.exists() or not target.updates(group)
        if journal.exists():
            restored = ran(folder, target.token, "restore")
            assert restored.code == 0, restored.output
            assert "is in its original state" in restored.output
        assert target.group(group) == before
        assert not journal.exists()
    return changed


def test_killed_and_restored(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    """Kill -9 while the group is changed; then `restore`, and the group is as before."""
    assert killed(tmp_path, sandbox, lambda target, group: target.group(group) != PRECIOUS)


@pytest.mark.parametrize("point", spread(POINTS, [], slow=POINTS[::3]))
def test_killed_at_any_point_and_restored(tmp_path: Path, sandbox: SandboxAndControl, point: int) -> None:
    """Kill -9 before the first update, after the last one, and in between."""
    killed(tmp_path, sandbox, lambda target, _group: len(target.seen) == point)


def test_a_journal_whose_group_is_of_another_place_sends_nothing(
    tmp_path: Path, sandbox: SandboxAndControl
) -> None:
    """The token goes where the journal says; if the user names another base URL, it goes nowhere."""
    with vendor(sandbox, same) as target:
        folder = tmp_path / "conformance-report"
        folder.mkdir()
        original = {"group_id": "x", "asset_types": ["RDS"], "aws_regions": ["a"], "description": None}
        (folder / "restore.json").write_text(json.dumps({"base_url": target.url, **original}))
        done = ran(
            tmp_path, target.token, "restore", environment={"CLUMIO_API_BASE_URL": "https://api.example.com"}
        )

    assert done.code == 4, done.output
    assert target.seen == []
