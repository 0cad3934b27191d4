"""The commands: `clumio-sandbox serve` and `clumio-sandbox faults`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from math import inf
from pathlib import Path
from typing import NoReturn

from clumio_sandbox import DEFAULT_TOKEN, __version__
from clumio_sandbox.application import application
from clumio_sandbox.behaviour import UnknownFaultError
from clumio_sandbox.database import StateError
from clumio_sandbox.errors import ApiError
from clumio_sandbox.faults import FAULTS
from clumio_sandbox.sandbox import Sandbox
from clumio_sandbox.server import ListenError, serve
from clumio_sandbox.stacks import Stacks

WRONG_USAGE = 4


class MissingExtraError(Exception):
    """An option needs a package that is not installed."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def command(arguments: Sequence[str] | None) -> int:
    """Run a command and return its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "faults":
        return _list_faults()
    try:
        return _serve(options)
    except StateError as error:
        wrong = f"--state {error}"
    except UnknownFaultError as error:
        wrong = f"--fault: {error}"
    except ApiError as error:
        wrong = f"--state {options.state}: {error}"
    except ListenError as error:
        wrong = f"--host {options.host} --port {options.port}: {error}"
    except MissingExtraError:
        wrong = "--cloudformation-endpoint needs boto3: install clumio-connection-groups[cloudformation]"
    print(f"{parser.prog}: {wrong}", file=sys.stderr)
    return WRONG_USAGE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="clumio-sandbox", description="A sandbox of Clumio's API.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("faults", help="list the faults that can be activated")
    start = commands.add_parser("serve", help="start a sandbox; its first line of output is its base URL")
    start.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    start.add_argument("--port", type=_whole(65535), default=0, help="port to listen at; 0 takes a free one")
    start.add_argument("--state", type=Path, metavar="FILE", help="keep the state in this file")
    start.add_argument("--token", type=_token, default=DEFAULT_TOKEN, help="token of the first organization")
    start.add_argument(
        "--fault", action="append", default=[], metavar="NAME", help="activate this fault; repeatable"
    )
    start.add_argument(
        "--cloudformation-endpoint", metavar="URL", help="follow real stacks at this CloudFormation endpoint"
    )
    start.add_argument(
        "--rate-limit",
        type=_whole(),
        default=0,
        metavar="N",
        help="requests a second and organization; 0: no limit",
    )
    start.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="open control API and console to other machines, under this host name; repeatable",
    )
    return parser


def _whole(most: float = inf) -> Callable[[str], int]:
    expected = "a whole number, 0 or more" if most == inf else f"a whole number from 0 to {most}"

    def read(text: str) -> int:
        with suppress(ValueError):
            if 0 <= int(text) <= most:
                return int(text)
        raise argparse.ArgumentTypeError(f"expected {expected}, found {text!r}")

    return read


def _token(text: str) -> str:
    if not text.strip() or not text.isascii() or not text.isprintable():
        raise argparse.ArgumentTypeError("expected a token that an HTTP header can carry, not an empty one")
    return text


def _list_faults() -> int:
    try:
        for fault in FAULTS:
            print(f"{fault.name}  {fault.requirement or 'no requirement'}  {fault.family.value}")
            print(f"    {fault.description}")
            for requirement, why in fault.also.items():
                print(f"    also breaks {requirement}: {why}")
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, such as `head`, closed the output; the rest of it must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _stacks(endpoint: str | None) -> Stacks | None:
    if endpoint is None:
        return None
    # boto3 is an extra, and slow to import.
    try:
        from clumio_sandbox.cloudformation import CloudFormationStacks  # noqa: PLC0415 - boto3 is optional
    except ModuleNotFoundError as error:
        raise MissingExtraError from error
    return CloudFormationStacks(endpoint)


def _serve(options: argparse.Namespace) -> int:
    stacks = _stacks(options.cloudformation_endpoint)
    sandbox = Sandbox(state=options.state, rate_limit=options.rate_limit, stacks=stacks)
    with closing(sandbox.store):
        sandbox.store.register(options.token)
        sandbox.behaviours.activate(options.fault)
        app = application(sandbox, hosts=frozenset(options.allow_host))
        return serve(app, host=options.host, port=options.port)
