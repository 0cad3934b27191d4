"""`clumio-conformance watch`: judge exchanges while they come, line by line."""

import argparse
import sys
from pathlib import Path
from typing import Any

from clumio_conformance.connection_groups.recorded import observer
from clumio_conformance.recording import har
from clumio_conformance.recording.recorded import Recorded
from clumio_conformance.watching.sinks import one_line

_ADDON = Path(__file__).parents[1] / "mitmproxy_addon.py"


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "watch",
        help="judge exchanges from standard input while they come, as lines of HAR",
        description="Read entries of HAR from standard input, one in each line, and print each new finding "
        "at once; at the end say how many were judged. Exit code 1 with a finding, else 0. mitmproxy's addon "
        "uses it: mitmdump -s $(clumio-conformance watch --addon).",
    )
    parser.add_argument("--base-url", metavar="URL", help="judge only the requests to this host and path")
    parser.add_argument(
        "--strict", action="store_true", help="deviations from inferred requirements are findings, too"
    )
    parser.add_argument("--addon", action="store_true", help="print the path of mitmproxy's addon, and stop")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Judge lines until the input ends, and return the exit code."""
    if arguments.addon:
        print(_ADDON)
        return 0
    watching = observer(
        on_finding=lambda finding: print(one_line(finding), flush=True),
        base_url=arguments.base_url,
        strict=arguments.strict,
    )
    damaged = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        read = har.entry(line, ("line", number)) if line.strip() else None
        if isinstance(read, Recorded) and not read.unread:
            watching.enter(read)
        elif read is not None:
            damaged += 1
    unread = f", {damaged} lines were not read" if damaged else ""
    errors = f", {watching.errors} errors of our own: {watching.last_error}" if watching.errors else ""
    print(f"judged {watching.seen} exchanges: {len(watching.findings)} findings{unread}{errors}")
    return 1 if watching.findings else 0
