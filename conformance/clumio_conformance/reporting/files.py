"""The folder of reports: old reports are removed before a run, new ones are written after it."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from clumio_conformance.reporting.html_page import html_page
from clumio_conformance.reporting.junit import junit
from clumio_conformance.reporting.markdown import markdown
from clumio_conformance.reporting.report import written
from clumio_conformance.reporting.sarif import sarif

JUNIT: Final = "junit.xml"


class ReportError(Exception):
    """The reports can't be written; the message names the folder and the fix."""


def prepare(folder: Path) -> None:
    """Make the folder, and remove the reports of an earlier run.

    Raises:
        ReportError: the folder can't be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*_WRITERS, JUNIT):
            (folder / name).unlink(missing_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as why:
        raise ReportError(
            f"--report-dir {folder}: reports can't be written there: {why.strerror}; name another folder"
        ) from why


def write_reports(report: Mapping[str, Any], folder: Path) -> None:
    """Write every report, and `junit.xml` if pytest did not; no file is ever incomplete.

    Raises:
        ReportError: the folder can't be written to.
    """
    try:
        for name, write in _WRITERS.items():
            _replace(folder / name, write(report))
        if not (folder / JUNIT).exists():
            _replace(folder / JUNIT, junit(report))
    except OSError as why:
        raise ReportError(
            f"--report-dir {folder}: {why.filename}: {why.strerror}; reports are missing: name another folder"
        ) from why


def _replace(file: Path, text: str) -> None:
    part = file.with_name(f".{file.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(file)


_WRITERS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "report.json": written,
    "index.html": html_page,
    "summary.md": markdown,
    "results.sarif": sarif,
}
