"""The journal is on disk before the first update, or there is no update."""

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from exchanges import GROUP, read, without
from far_target import Clock, far

from clumio_conformance.connection_groups.grants import policy
from clumio_conformance.connection_groups.guard.guard import GroupGuard, refuse_unfinished
from clumio_conformance.connection_groups.guard.journal import Journal, Original, RestorationError
from clumio_conformance.connection_groups.guard.restore import restore
from clumio_conformance.connection_groups.operations import group_path
from clumio_conformance.options import RunOptions, UsageError
from clumio_conformance.session.targets import Live
from clumio_conformance.transport.wire import TargetLostError, Wire

ORIGINAL = Original(
    base_url="https://api.example.com",
    group_id="7c3e",
    asset_types=["EC2/EBS", "EC2MSSQL"],
    aws_regions=["us-east-1", "us-west-2"],
    description="under test",
)


class Group:
    """A vendor that keeps one group, and refuses every update that is not exactly like the group."""

    def __init__(self, **fields: Any) -> None:
        self.fields: dict[str, Any] = {**GROUP, **fields}
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            body = json.loads(request.content)
            self.bodies.append(body)
            self.fields |= {
                "intended_asset_types": sorted(body["asset_types"]),
                "intended_aws_regions": body["aws_regions"],
                **{name: body[name] for name in ("description", "template_permission_set") if name in body},
            }
        return httpx.Response(200, json=self.fields)


def kept(folder: Path, answer: Group, *, group_id: str = "7c3e") -> tuple[GroupGuard, Wire]:
    options = RunOptions(report_dir=folder)
    live = Live(base_url="https://api.example.com", allow_writes=True, subject_id=group_id)
    target = far(answer)
    target.wire.policy = policy(live, options)
    return GroupGuard(live, target.wire, options), target.wire


def given_back(wire: Wire, original: Original, **options: Any) -> list[str]:
    """Restore without waiting in real time."""
    clock = Clock()
    mine: dict[str, Any] = {"seconds": 300.0, "not_ours": lambda _read: [], "say": lambda _text: None}
    return restore(wire, original, **{**mine, **options}, sleep=clock.sleep, clock=clock)


def may_update(wire: Wire) -> bool:
    return ("PUT", group_path("7c3e")) in wire.policy.allowed


def test_no_update_before_the_journal(tmp_path: Path) -> None:
    """The designated group may be read from the start, and updated once its original is on disk."""
    guard, wire = kept(tmp_path, Group())
    assert not may_update(wire)

    assert guard.keep(read()) is None

    assert may_update(wire)
    assert guard.is_protecting
    assert replace(Journal(tmp_path).read(), written=None) == ORIGINAL


def test_the_journal_is_synced_before_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First the file, then its name, then the folder."""
    done: list[str] = []
    real = os.fsync

    def noted(descriptor: int) -> None:
        done.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)

    Journal(tmp_path).create(ORIGINAL)

    assert done == [str(tmp_path / f".restore-{os.getpid()}.tmp"), str(tmp_path)]
    assert [file.name for file in tmp_path.iterdir()] == ["restore.json"]


@pytest.mark.parametrize("where", ["write", "fsync", "link"])
def test_a_full_disk_means_no_update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr({"write": "json.dump", "fsync": "os.fsync", "link": "os.link"}[where], full)
    guard, wire = kept(tmp_path, Group())

    reason = guard.keep(read())

    assert reason is not None
    assert "No space left on device" in reason
    assert "--report-dir" in reason
    assert guard.untouched == reason
    assert not may_update(wire)
    assert guard.restore_group() == []


UNFIT: dict[str, dict[str, Any]] = {
    "no types": {"intended_asset_types": []},
    "no regions": {"intended_aws_regions": []},
    "types that are no list": {"intended_asset_types": "RDS"},
    "types that are null": {"intended_asset_types": None},
    "a type that is no text": {"intended_asset_types": [1]},
    "a description that is no text": {"description": 7},
    "a running stack": {"ongoing_stack_operation": "updating_stack"},
    "another group": {"id": "other"},
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_could_not_be_restored_is_not_updated(tmp_path: Path, name: str) -> None:
    guard, wire = kept(tmp_path, Group())

    assert "not updated" in str(guard.keep(read({**GROUP, **UNFIT[name]})))

    assert not may_update(wire)
    assert not Journal(tmp_path).exists()


def test_without_intended_fields_the_connected_ones_count(tmp_path: Path) -> None:
    guard, _ = kept(tmp_path, Group())

    guard.keep(read(without(GROUP, "intended_asset_types", "intended_aws_regions")))

    assert Journal(tmp_path).read().aws_regions == ["us-east-1"]


def test_everything_that_an_update_writes_is_given_back(tmp_path: Path) -> None:
    """Also the field that is newer than the page, if the group has it; the order of types means nothing."""
    vendor = Group(template_permission_set="all")
    guard, wire = kept(tmp_path, vendor)
    guard.keep(read(vendor.fields))
    changed = {
        "asset_types": ["S3"],
        "aws_regions": ["eu-central-1"],
        "description": "under change",
        "template_permission_set": "inventory_backup",
    }
    wire.send(wire.outgoing("PUT", group_path("7c3e"), body=json.dumps(changed).encode()))
    vendor.bodies.clear()

    assert guard.restore_group() == ["the group 7c3e is in its original state"]

    assert not wire.lost
    assert vendor.bodies == [
        {
            "asset_types": ["EC2/EBS", "EC2MSSQL"],
            "aws_regions": ["us-east-1", "us-west-2"],
            "description": "under test",
            "template_permission_set": "all",
        }
    ]
    assert vendor.fields["description"] == "under test"
    assert not Journal(tmp_path).exists()


def test_a_group_that_was_not_changed_is_not_written_to(tmp_path: Path) -> None:
    vendor = Group()
    guard, _ = kept(tmp_path, vendor)
    guard.keep(read())

    guard.restore_group()

    assert vendor.bodies == []


def test_a_region_that_is_there_twice_is_not_the_original(tmp_path: Path) -> None:
    """What a probe of repetitions left is restored, too."""
    vendor = Group()
    guard, wire = kept(tmp_path, vendor)
    guard.keep(read())
    twice = {**ORIGINAL.body(), "aws_regions": ["us-east-1", "us-west-2", "us-east-1"]}
    wire.send(wire.outgoing("PUT", group_path("7c3e"), body=json.dumps(twice).encode()))

    guard.restore_group()

    assert vendor.fields["intended_aws_regions"] == ["us-east-1", "us-west-2"]


def test_a_disk_that_fills_during_the_run_does_not_keep_the_group_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal can't take the next update: it is not sent; the group is restored without the disk."""
    vendor = Group()
    guard, wire = kept(tmp_path, vendor)
    guard.keep(read())
    update = wire.outgoing(
        "PUT", group_path("7c3e"), body=json.dumps({**ORIGINAL.body(), "description": "a b"}).encode()
    )
    wire.send(update)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TargetLostError, match="No space left on device"):
        wire.send(update)

    assert guard.restore_group() == ["the group 7c3e is in its original state"]
    assert vendor.fields["description"] == "under test"


def test_a_restoration_that_is_not_seen_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The vendor answers 200, but the group is not restored: the run reports it, and the journal stays."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    guard, _ = kept(tmp_path, Group())
    guard.keep(read())
    deaf = Group(description="changed")
    guard, wire = kept(tmp_path, deaf)
    original = Journal(tmp_path).read()
    deaf_wire = far(lambda _request: httpx.Response(200, json=deaf.fields)).wire

    left = given_back(deaf_wire, original)

    assert left == ["description: 'changed' instead of 'under test'"]
    assert wire.lost is None
    assert Journal(tmp_path).exists()


def test_a_restoration_revives_what_was_given_up() -> None:
    """The cap is reached, and the target was lost: a group is restored all the same."""
    vendor = Group(description="changed")
    target = far(vendor, max_requests=1)
    target.wire.requests = 1
    target.wire.lost = "the cap of 1 requests is reached"

    assert given_back(target.wire, ORIGINAL) == []

    assert vendor.fields["description"] == "under test"


def test_no_description_is_given_back_as_none_or_as_empty() -> None:
    """Leaving the field out may keep what is there: then an empty text is tried."""
    vendor = Group(description="changed")
    original = Original(**{**vars(ORIGINAL), "description": None})

    assert given_back(far(vendor).wire, original) == []

    assert [body.get("description", "absent") for body in vendor.bodies] == ["absent", ""]


DAMAGED = {
    "empty": "",
    "cut": '{"base_url": "https://',
    "a list": "[]",
    "a number": "7",
    "other fields": '{"x": 1}',
    "a field of another type": json.dumps({**vars(ORIGINAL), "asset_types": "RDS"}),
    "no types": json.dumps({**vars(ORIGINAL), "asset_types": []}),
    "a group of no name": json.dumps({**vars(ORIGINAL), "group_id": 7}),
    "not UTF-8": "\udcff",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_journal_is_said_to_be_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "restore.json").write_bytes(DAMAGED[name].encode("utf-8", "surrogateescape"))

    with pytest.raises(RestorationError, match=r"restore\.json.*by hand"):
        Journal(tmp_path).read()


def test_no_run_starts_before_an_unfinished_one_is_given_back(tmp_path: Path) -> None:
    """For a journal of any group, and for a damaged one."""
    (tmp_path / "restore.json").write_text("{")

    with pytest.raises(UsageError, match="restore it first: clumio-conformance restore --report-dir"):
        refuse_unfinished(RunOptions(report_dir=tmp_path))


def test_a_run_that_writes_to_no_ones_group_keeps_no_journal(tmp_path: Path) -> None:
    wire, url = kept(tmp_path, Group())[1], "https://api.example.com"
    for target in (Live(base_url=url, subject_id="7c3e"), Live(base_url=url, allow_writes=True)):
        assert GroupGuard(target, wire, RunOptions(report_dir=tmp_path)).keep(read()) is None

    assert not may_update(wire)
    assert list(tmp_path.iterdir()) == []
