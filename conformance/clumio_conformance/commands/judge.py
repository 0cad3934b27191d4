"""`clumio-conformance judge`: judge recorded traffic."""

import argparse
import sys
import textwrap
import time
from typing import Any, Final
from urllib.parse import urlsplit

from clumio_conformance.commands.numbers import whole
from clumio_conformance.commands.overlays import add_overlay, overlays
from clumio_conformance.commands.report_folder import add_detail, add_report_dir
from clumio_conformance.connection_groups.known_files import known_list
from clumio_conformance.connection_groups.run import judge_files
from clumio_conformance.options import UsageError
from clumio_conformance.recording import reading
from clumio_conformance.recording.formats import known_formats
from clumio_conformance.reporting.progress import Progress
from clumio_conformance.reporting.tally import EXIT_CODES

_RECOGNISED: Final = textwrap.fill(
    f"Recognised by their content: {known_formats()}; plain, gzip or ZIP, in any UTF. What a recording lacks "
    "is not judged, and said; the verdict is that of `run`.",
    width=100,
)
_EXAMPLES: Final = f"""
{_RECOGNISED}

examples:
  judge session.har                   a recording of a browser, a proxy or a test tool
  judge recordings/ --jobs 4          a folder, shared among four processes
  judge - < session.har               standard input
  judge session.har --base-url https://HOST
                                      only what went to this host
  judge session.har -v                each finding with its exchange in full
  merge part-*/report.json            the report of parts that were judged apart

Exit codes: {"; ".join(f"{code} {EXIT_CODES[code]}" for code in (0, 1, 4, 5))}.
"""


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "judge",
        help="judge recorded traffic: HAR files from a browser, a proxy or a test tool",
        description="Judge recorded traffic about Clumio's connection groups. Nothing is sent, and no token "
        "is needed. Tokens and other secrets are taken out as the files are read.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a recording, a folder or a ZIP archive of them, or - for stdin",
    )
    parser.add_argument(
        "--base-url", metavar="URL", help="judge only the requests to this host, and below the URL's path"
    )
    parser.add_argument(
        "--strict", action="store_true", help="deviations from inferred requirements count too"
    )
    parser.add_argument(
        "--known",
        action="append",
        default=[],
        metavar="FILE",
        help="known deviations (TOML), as for `run`; none is stale, as a recording never shows everything",
    )
    add_overlay(parser)
    parser.add_argument(
        "--jobs",
        type=whole(1),
        default=1,
        metavar="N",
        help="share the files among N processes; rules over several exchanges then see no further than the "
        "files of one (default %(default)s)",
    )
    add_report_dir(parser)
    add_detail(parser)
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Judge the files and return the exit code.

    Raises:
        KnownError: a file of known deviations is wrong.
        RecordingError: a file is not a recording, or is broken; nothing is written then.
        ReportError: the reports can't be written.
    """
    if arguments.base_url is not None:
        _check(arguments.base_url)
    with overlays(arguments), Progress(None if arguments.detail == "verdict" else sys.stderr) as progress:
        return judge_files(
            arguments.files,
            base_url=arguments.base_url,
            strict=arguments.strict,
            known=known_list(arguments.known),
            overlays=arguments.overlay,
            report_dir=arguments.report_dir,
            jobs=arguments.jobs,
            progress=_following(progress),
            detail=arguments.detail,
        )


def _following(progress: Progress) -> reading.Progress:
    """Say how far the files are read."""
    started = time.monotonic()

    def follow(entries: int, read: int, size: int) -> None:
        if not entries:
            progress.stop()
            return
        part = f"{min(read / size, 1):4.0%} of {size / 1e6:,.0f} MB, " if size else ""
        rate = entries / (time.monotonic() - started)
        progress.text = lambda: f"{part}{entries:,} entries, {rate:,.0f} a second"
        progress.tick()

    return follow


def _check(base_url: str) -> None:
    try:
        parts = urlsplit(base_url)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_usable = False
    if not is_usable:
        raise UsageError(
            "--base-url: is not a URL with a scheme and a host; write https://HOST, or https://HOST/PATH"
        )
