"""`clumio-conformance run`: the suite against a target."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any, Final

from clumio_conformance.commands.numbers import not_negative, whole
from clumio_conformance.commands.overlays import add_overlay, overlays
from clumio_conformance.commands.report_folder import add_detail, add_report_dir, add_restore_seconds
from clumio_conformance.connection_groups.operations import SUBJECT_OPTION
from clumio_conformance.connection_groups.run import run, show_plan
from clumio_conformance.options import RunOptions, UsageError
from clumio_conformance.reporting.tally import EXIT_CODES
from clumio_conformance.session.targets import (
    LIVE_MAX_REQUESTS,
    LIVE_MAX_SECONDS,
    LIVE_RATE,
    Live,
    Mock,
    Sandbox,
    Target,
)
from clumio_conformance.transport.base_url import problem

URL_VARIABLE: Final = "CLUMIO_API_BASE_URL"
_OPTIONS: Final = {
    "allow_writes": "--allow-writes",
    "subject_id": SUBJECT_OPTION,
    "control_url": "--control-url",
}

_EXAMPLES: Final = f"""
environment of a live run:
  CLUMIO_API_TOKEN                    the token; it is in no option, file, log or report
  {URL_VARIABLE}                 the base URL, with --target live
  CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT  the organizational unit

examples:
  run                                 the embedded sandbox, to try the suite
  run --base-url https://HOST         a live target: reads alone
  run --base-url https://HOST --dry-run
                                      what would be sent
  run --base-url https://HOST --allow-writes {SUBJECT_OPTION} ID
                                      updates of one group, which is restored
  run --baseline old/report.json      with the changes since an earlier run
  run --known known-deviations.toml   without what is accepted for a time
  run -v                              each finding with its exchange in full
  run -- -k reading -x                arguments after -- go to pytest; its -v brings back its output

Exit codes: {"; ".join(f"{code} {words}" for code, words in EXIT_CODES.items())}.
"""


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "run",
        help="run the suite against the embedded sandbox, a mock, or a live target",
        description="Run the suite. Without options: against the embedded sandbox, which the run starts.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    target = parser.add_argument_group("target")
    target.add_argument(
        "--target", choices=["mock", "sandbox", "live"], help="default: sandbox; --base-url alone means live"
    )
    target.add_argument("--base-url", metavar="URL", help="URL of a live target; https unless on loopback")
    target.add_argument(
        "--control-url",
        metavar="URL",
        help="URL of a sandbox behind the live target, from `clumio-sandbox serve`; drives the life cycle",
    )
    safety = parser.add_argument_group("safety of a live target")
    safety.add_argument("--allow-writes", action="store_true", help="send updates; without it only reads")
    safety.add_argument(
        _OPTIONS["subject_id"],
        dest="subject_id",
        metavar="ID",
        help="the only group to update; it is restored afterwards",
    )
    safety.add_argument(
        "--rate",
        type=not_negative,
        metavar="N",
        help=f"requests per second, 0: no limit (default {LIVE_RATE:g} off loopback, none on it)",
    )
    safety.add_argument(
        "--max-requests",
        type=whole(1),
        metavar="N",
        help="requests in all, without those that restore "
        f"(default {LIVE_MAX_REQUESTS} off loopback, none on it)",
    )
    safety.add_argument(
        "--max-seconds",
        type=not_negative,
        metavar="N",
        help="seconds in all, without those that restore; then the run ends with what it has, 0: no limit "
        f"(default {LIVE_MAX_SECONDS:g} for a live target)",
    )
    safety.add_argument(
        "--dry-run", action="store_true", help="print the plan of the run, and stop without a connection"
    )
    add_restore_seconds(safety)
    what = parser.add_argument_group("what is run and how it is judged")
    what.add_argument(
        "--strict", action="store_true", help="deviations from inferred requirements fail the run too"
    )
    what.add_argument("--quick", action="store_true", help="fewer generated requests")
    what.add_argument(
        "--seed", type=whole(), default=0, metavar="N", help="seed of the generated requests (default 0)"
    )
    what.add_argument(
        "--known",
        action="append",
        default=[],
        metavar="FILE",
        help="known deviations (TOML); sdk-drift is the project's own file; may be given more than once",
    )
    add_overlay(what)
    what.add_argument(
        "--baseline",
        type=Path,
        metavar="REPORT",
        help="report.json of an earlier run; the changes since then are reported",
    )
    what.add_argument(
        "--fail-on-change", action="store_true", help="a change since the baseline fails the run"
    )
    what.add_argument(
        "--confirm",
        action="store_true",
        help="write into scenarios.yaml of a checkout which mocked answers this target confirms, and when",
    )
    add_report_dir(parser)
    add_detail(parser)
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Run the suite and return the exit code."""
    target, asked = target_of(arguments), options_of(arguments)
    if not arguments.target and not target.is_vendor and os.environ.get(URL_VARIABLE):
        print(f"note: {URL_VARIABLE} is set, but not used without --target live", file=sys.stderr)
    with overlays(arguments):
        return (
            show_plan(target, asked, sys.stdout)
            if arguments.dry_run
            else run(target, asked, arguments.detail)
        )


def target_of(arguments: argparse.Namespace) -> Target:
    """Return the target that the command line and the environment name.

    Raises:
        UsageError: the options contradict each other.
    """
    name = arguments.target or ("sandbox" if arguments.base_url is None else "live")
    if name == "live":
        return _live(arguments)
    if arguments.base_url is not None:
        raise UsageError(f"--base-url needs --target live, not {name}")
    for option in ("allow_writes", "subject_id", "control_url"):
        if getattr(arguments, option) not in {None, False}:
            raise UsageError(f"{_OPTIONS[option]} needs --target live, not {name}")
    if arguments.confirm and name == "mock":
        raise UsageError("--confirm needs --target sandbox or live: a mock confirms nothing")
    return Mock() if name == "mock" else Sandbox()


def options_of(arguments: argparse.Namespace) -> RunOptions:
    """Return the options of the command line.

    Raises:
        UsageError: the options contradict each other.
    """
    if arguments.fail_on_change and not arguments.baseline:
        raise UsageError("--fail-on-change needs --baseline REPORT to compare with")
    return RunOptions(
        strict=arguments.strict,
        quick=arguments.quick,
        seed=arguments.seed,
        confirm=arguments.confirm,
        known=tuple(arguments.known),
        baseline=arguments.baseline,
        fail_on_change=arguments.fail_on_change,
        max_requests=arguments.max_requests,
        max_seconds=arguments.max_seconds,
        rate=arguments.rate,
        report_dir=arguments.report_dir,
        restore_seconds=arguments.restore_seconds,
        pytest_args=arguments.rest,
    )


def _live(arguments: argparse.Namespace) -> Live:
    name, base_url = "--base-url", arguments.base_url
    if base_url is None:
        name, base_url = URL_VARIABLE, os.environ.get(URL_VARIABLE)
    if base_url is None:
        raise UsageError(f"--target live needs --base-url or {URL_VARIABLE}; set one of them")
    if not base_url.strip():
        raise UsageError(f"{name} is empty, so there is nothing to test; set it to the API's base URL")
    base_url = _checked_url(base_url, name)
    if arguments.subject_id is not None:
        check_id(arguments.subject_id)
    if arguments.control_url:
        _checked_url(arguments.control_url, "--control-url")
    return Live(
        base_url=base_url,
        control_url=arguments.control_url,
        unit=os.environ.get("CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT"),
        allow_writes=arguments.allow_writes,
        subject_id=arguments.subject_id,
    )


def _checked_url(url: str, name: str) -> str:
    """Return the URL, with https by default; an error does not repeat the URL, which may hold a secret."""
    whole = with_scheme(url)
    wrong = problem(whole)
    if wrong:
        raise UsageError(f"{name}: {wrong}")
    return whole


def with_scheme(url: str) -> str:
    """Return a base URL, with https by default."""
    return url if "://" in url else f"https://{url}"


def check_id(group_id: str) -> None:
    """Check the id of a group.

    Raises:
        UsageError: no group can have it.
    """
    if not group_id or group_id in {".", ".."} or not group_id.isprintable():
        raise UsageError(
            f"{SUBJECT_OPTION}: {group_id!r} can't be a group's id; use the `id` from a read of the group"
        )
