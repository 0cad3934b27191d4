"""The comparison's own modules, with invented tools in place of the real ones."""

import contextlib
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from side_by_side import cli, measure, process, schemathesis, specmatic
from side_by_side.page import page
from side_by_side.process import Ended, StoppedError
from side_by_side.relay import Relay, relay
from side_by_side.runs import Fault, Run, Runs, Setting, UnreadableResultsError, sample
from side_by_side.table import TITLES, by_family, by_fault, healthy
from side_by_side.target import Target, with_enum
from side_by_side.tools import Report

ROOT = Path(__file__).parents[2]
HEALTHY = "(healthy)"
FAULTS: list[Fault] = [
    {"name": f"{family}-{number}", "family": family, "requirement": "ID-01"}
    for family in ("colors", "shapes")
    for number in range(6)
]


def a_run(tool: str, fault: str, *found: str, **fields: Any) -> Run:
    return Run(**{"tool": tool, "fault": fault, "found": found, "requests": 10, "seconds": 1.0, **fields})


class InventedTool:
    """Reports what a test says for each fault, and always one thing more."""

    name, version, arguments, seconds, about = "schemathesis", "1", "run", 5.0, ""

    def __init__(self, finds: dict[str, set[str]]) -> None:
        self.finds = finds
        self.asked: list[str] = []

    def report(self, target: Target, folder: Path, *, attempt: int) -> Report:
        assert not list(folder.iterdir())
        self.asked.append(f"{target.group} {attempt}")
        found = {"always"} | self.finds.get(target.group, set())
        return Report(found=frozenset(found), ended=Ended(by_itself=True, seconds=2.0))


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sandbox is started; the target's group is the name of the fault."""

    @contextlib.contextmanager
    def broken(fault: str) -> Iterator[Target]:
        counted = Relay(0)
        counted.requests = 7
        yield Target(url="http://test.invalid", group=fault, broken=fault != HEALTHY, relay=counted)

    monkeypatch.setattr(measure, "broken", broken)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Make the comparison usable again after a test that stops it."""
    yield
    process.STOPPED.clear()


def compare(tool: InventedTool, runs: Runs) -> None:
    measure.stock(tool, runs, FAULTS[:3], workers=2, progress=lambda _: None)


def test_a_sample_takes_so_many_of_each_family_and_holds_every_smaller_one() -> None:
    small, large = sample(FAULTS, 2), sample(FAULTS, 4)
    assert [fault["family"] for fault in small] == ["colors", "shapes"] * 2
    assert large[:4] == small
    assert sample(reversed(FAULTS), 4) == large
    assert len(sample(FAULTS, None)) == len(FAULTS)


@pytest.mark.usefixtures("no_sandbox")
def test_what_is_found_on_the_healthy_sandbox_kills_nothing(tmp_path: Path) -> None:
    runs = Runs(tmp_path / "runs.json")
    compare(InventedTool({"colors-1": {"new"}, HEALTHY: {"noise"}, "colors-2": {"noise"}}), runs)
    assert {name: run.found for name, run in runs.of("schemathesis").items()} == {
        "colors-0": (),
        "colors-1": ("new",),
        "colors-2": (),
    }
    assert [run.found for run in runs.healthy("schemathesis")] == [("always", "noise")] * 3
    assert [run.requests for run in runs.runs] == [7] * 6


@pytest.mark.usefixtures("no_sandbox")
def test_an_interrupted_comparison_continues(tmp_path: Path) -> None:
    """A result on disk is not measured again; healthy runs have different attempts."""
    file, tool = tmp_path / "runs.json", InventedTool({})
    compare(tool, Runs(file))
    assert sorted(tool.asked)[:3] == [f"{HEALTHY} {attempt}" for attempt in range(3)]
    again = InventedTool({})
    compare(again, Runs(file))
    assert again.asked == []


def test_results_of_another_version_are_dropped(tmp_path: Path) -> None:
    runs = Runs(tmp_path / "runs.json")
    assert not runs.use("schemathesis", Setting("1", "run"))
    runs.add(a_run("schemathesis", "colors-1"))
    again = Runs(tmp_path / "runs.json")
    assert not again.use("schemathesis", Setting("1", "run"))
    assert again.of("schemathesis")
    assert again.use("schemathesis", Setting("2", "run"))
    assert not again.of("schemathesis")


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": 1, "settings": {"a": {"no": 1}}, "runs": []}']
)
def test_a_file_of_something_else_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "runs.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableResultsError, match=r"runs\.json.*delete the file"):
        Runs(file)


@pytest.mark.usefixtures("no_sandbox", "quiet")
def test_an_unusable_tool_ends_the_comparison_and_the_results_stay(tmp_path: Path) -> None:
    class Breaking(InventedTool):
        def report(self, target: Target, folder: Path, *, attempt: int) -> Report:
            if target.broken:
                raise process.UnusableToolError("no tests")
            return super().report(target, folder, attempt=attempt)

    with pytest.raises(process.UnusableToolError):
        compare(Breaking({}), Runs(tmp_path / "runs.json"))
    assert len(Runs(tmp_path / "runs.json").healthy("schemathesis")) == 3
    with pytest.raises(StoppedError):
        measure.once(InventedTool({}), "colors-1", known=frozenset())


def test_a_program_is_ended_when_its_time_is_over(tmp_path: Path) -> None:
    sleeping = [sys.executable, "-c", "print('begun', flush=True); import time; time.sleep(60)"]
    ended = process.run(sleeping, tmp_path, seconds=1.5)
    assert not ended.by_itself
    assert 1.5 <= ended.seconds < 10
    assert process.output(tmp_path) == "begun\n"
    assert process.run([sys.executable, "-c", ""], tmp_path, seconds=30).by_itself


def answered(url: str, *messages: bytes) -> list[bytes]:
    """The answers to messages on one connection, each sent after the answer to the previous one."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        answers = []
        for message in messages:
            connection.sendall(message)
            answers.append(connection.recv(100))
        return answers


def test_the_relay_counts_requests_and_changes_nothing() -> None:
    """An answer that ends in the middle also arrives unchanged."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in range(2):
            connection, _ = listening.accept()
            while data := connection.recv(100):
                if data == b"hang up":
                    break
                connection.sendall(b"<" + data)
            connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listening, relay(listening.getsockname()[1]) as (url, counted):
        assert answered(url, b"one", b"two") == [b"<one", b"<two"]
        assert answered(url, b"three", b"hang up") == [b"<three", b""]
        thread.join(5)
        assert counted.requests == 4


def test_failures_and_errors_of_schemathesis_are_findings() -> None:
    report = {
        "failures": [{"title": "Response violates schema", "operations": ["PUT /a", "GET /a"]}],
        "errors": [{"title": "Network Error", "count": 1}],
    }
    assert schemathesis.found_in(report) == {
        "PUT /a: Response violates schema",
        "GET /a: Response violates schema",
        "Network Error",
    }


def test_failing_tests_of_specmatic_are_findings_without_generated_values(tmp_path: Path) -> None:
    report = tmp_path / "TEST.xml"
    report.write_text(
        textwrap.dedent("""\
        <testsuite>
          <testcase name="A &gt; contractTest() &gt; +ve Scenario: PUT /a -&gt; 200"><failure message="x">
            &gt;&gt; RESPONSE.STATUS
            R0002: mismatch
            Specification expected status 200 but response contained status 404, for QXYZA
          </failure></testcase>
          <testcase name="contractTest() &gt; +ve Scenario: GET /a">
            <error message="gone">no answer</error></testcase>
          <testcase name="contractTest() &gt; fine"/>
        </testsuite>"""),
        encoding="utf-8",
    )
    assert specmatic.found_in(report) == {
        "+ve Scenario: PUT /a -> 200: RESPONSE.STATUS, R0002, status 404",
        "+ve Scenario: GET /a: gone no answer",
    }


def test_specmatic_gets_the_group_and_a_filter_that_the_contract_allows() -> None:
    spec = with_enum("4f1c")
    assert spec["components"]["parameters"]["ConnectionGroupId"]["schema"]["enum"] == ["4f1c"]
    parameters = spec["paths"]["/connections/aws/connection-groups"]["get"]["parameters"]
    filters = [parameter["schema"] for parameter in parameters if parameter.get("name") == "filter"]
    assert filters == [{"type": "string", "enum": ['{"account_native_id":{"$in":["123456789012"]}}']}]


@pytest.fixture
def measured(tmp_path: Path) -> Runs:
    """Ours kills all, schemathesis two of three, Specmatic reaches its time limit."""
    runs = Runs(tmp_path / "runs.json")
    runs.use("schemathesis", Setting("4.0", "run"))
    for fault in FAULTS:
        runs.add(a_run("ours", fault["name"], "status", requests=int(fault["name"][-1])))
    runs.add(a_run("schemathesis", "colors-0", "new"))
    runs.add(a_run("schemathesis", "colors-1", "new", requests=30))
    runs.add(a_run("schemathesis", "shapes-1"))
    runs.add(a_run("specmatic", "colors-1", ended=False))
    runs.add(a_run("specmatic", HEALTHY, "one", "two"))
    runs.add(a_run("specmatic", HEALTHY, "two"))
    return runs


def test_a_row_for_each_family_and_one_for_all(measured: Runs) -> None:
    rows = {
        label: (count, [str(one) for one in cells]) for label, count, cells in by_family(measured, FAULTS)
    }
    assert rows["colors"] == (
        6,
        ["**6/6**, 2 req, 1.0 s", "**2/2**, 20 req, 1.0 s", "**0/1**, 10 req, 1.0 s"],
    )
    assert rows["shapes"] == (6, ["**6/6**, 2 req, 1.0 s", "**0/1**, 10 req, 1.0 s", "-"])
    assert rows["all"][0] == 12


def test_a_fault_is_killed_or_not_or_has_no_run(measured: Runs) -> None:
    rows = {row[0]: row[2:] for row in by_fault(measured, FAULTS)}
    assert rows["`colors-1`"] == ["1 req, 1.0 s", "30 req, 1.0 s", "no (out of time)"]
    assert rows["`shapes-1`"] == ["1 req, 1.0 s", "no", ""]
    assert rows["`shapes-2`"] == ["2 req, 1.0 s", "", ""]


def test_each_finding_on_the_healthy_sandbox_is_one_false_alarm(measured: Runs) -> None:
    assert healthy(measured, TITLES)[1] == ["false alarms", "-", "-", "2"]


def test_the_page_names_missing_runs_and_what_is_left_out(measured: Runs) -> None:
    written = page(measured, FAULTS, ["slow-answers"], today=date(2030, 1, 2))
    assert "on 2030-01-02;" in written
    assert "schemathesis against 3 of 12; Specmatic against 1 of 12" in written
    assert "Of the 1 faults that all three ran against: our suite 1, schemathesis 1, Specmatic 0." in written
    assert "they break no requirement: `slow-answers`" in written
    assert "| schemathesis | 4.0 | `schemathesis run`" in written


def test_an_unknown_fault_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--faults", "no-such", "--results", str(tmp_path / "runs.json")]) == 4
    assert "no such fault: no-such" in capsys.readouterr().err


def test_the_message_of_a_missing_tool_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results, jar = str(tmp_path / "runs.json"), str(tmp_path / "no.jar")
    chosen = ["--faults", "status-null", "--results", results, "--specmatic-jar", jar]
    assert cli.main(["--tool", "specmatic", *chosen]) == 3
    assert "pip install specmatic" in capsys.readouterr().err


def test_ctrl_c_ends_it_and_the_message_names_the_results(tmp_path: Path) -> None:
    """In the background too, where shells let a job ignore Ctrl-C."""
    results = tmp_path / "runs.json"
    command = [
        sys.executable,
        "comparison/compare_power.py",
        "--tool",
        "schemathesis",
        "--results",
        str(results),
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        time.sleep(6)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=30)
    assert running.returncode == 130
    assert errors.endswith(f"compare_power.py: interrupted; {results} has the results so far\n")
    assert "Traceback" not in errors
