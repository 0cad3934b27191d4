"""Imported by each script before all else: a missing package is one line that says what to install."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Final

WRONG_USAGE: Final = 4
_PYTHON_HOOK: Final = sys.excepthook


def _named(kind: type[BaseException], why: BaseException, trace: TracebackType | None) -> None:
    if not isinstance(why, ModuleNotFoundError):
        _PYTHON_HOOK(kind, why, trace)
        return
    script = Path(sys.argv[0]).name
    print(
        f"{script}: needs {why.name}: install the project with python -m pip install -e '.[contract]'",
        file=sys.stderr,
    )
    raise SystemExit(WRONG_USAGE)


if Path(sys.argv[0]).parent.resolve() == Path(__file__).parent:
    sys.excepthook = _named
