"""Check specifications: by the validator of OpenAPI, and by the reader that all our commands share.

Exit codes: 0 all can be used; 1 one of them can't, with file, line, cause and fix; 4 wrong usage.
"""

import installed  # noqa: F401 - it says which package is missing

# isort: split
import argparse
import sys
from pathlib import Path

from clumio_conformance.contract.yaml_files import ContractError
from clumio_conformance.exit_code import Parser, finish
from contract_tools import document

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Check each file, and print what is wrong; the result is the exit code."""
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: openapi/spec.yaml")
    options = parser.parse_args(arguments)
    refused = 0
    for file in options.files or [ROOT / "openapi" / "spec.yaml"]:
        try:
            document.read(file)
        except ContractError as why:
            print(why, file=sys.stderr)
            refused += 1
    return 1 if refused else 0


if __name__ == "__main__":
    finish("lint.py", main)
