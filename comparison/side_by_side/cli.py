"""The command line of `comparison/compare_power.py`."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, NoReturn

from clumio_conformance.run.power import faults
from clumio_conformance.session.sandbox_process import sandbox
from side_by_side import measure
from side_by_side.page import families, page
from side_by_side.process import StoppedError, UnusableToolError
from side_by_side.runs import Fault, Runs, Setting, UnreadableResultsError, sample
from side_by_side.schemathesis import Schemathesis
from side_by_side.specmatic import Specmatic, SpecmaticAsItIs
from side_by_side.target import ROOT, digest
from side_by_side.tools import Tool

TOOLS: Final = (measure.OURS, "schemathesis", "specmatic")
DONE, UNUSABLE, WRONG_USAGE, INTERRUPTED = 0, 3, 4, 130

_DESCRIPTION = """\
Break the sandbox in each of its named ways, and show which of them our suite, the stock command line of
schemathesis and Specmatic find, and what they report on the healthy sandbox. It installs nothing; it says
what to install. Results are kept: an interrupted comparison continues."""

_EPILOG = "exit codes: 0 measured; 3 a tool is missing or unusable; 4 wrong usage; 130 interrupted"


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    options = _options(arguments)
    for ending in (signal.SIGINT, signal.SIGTERM):
        # Shells let background jobs ignore Ctrl-C.
        signal.signal(ending, signal.default_int_handler)
    try:
        chosen = sample(faults(tuple(options.faults or ())), options.sample)
        runs = Runs(options.results)
        for name in options.tool or TOOLS:
            _measure(name, runs, chosen, options)
    except (LookupError, UnreadableResultsError) as why:
        return _failed(f"{why}", WRONG_USAGE)
    except UnusableToolError as why:
        return _failed(f"{why}", UNUSABLE)
    except (KeyboardInterrupt, StoppedError):
        return _failed(f"interrupted; {options.results} has the results so far", INTERRUPTED)
    everything, disturbances = _catalogue()
    print(families(runs, everything))
    if options.write:
        today = datetime.now(UTC).date()
        options.write.write_text(page(runs, everything, disturbances, today=today), encoding="utf-8")
    return DONE


def _measure(name: str, runs: Runs, chosen: list[Fault], options: argparse.Namespace) -> None:
    if options.fresh:
        runs.forget(name)
    if name == measure.OURS:
        runs.use(name, Setting(version("clumio-connection-groups"), "run"))
        measure.ours(runs, chosen, workers=options.workers, progress=_progress)
    elif name == "schemathesis":
        _stock(Schemathesis(), runs, chosen, options)
    else:
        _stock(Specmatic(options.specmatic_jar), runs, chosen, options)
        _stock(SpecmaticAsItIs(options.specmatic_jar), runs, [], options)


def _stock(tool: Tool, runs: Runs, chosen: list[Fault], options: argparse.Namespace) -> None:
    if runs.use(tool.name, Setting(tool.version, tool.arguments, digest())):
        _progress(f"{tool.name}: another version, setting or contract than before, so it is measured again")
    measure.stock(tool, runs, chosen, workers=options.workers, progress=_progress)


def _catalogue() -> tuple[list[Fault], list[str]]:
    """All faults, and the names of the disturbances, which break nothing."""
    with sandbox() as (_, control):
        known = control.faults()
    return [one for one in known if one["requirement"]], [
        one["name"] for one in known if not one["requirement"]
    ]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WRONG_USAGE, f"{self.prog}: {message}; see --help\n")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(
        prog="compare_power.py",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--tool", nargs="+", choices=TOOLS, help="only these tools (default: all)")
    add("--faults", nargs="+", metavar="NAME", help="only these faults (default: all)")
    add(
        "--sample",
        type=_positive,
        metavar="N",
        help="at most N faults of each family, the same ones each time (default: all)",
    )
    add(
        "--write",
        nargs="?",
        type=Path,
        metavar="FILE",
        const=ROOT / "docs" / "power.md",
        help="write the page (default: docs/power.md)",
    )
    add("--fresh", action="store_true", help="drop the results of these tools first")
    add("--workers", type=_positive, default=1, metavar="N", help="runs at once (default %(default)s)")
    add(
        "--specmatic-jar",
        type=Path,
        metavar="FILE",
        default=os.environ.get("SPECMATIC_JAR") or None,
        help="the jar of the package specmatic (default: SPECMATIC_JAR, or that of this environment)",
    )
    add(
        "--results",
        type=Path,
        metavar="FILE",
        default=ROOT / "build" / "compare-power.json",
        help="where results are kept (default: build/compare-power.json)",
    )
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def _failed(message: str, code: int) -> int:
    print(f"\ncompare_power.py: {message}", file=sys.stderr)
    return code


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
