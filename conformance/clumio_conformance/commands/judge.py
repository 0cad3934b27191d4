"""`clumio-conformance judge`: traffic that somebody else recorded."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clumio_conformance.contract.document import contract
from clumio_conformance.judging.known import load as load_known
from clumio_conformance.recording.files import load
from clumio_conformance.recording.judgement import judged
from clumio_conformance.reporting.files import prepare, write_reports
from clumio_conformance.reporting.terminal import show


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "judge",
        help="judge recorded traffic: HAR files from a browser, a proxy or a test tool",
        description="Judge what was recorded of Clumio's connection groups. Nothing is sent, and no token is needed: "
        "tokens and other secrets are taken out as the files are read.",
        epilog="Beside HAR 1.2 a file may hold what the sandbox gives at /_sandbox/api/exchanges.",
    )
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a recording, with the bodies of the answers"
    )
    parser.add_argument("--base-url", metavar="URL", help="judge the requests to this host alone")
    parser.add_argument(
        "--strict", action="store_true", help="deviations from inferred requirements count too"
    )
    parser.add_argument(
        "--known",
        action="append",
        default=[],
        metavar="FILE",
        help="known deviations (TOML), as of `run`; none is called stale: a recording shows only so much",
    )
    parser.add_argument(
        "--report-dir",
        type=Path,
        default=Path("conformance-report"),
        metavar="DIR",
        help="where the reports go (default %(default)s)",
    )
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Judge the files; gives the exit code.

    Raises:
        KnownError: a file of known deviations is wrong.
        RecordingError: a file is no recording, or is broken; nothing is written then.
        ReportError: the reports can't be written.
    """
    known = load_known(arguments.known, contract(), today=datetime.now(UTC).date())
    recordings = load(arguments.files, contract(), arguments.base_url)
    prepare(arguments.report_dir)
    result = judged(recordings, contract(), strict=arguments.strict, known=known)
    write_reports(result, contract(), arguments.report_dir)
    show(result, contract(), arguments.report_dir, sys.stdout)
    return result.exit_code
