"""The option `--overlay` of the commands that judge by the contract."""

import argparse
from contextlib import AbstractContextManager
from typing import Any

from clumio_conformance.contract.contract import applied, contract
from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.options import UsageError


def add_overlay(options: Any) -> None:
    """Add the option to a parser, or to a group of its options."""
    options.add_argument(
        "--overlay",
        action="append",
        default=[],
        metavar="FILE",
        help="apply an OpenAPI Overlay to the contract; sdk-drift is the project's own; may be given more "
        "than once: each is applied to the result of the one before",
    )


def overlays(arguments: argparse.Namespace) -> AbstractContextManager[None]:
    """Return the context in which the contract has the overlays of the command line.

    Raises:
        UsageError: one of them can't be used, or the contract can't be used with it.
    """
    contract()  # an error of the contract itself is not one of its overlays
    try:
        return applied(arguments.overlay)
    except ContractError as why:
        raise UsageError(f"--overlay: {why}") from why
