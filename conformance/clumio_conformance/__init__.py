"""Check recorded or live HTTP exchanges against the vendor's page of *Update Connection Group*.

The public names, which semantic versioning covers, are those in `__all__`, those of
`clumio_conformance.httpx` and `clumio_conformance.middleware`, and the fixtures of
`clumio_conformance.pytest_plugin`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clumio_conformance.exchange import Exchange, Request, Response
    from clumio_conformance.judging.findings import Finding
    from clumio_conformance.public import join_reports, judge_exchange, judge_file, judge_report
    from clumio_conformance.recording.recorded import RecordingError
    from clumio_conformance.result import Result

__all__ = [
    "Exchange",
    "Finding",
    "RecordingError",
    "Request",
    "Response",
    "Result",
    "join_reports",
    "judge_exchange",
    "judge_file",
    "judge_report",
]

_HOMES = {
    "Exchange": "exchange",
    "Finding": "judging.findings",
    "RecordingError": "recording.recorded",
    "Request": "exchange",
    "Response": "exchange",
    "Result": "result",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for: the judge takes a while to load."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'public')}"), name)
