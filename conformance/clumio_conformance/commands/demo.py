"""`clumio-conformance demo`: a healthy run and a run with one fault, explained."""

import argparse
import contextlib
import io
import os
import shlex
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from clumio_conformance.connection_groups.run import NAMING, perform
from clumio_conformance.contract.contract import contract
from clumio_conformance.exit_code import OUR_ERROR
from clumio_conformance.options import RunOptions, UsageError
from clumio_conformance.reporting.baseline import changes
from clumio_conformance.reporting.files import write_reports
from clumio_conformance.reporting.report import report_of
from clumio_conformance.reporting.streams import put
from clumio_conformance.reporting.tally import headline, verdict
from clumio_conformance.reporting.wording import worded
from clumio_conformance.run.power import faults
from clumio_conformance.session.targets import Sandbox

FAULT: Final = "status-undocumented"
_LOOKED_AT: Final = ("DISPLAY", "WAYLAND_DISPLAY")


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "demo",
        help="show what the suite does: a healthy run, and a run with one fault",
        description="Make two quick runs against the embedded sandbox: as it is, and with one fault; explain "
        "what is seen, and write both reports. Exit code 0: the healthy sandbox passed, and the fault was "
        "found; 3: not so; 4: wrong usage.",
    )
    parser.add_argument(
        "--fault",
        default=FAULT,
        metavar="NAME",
        help="one of `clumio-sandbox faults` (default %(default)s)",
    )
    parser.add_argument(
        "--report-dir", type=Path, metavar="DIR", help="where the reports go (default: a new folder)"
    )
    parser.add_argument("--no-open", action="store_true", help="do not open the report in a browser")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Make both runs, explain them, and return the exit code."""
    fault = _fault(arguments.fault)
    folder = arguments.report_dir or Path(tempfile.mkdtemp(prefix="clumio-demo-"))
    _say(
        "1. A healthy target",
        "The embedded sandbox behaves as the vendor's page says. The suite sends valid and invalid requests.",
    )
    healthy = _run(folder / "healthy")
    _say(*_result(healthy, folder / "healthy"))
    _say(
        f"2. The same target with one fault: {fault['name']}",
        f"{fault['description']}; this breaks {fault['requirement']}: "
        f"{contract().says(fault['requirement'])}",
    )
    broken = _run(folder / "with-fault", fault["name"])
    found = [row for row in broken["findings"] if row["requirement"] == fault["requirement"]]
    _say(*_result(broken, folder / "with-fault"))
    if found:
        _say("The finding, as it can be sent to the vendor:", worded(found[0]).text())
    _say("3. What changed between the two runs", *map(str, changes(healthy, broken, NAMING)))
    worked = healthy["exit_code"] == 0 and bool(found)
    if not worked:
        _say("The demo did not work: the healthy sandbox must pass, and the fault must be found.")
    _say("What to type next:", *_advice(folder, fault["requirement"]))
    if not arguments.no_open and _has_display():
        webbrowser.open((folder / "with-fault" / "index.html").resolve().as_uri())
    return 0 if worked else OUR_ERROR


def _fault(name: str) -> dict[str, Any]:
    """Return a fault that a run can find.

    Raises:
        UsageError: there is none of this name, or it breaks nothing that binds.
    """
    try:
        known = faults((name,))
    except LookupError as why:
        raise UsageError(f"--fault: {why}") from why
    if not known or not contract().requirements[known[0]["requirement"]].binding:
        raise UsageError(f"--fault {name}: breaks no requirement that binds, so there is nothing to find")
    return known[0]


def _run(folder: Path, *names: str) -> dict[str, Any]:
    """Run the suite without its output, write the reports, and return the report."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        result = perform(Sandbox(faults=names), RunOptions(quick=True, report_dir=folder))
    report = report_of(result, contract())
    write_reports(report, folder)
    return report


def _result(report: dict[str, Any], folder: Path) -> Iterator[str]:
    yield headline(report)
    yield f"{report['run']['requests']} requests, exit code {report['exit_code']}; {verdict(report)}"
    yield f"The report: {folder / 'index.html'}"


def _advice(folder: Path, requirement: str) -> Iterator[str]:
    old, new = (shlex.quote(str(folder / name / "report.json")) for name in ("healthy", "with-fault"))
    yield f"  clumio-conformance explain {requirement}"
    yield f"  clumio-conformance compare {old} {new}"
    yield f"  clumio-conformance trend {old} {new}"
    yield f"  clumio-conformance doctor --base-url {next(contract().servers())}"


def _has_display() -> bool:
    """Whether somebody looks at this terminal who has a screen."""
    desktop = sys.platform in {"darwin", "win32"} or any(os.environ.get(name) for name in _LOOKED_AT)
    return desktop and sys.stdout.isatty()


def _say(head: str, *lines: str) -> None:
    put("\n".join([head, *lines]) + "\n\n", sys.stdout)
