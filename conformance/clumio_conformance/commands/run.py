"""`clumio-conformance run`: the suite against a target."""

import argparse
import os
from pathlib import Path
from typing import Any, cast

from clumio_conformance.options import LIVE_MAX_REQUESTS, LIVE_RATE, RunOptions, TargetName
from clumio_conformance.runner import run
from clumio_conformance.targets import UsageError, is_loopback


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "run",
        help="run the suite against the embedded sandbox, a mock, or a live target",
        description="Run the suite. Without options: against the embedded sandbox, which the run starts by itself.",
        epilog="What follows -- goes to pytest, as in: clumio-conformance run -- -k description -x. "
        "A live run takes its token from CLUMIO_API_TOKEN, its base URL and organizational unit from CLUMIO_API_BASE_URL "
        "(with --target live) and CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT.",
    )
    target = parser.add_argument_group("target")
    target.add_argument(
        "--target", choices=["mock", "sandbox", "live"], help="default: sandbox; --base-url alone means live"
    )
    target.add_argument("--base-url", metavar="URL", help="of a live target; https unless on loopback")
    target.add_argument(
        "--control-url", metavar="URL", help="of a sandbox behind the live target: drives the life cycle"
    )
    safety = parser.add_argument_group("safety of a live target")
    safety.add_argument("--allow-writes", action="store_true", help="send updates; without it, reads alone")
    safety.add_argument(
        "--connection-group-id", metavar="ID", help="the one group to update, restored afterwards"
    )
    safety.add_argument(
        "--rate",
        type=_rate,
        metavar="N",
        help=f"requests a second, 0: no limit (default {LIVE_RATE:g} off loopback)",
    )
    safety.add_argument(
        "--max-requests",
        type=_count,
        metavar="N",
        help=f"requests in all (default {LIVE_MAX_REQUESTS} off loopback)",
    )
    what = parser.add_argument_group("what is run and how it is judged")
    what.add_argument(
        "--strict", action="store_true", help="deviations from inferred requirements fail the run too"
    )
    what.add_argument("--quick", action="store_true", help="fewer generated requests")
    what.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the generated requests (default 0)"
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
    """Run the suite; gives the exit code."""
    return run(options(arguments))


def options(arguments: argparse.Namespace) -> RunOptions:
    """Tell from the command line and the environment what to do.

    Raises:
        UsageError: what was asked for does not fit together.
    """
    base_url = arguments.base_url
    target = arguments.target or ("live" if base_url else "sandbox")
    if target == "live":
        base_url = base_url or os.environ.get("CLUMIO_API_BASE_URL")
        if not base_url:
            raise UsageError("--target live needs --base-url or CLUMIO_API_BASE_URL")
        if "://" not in base_url:
            base_url = f"https://{base_url}"
        _check_url(base_url, arguments.base_url)
    elif base_url:
        raise UsageError(f"--base-url is for --target live, not for {target}")
    for name in ("allow_writes", "connection_group_id", "control_url"):
        if getattr(arguments, name) and target != "live":
            raise UsageError(f"--{name.replace('_', '-')} is for --target live, not for {target}")
    return RunOptions(
        target=cast("TargetName", target),
        base_url=base_url,
        control_url=arguments.control_url,
        unit=os.environ.get("CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT") if target == "live" else None,
        allow_writes=arguments.allow_writes,
        group_id=arguments.connection_group_id,
        strict=arguments.strict,
        quick=arguments.quick,
        seed=arguments.seed,
        max_requests=arguments.max_requests,
        rate=arguments.rate,
        report_dir=arguments.report_dir,
        pytest_args=arguments.rest,
    )


def _check_url(url: str, option: str | None) -> None:
    name = "--base-url" if option else "CLUMIO_API_BASE_URL"
    if not url.startswith(("https://", "http://")):
        raise UsageError(f"{name}: {url} is no http(s) URL")
    if url.startswith("http://") and not is_loopback(url):
        raise UsageError(f"{name}: {url} is neither https nor on loopback; a token is sent over https only")


def _rate(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError("must be 0 or more")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value
