#!/usr/bin/env python3
"""Trace each requirement to the spec, a rule and a test, and a saved copy of the page to the requirements."""

import installed  # noqa: F401 - it says which package is missing

# isort: split
import sys

from clumio_conformance.exit_code import finish
from tracing.cli import main

if __name__ == "__main__":
    finish("trace.py", lambda: main(sys.argv[1:]))
