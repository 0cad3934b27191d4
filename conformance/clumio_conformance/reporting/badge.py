"""`badge.json`: the result in a few words, for the endpoint badge of shields.io."""

from collections.abc import Mapping
from typing import Any, Final

from clumio_conformance.reporting.tally import news, reach
from clumio_conformance.reporting.text import as_json, one_line

_COLOURS: Final = {"passed": "brightgreen", "deviation": "red"}


def badge(report: Mapping[str, Any]) -> str:
    """Write the name of the vendor's page, and what is new or how much was checked."""
    result, documentation = report["verdict"], report.get("documentation")
    messages = {"passed": reach(report).partition(" (")[0], "deviation": news(report)}
    content = {
        "schemaVersion": 1,
        "label": one_line(documentation["title"]) if documentation else "conformance",
        "message": messages.get(result, result),
        "color": _COLOURS.get(result, "lightgrey"),
        "isError": result in {"error", "usage"},
    }
    return as_json(content)
