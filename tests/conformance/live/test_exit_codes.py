"""Exit codes of whole commands: 1 is a deviation and nothing else, and reports are complete or absent."""

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from live_target import BRIEF, COMMAND, SandboxAndControl, finished, ran, start, vendor
from spread import spread

from clumio_conformance.connection_groups import run
from clumio_conformance.judging.findings import ConformanceFailure
from clumio_conformance.run.plugin import _ending
from clumio_conformance.session.session import NotTestable
from clumio_conformance.transport.wire import TargetLostError

PATIENCE = 60
ONE_TEST = (*BRIEF, "-k", "test_a_group_is_read")
REPORTS = {"report.json", "index.html", "summary.md", "junit.xml", "results.sarif"}
HIDDEN = "token-that-nobody-may-see"


def left(folder: Path) -> set[str]:
    """The files in the report folder."""
    reports = folder / "conformance-report"
    return {file.name for file in reports.iterdir()} if reports.exists() else set()


# --- pytest and its plug-ins ---

PLUGINS = {
    "raise SystemExit(1)": "our own error, not the target's: SystemExit: 1",
    "def pytest_configure(): raise SystemExit(1)": "our own error, not the vendor's",
    "def pytest_runtest_call(): raise MemoryError": "error: .*: MemoryError",
    "def pytest_runtest_teardown(): raise SystemExit(0)": "error: .*: SystemExit: 0",
    "def pytest_runtest_logreport(): raise RecursionError": "our own error, not the vendor's",
    "def pytest_runtest_call(): pytest.fail('no finding')": "error: .*: Failed: no finding",
    "def pytest_sessionfinish(session): session.exitstatus = 1": "pytest failed although no test did",
    "def pytest_sessionfinish(session): session.exitstatus = 77": "unknown exit code 77",
    "def pytest_sessionfinish(): raise RuntimeError('x')": "our own error, not the target's: RuntimeError: x",
    "def pytest_unconfigure(): raise RuntimeError('x')": "our own error, not the target's: RuntimeError: x",
    "def pytest_sessionstart(): pytest.exit('x', returncode=1)": "pytest failed although no test did",
    "def pytest_collection_modifyitems(): raise ValueError('x')": "our own error, not the vendor's",
}


# By an exception within a test, by one of a hook, by an exit code.
SPREAD = (
    "def pytest_runtest_call(): raise MemoryError",
    "def pytest_sessionfinish(session): session.exitstatus = 1",
    "def pytest_unconfigure(): raise RuntimeError('x')",
)


@pytest.mark.parametrize("plugin", spread(PLUGINS, SPREAD))
def test_a_broken_plug_in_is_our_error(tmp_path: Path, plugin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_plug_in.py").write_text(f"import pytest\n{plugin}\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "broken_plug_in", raising=False)

    done = ran(tmp_path, HIDDEN, "run", *ONE_TEST, "-p", "broken_plug_in")

    assert done.code == 3, done.output
    assert re.search(PLUGINS[plugin], done.output), done.output
    assert left(tmp_path) in (REPORTS, set())


@pytest.mark.parametrize(
    ("words", "code", "first"),
    [
        (["--no-such-option"], 4, "unrecognized arguments: --no-such-option"),
        (["no_such_file.py"], 4, "file or directory not found: no_such_file.py"),
        (["test_broken.py"], 3, "error: a test file: can't be collected: ZeroDivisionError"),
        (["-k", "no_such_test"], 5, "inconclusive: nothing was judged"),
    ],
    ids=str,
)
def test_arguments_of_pytest(tmp_path: Path, words: list[str], code: int, first: str) -> None:
    (tmp_path / "test_broken.py").write_text("1 / 0\n")
    done = ran(tmp_path, HIDDEN, "run", *BRIEF, *words)

    assert done.code == code, done.output
    assert re.search(first, done.output), done.output
    assert done.report["exit_code"] == code


def test_a_plan_of_tests_that_cannot_be_collected_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("1 / 0\n")
    done = ran(tmp_path, HIDDEN, "run", "--dry-run", "--", "test_broken.py")

    assert done.code == 3
    assert "error: a test file: can't be collected: ZeroDivisionError: division by zero" in done.output


# --- several endings of one test ---

LOST, UNFIT, FOUND = TargetLostError("lost"), NotTestable("unfit"), ConformanceFailure(())


@pytest.mark.parametrize(
    ("raised", "counts"),
    [
        (LOST, LOST),
        (ExceptionGroup("two", [TargetLostError("again"), ExceptionGroup("one", [UNFIT])]), "again"),
        (ExceptionGroup("two", [FOUND, LOST]), LOST),
        (ExceptionGroup("two", [UNFIT, FOUND]), FOUND),
        (ExceptionGroup("two", [LOST, ValueError("ours")]), "ours"),
        (BaseExceptionGroup("two", [LOST, SystemExit("ours")]), "ours"),
    ],
)
def test_of_several_endings_an_error_of_ours_counts_first(raised: BaseException, counts: Any) -> None:
    found = _ending(raised)
    assert found is counts or str(found) == counts


@pytest.mark.parametrize("most", spread([23, 30, 50], [30]))
def test_a_cap_within_generated_requests_is_inconclusive(
    tmp_path: Path, sandbox: SandboxAndControl, most: int
) -> None:
    """Several examples of one test fail, each in another place, when the cap is reached."""
    with vendor(sandbox) as target:
        words = ["run", "--base-url", target.url, "--allow-writes", "--max-requests", str(most), "--quick"]
        done = ran(tmp_path, target.token, *words, "--", "-q", "-k", "test_properties")

    assert done.code == 5, done.output
    assert f"the cap of {most} requests is reached" in done.report["inconclusive"]
    assert done.report["errors"] == []


# --- a full disk ---


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a file system of this size."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    with ExitStack() as stack:
        try:
            subprocess.run(mount, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("no Python process may mount a file system here")
        stack.callback(subprocess.run, ["umount", str(folder)], check=True)
        yield folder


@pytest.mark.parametrize("filled", [False, True], ids=["fills", "is full"])
def test_a_full_disk_leaves_no_report_and_the_summary_is_shown(tmp_path: Path, *, filled: bool) -> None:
    """Pytest's report, or only one of the later ones, does not fit on the disk."""
    with small_disk(tmp_path / "disk", 64) as disk:
        if filled:
            (disk / "fill").write_bytes(bytes(64 * 1024))
        done = ran(tmp_path, HIDDEN, "run", "--report-dir", str(disk), *ONE_TEST)
        names = [file.name for file in disk.iterdir()]

    assert done.code == 4
    *_, verdict, _where, _next, _code, last = done.output.splitlines()
    assert verdict.startswith("passed: nothing new, ")
    assert re.fullmatch(rf"clumio-conformance: --report-dir {disk}: report.json: No space left .*", last)
    assert names == ["fill"] * filled


@pytest.mark.slow
@pytest.mark.parametrize("where", ["XDG_CACHE_HOME", "TMPDIR"])
def test_caches_on_a_full_disk_change_nothing(tmp_path: Path, where: str) -> None:
    with small_disk(tmp_path / "disk", 4) as disk:
        (disk / "fill").write_bytes(bytes(4096))
        process = start(tmp_path, HIDDEN, "run", *ONE_TEST, environment={where: str(disk)})
        done = finished(process, tmp_path)

    assert done.code == 0, done.output
    assert left(tmp_path) == REPORTS


def test_old_reports_do_not_stay_beside_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of two runs fails half way through its reports."""
    assert ran(tmp_path, HIDDEN, "run", *ONE_TEST).code == 0
    assert left(tmp_path) == REPORTS
    real = Path.replace

    def full(file: Path, target: Path) -> Path:
        if target.name == "summary.md":
            raise OSError(28, "No space left on device")
        return real(file, target)

    monkeypatch.setattr(Path, "replace", full)
    done = ran(tmp_path, HIDDEN, "run", *ONE_TEST)

    assert done.code == 4
    assert "summary.md: No space left on device; no report is left" in done.output
    assert left(tmp_path) == set()


def test_an_error_after_the_run_leaves_no_part_of_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"a bug at {HIDDEN}")

    monkeypatch.setattr(run, "report_of", broken)
    done = ran(tmp_path, HIDDEN, "run", *ONE_TEST)

    assert done.code == 3
    assert "our own error, not the target's: RuntimeError: a bug at $CLUMIO_API_TOKEN" in done.output
    assert HIDDEN not in done.output
    assert left(tmp_path) == set()


# --- the output and signals of a process ---


LOSING = [("| head -1", 141), (">/dev/full", 3), (">&-", 0), (">&- 2>&-", 0)]


@pytest.mark.parametrize(("to", "code"), spread(LOSING, LOSING[:1]))
def test_a_lost_output_costs_no_report(tmp_path: Path, to: str, code: int) -> None:
    line = f'"$@" {to}; exit ${{PIPESTATUS[0]}}'
    words = ["bash", "-c", line, "bash", COMMAND, "run", *ONE_TEST]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert done.returncode == code
    assert done.stderr == "clumio-conformance: the output is lost: No space left on device\n" * (code == 3)
    assert left(tmp_path) == REPORTS


@pytest.mark.parametrize(
    "words", spread(["--help", "known --help", "compare --nonsense"], ["compare --nonsense"])
)
def test_what_is_printed_before_a_command_starts_may_be_lost(words: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [COMMAND, *words.split()], stdout=full, stderr=full, check=False, timeout=PATIENCE
        )

    assert done.returncode == (4 if "--nonsense" in words else 3)


def test_without_the_extra_the_command_names_it(tmp_path: Path) -> None:
    """The client alone installs the command, too."""
    (tmp_path / "pytest.py").write_text("raise ModuleNotFoundError('no', name='pytest')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [COMMAND, "run"], env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )

    assert done.returncode == 4
    assert done.stderr == (
        "clumio-conformance: needs pytest: install clumio-connection-groups[conformance]\n"
    )


# Both take several seconds on any machine: the signals come before they are finished.
EXIT_CODES = {"run": (["run"], 2), "power": (["power", "status-undocumented", "--workers", "2"], 130)}


def handles_signals(process: int) -> bool:
    """Whether a process has its handlers: SIGTERM is in the mask of caught signals."""
    status = Path(f"/proc/{process}/status").read_text()
    (caught,) = re.findall(r"^SigCgt:\s*(\w+)$", status, re.MULTILINE)
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def interrupted(folder: Path, seconds: float, name: str, sent: tuple[int, ...]) -> None:
    """Interrupt a command after some seconds, as a terminal does: with its children."""
    words, code = EXIT_CODES[name]
    process = start(folder, HIDDEN, *words, new_session=True)
    while not handles_signals(process.pid):  # until then, Python starts and imports the first modules
        time.sleep(0.005)
    time.sleep(seconds)
    for number in sent:
        os.killpg(process.pid, number)
        time.sleep(0.02)
    done = finished(process, folder)

    assert done.code == code, done.output
    assert "Traceback" not in done.output
    assert left(folder) in (REPORTS, set())


SEVERAL, HELD = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT), (signal.SIGINT,) * 30


@pytest.mark.parametrize(
    ("name", "sent"),
    spread(itertools.product(EXIT_CODES, [SEVERAL, HELD]), [("run", SEVERAL)]),
)
def test_further_signals_change_nothing(tmp_path: Path, name: str, sent: tuple[int, ...]) -> None:
    """A second Ctrl-C, SIGTERM after SIGINT, and a key that is held."""
    interrupted(tmp_path, 1.5, name, sent)


@pytest.mark.parametrize("name", EXIT_CODES)
@pytest.mark.parametrize("tenths", spread(range(20), [], slow=range(1, 20, 4)))
def test_further_signals_change_nothing_at_any_time(tmp_path: Path, name: str, tenths: int) -> None:
    interrupted(tmp_path, tenths / 10, name, (signal.SIGINT,) * 9)
