"""The folder of reports: old ones are removed before a run; after it, all new ones are written, or none."""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from clumio_conformance.reporting.badge import badge
from clumio_conformance.reporting.findings_csv import findings_csv
from clumio_conformance.reporting.html_page import html_page
from clumio_conformance.reporting.junit import junit
from clumio_conformance.reporting.markdown import markdown
from clumio_conformance.reporting.report import written
from clumio_conformance.reporting.sarif import sarif


class ReportError(Exception):
    """The reports can't be written; the message names the folder and the fix."""


def prepare(folder: Path) -> None:
    """Make the folder, and remove the reports of an earlier run.

    Raises:
        ReportError: the folder can't be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in _files(folder):
            file.unlink(missing_ok=True)
            part(file).unlink(missing_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as why:
        raise ReportError(
            f"--report-dir {folder}: reports can't be written there: {why.strerror}; name another folder"
        ) from why


def write_reports(report: Mapping[str, Any], folder: Path) -> None:
    """Write every report.

    Raises:
        ReportError: a report can't be written; then there is none.
    """
    files = _files(folder)
    try:
        for file in files:
            part(file).write_bytes(FORMATS[_FILES[file.name]](report).encode())
        for file in files:
            part(file).replace(file)
    except BaseException as why:
        _remove(files)
        if isinstance(why, OSError):
            raise ReportError(
                f"--report-dir {folder}: {file.name}: {why.strerror}; no report is left: name another folder"
            ) from why
        raise
    finally:
        _remove(map(part, files))


def write_whole(file: Path, text: str) -> None:
    """Write a file completely, or leave the old one.

    Raises:
        OSError: it can't be written.
    """
    try:
        part(file).write_bytes(text.encode("utf-8", "backslashreplace"))
        part(file).replace(file)
    finally:
        _remove([part(file)])


def part(file: Path) -> Path:
    """Return the name of a file while it is unfinished."""
    return file.with_name(f".{file.name}.part")


def _files(folder: Path) -> list[Path]:
    return [folder / name for name in _FILES]


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        with suppress(OSError):  # the folder itself may be gone
            file.unlink()


FORMATS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "json": written,
    "html": html_page,
    "markdown": markdown,
    "sarif": sarif,
    "junit": junit,
    "badge": badge,
    "csv": findings_csv,
}
"""How a report is written in each format."""
_FILES: Final[Mapping[str, str]] = {
    "report.json": "json",
    "index.html": "html",
    "summary.md": "markdown",
    "results.sarif": "sarif",
    "junit.xml": "junit",
}
"""The files of each run, and their formats."""
