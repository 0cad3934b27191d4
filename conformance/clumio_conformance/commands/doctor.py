"""`clumio-conformance doctor`: whether a run is possible here, and the way out if not."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, Final

from clumio_conformance.commands.run import URL_VARIABLE, check_id, with_scheme
from clumio_conformance.connection_groups.operations import (
    COLLECTION,
    SUBJECT_OPTION,
    group_path,
    headers,
    redaction,
)
from clumio_conformance.doctor.answers import OF_ANSWERS, answers
from clumio_conformance.doctor.checks import Check, extras, python, skipped, variables
from clumio_conformance.doctor.way import way_to
from clumio_conformance.options import TOKEN_VARIABLE, UsageError
from clumio_conformance.reporting.streams import is_coloured, put
from clumio_conformance.reporting.text import cut, one_line
from clumio_conformance.session.targets import Live, Reached, Sandbox, live_token, seconds_to_wait
from clumio_conformance.transport.policy import Policy
from clumio_conformance.transport.secret import Secret
from clumio_conformance.transport.wire import Wire

PREVENTED: Final = 5
"""The exit code when something prevents a run: a run would be inconclusive."""
MOST_REQUESTS: Final = 6
UNIT_VARIABLE: Final = "CLUMIO_ORGANIZATIONAL_UNIT_CONTEXT"
_EXTRAS: Final = {
    "conformance": "the suite; brings the sandbox",
    "sandbox": "clumio-sandbox",
    "cloudformation": "the sandbox with real stacks",
    "retries": "the client sends a request again",
    "telemetry": "traces of the client",
    "contract": "generating the client from the spec",
}
_VARIABLES: Final = {
    TOKEN_VARIABLE: "a live run takes its token from it",
    URL_VARIABLE: "the base URL of a live target",
    UNIT_VARIABLE: "the organizational unit of a live run",
}
_COLOURS: Final = {"ok": "32", "warn": "33", "fail": "31", "skipped": "2"}
_LONGEST: Final = 500


def add_parser(commands: Any) -> None:
    """Add the command's options."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "doctor",
        help="check whether a run is possible: installation, network, token",
        description="Check the installation and the environment; then the way to a live target and its "
        "answers, or without one the embedded sandbox. Sends a few reads, and changes nothing. "
        "Exit code 0: all is well, maybe with warnings; 5: something prevents a run; 4: wrong usage.",
    )
    parser.add_argument(
        "--base-url", metavar="URL", help=f"URL of a live target (default: {URL_VARIABLE}, else the sandbox)"
    )
    parser.add_argument(
        SUBJECT_OPTION,
        dest="subject_id",
        metavar="ID",
        help="a group of the live target that must be readable",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Make the checks, print each one at once, and return the exit code."""
    base_url = arguments.base_url or os.environ.get(URL_VARIABLE, "").strip()
    if arguments.base_url is not None and not arguments.base_url.strip():
        raise UsageError("--base-url is empty; name the API's base URL, or leave it out for the sandbox")
    if arguments.subject_id is not None:
        check_id(arguments.subject_id)
        if not base_url:
            raise UsageError(f"{SUBJECT_OPTION} needs --base-url or {URL_VARIABLE}: the sandbox has no group")
    made = []
    for check in _checks(base_url, arguments.subject_id):
        made.append(check)
        if not arguments.json:
            put(_line(check), sys.stdout)
    prevented = [check.name for check in made if check.state == "fail"]
    if arguments.json:
        print(json.dumps({"ok": not prevented, "checks": [asdict(check) for check in made]}, indent=2))
    else:
        print(f"\na run is not possible: {', '.join(prevented)}" if prevented else "\na run is possible")
    return PREVENTED if prevented else 0


def _checks(base_url: str, subject_id: str | None) -> Iterator[Check]:
    hidden = redaction(os.environ.get(TOKEN_VARIABLE, "").strip())
    for check in _unredacted(base_url, subject_id):
        yield replace(check, seen=hidden.text(check.seen), way_out=hidden.text(check.way_out))


def _unredacted(base_url: str, subject_id: str | None) -> Iterator[Check]:
    yield python()
    yield from extras(_EXTRAS, "conformance")
    yield from variables(_VARIABLES, TOKEN_VARIABLE)
    if not base_url:
        yield from _sandbox()
        return
    target = Live(
        base_url=with_scheme(base_url), unit=os.environ.get(UNIT_VARIABLE) or None, subject_id=subject_id
    )
    token: Secret | None = None
    try:
        token = live_token()
    except UsageError as why:
        yield Check(
            name="token variable", state="fail", seen=str(why), way_out=f"export {TOKEN_VARIABLE}=..."
        )
    way = []
    for check in way_to(target.base_url):
        way.append(check)
        yield check
    if any(check.state == "fail" for check in way):
        yield from skipped(OF_ANSWERS, "no request can reach the target")
        return
    yield from _answers(target, Reached(base_url=target.base_url, token=token or Secret("")))


def _sandbox() -> Iterator[Check]:
    """Start the embedded sandbox, and read its list."""
    target = Sandbox()
    try:
        with target.reached() as reached:
            yield Check(name="sandbox", state="ok", seen=f"started at {reached.base_url}")
            yield from _answers(target, reached)
    except UsageError as why:
        way_out = "pip install 'clumio-connection-groups[conformance]'"
        yield Check(name="sandbox", state="fail", seen=str(why), way_out=way_out)


def _answers(target: Live | Sandbox, reached: Reached) -> Iterator[Check]:
    paths = [COLLECTION, *([group_path(target.subject_id)] if target.subject_id else [])]
    wire = Wire(
        reached.base_url,
        reached.token,
        policy=Policy(allowed={("GET", path) for path in paths}, max_requests=MOST_REQUESTS),
        redaction=redaction(reached.token) if reached.token else redaction(),
        headers=headers(target.unit),
        timeout=seconds_to_wait(reached.base_url),
    )
    try:
        listing = wire.outgoing("GET", f"{COLLECTION}?limit=1")
        own = wire.outgoing("GET", paths[1]) if target.subject_id else None
        yield from answers(wire, listing, own, has_token=bool(reached.token))
    finally:
        wire.close()


def _line(check: Check) -> str:
    state = f"{check.state:<7}"
    if is_coloured(sys.stdout):
        state = f"\x1b[{_COLOURS[check.state]}m{state}\x1b[0m"
    lines = [f"{state}  {check.name:<35}  {_short(check.seen)}"]
    if check.way_out and check.state != "ok":
        lines.append(f"{'':<9}-> {_short(check.way_out)}")
    return "".join(f"{line}\n" for line in lines)


def _short(text: str) -> str:
    return one_line(cut(text, _LONGEST))
