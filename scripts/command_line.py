"""What the command lines of the scripts have in common."""

import argparse
import sys
from typing import Final, NoReturn

WRONG_USAGE: Final = 4


class Parser(argparse.ArgumentParser):
    """Ends with our exit code of wrong usage, where argparse's own is that of an interrupted run."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USAGE, f"{self.prog}: {message}; see --help\n")
