"""The state file: answered writes stay, and a file that is not a valid state file is refused unchanged."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.sandbox.conftest import TOKEN, Client

from clumio_sandbox.cli import main
from clumio_sandbox.database import SCHEMA_VERSION, StateError, open_database
from clumio_sandbox.driver import Driver
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
    with pytest.raises(SystemExit) as stopped:
        main(["serve", "--state", str(state)])
    first.close()
    assert stopped.value.code == 2
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
