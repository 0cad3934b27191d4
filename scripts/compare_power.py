#!/usr/bin/env python3
"""Compare our suite with schemathesis and Specmatic on the same broken sandboxes; writes docs/power.md."""

import sys

from comparison.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
