"""Somebody else writes to the group under test: nothing of theirs is overwritten, and nobody is accused."""

import itertools
import json
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from live_target import (
    BRIEF,
    COLLECTION,
    SandboxAndControl,
    Vendor,
    finished,
    ran,
    same,
    start,
    vendor,
    writing,
)
from proxy import Change, proxy
from spread import spread

from clumio_conformance.exchange import Request, Response

CHOSEN = (*BRIEF, "-k", "test_saving or test_reading")
THEIRS = {"asset_types": ["S3"], "aws_regions": ["eu-west-1"], "description": "changed by the storage team"}


def journal(folder: Path) -> Path:
    return folder / "conformance-report" / "restore.json"


def once(condition: Callable[[Request], bool], then: Callable[[], Any]) -> Change:
    """Do something the first time that a request meets a condition."""
    done: list[bool] = []

    def changed(request: Request, _response: Response) -> None:
        if not done and condition(request):
            done.append(True)
            then()

    return changed


def is_update(text: bytes) -> Callable[[Request], bool]:
    return lambda request: request.method == "PUT" and text in (request.body or b"")


@pytest.mark.parametrize(
    "text", spread([b"sent twice", b"Accounts of the data platform", b"under test"], [b"sent twice"])
)
def test_another_writer_ends_the_run_and_keeps_what_they_wrote(
    tmp_path: Path, sandbox: SandboxAndControl, text: bytes
) -> None:
    """The original stays in the journal, and comes back when the user says so."""
    with vendor(
        sandbox, once(is_update(text), lambda: target.call("PUT", f"{COLLECTION}/{group}", THEIRS))
    ) as target:
        group = target.create()
        before = target.group(group)
        done = ran(tmp_path, target.token, *writing(target, group), *CHOSEN)
        assert target.group(group) == THEIRS
        assert journal(tmp_path).exists()

        again = ran(tmp_path, target.token, "restore")
        assert again.code == 5
        assert "somebody else has updated it" in again.output
        assert target.group(group) == THEIRS

        assert ran(tmp_path, target.token, "restore", "--overwrite").code == 0
        assert target.group(group) == before

    assert done.code == 5, done.output
    assert "somebody else updates this group" in done.report["inconclusive"]
    assert "restore --report-dir conformance-report --overwrite" in done.output
    assert done.report["findings"] == []


def test_another_writer_after_the_last_read_is_seen_before_the_restoration(
    tmp_path: Path, sandbox: SandboxAndControl
) -> None:
    """The last test has ended; what is there now is not what the run wrote."""
    last: list[float] = []

    with vendor(sandbox) as target:
        group = target.create()
        process = start(
            tmp_path, target.token, *writing(target, group), *BRIEF, "-k", "test_saving", "--capture=no"
        )
        process.communicate(timeout=120)
        assert process.returncode == 0
        last.append(len(target.seen))
    final = last[0]

    def at_the_end(_request: Request, _response: Response) -> None:
        # The restoration reads first; at this request the tests are over.
        if len(other.seen) == final - 3:
            other.call("PUT", f"{COLLECTION}/{group}", THEIRS)

    with vendor(sandbox, at_the_end) as other:
        group = other.create()
        done = ran(tmp_path / "second", other.token, *writing(other, group), *BRIEF, "-k", "test_saving")
        assert other.group(group) == THEIRS

    assert done.code == 5, done.output
    assert done.report["findings"] == []
    assert journal(tmp_path / "second").exists()


@pytest.mark.parametrize("same_folder", spread([True, False], [False]))
def test_a_second_run_on_this_machine_does_not_start(
    tmp_path: Path, sandbox: SandboxAndControl, *, same_folder: bool
) -> None:
    """It names the first one, and sends nothing."""
    outputs: list[Any] = []

    def second() -> None:
        folder = tmp_path if same_folder else tmp_path / "other"
        sent = len(target.seen)
        outputs.append(ran(folder, target.token, *writing(target, group), *CHOSEN))
        assert len(target.seen) == sent

    with vendor(sandbox, once(is_update(b"sent twice"), second)) as target:
        group = target.create()
        before = target.group(group)
        process = start(tmp_path, target.token, *writing(target, group), *CHOSEN)
        first = finished(process, tmp_path)
        assert target.group(group) == before

    assert first.code == 0, first.output
    assert outputs[0].code == 4
    expected = "restore it first" if same_folder else f"process {process.pid}, reports in {tmp_path}"
    assert expected in outputs[0].output


def test_a_restore_does_not_cut_in_on_a_run(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    outputs: list[Any] = []
    with vendor(
        sandbox,
        once(is_update(b"sent twice"), lambda: outputs.append(ran(tmp_path, target.token, "restore"))),
    ) as target:
        group = target.create()
        done = finished(start(tmp_path, target.token, *writing(target, group), *CHOSEN), tmp_path)

    assert outputs[0].code == 4
    assert "is under way on this machine" in outputs[0].output
    assert done.code == 0, done.output


def test_what_another_run_left_is_no_original(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    """A description with the mark of a run is not somebody's: that run has still to restore it."""
    with vendor(sandbox) as target:
        group = target.create(description="under test [clumio-conformance 3f9a12]")
        done = ran(tmp_path, target.token, *writing(target, group), *CHOSEN)

    assert done.code == 5, done.output
    assert "another run is under way, or left it" in done.report["inconclusive"]
    assert target.updates(group) == []


def test_a_group_that_is_deleted_meanwhile_is_one_cause(tmp_path: Path, sandbox: SandboxAndControl) -> None:
    def delete() -> None:
        target.control.move(group, "delete")
        target.control.move(group, "succeed")

    with vendor(sandbox, once(is_update(b"sent twice"), delete)) as target:
        group = target.create()
        target.control.move(group, "deploy")
        done = ran(tmp_path, target.token, *writing(target, group), *CHOSEN)

    assert done.code == 5, done.output
    assert "no longer exists: somebody has deleted it" in done.report["inconclusive"]
    assert done.report["findings"] == []


def description(change: Callable[[str], str | None]) -> Change:
    """A vendor that saves descriptions in its own way."""

    def changed(_request: Request, response: Response) -> Response | None:
        if response.status != 200 or b"intended_asset_types" not in response.body:
            return None
        group = json.loads(response.body)
        if not isinstance(group.get("description"), str):
            return None
        body = json.dumps({**group, "description": change(group["description"])}).encode()
        return Response(status=200, headers=response.headers, body=body)

    return changed


OWN_WAYS: dict[str, Callable[[str], str | None]] = {
    "cut": lambda text: text[:40],
    "upper case": str.upper,
    "escaped": lambda text: text.replace("<", "&lt;"),
    "dropped": lambda _text: None,
    "trimmed": str.strip,
}


@pytest.mark.parametrize("way", spread(OWN_WAYS, ["upper case", "dropped"]))
def test_a_vendor_that_saves_texts_in_its_own_way_is_no_other_writer(
    tmp_path: Path, sandbox: SandboxAndControl, way: str
) -> None:
    """The deviation is found, as on a group of the run's own."""
    with vendor(sandbox, description(OWN_WAYS[way])) as target:
        group = target.create()
        done = ran(tmp_path, target.token, *writing(target, group), *CHOSEN)

    assert done.code == 1, done.output
    assert done.blamed() == {"vendor"}
    assert "somebody else" not in done.output


@pytest.mark.parametrize("outage", [8, 20])
def test_a_long_outage_at_the_end_is_waited_for(
    tmp_path: Path, sandbox: SandboxAndControl, outage: int
) -> None:
    """So many requests get no answer, with pauses of up to 15 s; then the group is restored after all."""
    away: list[int] = []

    def lost(request: Request, _response: Response) -> None:
        if b"sent twice" in (request.body or b""):
            away.append(0)
        if away and len(away) < outage:
            away.append(0)
            raise ConnectionAbortedError("on purpose")

    with vendor(sandbox, lost) as target:
        group = target.create()
        before = target.group(group)
        done = ran(tmp_path, target.token, *writing(target, group), *CHOSEN)
        assert target.group(group) == before

    assert done.code == 5, done.output
    assert "is in its original state" in done.output
    assert not journal(tmp_path).exists()


MARK = re.compile(rb"clumio-conformance [0-9a-f]+")


def race(folder: Path, target: Vendor, urls: list[str], chance: random.Random) -> str:
    """Run several times on one group at random offsets; return where the original is then."""
    group = target.create()
    before = target.group(group)
    processes = []
    for number, url in enumerate(urls):
        words = ["run", "--base-url", url, "--allow-writes", "--connection-group-id", group]
        chosen = ["--restore-seconds", "5", *BRIEF, "-k", "test_saving"]
        processes.append(start(folder / str(number), target.token, *words, *chosen))
        time.sleep(chance.uniform(0, 0.6))
    for process in processes:
        process.communicate(timeout=300)
    if target.group(group) == before:
        return "original"
    for number in range(len(urls)):
        if journal(folder / str(number)).exists():
            ran(folder / str(number), target.token, "restore", "--overwrite")
            if target.group(group) == before:
                return "journal"
    return "lost"


def turns(target: Vendor) -> int:
    """How often another run wrote to a group than the one before it."""
    marks = [found[0] for request in target.seen if (found := MARK.search(request.body or b""))]
    return sum(one != other for one, other in itertools.pairwise(marks))


@pytest.mark.parametrize(("runs", "times"), spread([(2, 1), (2, 5), (5, 5)], [(2, 1)], slow=[(2, 5)]))
def test_several_runs_at_once_lose_nothing(
    tmp_path: Path, sandbox: SandboxAndControl, runs: int, times: int
) -> None:
    """One of them proceeds at a time, and the original is there at the end."""
    chance = random.Random(runs)
    for turn in range(times):
        with vendor(sandbox) as target:
            assert race(tmp_path / str(turn), target, [target.url] * runs, chance) == "original"
        marks = {found[0] for request in target.seen if (found := MARK.search(request.body or b""))}
        assert 1 <= len(marks) <= runs
        assert turns(target) == len(marks) - 1


@pytest.mark.parametrize("times", spread([1, 5], [], slow=[1]))
def test_two_runs_at_once_from_two_machines_lose_nothing(
    tmp_path: Path, sandbox: SandboxAndControl, times: int
) -> None:
    """Through two proxies the locks are not the same: the mark and the comparison protect the group."""
    chance = random.Random(7)
    with vendor(sandbox) as target, proxy(same, target.behind) as other:
        for turn in range(times):
            assert race(tmp_path / str(turn), target, [target.url, other], chance) != "lost"
