"""`python -m clumio_sandbox` is `clumio-sandbox`."""

import sys

from clumio_sandbox.cli import main

sys.exit(main())
