"""The commands of the README run as they are written there, against a sandbox in place of the vendor."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from recordings import entry, har

from clumio_sandbox.driver import Driver

ROOT = Path(__file__).parents[1]
VENDOR = "https://us-west-2.api.clumio.com"
SLOW = ("clumio-conformance demo", "clumio-conformance explain")
# Of git, of files that are written, and a server without an end: each has tests of its own.
ELSEWHERE = ("clumio-conformance diff", "python scripts/change.py", "clumio-sandbox serve")


def commands() -> list[str]:
    """The commands of the three uses."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Three uses")[2]
    found = "".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)).splitlines()
    return [line for line in found if not line.startswith(("export ", *ELSEWHERE))]


def test_each_use_has_three_commands() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)[2:]
    assert [sum(not line.startswith("export") for line in block.splitlines()) for block in blocks] == [
        3,
        3,
        3,
    ]


@pytest.mark.parametrize("slow", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_commands_run(clumio_sandbox: Driver, tmp_path: Path, *, slow: bool) -> None:
    clumio_sandbox.create_group(asset_types=["EC2/EBS"], description="ours")
    har(tmp_path, entry()).rename(tmp_path / "session.har")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CLUMIO_API_TOKEN": clumio_sandbox.token,
    }
    run = [line for line in commands() if line.startswith(SLOW) == slow]
    assert run
    for line in run:
        words = line.partition("#")[0].replace(VENDOR, clumio_sandbox.base_url).split()
        done = subprocess.run(
            words,
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, line + done.stdout + done.stderr
