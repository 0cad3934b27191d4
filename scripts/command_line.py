"""The argument parser of the scripts."""

import argparse
import sys
from typing import Final, NoReturn

WRONG_USAGE: Final = 4


class Parser(argparse.ArgumentParser):
    """Exits with our code for wrong usage; argparse's own code means an interrupted run."""

    def error(self, message: str) -> NoReturn:
        """Print the error, and exit."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USAGE, f"{self.prog}: {message}; see --help\n")
