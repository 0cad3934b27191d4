"""The command line of `scripts/compare_power.py`."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NoReturn

from clumio_conformance.run.power import faults
from clumio_conformance.run.targets import sandbox
from command_line import WRONG_USAGE, Parser
from comparison import measure
from comparison.page import page
from comparison.process import StoppedError, UnusableToolError
from comparison.runs import Fault, Runs, Setting, UnreadableResultsError, sample
from comparison.schemathesis import Schemathesis
from comparison.specmatic import Specmatic, SpecmaticAsItIs
from comparison.table import text
from comparison.tools import Tool
from contract_tools.document import Document, read

ROOT: Final = Path(__file__).parents[2]
TOOLS: Final = (measure.OURS, "schemathesis", "specmatic")
FINE, UNUSABLE, INTERRUPTED = 0, 3, 130

_DESCRIPTION = """\
Break the sandbox in each of its named ways, and tell which of them our suite, the stock command line of schemathesis and
Specmatic find, and what they find on the healthy sandbox. It installs nothing, and says what to install. What was
measured is kept: an interrupted comparison goes on where it was."""

_EPILOG = "exit codes: 0 measured; 3 a tool is missing or unusable; 4 wrong usage; 130 interrupted"


def main(arguments: Sequence[str]) -> int:
    """Run the command; give its exit code."""
    options = _options(arguments)
    for ending in (signal.SIGINT, signal.SIGTERM):
        # Shells let background jobs ignore Ctrl-C.
        signal.signal(ending, _interrupt)
    try:
        chosen = sample(faults(tuple(options.faults or ())), options.sample)
        runs = Runs(options.results)
        for name in options.tool or TOOLS:
            _measure(name, runs, chosen, options)
    except (LookupError, UnreadableResultsError) as why:
        print(f"compare_power.py: {why}", file=sys.stderr)
        return WRONG_USAGE
    except UnusableToolError as why:
        print(f"\ncompare_power.py: {why}", file=sys.stderr)
        return UNUSABLE
    except (KeyboardInterrupt, StoppedError):
        print(f"\ncompare_power.py: interrupted; {options.results} has what was measured", file=sys.stderr)
        return INTERRUPTED
    everything, disturbances = _catalogue()
    print(text(runs, everything))
    if options.write:
        today = datetime.now(UTC).date()
        options.page.write_text(page(runs, everything, disturbances, today=today), encoding="utf-8")
    return FINE


def _measure(name: str, runs: Runs, chosen: list[Fault], options: argparse.Namespace) -> None:
    if options.fresh:
        runs.forget(name)
    if name == measure.OURS:
        runs.use(name, Setting(version("clumio-connection-groups"), "run"))
        measure.ours(runs, chosen, workers=options.workers, tell=_tell)
        return
    document = read(ROOT / "openapi" / "spec.yaml")
    tool: Tool = Schemathesis() if name == "schemathesis" else Specmatic(options.specmatic_jar)
    _stock(tool, runs, chosen, document, options)
    if name == "specmatic":
        _stock(SpecmaticAsItIs(options.specmatic_jar), runs, [], document, options)


def _stock(
    tool: Tool, runs: Runs, chosen: list[Fault], document: Document, options: argparse.Namespace
) -> None:
    if runs.use(tool.name, Setting(tool.version, tool.arguments, document.digest)):
        _tell(f"{tool.name}: other version, settings or contract than before, so it is measured anew")
    content: dict[str, Any] = document.content
    measure.stock(tool, runs, chosen, content, workers=options.workers, tell=_tell)


def _catalogue() -> tuple[list[Fault], list[str]]:
    """All faults, and the names of the disturbances, which break nothing."""
    with sandbox() as (_, control):
        known = control.faults()
    return [one for one in known if one["requirement"]], [
        one["name"] for one in known if not one["requirement"]
    ]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="compare_power.py",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--tool", nargs="+", choices=TOOLS, help="these alone (default: all)")
    parser.add_argument("--faults", nargs="+", metavar="NAME", help="these alone (default: all)")
    parser.add_argument(
        "--sample",
        type=_positive,
        metavar="N",
        help="so many faults of each family, the same ones each time (default: all)",
    )
    parser.add_argument("--write", action="store_true", help="write docs/power.md")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured of these tools")
    parser.add_argument(
        "--workers", type=_positive, default=1, metavar="N", help="runs at once (default %(default)s)"
    )
    parser.add_argument(
        "--specmatic-jar",
        type=Path,
        metavar="FILE",
        default=_from_environment(),
        help="specmatic.jar of the package specmatic (default: of the environment this runs in, or SPECMATIC_JAR)",
    )
    parser.add_argument(
        "--results",
        type=Path,
        metavar="FILE",
        default=ROOT / "build" / "compare-power.json",
        help="what was measured (default: build/compare-power.json)",
    )
    parser.add_argument(
        "--page",
        type=Path,
        metavar="FILE",
        default=ROOT / "docs" / "power.md",
        help="another page for --write",
    )
    return parser.parse_args(arguments)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _from_environment() -> Path | None:
    named = os.environ.get("SPECMATIC_JAR")
    return Path(named) if named else None


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
