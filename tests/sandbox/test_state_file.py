"""The state file: answered writes stay, and a file that is not a valid state file is refused unchanged."""

import contextlib
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.conftest import CREATE, TOKEN, UPDATE, Client

from clumio_sandbox.cli import main
from clumio_sandbox.database import SCHEMA_VERSION, StateError, open_database
from clumio_sandbox.driver import Driver
from clumio_sandbox.group_document import GROUPS_PATH
from clumio_sandbox.process import base_url, running, start
from clumio_sandbox.sandbox import Sandbox
from clumio_sandbox.store import Store

SOAK = Path(__file__).with_name("soak.py")


def fill(path: Path) -> None:
    """Make a state file with one group."""
    sandbox = Sandbox(state=path)
    sandbox.store.register(TOKEN)
    Client(sandbox).create(description="kept")
    sandbox.store.close()


@pytest.mark.slow
def test_a_killed_sandbox_has_lost_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state"
    process = start(["--state", str(state)])
    driver = Driver(base_url(process), "sandbox-token")
    group_id = driver.create_group()["id"]
    driver.stack(group_id, "deploy")
    for number in range(50):
        last = driver.update_group(group_id, asset_types=["S3"], aws_regions=[], description=str(number))
    process.kill()
    process.communicate()
    with running(["--state", str(state)]) as url:
        again = Driver(url, "sandbox-token")
        read = again.read_group(group_id)
        assert read.pop("deployment_template_url").partition("/_")[2] in last.pop("deployment_template_url")
        assert read == last
        assert len(again.state(group_id)["history"]) == 50


def test_tokens_are_not_in_the_file(tmp_path: Path) -> None:
    state = tmp_path / "state"
    fill(state)
    assert TOKEN.encode() not in state.read_bytes()


def test_a_second_sandbox_on_the_same_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    first = Store(state)
    assert main(["serve", "--state", str(state)]) == 4
    first.close()
    message = capsys.readouterr().err
    assert f"{state}: cannot be used (database is locked)" in message
    assert "stop the sandbox that uses it" in message


def damage_head(path: Path) -> None:
    path.write_bytes(b"no database" + path.read_bytes()[11:])


def damage_facts(path: Path) -> None:
    content = path.read_bytes()
    assert content.count(b'"kept"') == 1
    path.write_bytes(content.replace(b'"kept"', b'"lost"'))


def damage_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:4196] = b"\xaa" * 100
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def cut_within_the_first_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:300])


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def make_newer(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    database.close()


def make_foreign(path: Path) -> None:
    path.unlink()
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE groups (precious TEXT)")
    database.close()


def changed(path: Path, statement: str) -> None:
    database = sqlite3.connect(path)
    database.execute(statement)
    database.close()


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("DROP TABLE history", "history"),
        ("DROP INDEX groups_of_organization", "groups_of_organization"),
        ("ALTER TABLE groups RENAME COLUMN facts TO other", "groups"),
    ],
)
def test_a_missing_table_is_noticed_at_the_start(tmp_path: Path, statement: str, named: str) -> None:
    state = tmp_path / "state"
    fill(state)
    changed(state, statement)
    with pytest.raises(
        StateError, match=rf"damaged \({named} is missing or changed\); the file is unchanged"
    ):
        open_database(state)


def test_a_memory_is_not_a_file() -> None:
    with pytest.raises(StateError, match=r"^:memory:: not a file; leave --state out: the state then ends"):
        open_database(Path(":memory:"))


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (damage_head, "damaged or no state file"),
        (damage_facts, "damaged .the facts of group"),
        (damage_page, "damaged"),
        (cut, "damaged"),
        (cut_within_the_first_page, "damaged|not a state file"),
        (cut_short, "damaged|not a state file"),
        (make_newer, "written by another version"),
        (make_foreign, "not a state file of the sandbox"),
    ],
)
def test_a_wrong_file_is_refused_and_stays_unchanged(tmp_path: Path, spoil: object, problem: str) -> None:
    assert callable(spoil)
    state = tmp_path / "state"
    fill(state)
    spoil(state)
    before = state.read_bytes()
    with pytest.raises(StateError, match=problem) as refusal:
        open_database(state)
    assert str(state) in str(refusal.value)
    assert state.read_bytes() == before


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.touch()
    Store(state).close()
    Store(state).close()


def test_a_full_file_takes_no_writes_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Writes fail until there is room again; reads do not, and the log has one line about it."""
    opened: list[sqlite3.Connection] = []
    real = sqlite3.connect

    def connect(*words: Any, **options: Any) -> sqlite3.Connection:
        opened.append(real(*words, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", connect)
    state = tmp_path / "state"
    sandbox = Sandbox(state=state)
    sandbox.store.register(TOKEN)
    client = Client(sandbox)
    group = client.create(description="kept")
    (pages,) = opened[0].execute("PRAGMA page_count").fetchone()
    opened[0].execute(f"PRAGMA max_page_count = {pages}")
    large = CREATE | {"description": "x" * 50_000}

    refused = [client.send("POST", "", large) for _ in range(3)]

    assert {answer.status for answer in refused} == {503}
    assert set(json.loads(refused[0].body)["errors"][0]) == {"error_code", "error_message"}
    assert client.read(group["id"]) == group
    assert [record.getMessage() for record in caplog.records] == [
        f"{state}: cannot be written: database or disk is full; reads go on"
    ]

    opened[0].execute("PRAGMA max_page_count = 1000000")
    assert client.json(client.send("POST", "", large))["description"] == large["description"]
    sandbox.store.close()


def test_a_full_disk_takes_no_writes_and_room_brings_them_back(tmp_path: Path) -> None:
    """The process itself, on a small file system that another program fills."""
    disk, log = tmp_path / "disk", tmp_path / "log"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no Python process may mount a file system here")
    try:
        with log.open("wb") as stderr, running(["--state", str(disk / "state")], stderr=stderr) as url:
            driver = Driver(url, "sandbox-token")
            group_id = driver.create_group()["id"]
            with contextlib.suppress(OSError), (disk / "fill").open("wb", buffering=0) as fill:
                while fill.write(bytes(4096)):
                    pass
            statuses = [update(driver, group_id, str(number) * 4000) for number in range(9)]
            assert statuses[-1] == 503
            kept = driver.read_group(group_id).get("description")
            assert kept == (None if 200 not in statuses else str(statuses.count(200) - 1) * 4000)
            (disk / "fill").unlink()
            assert update(driver, group_id, "room again") == 200
            assert driver.read_group(group_id)["description"] == "room again"
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert log.read_text() == (
        f"{disk / 'state'}: cannot be written: database or disk is full; reads go on\n"
    )


def update(driver: Driver, group_id: str, description: str) -> int:
    """Update a group; return the status."""
    body = json.dumps({**UPDATE, "description": description}).encode()
    headers = (("Authorization", f"Bearer {driver.token}"), ("Content-Type", "application/json"))
    return driver.exchange("PUT", f"{GROUPS_PATH}/{group_id}", body, headers)[0]


@pytest.mark.slow
def test_updates_outlive_kills(tmp_path: Path) -> None:
    """A short run of the soak script: many connections, and a sandbox that is killed several times."""
    command = [sys.executable, str(SOAK), "--requests", "1500", "--connections", "8", "--kills", "3"]
    done = subprocess.run(
        [*command, "--state", str(tmp_path / "state")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
