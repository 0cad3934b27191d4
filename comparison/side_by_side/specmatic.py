"""Specmatic's contract tests of a provider, with generative tests."""

import importlib.util
import re
import shutil
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from side_by_side.process import UnusableToolError, output, run
from side_by_side.target import TOKEN, Target, contract, with_enum, write
from side_by_side.tools import Report

INSTALL: Final = (
    "Specmatic is not there: install Java 17, `pip install specmatic` (in an environment of its own), "
    "and name its specmatic/core/specmatic.jar with --specmatic-jar"
)
_VERSION: Final = "x-specmatic-version: "
_SUITE: Final = "Specmatic Test Suite"


class Specmatic:
    """Runs every test of the update, read and list operations; it has no option to stop at a failure."""

    name = "specmatic"
    seconds = 240.0
    arguments = "test --filter=METHOD!='POST' (narrowed)"
    about = (
        "`specmatic test --filter \"METHOD!='POST'\"` with `SPECMATIC_GENERATIVE_TESTS=true` and the token "
        "in the variable named after the security scheme. Four of five of its tests are of the create "
        "operation, which hardly any fault breaks; they are left out to save time. The id of the deployed "
        "group is the only value of the path's parameter, and the contract's example is the only filter of "
        "the list: Specmatic takes neither from the contract as it is"
    )
    filters: tuple[str, ...] = ("--filter=METHOD!='POST'",)

    def __init__(self, jar: Path | None) -> None:
        java = shutil.which("java")
        found = jar or _installed()
        if java is None or found is None or not found.is_file():
            raise UnusableToolError(INSTALL)
        # In such short runs the second of Java's compilers costs more time than it saves.
        self._java = [java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(found.resolve())]
        self.version = _version(found)

    def report(self, target: Target, folder: Path, *, attempt: int) -> Report:  # noqa: ARG002 - it has no seed
        """Run it; each failing test counts, with its reasons."""
        file = write(self.contract(target.group), folder)
        command = [*self._java, "test", file.name, f"--testBaseURL={target.url}", "--junitReportDir=junit"]
        environment = {"SPECMATIC_GENERATIVE_TESTS": "true", "bearer": TOKEN}
        ended = run([*command, *self.filters], folder, seconds=self.seconds, environment=environment)
        reports = sorted((folder / "junit").glob("*.xml"))
        if not reports:
            if ended.by_itself:
                raise UnusableToolError(f"Specmatic wrote no report: {output(folder)}")
            return Report(found=frozenset(), ended=ended)
        found = found_in(reports[0])
        if any(name.startswith(_SUITE) for name in found):
            raise UnusableToolError(f"Specmatic made no tests: {output(folder)}")
        return Report(found=found, ended=ended)

    def contract(self, group: str) -> dict[str, Any]:
        """The contract that it gets."""
        return with_enum(group)


class SpecmaticAsItIs(Specmatic):
    """The same with the contract as it is and every operation, on the healthy sandbox alone."""

    name = "specmatic-as-it-is"
    arguments = "test"
    about = "`specmatic test` with generative tests and token, all operations, and the contract as it is"
    filters = ()

    def contract(self, group: str) -> dict[str, Any]:  # noqa: ARG002 - the contract does not name the group
        """The contract as it is."""
        return contract()


def found_in(report: Path) -> frozenset[str]:
    """The failing tests of a JUnit report with their reasons, without generated values."""
    found = set()
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - Specmatic has just written it here
        for failure in (*case.findall("failure"), *case.findall("error")):
            name = case.get("name", "").rpartition("contractTest() > ")[2].strip()
            text = f"{failure.get('message')} {failure.text}"
            found.add(f"{name}: {_reasons(text)}")
    return frozenset(found)


def _reasons(text: str) -> str:
    seen = re.findall(r">> ([A-Z][\w.\[\]-]*)|\b(R\d{4})\b|response contained (status \d+)", text)
    words = dict.fromkeys(next(filter(None, groups)) for groups in seen)
    return ", ".join(words) or text.strip().partition("\n")[0][:80]


def _installed() -> Path | None:
    package = importlib.util.find_spec("specmatic")
    return Path(package.origin).parent / "core" / "specmatic.jar" if package and package.origin else None


def _version(jar: Path) -> str:
    with ZipFile(jar) as archive:
        manifest = archive.read("META-INF/MANIFEST.MF").decode()
    lines = [line for line in manifest.splitlines() if line.startswith(_VERSION)]
    return lines[0].removeprefix(_VERSION) if lines else "of unknown version"
