"""The end of a command as a process: its exit code, its one line, its signals and its lost output."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clumio_conformance.signals import STOPS, held

TOKEN = "token-0123456789abcdef"
ENDLESS = "import time\nprint('ready')\nwhile True: time.sleep(0.001)"


def command(body: str, *, interrupted: int = 130) -> list[str]:
    """A command of its own process with this body."""
    lines = "".join(f"\n    {line}" for line in body.splitlines())
    end = f"finish('name', main, interrupted={interrupted})"
    return [
        sys.executable,
        "-c",
        f"from clumio_conformance.exit_code import *\nimport sys\ndef main():{lines}\n{end}",
    ]


def ended(body: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    environment = {**os.environ, "CLUMIO_API_TOKEN": TOKEN, **options.pop("environment", {})}
    return subprocess.run(
        command(body), text=True, check=False, timeout=60, env=environment, **(pipes | options)
    )


ERRORS = {
    "raise ValueError('no')": "ValueError: no",
    "raise MemoryError": "MemoryError: ",
    "def again(): again()\nagain()": "RecursionError: maximum recursion depth exceeded",
    "sys.exit(1)": "SystemExit: 1",
    "sys.exit(0)": "SystemExit: 0",
    "raise GeneratorExit": "GeneratorExit: ",
    "raise ExceptionGroup('two', [ValueError(), OSError()])": "ExceptionGroup: two (2 sub-exceptions)",
    "import no_such_module": "ModuleNotFoundError: No module named 'no_such_module'",
    "open('/nowhere/file')": "FileNotFoundError: [Errno 2] No such file or directory: '/nowhere/file'",
    "raise ValueError('one\\ntwo \\x1b[2J')": "ValueError: one\\ntwo \\x1b[2J",
    f"raise ValueError('Bearer {TOKEN}')": "ValueError: Bearer $CLUMIO_API_TOKEN",
}


@pytest.mark.parametrize("body", ERRORS)
def test_an_error_of_ours_is_one_line_and_never_a_deviation(body: str) -> None:
    done = ended(body)

    assert done.returncode == 3
    assert done.stderr.startswith(f"name: our own error, not the target's: {ERRORS[body]}")
    assert done.stderr.endswith(" (CLUMIO_TRACEBACK=1 shows the traceback)\n")
    assert done.stderr.count("\n") == 1


def test_a_traceback_is_shown_on_request_without_secrets() -> None:
    body = f"token = '{TOKEN}'\nraise ValueError(token)"
    done = ended(body, environment={"CLUMIO_TRACEBACK": "1"})

    assert done.returncode == 3
    assert "Traceback (most recent call last)" in done.stderr
    assert "in main" in done.stderr
    assert "ValueError: $CLUMIO_API_TOKEN" in done.stderr
    assert TOKEN not in done.stderr


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 5])
def test_the_code_of_a_command_is_its_own(code: int) -> None:
    assert ended(f"return {code}").returncode == code


@pytest.mark.parametrize(("code", "expected"), [(0, 141), (1, 141), (5, 141), (2, 2), (3, 3), (4, 4)])
def test_a_reader_may_close_the_output_early(code: int, expected: int) -> None:
    """The command goes on to its end; only the code of a result that nobody could read changes."""
    read, write = os.pipe()
    os.close(read)
    body = f"for _ in range(9): print('x' * 9999)\nprint('at its end', file=sys.stderr)\nreturn {code}"
    done = ended(body, stdout=write)
    os.close(write)

    assert (done.returncode, done.stderr) == (expected, "at its end\n")


@pytest.mark.parametrize(("code", "expected"), [(0, 3), (1, 3), (5, 3), (2, 2)])
def test_a_full_output_is_our_error(code: int, expected: int) -> None:
    with Path("/dev/full").open("w") as full:
        done = ended(f"print('lost')\nreturn {code}", stdout=full)

    assert done.returncode == expected
    assert done.stderr == "name: the output is lost: No space left on device\n" * (expected == 3)


def test_lost_messages_change_no_code() -> None:
    with Path("/dev/full").open("w") as full:
        assert ended("print('x', file=sys.stderr)\nreturn 1", stderr=full).returncode == 1
        assert ended("raise ValueError", stderr=full, stdout=full).returncode == 3


@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)])
def test_a_stream_that_is_closed_from_the_start_is_read_by_nobody(
    tmp_path: Path, closed: tuple[int, ...]
) -> None:
    """A file of the command does not get its number."""
    file = tmp_path / "file"
    body = (
        f"with open({str(file)!r}, 'w') as file:\n    print(sys.stdout.isatty(), file=sys.stderr)\nreturn 1"
    )
    words = command(body)
    redirections = " ".join(f"{number}>&-" for number in closed)
    shell = ["sh", "-c", f'exec "$@" {redirections}', "sh", *words]
    done = subprocess.run(shell, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert file.read_text() == ""
    assert "Error" not in done.stdout + done.stderr


def test_what_the_encoding_lacks_is_escaped() -> None:
    done = ended("print('\\u6771 \\ud800')\nreturn 0", environment={"PYTHONIOENCODING": "ascii"})

    assert (done.returncode, done.stdout) == (0, "\\u6771 \\ud800\n")


@pytest.mark.parametrize("code", [2, 130])
@pytest.mark.parametrize("sent", STOPS)
def test_each_signal_interrupts(sent: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        command(ENDLESS, interrupted=code), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(sent)
        _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (code, "name: interrupted\n")


def test_signals_that_keep_coming_change_nothing() -> None:
    """Each point of the end is hit by some of them."""
    for _ in range(10):
        with subprocess.Popen(
            command(ENDLESS), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            process.stdout.readline()
            while process.poll() is None:
                process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (130, "name: interrupted\n")


FINALIZER = """
import os, signal, time
class Closed:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.001)
Closed()
while True: time.sleep(0.001)"""


def test_an_interruption_within_a_finalizer_is_not_lost() -> None:
    """Python only prints what is raised there, and goes on."""
    done = ended(FINALIZER)

    assert (done.returncode, done.stderr) == (130, "name: interrupted\n")


SWALLOWED = """
import os, signal
try:
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(9): pass
except KeyboardInterrupt:
    {instead}"""


@pytest.mark.parametrize(
    ("instead", "code"),
    [("return 0", 130), ("return 1", 130), ("return 3", 130), ("return 5", 5), ("raise ValueError", 130)],
)
def test_an_interruption_that_a_library_swallows_is_one(instead: str, code: int) -> None:
    assert ended(SWALLOWED.format(instead=instead)).returncode == code


def test_held_signals_interrupt_after_the_block() -> None:
    done: list[str] = []

    def block() -> None:
        with held():
            for number in STOPS:
                os.kill(os.getpid(), number)
            done.append("whole")

    before = [signal.getsignal(number) for number in STOPS]
    with pytest.raises(KeyboardInterrupt):
        block()
    assert done == ["whole"]
    assert [signal.getsignal(number) for number in STOPS] == before


def test_without_signals_a_held_block_is_any_block() -> None:
    def block(act: Callable[[], None]) -> None:
        with held():
            act()

    block(lambda: None)
    with pytest.raises(ValueError, match="as it is"):
        block(lambda: (_ for _ in ()).throw(ValueError("as it is")))
