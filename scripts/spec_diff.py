"""Show what changed from one specification to another: `clumio-conformance diff` from a checkout."""

import sys

from clumio_conformance.commands.command_line import command
from clumio_conformance.exit_code import finish


def main(arguments: list[str] | None = None) -> int:
    """Compare two specifications; the result is the exit code."""
    return command("spec_diff.py", ["diff", *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    finish("spec_diff.py", main)
