#!/usr/bin/env python3
"""Trace each requirement to the spec, a rule and a test, and a saved copy of the page to the requirements."""

import sys

from command_line import finish
from tracing.cli import main

if __name__ == "__main__":
    finish(lambda: main(sys.argv[1:]))
