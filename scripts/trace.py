#!/usr/bin/env python3
"""Trace each requirement to the spec, a rule and a test, and a saved copy of the page to the requirements."""

import sys

from tracing.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
