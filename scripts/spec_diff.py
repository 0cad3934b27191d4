"""Show what changed from one specification to another: `clumio-conformance diff` from a checkout."""

import installed  # noqa: F401 - it says which package is missing

# isort: split
import sys

from clumio_conformance.commands.command_line import command
from clumio_conformance.exit_code import finish


def main(arguments: list[str] | None = None) -> int:
    """Compare two specifications; the result is the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    return command("spec_diff.py", words if words == ["--version"] else ["diff", *words])


if __name__ == "__main__":
    finish("spec_diff.py", main)
