"""The argument parser and the end of the scripts."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import Final, NoReturn

WRONG_USAGE: Final = 4
OUTPUT_CLOSED: Final = 141


class Parser(argparse.ArgumentParser):
    """Exits with our code for wrong usage; argparse's own code means an interrupted run."""

    def error(self, message: str) -> NoReturn:
        """Print the error, and exit."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USAGE, f"{self.prog}: {message}; see --help\n")


def finish(main: Callable[[], int]) -> NoReturn:
    """Run a script and exit with its code; with 141 if the reader, such as `head`, closed the output."""
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # The rest of the output must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = OUTPUT_CLOSED
    sys.exit(code)
