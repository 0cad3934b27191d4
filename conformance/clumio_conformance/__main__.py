"""`python -m clumio_conformance`: the same as `clumio-conformance`."""

import sys

from clumio_conformance.cli import main

sys.exit(main())
