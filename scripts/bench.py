#!/usr/bin/env python3
"""Print the project's own timings: runs of the suite, the client's import and calls, the sandbox's requests.

What a call and an import cost beside bare httpx is measured as tests/client/test_cost.py does, and the sandbox by
tests/sandbox/soak.py without kills. All of it depends on the machine and on what else runs there: the load is printed, too.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
IMPORT: Final = "clumio_connection_groups.api.aws_connection_groups.update_aws_connection_group"
_TIMES: Final = 7
_SOAK: Final = ("--requests", "10000", "--connections", "8", "--kills", "0")

Figure = tuple[str, str]
"""What was measured, and how much it is."""


class FailedError(Exception):
    """What is measured does not work; the message has its output."""


def main(arguments: Sequence[str]) -> int:
    """Measure and print, a line each; the exit code is 1 when something that is measured does not work."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=sorted(MEASURES), help="these alone (default: all)")
    options = parser.parse_args(arguments)
    print(f"CPython {platform.python_version()}, {os.cpu_count()} cores{_load()}")
    failed = False
    for name, measure in MEASURES.items():
        if name in (options.only or MEASURES):
            try:
                for figure in measure():
                    print(f"{figure[0]:<44} {figure[1]}", flush=True)
            except FailedError as why:
                failed = True
                print(f"{name}: {why}", file=sys.stderr)
    return int(failed)


def suite() -> Iterator[Figure]:
    """A default and a quick run of the suite against the healthy sandbox."""
    for label, extra in (("default run", ()), ("quick run", ("--quick",))):
        with tempfile.TemporaryDirectory() as folder:
            command = ["-m", "clumio_conformance", "run", "--report-dir", folder, *extra]
            seconds, _ = _timed(command)
            report: dict[str, Any] = json.loads((Path(folder) / "report.json").read_text(encoding="utf-8"))
        yield label, f"{seconds:.1f} s, {report['run']['requests']} requests"


def client() -> Iterator[Figure]:
    """The client's import in milliseconds, and import and call beside bare libraries."""
    code = f"import time; begun = time.perf_counter(); import {IMPORT}; print(time.perf_counter() - begun)"
    best = min(float(_timed(["-c", code])[1]) for _ in range(_TIMES))
    yield "import of the client", f"{best * 1000:.0f} ms"
    _, output = _timed(["-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "tests/client/test_cost.py"])
    for subject, ratio, base in re.findall(r"(an? \w+) costs ([\d.]+) times (.+)", output):
        yield f"{subject} of the client, beside {base}", f"{ratio} times as long"


def sandbox() -> Iterator[Figure]:
    """Mixed requests against a sandbox that keeps its state in a file, a second."""
    seconds, output = _timed(["tests/sandbox/soak.py", *_SOAK])
    counted = dict(re.findall(r"(\w+)=(\d+)", output))
    yield "sandbox with a state file, mixed requests", f"{int(counted['requests']) / seconds:.0f} a second"
    yield "of which updates", f"{int(counted['updates']) / seconds:.0f} a second"


MEASURES: Final[dict[str, Callable[[], Iterator[Figure]]]] = {
    "suite": suite,
    "client": client,
    "sandbox": sandbox,
}


def _timed(arguments: Sequence[str]) -> tuple[float, str]:
    """Run Python with these arguments; gives seconds and output."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise FailedError(
            f"exit code {done.returncode} of {' '.join(arguments[:3])}\n{done.stdout}{done.stderr}"
        )
    return seconds, done.stdout


def _load() -> str:
    return f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
