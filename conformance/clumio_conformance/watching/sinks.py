"""Where findings go: to `logging`, or to events of an OpenTelemetry span."""

import logging
from collections.abc import Callable

from clumio_conformance.judging.findings import Finding


def to_logging(
    logger: logging.Logger | None = None, level: int = logging.WARNING
) -> Callable[[Finding], None]:
    """Make a callback that logs each new finding; its facts are also the record's attribute `finding`."""
    target = logger or logging.getLogger("clumio_conformance")

    def log(finding: Finding) -> None:
        target.log(level, "%s", one_line(finding), extra={"finding": finding})

    return log


def to_span(name: str = "clumio_conformance.finding") -> Callable[[Finding], None]:
    """Make a callback that adds each new finding to the current OpenTelemetry span as an event.

    Raises:
        ModuleNotFoundError: opentelemetry-api is not installed.
    """
    import opentelemetry.trace  # noqa: PLC0415 - optional

    def add(finding: Finding) -> None:
        attributes = {
            "clumio.requirement": finding.requirement,
            "clumio.operation": finding.operation,
            "clumio.location": finding.deviation.location,
            "clumio.expected": finding.deviation.expected,
            "clumio.actual": finding.deviation.actual,
            "clumio.fingerprint": finding.fingerprint,
        }
        opentelemetry.trace.get_current_span().add_event(name, attributes)

    return add


def one_line(finding: Finding) -> str:
    """Write a finding in one line; a line break within a value is escaped."""
    deviation = finding.deviation
    text = (
        f"{finding.requirement} {finding.operation} at {deviation.location}: expected {deviation.expected}, "
        f"actual {deviation.actual} [{finding.fingerprint}]"
    )
    return text.encode("unicode_escape").decode() if not text.isprintable() else text
