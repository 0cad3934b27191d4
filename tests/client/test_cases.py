"""What engineers expect of the client: tests/cases/client as they were given, in a pytest of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_each_expectation_is_met() -> None:
    """A Python with the vendor's SDK may be missing; nothing else may."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rs",
            "-c",
            os.devnull,
            "-p",
            "no:cacheprovider",
            "--confcutdir=.",
            ".",
        ],
        cwd=ROOT / "tests" / "cases" / "client",
        env={**os.environ, "CLUMIO_CHECKOUT": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    counted = {what: int(count) for count, what in re.findall(r"(\d+) (passed|skipped)", done.stdout)}
    assert counted["passed"] + counted.get("skipped", 0) == 35, done.stdout
    assert counted.get("skipped", 0) <= 1, done.stdout
