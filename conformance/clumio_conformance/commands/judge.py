"""`clumio-conformance judge`: judge recorded traffic."""

import argparse
import sys
import time
from typing import Any, Final
from urllib.parse import urlsplit

from clumio_conformance.commands.overlays import add_overlay, overlays
from clumio_conformance.commands.report_folder import add_report_dir
from clumio_conformance.connection_groups.known_files import known_list
from clumio_conformance.connection_groups.run import judge_files
from clumio_conformance.options import UsageError
from clumio_conformance.recording.formats import known_formats
from clumio_conformance.recording.reading import Progress

_EVERY: Final = 0.5
"""Seconds between two lines of progress."""


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "judge",
        help="judge recorded traffic: HAR files from a browser, a proxy or a test tool",
        description="Judge recorded traffic about Clumio's connection groups. Nothing is sent, and no token "
        "is needed. Tokens and other secrets are taken out as the files are read.",
        epilog=f"Recognised by their content: {known_formats()}; plain, gzip or ZIP, in any UTF. What a "
        "recording lacks is not judged, and said; the verdict is that of `run`.",
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
        type=_jobs,
        default=1,
        metavar="N",
        help="share the files among N processes; rules over several exchanges then see no further than the "
        "files of one (default %(default)s)",
    )
    add_report_dir(parser)
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
    with overlays(arguments):
        return judge_files(
            arguments.files,
            base_url=arguments.base_url,
            strict=arguments.strict,
            known=known_list(arguments.known),
            overlays=arguments.overlay,
            report_dir=arguments.report_dir,
            jobs=arguments.jobs,
            progress=_progress(),
        )


def _jobs(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _progress() -> Progress | None:
    """Show on a terminal how far the files are read."""
    if not sys.stderr.isatty():
        return None
    started = time.monotonic()
    last = started

    def show(entries: int, read: int, size: int) -> None:
        nonlocal last
        now = time.monotonic()
        if not entries:
            sys.stderr.write("\r\x1b[K")
        elif now - last > _EVERY:
            last = now
            part = f"{min(read / size, 1):4.0%} of {size / 1e6:,.0f} MB, " if size else ""
            rate = entries / (now - started)
            sys.stderr.write(f"\r{part}{entries:,} entries, {rate:,.0f} a second \x1b[K")
            sys.stderr.flush()

    return show


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
