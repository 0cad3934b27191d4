"""The state file: what is acknowledged stays, and what is not ours is left alone."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from clumio_sandbox.database import SCHEMA_VERSION, StateError, open_database
from clumio_sandbox.driver import Driver
from clumio_sandbox.process import base_url, running, start
from clumio_sandbox.store import Store

SOAK = Path(__file__).with_name("soak.py")


def filled(path: Path) -> str:
    """A state file with one group in it."""
    with running(["--state", str(path)]) as url:
        group_id: str = Driver(url, "sandbox-token").create_group(description="kept")["id"]
    return group_id


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
    filled(state)
    assert b"sandbox-token" not in state.read_bytes()


def test_a_second_sandbox_on_the_same_file_says_so(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running(["--state", str(state)]):
        command = [sys.executable, "-m", "clumio_sandbox", "serve", "--state", str(state)]
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert second.returncode == 2
    assert f"{state}: cannot be used (database is locked)" in second.stderr
    assert "stop the sandbox that uses it" in second.stderr


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
def test_a_file_that_is_not_right_is_refused_and_left_alone(
    tmp_path: Path, spoil: object, problem: str
) -> None:
    assert callable(spoil)
    state = tmp_path / "state"
    filled(state)
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


def test_updates_outlive_kills(tmp_path: Path) -> None:
    """The soak, in small: many connections, and a sandbox that is killed again and again."""
    command = [sys.executable, str(SOAK), "--requests", "1500", "--connections", "8", "--kills", "3"]
    done = subprocess.run(
        [*command, "--state", str(tmp_path / "state")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
