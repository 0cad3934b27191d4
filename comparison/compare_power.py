#!/usr/bin/env python3
"""Compare our suite with schemathesis and Specmatic on the same broken sandboxes; see README.md."""

import sys

from side_by_side.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
