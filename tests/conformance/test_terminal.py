"""What a run prints: in a terminal, in a pipe, and in a job of GitHub Actions."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from live_target import COMMAND, ran
from results import answered, result_of
from spread import spread

from clumio_conformance import cli
from clumio_conformance.connection_groups import run as runner
from clumio_conformance.connection_groups.guard.guard import GroupGuard
from clumio_conformance.contract.contract import contract
from clumio_conformance.exchange import Exchange
from clumio_conformance.options import RunOptions
from clumio_conformance.reporting.advice import next_steps
from clumio_conformance.reporting.annotations import MOST, Annotation, at_most
from clumio_conformance.reporting.progress import OFTEN, SELDOM, Progress
from clumio_conformance.reporting.report import report_of
from clumio_conformance.reporting.streams import is_coloured
from clumio_conformance.reporting.terminal import Detail, show
from clumio_conformance.result import Result
from clumio_conformance.session.targets import Sandbox

ONE_TEST = ("--", "-k", "test_a_group_is_read")
FORGED = "\n::error::forged\r\n  ::warning::forged\n##[error]forged ##vso[task.complete]%0A::notice::forged"


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def broken() -> Result:
    """A status and a description of somebody's own, and no id."""
    return result_of(answered({"status": "active", "description": 7}))


def printed(
    result: Result, detail: Detail = "causes", *, folder: Path = Path("nowhere"), screen: bool = False
) -> str:
    stream = Screen() if screen else io.StringIO()
    show(report_of(result, contract()), folder, stream, detail)
    return stream.getvalue()


def causes(text: str) -> list[str]:
    return [line for line in text.splitlines() if re.match("[0-9a-f]{16}  ", line)]


# --- how much ---


def test_each_cause_is_a_line_and_the_worst_is_first(broken: Result) -> None:
    text = printed(broken)
    findings = report_of(broken, contract())["findings"]
    lines = causes(text)

    assert len(lines) == len(findings) > 3
    assert len({line.split()[0] for line in lines}) == len(lines)
    failing, others = text.partition("\nOther findings:\n")[::2]
    assert "\nFindings that fail the run:\n" in failing
    assert (len(causes(failing)), len(causes(others))) == (
        sum(row["fails"] for row in findings),
        sum(not row["fails"] for row in findings),
    )
    (status,) = [line for line in lines if "UCG-ENUM-02" in line]
    assert re.fullmatch(
        r"\w{16}  medium +new  UCG-ENUM-02 +1 of 1  "
        r'status has a value that is not documented: "active"  \(PUT \.\.\./\{connection_group_id\}\)',
        status,
    )
    ranks = ["high", "medium", "low", "info"]
    severities = [ranks.index(line.split()[1]) for line in causes(failing)]
    assert severities == sorted(severities)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"outcome": "known"}, "known"),
        ({"is_new": True}, "new"),
        ({"is_new": False, "since": "2026-05-01"}, "since 2026-05-01"),
        ({"is_new": False}, "not new"),
        ({"title": None, "severity": None, "is_new": None}, "new"),
    ],
)
def test_a_line_says_whether_the_cause_is_new(broken: Result, change: dict[str, Any], state: str) -> None:
    """The last one is of a report before version 1.3, which has neither title nor severity."""
    report = report_of(broken, contract())
    report["findings"] = [{**row, **change} for row in report["findings"] if row["location"] == "/status"]
    stream = io.StringIO()
    show(report, Path(), stream)

    (line,) = causes(stream.getvalue())
    assert re.search(rf"  medium  {state}  UCG-ENUM-02  1 of 1  .*\"active\"", line)


def test_the_verdict_alone(broken: Result, folder: Path) -> None:
    verdict, *rows = printed(broken, "verdict", folder=folder).splitlines()

    assert verdict.startswith("deviation: ")
    assert [row[:12].strip() for row in rows] == ["where", "next", "or", "exit code", "reports"]
    assert rows[0] == "  where     live https://api.invalid"
    assert rows[3] == "  exit code 1: a new deviation, a stale entry, or a change since the baseline"


def test_everything(broken: Result) -> None:
    text = printed(broken, "everything")
    head, *rows = next(part for part in text.split("\n\n") if part.startswith("UCG-ENUM-02")).splitlines()

    assert head == (
        "UCG-ENUM-02  PUT /connections/aws/connection-groups/{connection_group_id} -> 200   /status"
    )
    assert [row.split()[0] for row in rows[:5]] == ["says", "expected", "actual", "when", "replay"]
    assert re.search(r"\n  finding   \w{16}, medium, new\n  request   PUT https://api\.invalid/", text)
    assert '\n            {"asset_types": ["RDS"], "aws_regions": ["us-east-1"]}\n' in text
    assert '\n            {"status": "active", "description": 7}\n' in text
    assert "\n  response  200\n            Content-Type: text/html\n" in text
    assert re.search(r"\ndeviation +\d", text)
    assert re.search(r"\nUCG-ENUM +.*1 deviation", text)
    assert re.search(r"\nUCG-ENUM-02 +must +deviation +deviates at /status\n", text)
    assert re.search(r"\n\d+ more +must +not_run +no answer tested it \(report.json lists them\)\n", text)
    assert "\ncoverage of the contract: 2/3 property\n" in text


# --- what a stream can show ---


def test_only_a_terminal_cuts_and_never_what_is_to_be_copied(
    broken: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = re.sub(r"\x1b\[\d*m", "", printed(broken, screen=True))

    assert {len(line) for line in causes(text)} == {60}
    assert all(line.endswith("...") for line in causes(text))
    assert f"  next      clumio-conformance ticket nowhere/report.json {causes(text)[0][:16]}" in text
    assert min(map(len, causes(printed(broken)))) > 60, "not in a pipe"


@pytest.mark.parametrize(
    ("variables", "in_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"TERM": "dumb"}, False, False),
    ],
    ids=str,
)
def test_colours(
    broken: Result,
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    in_terminal: bool,
    in_pipe: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert (is_coloured(Screen()), is_coloured(io.StringIO())) == (in_terminal, in_pipe)
    assert ("\x1b[31mdeviation: " in printed(broken, screen=True)) is in_terminal
    assert ("\x1b" in printed(broken)) is in_pipe


# --- GitHub Actions ---


@pytest.mark.parametrize("detail", ["verdict", "causes", "everything"])
def test_a_target_forges_no_command_of_a_ci_service(detail: Detail, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is the body, the name and value of a field, the media type, an error and a note."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    result = result_of(
        answered({"status": FORGED, FORGED: FORGED}, media_type=FORGED),
        answered(FORGED.encode(), 500),
    )
    text = printed(replace(result, errors=[FORGED], notes=[FORGED], exit_code=3), detail)

    commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
    others = len(result.findings) - len(result.failing)
    assert len(commands) == min(len(result.failing) + 1, MOST) + min(others, MOST)
    for line in commands:
        assert re.fullmatch(r"::(error|warning|notice) title=[^:,\r\n]*::[^\r\n]*", line)
    assert not re.search(r"##\w*\[", text)
    assert "forged" in text
    assert text.rstrip("\n").splitlines()[-len(commands) :] == commands, "nothing is between them"


def test_annotations_are_for_github_alone(broken: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "::" not in printed(broken)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    first = next(line for line in printed(broken).splitlines() if line.startswith("::"))
    levels = re.findall("^::(error|warning)", printed(broken), re.MULTILINE)

    assert re.match(r"::error title=\w+ UCG-[A-Z]+-\d\d .*::UCG-\S+  PUT .*%0Asays: .*%0Aexpected: ", first)
    assert levels.count("error") == min(len(broken.failing), MOST)
    assert levels.count("warning") == min(len(broken.findings) - len(broken.failing), MOST)


def test_github_shows_ten_of_a_level() -> None:
    errors = [Annotation(level="error", message=str(number)) for number in range(25)]
    notice = Annotation(level="notice", message="100%, a: b\r\nc", properties={"title": "50%, a: b\nc"})

    assert list(at_most([*errors, notice])) == [*errors[:MOST], notice]
    assert str(notice) == "::notice title=50%25%2C a%3A b\\nc::100%25, a: b\\r%0Ac"


# --- what to do next ---

UPDATES = {"outcome": "not_run", "lacks": "updates (--allow-writes)"}


@pytest.mark.parametrize(
    ("change", "run", "step"),
    [
        ({"verdict": "interrupted"}, {}, "run the same command again"),
        ({"verdict": "usage"}, {}, "correct the arguments after --"),
        ({"verdict": "error"}, {}, "send 'a b/report.json' and the output"),
        ({"verdict": "deviation", "stale": [{"where": "known.toml:3"}]}, {}, "remove the entry known.toml:3"),
        (
            {"verdict": "deviation", "changes": [{}]},
            {"baseline": {"file": "old.json"}},
            "clumio-conformance compare old.json 'a b/report.json'",
        ),
        ({"verdict": "passed"}, {}, "cp 'a b/report.json' baseline.json"),
        ({"verdict": "passed"}, {"target": "sandbox"}, "clumio-conformance run --base-url URL"),
        (
            {"verdict": "passed", "requirements": [UPDATES, UPDATES]},
            {},
            "clumio-conformance run --base-url https://api.invalid --allow-writes   "
            "# checks 2 more requirements",
        ),
        (
            {"verdict": "inconclusive", "inconclusive": "the group could not be restored: description"},
            {},
            "clumio-conformance restore --report-dir 'a b'",
        ),
        (
            {"verdict": "inconclusive", "inconclusive": "the target refuses the token of this run"},
            {},
            "clumio-conformance doctor --base-url https://api.invalid",
        ),
        (
            {"verdict": "inconclusive", "inconclusive": "the cap is reached; raise it with --max-requests"},
            {},
            "correct what the line above names, and run again",
        ),
        (
            {"verdict": "inconclusive", "inconclusive": "no bodies"},
            {"target": "recorded"},
            "correct what the line above names, and judge again",
        ),
    ],
)
def test_the_next_step(change: dict[str, Any], run: dict[str, Any], step: str) -> None:
    report = {**report_of(result_of(), contract()), **change}
    report["run"] = {**report["run"], **run}

    assert next_steps(report, Path("a b"))[0].startswith(step)


def test_the_next_step_after_findings(broken: Result) -> None:
    report = report_of(broken, contract())
    name = causes(printed(broken))[0][:16]
    assert [step.partition("   # ")[0] for step in next_steps(report, Path("reports"))] == [
        f"clumio-conformance ticket reports/report.json {name}",
        f"clumio-conformance known add reports/report.json {name} --why 'WHY' --owner 'WHO'",
    ]

    report["findings"] = [{**row, "fails": False} for row in report["findings"]]
    steps = next_steps({**report, "verdict": "passed"}, Path("reports"))
    assert re.match(r"clumio-conformance explain UCG-[A-Z]+-\d\d   # the worst", steps[0])


# --- progress ---


@pytest.mark.parametrize(("stream", "seconds"), [(Screen(), OFTEN), (io.StringIO(), SELDOM)])
def test_progress_is_written_now_and_then(stream: io.StringIO, seconds: float) -> None:
    now = [0.0]
    with Progress(stream, clock=lambda: now[0]) as progress:
        progress.tick()
        progress.text = lambda: f"at {now[0]:g}\n"
        for now[0] in (seconds * 0.9, seconds, seconds * 1.9, seconds * 2):
            progress.tick()

    first, second = f"at {seconds:g}\\n", f"at {seconds * 2:g}\\n"
    assert stream.getvalue() == (
        f"\r\x1b[K{first}\r\x1b[K{second}\r\x1b[K"
        if stream.isatty()
        else f"clumio-conformance: {first}\nclumio-conformance: {second}\n"
    )


def test_a_log_is_not_filled_with_announcements() -> None:
    log, screen, now = io.StringIO(), Screen(), [0.0]
    for stream in (log, screen):
        with Progress(stream, clock=lambda: now[0]) as progress:
            for now[0] in (0.0, SELDOM, SELDOM + 1):
                progress.announce(f"waiting at {now[0]:g}")

    assert log.getvalue() == "clumio-conformance: waiting at 15\n"
    assert screen.getvalue().count("waiting at ") == 3


def test_progress_that_cannot_be_written_is_lost() -> None:
    with Path("/dev/full").open("w") as full, Progress(full) as progress:
        progress.say("lost")
    with Progress(None) as progress:
        progress.say("nobody listens")


# --- whole runs ---


def in_terminal(folder: Path, *words: str, columns: int) -> tuple[int, str]:
    """Run the command in a terminal of this width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    # Given in full: readline has set COLUMNS behind Python's back.
    environment = dict(os.environ)
    with subprocess.Popen(
        [COMMAND, *words], cwd=folder, env=environment, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        output = b"".join(_chunks(ours))
    os.close(ours)
    return process.returncode, output.decode().replace("\r\n", "\n")


def _chunks(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            return
        yield chunk


def test_a_run_in_a_narrow_terminal_replaces_one_line(tmp_path: Path) -> None:
    """Also while one test sends many requests."""
    words = ["run", "--", "-k", "test_requests_at_random"]
    code, output = in_terminal(tmp_path, *words, columns=60)

    assert code == 0
    assert "collected" not in output
    assert ".part" not in output
    *replaced, last = re.findall(r"\r\x1b\[K([^\r\n]*)", output)
    assert last == "", "the line is gone before the summary"
    assert max(map(len, replaced)) == 59
    sent = [
        re.fullmatch(r"1 of \d tests, (\d+) requests, 0 findings: properties:.*", one) for one in replaced
    ]
    assert len({one[1] for one in sent if one}) > 1


def test_a_run_in_a_pipe_has_plain_lines(tmp_path: Path) -> None:
    words = [COMMAND, "run", "--quick", *ONE_TEST]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    first, *others = done.stderr.splitlines()
    assert re.fullmatch(
        r"clumio-conformance: target: sandbox \S+ \(.*\), seed: 0, reports: conformance-report", first
    )
    # A busy machine needs more than 15 seconds.
    assert all(
        re.match(r"clumio-conformance: \d+ of 1 tests, |.*collecting the tests", one) for one in others
    )
    assert not re.search("[\r\x1b]", done.stdout + done.stderr)
    assert done.stdout.startswith("\nThe embedded sandbox breaks none of ")


def test_quiet_is_the_verdict_alone(tmp_path: Path) -> None:
    done = ran(tmp_path, "token", "run", "-q", "--quick", *ONE_TEST)

    assert done.code == 0
    assert done.output.startswith("passed: nothing new, ")
    assert len(done.output.splitlines()) == 5


PRINTING = ["-v", "-s", "--tb=short", "--collect-only", "--setup-show"]


@pytest.mark.parametrize("word", spread(PRINTING, ["-v", "-s"]))
def test_an_option_about_the_output_brings_back_that_of_pytest(tmp_path: Path, word: str) -> None:
    done = ran(tmp_path, "token", "run", "--quick", *ONE_TEST, word)

    assert "= test session starts =" in done.output
    assert "clumio-conformance: target:" not in done.output
    assert "test_a_group_is_read" in done.output or word in {"-s", "--tb=short"}


BROKEN: dict[str, tuple[str, tuple[str, ...], list[str]]] = {
    "a test file": (
        "1 / 0",
        ("test_broken.py",),
        ["a test file can't be collected", "E   ZeroDivisionError: division by zero", "stopped: 1 error"],
    ),
    "a test": (
        "def test_broken():\n    print('seen before')\n    assert 1 == 2, '\\x1b[2J'",
        ("--deselect=x", "test_broken.py", "-k", "test_broken"),
        ["::test_broken failed\n", "    assert 1 == 2", "Captured stdout call\nseen before", "\\x1b[2J"],
    ),
    "a plug-in": (
        "def pytest_collection_modifyitems(): raise ValueError('x')",
        ("-p", "test_broken"),
        ["INTERNALERROR> Traceback", "INTERNALERROR> ValueError: x"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_on_our_side_is_printed_in_full(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, words, says = BROKEN[name]
    (tmp_path / "test_broken.py").write_text(content)
    monkeypatch.syspath_prepend(tmp_path)

    done = ran(tmp_path, "token", "run", "--quick", "--", *words)

    assert done.code == 3, done.output
    assert [text for text in says if text not in done.output] == []
    assert "\x1b" not in done.output


def ran_in_process(folder: Path, *faults: str, words: tuple[str, ...]) -> int:
    return runner.run(Sandbox(faults=faults), RunOptions(report_dir=folder, pytest_args=words))


def test_a_stop_after_a_failure_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("-x", "-k", "test_a_group_is_read or list_counts")
    code = ran_in_process(tmp_path, "status-undocumented", words=words)
    streams = capsys.readouterr()

    assert code == 1
    assert "stopped: stopping after 1 failures\n" in streams.err
    assert "UCG-ENUM-02" not in streams.err, "a deviation is for the summary"
    assert len(causes(streams.out)) == 1


def test_ctrl_c_ends_with_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_exchange: Exchange) -> str:
        raise KeyboardInterrupt

    def restored(_guard: GroupGuard) -> list[str]:
        events.append("restored")
        return []

    events: list[str] = []
    monkeypatch.setattr(Progress, "stop", lambda _self: events.append("the line is gone"))
    monkeypatch.setattr(GroupGuard, "restore_group", restored)
    monkeypatch.setattr(runner, "effect", interrupt)
    code = ran_in_process(tmp_path, "status-undocumented", words=("-k", "test_a_group_is_read"))
    streams = capsys.readouterr()

    assert code == 2
    assert events[:2] == ["the line is gone", "restored"], "it may take long, and say so"
    assert streams.err.endswith("\ninterrupted\n")
    assert "\ninterrupted: the report holds the results until then\n" in streams.out
    assert "\n  exit code 2: an interrupted run\n" in streams.out
    assert (tmp_path / "report.json").exists()


@pytest.mark.parametrize("name", ["run", "judge"])
def test_help_has_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([name, "--help"]) == 0
    assert f"\nexamples:\n  {name} " in capsys.readouterr().out
