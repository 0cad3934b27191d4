"""`index.html`: the whole result on one page without scripts, for a browser or a printer."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from clumio_conformance.reporting.tally import LEVELS, by_requirement, subject, tally, verdict
from clumio_conformance.reporting.text import cut, one_line, visible
from clumio_conformance.reporting.wording import worded


def html_page(report: Mapping[str, Any]) -> str:
    """Write the page; every text from the wire is escaped."""
    counts = tally(report)
    return _template().render(
        report=report,
        subject=subject(report),
        verdict=verdict(report),
        counts=counts,
        more=sum(report["more_findings"].values()),
        levels=LEVELS,
        outcomes=tuple(counts),
        of_requirement=by_requirement(report["findings"]),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"visible": visible, "one_line": one_line, "cut": cut, "worded": worded}
    return environment.get_template("index.html.jinja")
