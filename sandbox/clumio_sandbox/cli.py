"""The command line `clumio-sandbox`."""

import sys
import traceback
from collections.abc import Sequence

OUR_ERROR, WRONG_USAGE, INTERRUPTED = 3, 4, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0, 3 for an error of ours, 4 for wrong usage, or 130 after Ctrl-C."""
    try:
        # Imported late: it needs the packages of the extra `sandbox`.
        from clumio_sandbox.commands import command  # noqa: PLC0415 - see above

        return command(arguments)
    except ModuleNotFoundError as error:
        print(
            f"clumio-sandbox: needs {error.name}: install clumio-connection-groups[sandbox]", file=sys.stderr
        )
        return WRONG_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - Python's own code for it, 1, means something else
        traceback.print_exc()
        return OUR_ERROR
